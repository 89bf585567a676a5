/** What is sent to the Commons, and whether it arrived where no answer came. */
import { RequestFailed } from '../client.js';
import type { Calls, Draft } from '../commons/calls.js';
import type { Facts } from '../commons/standing.js';
import type { Kind } from './kinds.js';

/** Which notebook of the Commons it is about; null for a new one. */
export interface Target {
  readonly uuid: string;
  readonly title: string;
  /** The version that it began from. */
  readonly version: number | null;
}

export interface Prepared {
  readonly draft: Draft;
  readonly removed: Readonly<Record<string, number>>;
  /** Of the notebook as it was sent. */
  readonly digest: string;
}

/** Failures that tell something of the notebook in the Commons which the panel did not know. */
export const SAYS_HOW_IT_STANDS: ReadonlySet<string> = new Set([
  'changed',
  'not_there',
  'not_allowed'
]);

/** What is in the Commons of a notebook or version that was to be sent; null if it is not there. */
export async function arrived(
  calls: Calls,
  kind: Exclude<Kind, 'suggest'>,
  target: Target | null,
  { draft, digest }: Prepared
): Promise<Facts | null> {
  if (kind === 'share' || kind === 'copy') {
    // A new notebook has the id of the draft that it was made of.
    return calls.notebook(draft.id).catch(ifNotThere);
  }
  if (target === null) {
    return null;
  }
  const { version } = await calls.notebook(target.uuid);
  const facts = await calls.notebook(target.uuid, version);
  return facts.base_digest === digest && version !== target.version ? facts : null;
}

/** The page of the suggestion that was to be sent; null if it is not there. */
export async function arrivedSuggestion(calls: Calls, { draft }: Prepared): Promise<string | null> {
  return calls.suggestion(draft.id).catch(ifNotThere);
}

function ifNotThere(error: unknown): null {
  if (error instanceof RequestFailed && error.kind === 'not_there') {
    return null;
  }
  throw error;
}
