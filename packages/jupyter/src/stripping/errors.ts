/** Why a notebook cannot be shared: the message is a sentence for its author. */
export class NotANotebook extends Error {
  constructor(
    message: string,
    /** A stable word for programs, the same as in the package nbcommons_ipynb. */
    readonly kind: string
  ) {
    super(message);
    this.name = 'NotANotebook';
  }
}
