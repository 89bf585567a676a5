/** Strips notebooks given on standard input, one JSON text of a file per line; answers alike. */
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';

import { NotANotebook, canonicalText, strip } from '../../packages/jupyter/lib/stripping/index.js';

function outcome(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: 'unreadable' };
  }
  const before = JSON.stringify(value);
  try {
    const { notebook, removed } = strip(value);
    const canonical = canonicalText(notebook);
    if (JSON.stringify(value) !== before) {
      return { refused: 'CHANGED WHAT IT WAS GIVEN' };
    }
    const sha256 = createHash('sha256').update(canonical).digest('hex');
    return text.length < 300_000 ? { sha256, removed, canonical } : { sha256, removed };
  } catch (error) {
    if (error instanceof NotANotebook) {
      return { refused: error.kind };
    }
    return { refused: `BROKE: ${error.stack}` };
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${JSON.stringify(outcome(JSON.parse(line)))}\n`);
}
