/** JSON as values: reading what came from anywhere, without trusting its shape. */

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under `key`; undefined if there is none, whatever the prototype holds. */
export function member(value: JsonObject, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What JSON would keep of an object: undefined stands for nothing there. */
export function entries(value: JsonObject): [string, unknown][] {
  return Object.entries(value).filter(([, inner]) => inner !== undefined);
}

/** An object of `pairs`, in which no name means more than another. */
export function objectOf(pairs: Iterable<readonly [string, unknown]>): JsonObject {
  return Object.fromEntries(pairs);
}

/** Whether two values of JSON say the same; the order of names does not count. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, place) => isSame(item, other[place]));
  }
  if (isObject(one) && isObject(other)) {
    const own = entries(one);
    return (
      own.length === entries(other).length &&
      own.every(([key, inner]) => Object.hasOwn(other, key) && isSame(inner, other[key]))
    );
  }
  return one === other;
}

/** How many characters a text has: a pair of surrogates is one, as it is for Python. */
export function length(text: string): number {
  let pairs = 0;
  for (let place = 0; place + 1 < text.length; place++) {
    if (isPair(text, place)) {
      pairs++;
      place++;
    }
  }
  return text.length - pairs;
}

/** Where the character begins that is `count` characters before `place`; 0 at the least. */
export function before(text: string, place: number, count: number): number {
  let start = place;
  for (let left = count; left > 0 && start > 0; left--) {
    start -= start > 1 && isPair(text, start - 2) ? 2 : 1;
  }
  return start;
}

function isPair(text: string, place: number): boolean {
  const [first, second] = [text.charCodeAt(place), text.charCodeAt(place + 1)];
  return first >= 0xd800 && first < 0xdc00 && second >= 0xdc00 && second < 0xe000;
}

/** A text that is a string or a list of lines; undefined if it is neither. */
export function joinedLines(value: unknown): string | undefined {
  const isLines = Array.isArray(value) && value.every(line => typeof line === 'string');
  const text = isLines ? value.join('') : value;
  return typeof text === 'string' ? text : undefined;
}
