/** A hash of a notebook's code, text and named tags, to see whether they changed. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const LONE_SURROGATES = /\p{Surrogate}/gu;

/** The tags that count: what a cell says of itself (`kinds.ts`), by the alphabet. */
const TAGS = ['no-health', 'optional', 'parameters', 'raises-exception'];

/** What of a cell counts: results and other metadata do not matter. */
export interface CellText {
  readonly type: string;
  readonly source: string;
  readonly tags?: readonly string[];
}

/** The same as `received.digest_of` of the server extension. */
export function digestOf(cells: Iterable<CellText>): string {
  const hash = sha256.create();
  for (const { type, source, tags = [] } of cells) {
    // Of a cell without them as it always was: what older ones have written down still holds.
    const said = TAGS.filter(tag => tags.includes(tag)).map(tag => `#${tag}\0`);
    const text = `${type}\0${source}\0${said.join('')}`;
    hash.update(utf8ToBytes(text.replace(LONE_SURROGATES, '?')));
  }
  return bytesToHex(hash.digest());
}
