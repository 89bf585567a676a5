/** Sentences for people. */

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** «1 h 20 min», «9 min», «40 s»: how long is left, never more exact than it is useful. */
export function duration(seconds: number): string {
  if (seconds >= DAY_S) {
    const hours = Math.floor((seconds % DAY_S) / HOUR_S);
    return `${Math.floor(seconds / DAY_S)} d${hours ? ` ${hours} h` : ''}`;
  }
  if (seconds >= HOUR_S) {
    const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S);
    return `${Math.floor(seconds / HOUR_S)} h${minutes ? ` ${minutes} min` : ''}`;
  }
  if (seconds >= MINUTE_S) {
    return `${Math.floor(seconds / MINUTE_S)} min`;
  }
  return `${Math.max(0, Math.floor(seconds))} s`;
}

/** The words of the clock; null when there is no end in sight. */
export function closing(remainingS: number | null): string | null {
  if (remainingS === null) {
    return null;
  }
  return remainingS > 0 ? `Closes in ${duration(remainingS)}` : 'Closing now';
}

/** The head of the warning before the end. */
export function warning(remainingS: number): string {
  const minutes = Math.max(1, Math.round(remainingS / MINUTE_S));
  const within = minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return `Your Jupyter closes in ${within}`;
}

/** Before its end people are warned so many seconds ahead. */
export const WARNED_AT_S = [1800, 600, 120] as const;

/** Which warning is due: the latest that has come, null before the first. */
export function dueWarning(remainingS: number): number | null {
  const due = WARNED_AT_S.filter(at => remainingS <= at);
  return (remainingS > 0 ? due.at(-1) : null) ?? null;
}

/** Said when a notebook was there already. newest: the number of a newer version, if any. */
export function keptCopy(isEdited: boolean, newest: number | null): string {
  const copy = isEdited
    ? 'You have your own copy, with your edits'
    : 'You have your own copy already, and it is open here';
  return newest === null ? `${copy}.` : `${copy}; version ${newest} is newer.`;
}
