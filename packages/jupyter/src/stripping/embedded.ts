/** Pictures and files written into a notebook's text: found and taken out. */
import { before, entries, isObject, length } from './json.js';
import { numbers, patterns } from './rules.js';

/** A text without the pictures that were written into it, and how many those were. */
export interface Emptied {
  readonly source: string;
  readonly pictures: number;
}

const SCHEME = new RegExp(patterns.scheme, 'gu');
const HEADER = at(patterns.header);
const BASE64 = new RegExp(patterns.base64, 'u');
const OPENING = new RegExp(patterns.opening, 'u');
const BLANK_LINE = new RegExp(patterns.blankLine, 'gu');
const UNDELIMITED = at(patterns.undelimited);
const IN_BRACKETS = at(patterns.inBrackets);
const CODED = at(patterns.coded);
const PADDING = at(patterns.padding);
const SPACE = at(patterns.space);
const CODED_LINE = at(patterns.codedLine);
const CODED_WORD = new RegExp(`^(?:${patterns.codedWord})$`, 'u');
const PICTURE_NAME = new RegExp(patterns.pictureName, 'gu');
const EXTENSION = new RegExp(`^(?:${patterns.extension})$`, 'u');
const SPACES_BEFORE_END = new RegExp(`${patterns.space}$`, 'u');
const AFTER_ATTRIBUTE = [' ', '\t', '\r', '\n', '/', '>'];

/** Matches where it is told to begin, and nowhere else. */
function at(pattern: string): RegExp {
  return new RegExp(pattern, 'uy');
}

/** `source` with every `data:` address replaced by `attachment:NAME`. */
export function emptyText(source: string, attachments: unknown): Emptied {
  const taken = stems(attachments);
  let pictures = 0;
  for (let round = 0; round < numbers.rounds; round++) {
    const found = [...addresses(source)];
    if (!found.length) {
      break;
    }
    (source.match(PICTURE_NAME) ?? []).forEach(name => taken.add(name));
    const pieces: string[] = [];
    let done = 0;
    let number = 0;
    for (const address of found) {
      do {
        number++;
      } while (taken.has(`picture-${number}`));
      const name = `picture-${number}.${extension(address.mime)}`;
      pieces.push(source.slice(done, address.start), 'attachment:', name);
      done = address.end;
    }
    source = pieces.join('') + source.slice(done);
    pictures += found.length;
  }
  return { source, pictures };
}

/** Where a `data:` address starts and ends. */
interface Address {
  readonly start: number;
  readonly end: number;
  readonly mime: string;
}

/** What stands before an address: `closing` ends it, if there is one. */
interface Opening {
  readonly closing: string;
  readonly isLink: boolean;
  readonly isAttribute: boolean;
}

function* addresses(source: string): Generator<Address> {
  const ends = new Ends(source);
  let place = 0;
  let gone = 0;
  for (;;) {
    const scheme = search(SCHEME, source, place);
    if (scheme === null) {
      return;
    }
    const start = scheme.index;
    place = start + scheme[0].length;
    const header = search(HEADER, source, place);
    if (header === null) {
      continue;
    }
    const { gap, type, subtype, parameters } = header.groups as Record<string, string | undefined>;
    const opening = openingOf(source, start, gone);
    const isCoded = BASE64.test(parameters!);
    const says = Boolean(type || parameters || opening.closing);
    if (!isCoded && ((gap && !opening.isAttribute) || !says)) {
      continue;
    }
    const payload = place + header[0].length;
    const end = isCoded ? ends.ofCoded(payload, opening) : ends.ofPlain(payload, opening);
    if (end > payload) {
      yield { start, end, mime: type ? `${type}/${subtype}`.toLowerCase() : '' };
      place = gone = end;
    }
  }
}

function search(pattern: RegExp, source: string, place: number): RegExpExecArray | null {
  pattern.lastIndex = place;
  return pattern.exec(source);
}

function openingOf(source: string, start: number, gone: number): Opening {
  const from = Math.max(gone, before(source, start, numbers.beforeCharacters));
  const match = OPENING.exec(source.slice(from, start));
  const { link, attribute, value, sign } = (match?.groups ?? {}) as Record<string, string>;
  if (link) {
    return { closing: ')', isLink: true, isAttribute: false };
  }
  if (attribute) {
    return { closing: value || '>', isLink: false, isAttribute: true };
  }
  const closing = sign === '(' ? ')' : sign === '<' ? '>' : sign ?? '';
  return { closing, isLink: false, isAttribute: false };
}

