/** Sentences about a draft: what was taken out, and what of it needs a decision. */
import type { Decision, Secret } from './calls.js';
import type { Words } from './words.js';

export interface RemovedLine {
  readonly label: string;
  readonly count: number;
}

/** The lines to show, those that count nothing left out. */
export function removedLines(
  removed: Readonly<Record<string, number>>,
  words: Words
): RemovedLine[] {
  const sum = (...kinds: string[]) => kinds.reduce((all, kind) => all + (removed[kind] ?? 0), 0);
  return [
    { label: words.__('Results below cells'), count: sum('outputs') },
    { label: words.__('Attached pictures and files'), count: sum('attachments') },
    { label: words.__('Saved state of sliders and boxes'), count: sum('widget_states') },
    {
      label: words.__('Run numbers and times'),
      count: sum('execution_counts', 'execution_timings')
    },
    { label: words.__('Names and folders in the file'), count: sum('names_and_folders') },
    { label: words.__('Other notes of Jupyter and its tools'), count: sum('metadata_keys') }
  ].filter(({ count }) => count > 0);
}

/** Both together: what the browser took out, and what the Commons found besides. */
export function added(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>
): Record<string, number> {
  const sums: Record<string, number> = { ...one };
  for (const [kind, count] of Object.entries(other)) {
    sums[kind] = (sums[kind] ?? 0) + count;
  }
  return sums;
}

/** Those that still need a word of the person. */
export function undecided(
  secrets: readonly Secret[],
  decisions: Readonly<Record<string, Decision>>
): Secret[] {
  return secrets.filter(({ key, is_decided }) => !is_decided && !(key in decisions));
}

/** What a person separated by commas, each once. */
export function split(text: string): string[] {
  const parts = text.split(/[,;\n]/).map(part => part.trim());
  return [...new Set(parts.filter(part => part !== ''))];
}
