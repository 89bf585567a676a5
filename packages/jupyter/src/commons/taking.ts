/** Takes over chosen cells of another version: which cells the notebook then has, in order. */
import type { Step } from './difference.js';

/** A cell of mine, perhaps with the content of theirs; or a cell of theirs alone. */
export interface Taken {
  /** Place among my cells; null for a cell that I did not have. */
  readonly mine: number | null;
  /** Place among their cells whose content it gets; null to leave it as it is. */
  readonly theirs: number | null;
}

/**
 * My cells after taking over the steps for which `isChosen`; steps lead from mine to theirs.
 *
 * Cells of mine that moved in their version, and were not chosen, stay behind the cell of mine
 * that they stood behind.
 */
export function taken(steps: readonly Step[], isChosen: (place: number) => boolean): Taken[] {
  const made: Taken[] = [];
  const unmoved: number[] = [];
  steps.forEach((step, place) => {
    const { kind, from, to, count = 0 } = step;
    const chosen = isChosen(place);
    if (kind === 'same' && from !== undefined) {
      for (let offset = 0; offset < count; offset += 1) {
        made.push({ mine: from + offset, theirs: null });
      }
    } else if (kind === 'added' && to !== undefined) {
      if (chosen) {
        made.push({ mine: null, theirs: to });
      }
    } else if (kind === 'removed' && from !== undefined) {
      if (!chosen) {
        made.push({ mine: from, theirs: null });
      }
    } else if (from !== undefined && to !== undefined) {
      if (kind === 'moved' && !chosen) {
        unmoved.push(from);
      } else {
        made.push({ mine: from, theirs: chosen ? to : null });
      }
    }
  });
  for (const from of unmoved.sort((a, b) => a - b)) {
    made.splice(placeBehind(made, from - 1), 0, { mine: from, theirs: null });
  }
  return made;
}

/** The place behind my cell `mine`, or behind the nearest before it that is still there. */
function placeBehind(made: readonly Taken[], mine: number): number {
  for (let cell = mine; cell >= 0; cell -= 1) {
    const place = made.findIndex(one => one.mine === cell);
    if (place >= 0) {
      return place + 1;
    }
  }
  return 0;
}

/** Where a list of cells can be changed step by step. */
export interface CellList {
  readonly size: number;
  move(from: number, to: number): void;
  /** Put a new cell with the content of their cell `theirs` at `place`. */
  insert(place: number, theirs: number): void;
  /** Give the cell at `place` the content of their cell `theirs`. */
  fill(place: number, theirs: number): void;
  remove(from: number, to: number): void;
}

/** Bring `list`, which holds my cells in order, to `wanted`: as few cells as possible are made. */
export function bringTo(list: CellList, wanted: readonly Taken[]): void {
  const now = Array.from({ length: list.size }, (_, mine) => mine);
  wanted.forEach(({ mine, theirs }, place) => {
    if (mine === null) {
      if (theirs !== null) {
        list.insert(place, theirs);
        now.splice(place, 0, -1);
      }
      return;
    }
    const at = now.indexOf(mine, place);
    if (at > place) {
      list.move(at, place);
      now.splice(place, 0, ...now.splice(at, 1));
    }
    if (theirs !== null) {
      list.fill(place, theirs);
    }
  });
  if (now.length > wanted.length) {
    list.remove(wanted.length, now.length);
  }
}
