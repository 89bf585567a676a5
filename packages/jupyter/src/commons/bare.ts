/** A notebook without its results: all that may leave the browser. */
import { strip } from '../stripping/index.js';

export interface Bare {
  readonly notebook: object;
  /** How much was taken out, by kind: outputs and so on. */
  readonly removed: Readonly<Record<string, number>>;
}

/** Throws `NotANotebook`, whose message is a sentence, for what the Commons would refuse. */
export function bare(notebook: object): Bare {
  const { notebook: stripped, removed } = strip(notebook);
  // Sizes are no counts: those of the draft are told, and must not be added to.
  const { bytes_before: _before, bytes_after: _after, ...counts } = removed;
  return { notebook: stripped, removed: counts };
}
