/** A notebook without results: what is on the list stays, all else goes and is counted. */
import { keep } from './allowed.js';
import { checkBounds } from './bounds.js';
import { canonicalText, utf8Length } from './canonical.js';
import { emptyText } from './embedded.js';
import { NotANotebook } from './errors.js';
import { entries, isObject, member } from './json.js';
import type { JsonObject } from './json.js';
import { countMetadata, countOutput, nothingRemoved, type Removed } from './removal.js';
import { mend, type MendedCell } from './repair.js';
import { cellRules, codeRules, notebookRules, numbers, words } from './rules.js';

const MEGABYTE = 1_000_000;
const MINOR = 5;

export interface Stripped {
  /** In format 4.5, with nothing in it that is not allowed. */
  readonly notebook: JsonObject;
  readonly removed: Removed;
}

/**
 * `notebook`, as JupyterLab holds it in memory, as it may leave the browser.
 *
 * The same as `parse` and `strip` of the package nbcommons_ipynb make of its file, without
 * metadata that an operator allows besides. Changes nothing in `notebook`. Throws
 * `NotANotebook`, whose message is a sentence, where the site would refuse it.
 */
export function strip(notebook: unknown): Stripped {
  checkBounds(notebook);
  if (!isObject(notebook)) {
    throw new NotANotebook('This is not a notebook.', 'not_a_notebook');
  }
  const mended = mend(notebook);
  const removed = nothingRemoved();
  const { metadata, gone } = keep(mended.metadata, notebookRules);
  countMetadata(gone, removed);
  const bare = {
    cells: mended.cells.map(cell => stripCell(cell, removed)),
    metadata,
    nbformat: 4,
    nbformat_minor: MINOR
  };
  removed.bytes_before = utf8Length(JSON.stringify(notebook));
  removed.bytes_after = utf8Length(canonicalText(bare));
  if (removed.bytes_after > numbers.strippedBytes) {
    throw new NotANotebook(
      `Without results the notebook is still larger than ${numbers.strippedBytes / MEGABYTE} MB. ` +
        'Move data that is written into the code to a file of its own, or split the notebook.',
      'too_big'
    );
  }
  return { notebook: bare, removed };
}

function stripCell(cell: MendedCell, removed: Removed): JsonObject {
  const { id, type, rest } = cell;
  const isCode = type === 'code';
  const { metadata, gone } = keep(cell.metadata, isCode ? codeRules : cellRules);
  const known: readonly string[] = words.cellKeys;
  countMetadata([...gone, ...entries(rest).filter(([key]) => !known.includes(key))], removed);
  outputsOf(rest).forEach(output => countOutput(output, removed));
  removed.execution_counts += (member(rest, 'execution_count') ?? null) === null ? 0 : 1;
  const attachments = member(rest, 'attachments');
  removed.attachments += isObject(attachments) ? entries(attachments).length : 0;
  if (isCode) {
    const { source } = cell;
    return { cell_type: type, id, metadata, source, outputs: [], execution_count: null };
  }
  const { source, pictures } = emptyText(cell.source, attachments);
  removed.attachments += pictures;
  return { cell_type: type, id, metadata, source };
}

function outputsOf(cell: JsonObject): readonly unknown[] {
  const outputs = member(cell, 'outputs') ?? null;
  return Array.isArray(outputs) ? outputs : outputs === null ? [] : [outputs];
}
