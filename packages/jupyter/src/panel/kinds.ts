/** What can be published from the panel, and what each is called. */
import type { Words } from '../commons/words.js';

export type Kind = 'share' | 'save' | 'suggest' | 'copy';

/** The heading of the form; title: of the notebook in the Commons that it is about. */
export function headingOf(kind: Kind, title: string, words: Words): string {
  switch (kind) {
    case 'share':
      return words.__('Share this notebook');
    case 'save':
      return words.__('A new version of “%1”', title);
    case 'suggest':
      return words.__('Suggest a change to “%1”', title);
    case 'copy':
      return words.__('My own copy of “%1”', title);
  }
}

/** What its button says. */
export function verbOf(kind: Kind, words: Words): string {
  switch (kind) {
    case 'share':
      return words.__('Share');
    case 'save':
      return words.__('Save to the commons');
    case 'suggest':
      return words.__('Suggest it');
    case 'copy':
      return words.__('Make my copy');
  }
}
