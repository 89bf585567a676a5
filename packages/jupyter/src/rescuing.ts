/** Takes any number of changed notebooks along, some at a time. Knows no JupyterLab. */
import type { Environment, Outcome } from './environmentClient.js';

/** So few that each answer comes soon, and people see that it goes on. */
const TOGETHER = 20;

/** An open notebook whose last edits are in the browser alone. */
export interface Unwritten extends Outcome {
  readonly download: () => void;
}

/** What is told of a notebook. */
export type Told = Outcome | Unwritten;

export interface Rescuer {
  environment(): Promise<Environment>;
  rescue(paths: readonly string[]): Promise<Outcome[]>;
}

export interface Rescued {
  readonly outcomes: readonly Outcome[];
  /** The address of one's drafts in the Commons. */
  readonly drafts: string | null;
}

/**
 * Go on until nothing is left, or it fails: then those that are left are named as not saved.
 *
 * Raises what `rescuer` does only while nothing was tried yet.
 */
export async function rescueAll(
  rescuer: Rescuer,
  onProgress: (done: number, all: number) => void
): Promise<Rescued> {
  const outcomes: Outcome[] = [];
  const tried = new Set<string>();
  let drafts: string | null = null;
  let left: readonly string[] = [];
  const isLeft = (path: string) => !tried.has(path);
  try {
    for (;;) {
      const environment = await rescuer.environment();
      drafts = environment.drafts;
      left = environment.changed.filter(isLeft);
      if (left.length === 0) {
        return { outcomes, drafts };
      }
      onProgress(outcomes.length, outcomes.length + left.length);
      const some = left.slice(0, TOGETHER);
      outcomes.push(...(await rescuer.rescue(some)));
      some.forEach(path => tried.add(path));
    }
  } catch (error) {
    if (tried.size === 0) {
      throw error;
    }
    const message = error instanceof Error ? error.message : String(error);
    const unsaved = left.filter(isLeft).map(path => ({ path, isSaved: false, message, url: null }));
    return { outcomes: [...outcomes, ...unsaved], drafts };
  }
}

/**
 * What became of each, those that are not safe first.
 *
 * `unwritten` have edits that are not in their files: of these a draft holds the file alone.
 */
export function told(unwritten: readonly Unwritten[], outcomes: readonly Outcome[]): Told[] {
  const urls = new Map(outcomes.map(({ path, url }) => [path, url]));
  const isUnwritten = new Set(unwritten.map(({ path }) => path));
  const others = outcomes.filter(({ path }) => !isUnwritten.has(path));
  return [
    ...unwritten.map(one => ({ ...one, url: urls.get(one.path) ?? null })),
    ...others.filter(({ isSaved }) => !isSaved),
    ...others.filter(({ isSaved }) => isSaved)
  ];
}
