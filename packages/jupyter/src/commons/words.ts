/** What the sentences here need of JupyterLab's translation; it fits `TranslationBundle`. */
export interface Words {
  __(text: string, ...values: unknown[]): string;
  /** `%1` is `count`, `%2` the first of `values`. */
  _n(one: string, many: string, count: number, ...values: unknown[]): string;
}
