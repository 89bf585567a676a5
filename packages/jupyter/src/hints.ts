/** What the server extension says about a file it has just sent the browser to. */

export interface Hints {
  readonly isEdited: boolean;
  /** The notebook, and the number of a version that is newer than the copy. */
  readonly newer: { readonly uuid: string; readonly version: number } | null;
}

const NAMES = ['nbcommons-copy', 'nbcommons-newest', 'nbcommons-uuid'];
const UUID = /^[0-9a-f-]{36}$/;
const VERSION = /^[1-9][0-9]{0,9}$/;

/** The hints in an address's query, null if there are none. */
export function readHints(query: string): Hints | null {
  const values = new URLSearchParams(query);
  const copy = values.get('nbcommons-copy');
  if (copy !== 'edited' && copy !== 'unchanged') {
    return null;
  }
  const uuid = values.get('nbcommons-uuid') ?? '';
  const version = values.get('nbcommons-newest') ?? '';
  const isSound = UUID.test(uuid) && VERSION.test(version);
  return {
    isEdited: copy === 'edited',
    newer: isSound ? { uuid, version: Number(version) } : null
  };
}

/** `query` without the hints: a reloaded page is not to say it again. */
export function withoutHints(query: string): string {
  const values = new URLSearchParams(query);
  NAMES.forEach(name => values.delete(name));
  const rest = values.toString();
  return rest ? `?${rest}` : '';
}
