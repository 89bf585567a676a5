/** A hash of a notebook's code and text, to see whether they changed. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const LONE_SURROGATES = /\p{Surrogate}/gu;

/** What of a cell counts: results and metadata do not matter. */
export interface CellText {
  readonly type: string;
  readonly source: string;
}

/** The same as `received.digest_of` of the server extension. */
export function digestOf(cells: Iterable<CellText>): string {
  const hash = sha256.create();
  for (const { type, source } of cells) {
    hash.update(utf8ToBytes(`${type}\0${source}\0`.replace(LONE_SURROGATES, '?')));
  }
  return bytesToHex(hash.digest());
}
