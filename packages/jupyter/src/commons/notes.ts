/** What differs of a cell besides its text, in sentences. */
import { tagsIn, type CellKind } from '../kinds.js';
import type { CellJson, Step } from './difference.js';
import type { Words } from './words.js';

/** What changed of the cell that was `before` and is `after`; `kinds` give tags their names. */
export function cellNotes(
  step: Step,
  before: CellJson | null,
  after: CellJson | null,
  kinds: readonly CellKind[],
  words: Words
): string[] {
  if (before === null || after === null) {
    return [];
  }
  const notes: string[] = [];
  if (before.cell_type !== after.cell_type) {
    notes.push(after.cell_type === 'code' ? words.__('Is code now') : words.__('Is text now'));
  }
  const had = tagsOf(before);
  const has = tagsOf(after);
  const names = (tags: readonly string[]) =>
    tags.map(tag => kinds.find(kind => kind.tag === tag)?.label ?? tag).join(', ');
  const came = has.filter(tag => !had.includes(tag));
  const went = had.filter(tag => !has.includes(tag));
  if (came.length > 0) {
    notes.push(words._n('Tag added: %2', 'Tags added: %2', came.length, names(came)));
  }
  if (went.length > 0) {
    notes.push(words._n('Tag removed: %2', 'Tags removed: %2', went.length, names(went)));
  }
  if (otherPaths(step).length > 0) {
    notes.push(words.__('Also differs: %1', otherPaths(step).join(', ')));
  }
  return notes;
}

function tagsOf({ metadata }: CellJson): readonly string[] {
  return tagsIn((metadata as { tags?: unknown } | undefined)?.tags);
}

/** What else the difference names; a cell's id is nobody's concern. */
function otherPaths({ metadata = [] }: Step): string[] {
  return metadata
    .map(({ path }) => (path[0] === 'metadata' ? path.slice(1) : path).join('.'))
    .filter(way => !['', 'id', 'tags', 'cell_type'].includes(way));
}
