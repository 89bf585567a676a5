/** Where a notebook comes from, read from its metadata `nbcommons`. */

export interface Origin {
  readonly uuid: string;
  /** The version it was made from; null if unknown. */
  readonly revision: number | null;
  /** The address of the Commons it came from; null if it does not say. */
  readonly site: string | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The origin in `metadata`, of any version known; null when it comes from no Commons. */
export function readOrigin(metadata: unknown): Origin | null {
  if (typeof metadata !== 'object' || metadata === null) {
    return null;
  }
  const { uuid, revision, site } = metadata as Record<string, unknown>;
  if (typeof uuid !== 'string' || !UUID.test(uuid)) {
    return null;
  }
  const isRevision = Number.isInteger(revision) && (revision as number) > 0;
  return {
    uuid: uuid.toLowerCase(),
    revision: isRevision ? (revision as number) : null,
    site: typeof site === 'string' ? site : null
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
