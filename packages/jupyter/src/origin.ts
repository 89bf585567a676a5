/** Where a notebook comes from, read from and written to its metadata `nbcommons`. */

export interface Origin {
  readonly uuid: string;
  /** The version it was made from; null if unknown. */
  readonly revision: number | null;
  /** The address of the Commons it came from; null if it does not say. */
  readonly site: string | null;
}

/** All that the metadata says. */
export interface Mark extends Origin {
  /** Of its code and text as they are in the Commons (`digestOf`); null in older notebooks. */
  readonly digest: string | null;
  /** A newer version that the person has seen and did not want; null if there is none. */
  readonly seen: number | null;
}

/** Of what we write. 1 had neither `digest` nor `seen`; 2 is the server extension's as well. */
const VERSION = 2;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DIGEST = /^[0-9a-f]{64}$/;

/** The origin in `metadata`, of any version known; null when it comes from no Commons. */
export function readOrigin(metadata: unknown): Origin | null {
  if (typeof metadata !== 'object' || metadata === null) {
    return null;
  }
  const { uuid, revision, site } = metadata as Record<string, unknown>;
  if (typeof uuid !== 'string' || !UUID.test(uuid)) {
    return null;
  }
  return {
    uuid: uuid.toLowerCase(),
    revision: numberOrNull(revision),
    site: typeof site === 'string' ? site : null
  };
}

/** Everything in `metadata`; null when it comes from no Commons. */
export function readMark(metadata: unknown): Mark | null {
  const origin = readOrigin(metadata);
  if (origin === null) {
    return null;
  }
  const { digest, seen } = metadata as Record<string, unknown>;
  return {
    ...origin,
    digest: typeof digest === 'string' && DIGEST.test(digest) ? digest : null,
    seen: numberOrNull(seen)
  };
}

/** What to write into the metadata for `mark`. */
export function metadataOf(mark: Mark): Record<string, string | number> {
  const { uuid, revision, site, digest, seen } = mark;
  return {
    v: VERSION,
    uuid,
    ...(revision === null ? {} : { revision }),
    ...(site === null ? {} : { site }),
    ...(digest === null ? {} : { digest }),
    ...(seen === null ? {} : { seen })
  };
}

/** Whether a notebook of `origin` belongs to the Commons at `site`. */
export function isFrom(origin: Origin, site: string): boolean {
  if (origin.site === null) {
    return true;
  }
  try {
    return new URL(origin.site).origin === new URL(site).origin;
  } catch {
    return false;
  }
}

/** The notebook's page in the Commons. */
export function pageOf(origin: Origin, site: string): string {
  return `${site}/notebooks/${origin.uuid}/`;
}

/** The id of a notebook in what a person pasted: its page's address, or the id; null if none. */
export function idIn(pasted: string): string | null {
  const found = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(pasted);
  return found === null ? null : found[0].toLowerCase();
}

function numberOrNull(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) > 0 ? (value as number) : null;
}
