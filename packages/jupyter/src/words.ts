/** Sentences for people about this Jupyter's life and their copies. */
import type { Words } from './commons/words.js';

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** «1 h 20 min», «9 min», «40 s»: how long is left, never more exact than it is useful. */
export function duration(seconds: number, words: Words): string {
  const whole = (of: number, part: number) => Math.floor(of / part);
  if (seconds >= DAY_S) {
    const days = words.__('%1 d', whole(seconds, DAY_S));
    const hours = whole(seconds % DAY_S, HOUR_S);
    return hours ? `${days} ${words.__('%1 h', hours)}` : days;
  }
  if (seconds >= HOUR_S) {
    const hours = words.__('%1 h', whole(seconds, HOUR_S));
    const minutes = whole(seconds % HOUR_S, MINUTE_S);
    return minutes ? `${hours} ${words.__('%1 min', minutes)}` : hours;
  }
  if (seconds >= MINUTE_S) {
    return words.__('%1 min', whole(seconds, MINUTE_S));
  }
  return words.__('%1 s', Math.max(0, Math.floor(seconds)));
}

/** The words of the clock; null when there is no end in sight. */
export function closing(remainingS: number | null, words: Words): string | null {
  if (remainingS === null) {
    return null;
  }
  return remainingS > 0
    ? words.__('Closes in %1', duration(remainingS, words))
    : words.__('Closing now');
}

/** The head of the warning before the end; counts as the clock does, which stands beside it. */
export function warning(remainingS: number, words: Words): string {
  const minutes = Math.floor(remainingS / MINUTE_S);
  if (minutes < 1 || remainingS >= HOUR_S) {
    return words.__('Your Jupyter closes in %1', duration(remainingS, words));
  }
  return words._n(
    'Your Jupyter closes in 1 minute',
    'Your Jupyter closes in %1 minutes',
    minutes,
    minutes
  );
}

/** Before its end people are warned so many seconds ahead. */
export const WARNED_AT_S = [1800, 600, 120] as const;

/** Which warning is due: the latest that has come, null before the first. */
export function dueWarning(remainingS: number): number | null {
  const due = WARNED_AT_S.filter(at => remainingS <= at);
  return (remainingS > 0 ? due.at(-1) : null) ?? null;
}

/** Said when a notebook was there already. newest: the number of a newer version, if any. */
export function keptCopy(isEdited: boolean, newest: number | null, words: Words): string {
  if (newest === null) {
    return isEdited
      ? words.__('You have your own copy, with your edits.')
      : words.__('You have your own copy already, and it is open here.');
  }
  return isEdited
    ? words.__('You have your own copy, with your edits; version %1 is newer.', newest)
    : words.__('You have your own copy already, and it is open here; version %1 is newer.', newest);
}
