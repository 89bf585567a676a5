/** What changed between two notebooks, as `nbcommons_ipynb.diff.wire` tells it. */

/** A cell as in a notebook's file, with its source in one piece. */
export interface CellJson {
  readonly cell_type: string;
  readonly source: string;
  readonly metadata: object;
  readonly id?: string;
}

export interface Counts {
  readonly changed: number;
  readonly moved: number;
  readonly added: number;
  readonly removed: number;
  readonly same: number;
}

export interface LinePair {
  readonly from: number;
  readonly to: number;
  /** What changed within, in code points. */
  readonly from_spans: readonly (readonly [number, number])[];
  readonly to_spans: readonly (readonly [number, number])[];
}

export interface LineBlock {
  readonly same?: number;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly pairs?: readonly LinePair[];
}

export interface Step {
  readonly kind: 'same' | 'changed' | 'moved' | 'added' | 'removed';
  readonly from?: number;
  readonly to?: number;
  readonly count?: number;
  readonly lines?: readonly LineBlock[];
  /** What else of the cell changed, by its path. */
  readonly metadata?: readonly { readonly path: readonly string[] }[];
  /** Who changed it since the version that both began from. */
  readonly by?: 'them' | 'you' | 'both';
}

export interface Difference {
  readonly counts: Counts;
  readonly cells: readonly Step[];
}

/** A line to show. spans: what of it to mark, in code points. */
export interface ShownLine {
  readonly kind: 'same' | 'gone' | 'new' | 'skipped';
  readonly text: string;
  readonly spans: readonly (readonly [number, number])[];
  /** How many lines stand for it, if it is skipped. */
  readonly count: number;
}

/** So many unchanged lines are shown around a change. */
const AROUND = 3;

/** The lines of a changed cell whose source was `old`, long unchanged stretches shortened. */
export function shownLines(blocks: readonly LineBlock[], old: string): ShownLine[] {
  const lines = old === '' ? [] : old.split('\n');
  const shown: ShownLine[] = [];
  let at = 0;
  blocks.forEach((block, place) => {
    if (block.same !== undefined) {
      const same = lines.slice(at, at + block.same);
      shown.push(...shortened(same, place > 0, place < blocks.length - 1));
      at += block.same;
      return;
    }
    const { from = [], to = [], pairs = [] } = block;
    at += from.reduce((count, text) => count + text.split('\n').length, 0);
    from.forEach((text, number) => {
      const pair = pairs.find(one => one.from === number);
      shown.push({ kind: 'gone', text, spans: pair?.from_spans ?? [], count: 1 });
    });
    to.forEach((text, number) => {
      const pair = pairs.find(one => one.to === number);
      shown.push({ kind: 'new', text, spans: pair?.to_spans ?? [], count: 1 });
    });
  });
  return shown;
}

function shortened(lines: string[], isAfter: boolean, isBefore: boolean): ShownLine[] {
  const head = isAfter ? AROUND : 0;
  const tail = isBefore ? AROUND : 0;
  const same = (text: string): ShownLine => ({ kind: 'same', text, spans: [], count: 1 });
  if (lines.length <= head + tail + 1) {
    return lines.map(same);
  }
  const count = lines.length - head - tail;
  return [
    ...lines.slice(0, head).map(same),
    { kind: 'skipped', text: '', spans: [], count },
    ...(tail === 0 ? [] : lines.slice(-tail).map(same))
  ];
}

/** `text` in pieces, those within `spans` marked. */
export function pieces(
  text: string,
  spans: readonly (readonly [number, number])[]
): { readonly text: string; readonly isMarked: boolean }[] {
  // Spans count code points, of which a string's units may take two.
  const signs = Array.from(text);
  const made: { text: string; isMarked: boolean }[] = [];
  let at = 0;
  for (const [start, end] of spans) {
    if (start > at) {
      made.push({ text: signs.slice(at, start).join(''), isMarked: false });
    }
    made.push({ text: signs.slice(start, end).join(''), isMarked: true });
    at = end;
  }
  if (at < signs.length) {
    made.push({ text: signs.slice(at).join(''), isMarked: false });
  }
  return made;
}
