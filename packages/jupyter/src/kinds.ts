/** What a cell can say of itself: ordinary cell tags, by the names that people use. */
import type { Words } from './commons/words.js';

export interface CellKind {
  readonly tag: string;
  readonly label: string;
  /** What follows from the tag, in a sentence or two. */
  readonly explanation: string;
}

export function cellKinds(words: Words): readonly CellKind[] {
  return [
    {
      tag: 'raises-exception',
      label: words.__('Meant to fail'),
      explanation: words.__(
        'The cell shows an error on purpose. Jupyter runs the cells below it all the same.'
      )
    },
    {
      tag: 'optional',
      label: words.__('Optional'),
      explanation: words.__('The notebook works without this cell, so people may leave it out.')
    },
    {
      tag: 'parameters',
      label: words.__('Parameters'),
      explanation: words.__('The cell holds the values that people change before they run the rest.')
    },
    {
      tag: 'no-health',
      label: words.__('Not counted for health'),
      explanation: words.__(
        'Runs of the cell are to say nothing about whether the notebook works.'
      )
    }
  ];
}

/** The tags in a cell's metadata, which may hold anything. */
export function tagsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(tag => typeof tag === 'string') : [];
}

/** The tags with `tag` once, or without it; the others stay in their order. */
export function tagsWith(value: unknown, tag: string, isWanted: boolean): string[] {
  const tags = tagsIn(value);
  if (isWanted) {
    return tags.includes(tag) ? [...tags] : [...tags, tag];
  }
  return tags.filter(other => other !== tag);
}

/** Whether every cell, by its tags, has the tag; of no cell it is not true. */
export function haveAll(cells: readonly unknown[], tag: string): boolean {
  return cells.length > 0 && cells.every(tags => tagsIn(tags).includes(tag));
}

/** The kinds that a cell's tags say, in the order in which they are offered. */
export function kindsIn(value: unknown, kinds: readonly CellKind[]): readonly CellKind[] {
  const tags = tagsIn(value);
  return kinds.filter(kind => tags.includes(kind.tag));
}
