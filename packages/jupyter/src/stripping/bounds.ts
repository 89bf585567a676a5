/** What no notebook may hold, wherever it stands: the site would refuse the file for it. */
import { NotANotebook } from './errors.js';
import { numbers } from './rules.js';

const CLEAR = 'Clear all outputs of the notebook and try again.';
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Throws `NotANotebook`. Goes through the value level by level, so that no depth is too much. */
export function checkBounds(notebook: unknown): void {
  let containers = 0;
  let depth = 0;
  let isSound = true;
  let isFinite = true;
  let level: unknown[] = [notebook];
  while (level.length) {
    const next: unknown[] = [];
    const held = containers;
    for (const value of level) {
      if (typeof value === 'string') {
        isSound &&= !LONE_SURROGATE.test(value);
      } else if (typeof value === 'number') {
        isFinite &&= Number.isFinite(value);
      } else if (typeof value === 'object' && value !== null) {
        containers++;
        for (const [key, inner] of Object.entries(value)) {
          isSound &&= !LONE_SURROGATE.test(key);
          next.push(inner);
        }
      }
    }
    depth += containers > held ? 1 : 0;
    level = next;
  }
  tell({ containers, depth, isSound, isFinite });
}

interface Found {
  readonly containers: number;
  readonly depth: number;
  readonly isSound: boolean;
  readonly isFinite: boolean;
}

function tell({ containers, depth, isSound, isFinite }: Found): void {
  if (containers > numbers.containers) {
    throw new NotANotebook(`The notebook has too many parts. ${CLEAR}`, 'too_big');
  }
  if (depth > numbers.depth) {
    throw new NotANotebook(
      `Something in the notebook is nested more than ${numbers.depth} levels deep. ${CLEAR}`,
      'too_deep'
    );
  }
  if (!isFinite) {
    throw new NotANotebook(
      'The notebook holds a number without end, often in a result, which its format does not ' +
        `allow. ${CLEAR}`,
      'nan'
    );
  }
  if (!isSound) {
    throw new NotANotebook(
      'The notebook holds half a character, often a broken emoji. Find and retype it, or clear ' +
        'the outputs if it is in one, and try again.',
      'broken_character'
    );
  }
}
