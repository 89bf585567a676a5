/** How the Commons counts the cells of a notebook. */

export interface CellLike {
  readonly id: string;
  readonly type: string;
  readonly source: () => string;
}

// What Python's str.strip() takes away, which differs from String.trim() in both directions.
const NOT_BLANK =
  /[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function isBlank(source: string): boolean {
  return !NOT_BLANK.test(source);
}

/** The number of each code cell that is not blank, from 0, by cell id. */
export function numberCells(cells: Iterable<CellLike>): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const cell of cells) {
    if (cell.type === 'code' && !isBlank(cell.source())) {
      numbers.set(cell.id, numbers.size);
    }
  }
  return numbers;
}
