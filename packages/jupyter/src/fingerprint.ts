/** The name of a piece of code: how a report of a run finds its cell. */
import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';

const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * The MD5 of `source` in UTF-8, in hex: the same as in the package nbcommons_ipynb.
 *
 * A name, not a security measure. Half a surrogate pair counts as a question mark, as there.
 */
export function fingerprint(source: string): string {
  const text = source.replace(LONE_SURROGATES, '?');
  return bytesToHex(md5(new TextEncoder().encode(text)));
}
