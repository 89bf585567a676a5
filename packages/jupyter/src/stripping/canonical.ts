/** One spelling for one notebook: the text whose bytes are hashed, stored and handed out. */
import { entries, isObject } from './json.js';

/** `value` as canonical JSON: names in the order of their code points, no spaces between. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalText).join(',')}]`;
  }
  if (!isObject(value)) {
    return JSON.stringify(value);
  }
  // Written by hand: an object of JavaScript puts names that look like numbers first.
  const members = entries(value)
    .sort(([one], [other]) => byCodePoint(one, other))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalText(inner)}`);
  return `{${members.join(',')}}`;
}

/** How many bytes a text takes in UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function byCodePoint(one: string, other: string): number {
  const [left, right] = [[...one], [...other]];
  const place = left.findIndex((sign, index) => sign !== right[index]);
  if (place < 0 || place >= right.length) {
    return left.length - right.length;
  }
  return left[place]!.codePointAt(0)! - right[place]!.codePointAt(0)!;
}
