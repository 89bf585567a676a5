/** How an open notebook stands to the Commons, and what to call that. Knows no JupyterLab. */
import { isFrom, type Mark } from '../origin.js';
import type { Words } from './words.js';

/** What the Commons says of a notebook to this person. */
export interface Facts {
  readonly uuid: string;
  readonly title: string;
  readonly description: string;
  readonly visibility: string;
  readonly tags: readonly string[];
  /** The newest version's number. */
  readonly version: number;
  readonly owner: string;
  readonly whose: 'mine' | 'team' | 'editable' | 'colleague';
  readonly may: readonly string[];
  readonly url: string;
  /** Why not to rely on it any more; null or empty if one may. */
  readonly deprecated: string | null;
  /** Of the version that was asked about besides. */
  readonly base_digest?: string | null;
}

/** `unknown`: not asked, or no answer yet. */
export type Told = Facts | 'gone' | 'unknown';

export type Standing =
  | { readonly kind: 'none' }
  | { readonly kind: 'new' }
  | { readonly kind: 'elsewhere' }
  | {
      readonly kind: 'known';
      readonly mark: Mark;
      readonly told: Told;
      /** Whether its code or text differs from the version it was made from; null if unknown. */
      readonly isChanged: boolean | null;
      /** The number of a newer version that the person has not decided about; null if none. */
      readonly newer: number | null;
    };

/** digest: of the notebook as it is open now. */
export function standingOf(
  mark: Mark | null,
  site: string,
  digest: string,
  told: Told
): Standing {
  if (mark === null) {
    return { kind: 'new' };
  }
  if (!isFrom(mark, site)) {
    return { kind: 'elsewhere' };
  }
  const facts = factsOf(told);
  const base = mark.digest ?? facts?.base_digest ?? null;
  const known = Math.max(mark.revision ?? 0, mark.seen ?? 0);
  return {
    kind: 'known',
    mark,
    told,
    isChanged: base === null ? null : base !== digest,
    newer: facts !== null && known > 0 && facts.version > known ? facts.version : null
  };
}

export function factsOf(told: Told): Facts | null {
  return typeof told === 'string' ? null : told;
}

/** The facts of a standing; null when there are none. */
export function factsIn(standing: Standing): Facts | null {
  return standing.kind === 'known' ? factsOf(standing.told) : null;
}

/** Whether a new version of it may be published from here. */
export function maySave(standing: Standing): boolean {
  return factsIn(standing)?.may.includes('edit') ?? false;
}

/** One line: «Yours, changed here», «From Ann, version 4». */
export function standingWords(standing: Standing, words: Words): string {
  switch (standing.kind) {
    case 'none':
      return words.__('No notebook is open');
    case 'new':
      return words.__('Not shared');
    case 'elsewhere':
      return words.__('From another commons');
    case 'known':
      return knownWords(standing, words);
  }
}

function knownWords(standing: Standing & { kind: 'known' }, words: Words): string {
  const { told, mark, newer, isChanged } = standing;
  if (told === 'gone') {
    return words.__('No longer in the commons for you');
  }
  if (newer !== null) {
    return words.__('A newer version exists');
  }
  if (told === 'unknown') {
    if (isChanged) {
      return words.__('From the commons, changed here');
    }
    return mark.revision === null
      ? words.__('From the commons')
      : words.__('From the commons, version %1', mark.revision);
  }
  if (told.whose === 'colleague') {
    const version = mark.revision ?? told.version;
    return isChanged
      ? words.__('From %1, changed here', told.owner)
      : words.__('From %1, version %2', told.owner, version);
  }
  return isChanged ? changedWords(told, words) : upToDateWords(told, words);
}

function changedWords({ whose, owner }: Facts, words: Words): string {
  if (whose === 'mine') {
    return words.__('Yours, changed here');
  }
  return whose === 'team'
    ? words.__('Your team’s (%1), changed here', owner)
    : words.__('Shared with you by %1, changed here', owner);
}

function upToDateWords({ whose, owner }: Facts, words: Words): string {
  if (whose === 'mine') {
    return words.__('Yours, up to date');
  }
  return whose === 'team'
    ? words.__('Your team’s (%1), up to date', owner)
    : words.__('Shared with you by %1, up to date', owner);
}

/** A colour for the dot beside the words; the words say everything. */
export function toneOf(standing: Standing): 'quiet' | 'good' | 'changed' | 'notice' {
  if (standing.kind !== 'known') {
    return 'quiet';
  }
  if (standing.told === 'gone' || standing.newer !== null) {
    return 'notice';
  }
  return standing.isChanged ? 'changed' : 'good';
}
