/** What was taken out of a notebook before anybody saw it: exact counts. */
import { entries, isObject, member } from './json.js';
import type { JsonObject } from './json.js';
import { patterns, words } from './rules.js';

/**
 * Exact counts of what was removed from one notebook, by the names that the site uses.
 *
 * outputs is always the sum of tables, charts, texts, errors, widgets and others.
 */
export interface Removed {
  outputs: number;
  tables: number;
  charts: number;
  texts: number;
  errors: number;
  widgets: number;
  others: number;
  text_lines: number;
  execution_counts: number;
  execution_timings: number;
  widget_states: number;
  attachments: number;
  names_and_folders: number;
  metadata_keys: number;
  bytes_before: number;
  bytes_after: number;
}

export function nothingRemoved(): Removed {
  return {
    outputs: 0,
    tables: 0,
    charts: 0,
    texts: 0,
    errors: 0,
    widgets: 0,
    others: 0,
    text_lines: 0,
    execution_counts: 0,
    execution_timings: 0,
    widget_states: 0,
    attachments: 0,
    names_and_folders: 0,
    metadata_keys: 0,
    bytes_before: 0,
    bytes_after: 0
  };
}

const TABLE = new RegExp(patterns.table, 'u');
const DRAWING = new RegExp(patterns.drawing, 'u');
const PERSONAL_KEY = new RegExp(`^(?:${patterns.personalKey})$`, 'u');
const PERSONAL_PATH = new RegExp(patterns.personalPath, 'u');

type Kind = 'tables' | 'charts' | 'texts' | 'errors' | 'widgets' | 'others';

/** Count one result, however odd it is. */
export function countOutput(output: unknown, removed: Removed): void {
  const [kind, text] = described(output);
  removed.outputs += 1;
  removed[kind] += 1;
  if (kind === 'texts') {
    removed.text_lines += linesOf(text);
  }
}

function described(output: unknown): [Kind, string] {
  if (!isObject(output)) {
    return ['others', ''];
  }
  const kind = member(output, 'output_type');
  if (kind === 'stream') {
    return ['texts', joined(member(output, 'text'))];
  }
  if (includes(words.errorTypes, kind)) {
    return ['errors', ''];
  }
  const data = member(output, 'data');
  return isObject(data) ? bundle(data) : ['others', ''];
}

/** The most telling of a result's forms decides what it was. */
function bundle(data: JsonObject): [Kind, string] {
  const types = entries(data).map(([type]) => type);
  if (types.some(type => includes(words.widgetView, type))) {
    return ['widgets', ''];
  }
  if (types.some(type => includes(words.tableTypes, type))) {
    return ['tables', ''];
  }
  if (types.some(type => words.chartTypes.some(start => type.startsWith(start)))) {
    return ['charts', ''];
  }
  const html = member(data, 'text/html');
  if (html !== undefined) {
    const text = joined(html);
    return [TABLE.test(text) ? 'tables' : DRAWING.test(text) ? 'charts' : 'others', ''];
  }
  const text = words.textTypes.find(type => types.includes(type));
  return text === undefined ? ['others', ''] : ['texts', joined(member(data, text))];
}

function includes(list: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && list.includes(value);
}

function linesOf(text: string): number {
  return text ? text.split('\n').length - (text.endsWith('\n') ? 1 : 0) : 0;
}

/** The text of a result, which formats write as a string or a list of lines. */
function joined(value: unknown): string {
  if (Array.isArray(value)) {
    return value.filter(line => typeof line === 'string').join('');
  }
  return typeof value === 'string' ? value : '';
}

/** Count removed metadata entries, each in exactly one place. */
export function countMetadata(
  gone: Iterable<readonly [string, unknown]>,
  removed: Removed
): void {
  for (const [key, value] of gone) {
    if (includes(words.timingKeys, key)) {
      removed.execution_timings += 1;
    } else if (key === 'widgets') {
      removed.widget_states += widgetStates(value);
    } else if (isPersonal(key, value)) {
      removed.names_and_folders += 1;
    } else {
      removed.metadata_keys += 1;
    }
  }
}

/** How many widgets a saved state holds; at least 1, for the entry itself. */
function widgetStates(value: unknown): number {
  let count = 0;
  for (const [, view] of isObject(value) ? entries(value) : []) {
    const state = isObject(view) ? member(view, 'state') : undefined;
    count += isObject(state) ? entries(state).length : 0;
  }
  return Math.max(count, 1);
}

function isPersonal(key: string, value: unknown): boolean {
  const last = key.slice(key.lastIndexOf('.') + 1).toLowerCase();
  return PERSONAL_KEY.test(last) || (typeof value === 'string' && PERSONAL_PATH.test(value));
}
