/** What the panel works with: everything outside it that it may reach. */
import type { RequestFailed } from '../client.js';
import type { Calls } from '../commons/calls.js';
import type { KeptForms } from '../commons/kept.js';
import type { OpenNotebook } from '../commons/notebook.js';
import type { Words } from '../commons/words.js';

export interface Desk {
  readonly words: Words;
  readonly calls: Calls;
  readonly kept: KeptForms;
  /** The notebook that is worked on; null if there is none. */
  current(): OpenNotebook | null;
  /** Call `listener` when something may stand differently. */
  listen(listener: () => void): () => void;
  /** Run a command of JupyterLab. */
  run(command: string, values?: Record<string, string>): Promise<unknown>;
  /** Whether a command can be run now. */
  can(command: string): boolean;
}

/** What may fill the panel besides its first page. */
export type Flow = 'share' | 'save' | 'suggest' | 'copy' | 'link';

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the Commons says of the fields, or of the whole where it says nothing of them. */
export function sentencesOf({ message, errors }: RequestFailed): string {
  const sentences = Object.values(errors).flat();
  return sentences.length > 0 ? sentences.join(' ') : message;
}