/** Finds where addresses end; each place is looked for once, going forward. */
class Ends {
  constructor(private readonly source: string) {}

  ofPlain(place: number, { closing, isAttribute }: Opening): number {
    if (isQuote(closing) || (closing === '>' && !isAttribute)) {
      const end = this.position(closing, place);
      if (end <= this.position('', place) || (isAttribute && this.closesAttribute(end))) {
        return end < this.source.length ? end : this.end(UNDELIMITED, place);
      }
    }
    return this.end(closing === ')' ? IN_BRACKETS : UNDELIMITED, place);
  }

  /** Base64 may be broken into lines, which neither Markdown nor HTML would read. */
  ofCoded(place: number, opening: Opening): number {
    let end = this.ofCodedRun(place, opening);
    if (end > place) {
      return end;
    }
    end = this.ofPlain(place, opening);
    let last = length(this.source.slice(place, end));
    for (;;) {
      const line = search(CODED_LINE, this.source, end);
      if (line === null) {
        return end;
      }
      const coded = line.groups!.coded!;
      if (coded.length < numbers.codedLineLength) {
        const isLast = last >= numbers.codedLineLength && coded.length <= last;
        if (!isLast || CODED_WORD.test(coded)) {
          return end;
        }
      }
      end += line[0].length;
      last = coded.length;
    }
  }

  /** The end of letters of base64 and spaces, if it is certain that nothing else ends. */
  private ofCodedRun(place: number, { closing, isLink, isAttribute }: Opening): number {
    const { source } = this;
    if (!(isQuote(closing) || isLink || (closing === '>' && this.isInTag(place)))) {
      return place;
    }
    const run = this.end(CODED, place);
    if (!(isQuote(closing) && isAttribute) && run > this.position('', place)) {
      return place;
    }
    const padded = this.end(PADDING, run);
    const rest = this.end(SPACE, padded);
    const after = source.charAt(rest);
    const text = source.slice(place, run);
    if (after && (after === closing || (isLink && isQuote(after)))) {
      return trimmed(text) ? place + trimmed(source.slice(place, padded)).length : place;
    }
    if (!isAttribute || isQuote(closing) || padded === run) {
      return place;
    }
    if (rest > padded && trimmed(text) === text && text) {
      return padded;
    }
    // "AA BB alt=…": the last word is the name of the next attribute.
    return place + withoutLastWord(text).length;
  }

  private isInTag(place: number): boolean {
    const tag = this.source.slice(before(this.source, place, numbers.tagCharacters), place);
    return tag.lastIndexOf('<') > tag.lastIndexOf('>');
  }

  private closesAttribute(end: number): boolean {
    return AFTER_ATTRIBUTE.includes(this.source.charAt(end + 1));
  }

  /** Where `sign` comes next, or, without one, the next blank line; else the end. */
  private position(sign: string, place: number): number {
    const known = this.next.get(sign) ?? -1;
    if (known >= place) {
      return known;
    }
    const found = sign
      ? this.source.indexOf(sign, place)
      : (search(BLANK_LINE, this.source, place)?.index ?? -1);
    const position = found < 0 ? this.source.length : found;
    this.next.set(sign, position);
    return position;
  }

  private end(pattern: RegExp, place: number): number {
    return place + (search(pattern, this.source, place)?.[0].length ?? 0);
  }

  private readonly next = new Map<string, number>();
}

function isQuote(sign: string): boolean {
  return sign === '"' || sign === "'";
}

function trimmed(text: string): string {
  return text.replace(SPACES_BEFORE_END, '');
}

/** `text` up to its last word, without spaces at its end; empty if it is one word only. */
function withoutLastWord(text: string): string {
  const words = trimmed(text);
  let place = words.length;
  while (place > 0 && trimmed(words.slice(place - 1, place))) {
    place--;
  }
  return trimmed(words.slice(0, place));
}

function stems(attachments: unknown): Set<string> {
  const names = isObject(attachments) ? entries(attachments).map(([name]) => name) : [];
  return new Set(names.map(name => /^([\s\S]*)\.[^.]*$/.exec(name)?.[1] ?? name));
}

function extension(mime: string): string {
  const kind = mime.slice(mime.lastIndexOf('/') + 1).split('+', 1)[0]!;
  return EXTENSION.test(kind) ? kind : 'file';
}
