/** The metadata that may be shared: everything that no rule names is removed. */
import { entries, isObject, isSame, joinedLines, length, member, objectOf } from './json.js';
import type { JsonObject } from './json.js';
import { numbers, patterns, words, type Rule } from './rules.js';

/** What is left of one metadata object, and the entries that went: `outer` or `outer.inner`. */
export interface Kept {
  readonly metadata: JsonObject;
  readonly gone: readonly (readonly [string, unknown])[];
}

export function keep(metadata: JsonObject, rules: Readonly<Record<string, Rule>>): Kept {
  const kept: [string, unknown][] = [];
  const gone: [string, unknown][] = [];
  for (const [key, value] of entries(metadata)) {
    const clean = Object.hasOwn(rules, key) ? allowed(value, rules[key]!) : undefined;
    if (clean === undefined) {
      gone.push([key, value]);
      continue;
    }
    kept.push([key, clean]);
    if (isObject(value) && isObject(clean)) {
      for (const [inner, lost] of entries(value)) {
        if (!Object.hasOwn(clean, inner) || !isSame(clean[inner], lost)) {
          gone.push([`${key}.${inner}`, lost]);
        }
      }
    } else if (!isSame(clean, value)) {
      gone.push([key, value]);
    }
  }
  return { metadata: objectOf(kept), gone };
}

/** The part of `value` that may stay; undefined if none may. */
function allowed(value: unknown, rule: Rule): unknown {
  if (typeof rule === 'string') {
    return CHECKS[rule]!(value);
  }
  if ('members' in rule) {
    return members(value, rule);
  }
  if ('either' in rule) {
    return rule.either.map(choice => allowed(value, choice)).find(one => one !== undefined);
  }
  const items = Array.isArray(value) ? value : [];
  const clean = items.map(item => allowed(item, rule.several)).filter(one => one !== undefined);
  return clean.length ? clean : undefined;
}

function members(value: unknown, rule: Extract<Rule, { members: unknown }>): unknown {
  if (!isObject(value)) {
    return undefined;
  }
  const kept = Object.entries(rule.members)
    .map(([key, inner]) => [key, allowed(member(value, key), inner)] as const)
    .filter(([, clean]) => clean !== undefined);
  const has = new Set(kept.map(([key]) => key));
  return kept.length && rule.needed.every(key => has.has(key)) ? objectOf(kept) : undefined;
}

const ONE_LINE = whole(patterns.oneLine);
const SITE = whole(patterns.site);
const UUID = whole(patterns.uuid);

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && length(value) <= numbers.nameLength;
}

function isLine(value: unknown): value is string {
  return isName(value) && ONE_LINE.test(value);
}

/** The whole number that every reader of JSON understands alike; undefined for any other value. */
export function wholeNumber(value: unknown): number | undefined {
  // Zero takes the sign away: JSON would write it, and Python not.
  return Number.isSafeInteger(value) ? (value as number) + 0 : undefined;
}

function tags(value: unknown): unknown {
  const found = Array.isArray(value) ? value : [];
  const kept = new Set(found.filter(tag => isLine(tag) && !tag.includes(',')));
  return kept.size ? [...kept] : undefined;
}

/** The expected answer of an exercise, if it is words and not many. */
function solution(value: unknown): unknown {
  if (!isObject(value)) {
    return undefined;
  }
  const types: readonly string[] = words.solutionTypes;
  const kept = types
    .map(type => [type, member(value, type)] as const)
    .map(([type, text]) => [type, text, joinedLines(text)] as const)
    .filter(([, , text]) => text !== undefined && !text.includes('\0'));
  const total = kept.reduce((sum, [, , text]) => sum + length(text!), 0);
  if (!kept.length || total > numbers.solutionLength) {
    return undefined;
  }
  return objectOf(kept.map(([type, text]) => [type, text]));
}

const CHECKS: Readonly<Record<string, (value: unknown) => unknown>> = {
  line: value => (isLine(value) ? value : undefined),
  flag: value => (typeof value === 'boolean' ? value : undefined),
  message: value => {
    const fits = typeof value === 'string' && length(value) <= numbers.messageLength;
    return fits && !value.includes('\0') ? value : undefined;
  },
  tags,
  solution,
  slide_type: value => words.slideTypes.find(type => type === value),
  whole: wholeNumber,
  count: value => {
    const number = wholeNumber(value);
    const fits = number !== undefined && number >= 1 && number <= numbers.greatestCount;
    return fits ? number : undefined;
  },
  uuid: value => (typeof value === 'string' && UUID.test(value) ? value : undefined),
  site: value => (isName(value) && SITE.test(value) ? value : undefined)
};
