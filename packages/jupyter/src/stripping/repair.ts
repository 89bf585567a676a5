/** Putting right what is wrong but harmless, as the site does with a file. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

import { wholeNumber } from './allowed.js';
import { NotANotebook } from './errors.js';
import { entries, isObject, joinedLines, member, objectOf } from './json.js';
import type { JsonObject } from './json.js';
import { numbers, patterns, words } from './rules.js';

const SAVE_AGAIN = 'Save it in Jupyter and try again.';
const CURRENT_FORMAT = 4;
const CELL_ID = new RegExp(`^(?:${patterns.cellId})$`, 'u');
const SPACES = new RegExp(`${patterns.space.slice(0, -1)}+`, 'u');

/** A cell whose type, text and id are sound; `rest` is the cell as it came. */
export interface MendedCell {
  readonly type: string;
  readonly source: string;
  readonly metadata: JsonObject;
  readonly rest: JsonObject;
  id: string;
}

export interface Mended {
  readonly cells: readonly MendedCell[];
  readonly metadata: JsonObject;
}

/** Throws `NotANotebook` where guessing would change what the author wrote. */
export function mend(notebook: JsonObject): Mended {
  checkFormat(notebook);
  const cells = member(notebook, 'cells');
  if (!Array.isArray(cells)) {
    throw new NotANotebook(`The notebook’s cells cannot be read. ${SAVE_AGAIN}`, 'cells_unreadable');
  }
  if (cells.length > numbers.cells) {
    throw new NotANotebook(
      `The notebook has more than ${numbers.cells} cells. Split it into several, each of ` +
        'which answers one question.',
      'too_many_cells'
    );
  }
  const metadata = notebookMetadata(member(notebook, 'metadata'));
  const mended = cells.map(mendCell);
  giveIds(mended);
  return { cells: mended, metadata };
}

function checkFormat(notebook: JsonObject): void {
  const has = (key: string) => member(notebook, key) !== undefined;
  if (!has('cells') && !has('worksheets')) {
    throw new NotANotebook('This has no cells, so it is not a notebook.', 'not_a_notebook');
  }
  const guess = has('cells') && !has('worksheets') ? CURRENT_FORMAT : 3;
  const major = has('nbformat') ? wholeNumber(member(notebook, 'nbformat')) : guess;
  if (major === undefined || major < 1 || major > CURRENT_FORMAT) {
    throw new NotANotebook(
      `The notebook does not say which format it is in, or one that we do not know. ${SAVE_AGAIN}`,
      'format'
    );
  }
  if (major < CURRENT_FORMAT) {
    // JupyterLab brings old notebooks to format 4 when it opens them, so none comes here.
    throw new NotANotebook(
      `The notebook is in the old format ${major}. Open it in Jupyter, which brings it to ` +
        'today’s, and try again.',
      'old_format'
    );
  }
}

function notebookMetadata(metadata: unknown): JsonObject {
  if (!isObject(metadata)) {
    return {};
  }
  return objectOf(
    entries(metadata).flatMap(([key, value]): [string, unknown][] => {
      if (key === 'kernelspec' && value !== null && !namesAKernel(value)) {
        const kernel = mendedKernel(value);
        return kernel === undefined ? [] : [[key, kernel]];
      }
      const isNameless = key === 'language_info' && value !== null && !hasText(value, 'name');
      return isNameless ? [] : [[key, value]];
    })
  );
}

function hasText(value: unknown, key: string): boolean {
  const text = isObject(value) ? member(value, key) : undefined;
  return typeof text === 'string' && text !== '';
}

function namesAKernel(kernel: unknown): boolean {
  return hasText(kernel, 'name') && hasText(kernel, 'display_name');
}

function mendedKernel(kernel: unknown): JsonObject | undefined {
  const known = ['name', 'display_name', 'language'].find(key => hasText(kernel, key));
  if (known === undefined || !isObject(kernel)) {
    return undefined;
  }
  const names = ['name', 'display_name'].map(
    key => [key, kernel[hasText(kernel, key) ? key : known]] as const
  );
  return objectOf([...entries(kernel), ...names]);
}

function mendCell(cell: unknown, position: number): MendedCell {
  if (!isObject(cell)) {
    throw new NotANotebook(
      `Part ${position + 1} of the notebook is not a cell. ${SAVE_AGAIN}`,
      'cells_unreadable'
    );
  }
  const text = sourceOf(cell, position);
  const [type, source] = settled(cell, text);
  const metadata = member(cell, 'metadata');
  return { type, source, metadata: isObject(metadata) ? metadata : {}, rest: cell, id: '' };
}

function sourceOf(cell: JsonObject, position: number): string {
  const source = joinedLines(member(cell, 'source') ?? '');
  if (source === undefined) {
    throw new NotANotebook(
      `The text of cell ${position + 1} from the top is not text. ${SAVE_AGAIN}`,
      'source_unreadable'
    );
  }
  return source.replaceAll('\0', '');
}

/** The type of a cell, guessed where it is missing or of old, and its text. */
function settled(cell: JsonObject, source: string): [string, string] {
  const type = member(cell, 'cell_type');
  const types: readonly unknown[] = words.cellTypes;
  if (types.includes(type)) {
    return [type as string, source];
  }
  if (type === 'heading') {
    const level = wholeNumber(member(cell, 'level')) ?? 1;
    const signs = '#'.repeat(level >= 1 && level <= numbers.lowestHeading ? level : 1);
    return ['markdown', `${signs} ${source.split(SPACES).filter(Boolean).join(' ')}`];
  }
  if (type === 'html') {
    return ['markdown', source];
  }
  const isCode =
    (type ?? null) === null &&
    (member(cell, 'outputs') !== undefined || member(cell, 'execution_count') !== undefined);
  return [isCode ? 'code' : 'raw', source];
}

/** Unique ids; a new one follows from the cell's content, so that it is the same next time. */
function giveIds(cells: readonly MendedCell[]): void {
  const taken = new Set<string>();
  const wanting: MendedCell[] = [];
  for (const cell of cells) {
    const id = member(cell.rest, 'id');
    if (typeof id === 'string' && CELL_ID.test(id) && !taken.has(id)) {
      taken.add(id);
      cell.id = id;
    } else {
      wanting.push(cell);
    }
  }
  const seen = new Map<string, number>();
  for (const cell of wanting) {
    const content = `${cell.type}\0${cell.source}`;
    let occurrence = seen.get(content) ?? 0;
    while (taken.has((cell.id = contentId(content, occurrence)))) {
      occurrence++;
    }
    taken.add(cell.id);
    seen.set(content, occurrence + 1);
  }
}

function contentId(content: string, occurrence: number): string {
  const bytes = new TextEncoder().encode(`${occurrence}\0${content}`);
  return bytesToHex(sha256(bytes)).slice(0, numbers.idLength);
}
