/** What the sentences here need of JupyterLab's translation; it fits `TranslationBundle`. */
export interface Words {
  __(text: string, ...values: unknown[]): string;
  _n(one: string, many: string, count: number, ...values: unknown[]): string;
}
