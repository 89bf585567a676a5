/** What leaves the browser. All vectors are compared with Python in tests/jupyter too. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { NotANotebook, canonicalText, strip } from '../lib/stripping/index.js';

const TESTS = new URL('../../../tests/', import.meta.url);
const EXPECTED = new URL('vectors/expected/', TESTS);

const notebook = (cell, metadata = {}) => ({
  cells: [{ cell_type: 'code', id: 'a', metadata: {}, source: 'x', ...cell }],
  metadata,
  nbformat: 4,
  nbformat_minor: 5
});

describe('strip', () => {
  it('gives what the vectors expect', () => {
    let compared = 0;
    for (const name of readdirSync(EXPECTED)) {
      const told = JSON.parse(readFileSync(new URL(name, EXPECTED), 'utf8'));
      const { canonical, removed } = told.browser ?? told;
      const file = new URL(`vectors/${name.replace('.json', '.ipynb')}`, TESTS);
      if (canonical === undefined || !existsSync(file)) {
        continue;
      }
      const stripped = strip(JSON.parse(readFileSync(file, 'utf8')));
      const counts = Object.entries(stripped.removed).filter(([key]) => key !== 'bytes_before');
      assert.equal(canonicalText(stripped.notebook), canonical, name);
      assert.deepEqual(Object.fromEntries(counts), removed, name);
      compared++;
    }
    assert.ok(compared > 15);
  });

  it('leaves what it was given as it was', () => {
    const given = notebook({ outputs: [{ output_type: 'stream', text: 'a' }], execution_count: 1 });
    const before = structuredClone(given);

    strip(given);

    assert.deepEqual(given, before);
  });

  it('changes nothing more the second time', () => {
    const once = strip(notebook({ cell_type: 'markdown', source: 'data:a/b;base64,QUJD' }));
    const twice = strip(once.notebook);

    assert.equal(canonicalText(twice.notebook), canonicalText(once.notebook));
    assert.equal(twice.removed.attachments, 0);
  });

  it('takes undefined for nothing, as JSON does', () => {
    const { notebook: bare, removed } = strip(
      notebook({ id: undefined, outputs: undefined, x: undefined }, { title: undefined })
    );

    assert.match(bare.cells[0].id, /^[0-9a-f]{12}$/);
    assert.deepEqual(bare.metadata, {});
    assert.equal(removed.metadata_keys, 0);
  });

  it('refuses with a sentence and a kind', () => {
    const refusals = [
      [null, 'not_a_notebook'],
      [{}, 'not_a_notebook'],
      [{ cells: [], nbformat: 3 }, 'old_format'],
      [notebook({ source: 7 }), 'source_unreadable'],
      [notebook({ source: 'half \ud83d' }), 'broken_character'],
      [notebook({}, { x: Infinity }), 'nan'],
      [notebook({ source: 'é'.repeat(2_500_000) }), 'too_big']
    ];
    for (const [given, kind] of refusals) {
      assert.throws(
        () => strip(given),
        error => error instanceof NotANotebook && error.kind === kind && /\.$/.test(error.message)
      );
    }
  });
});

describe('canonicalText', () => {
  it('puts names in the order of their code points', () => {
    const text = canonicalText({ '\uffff': 1, '😀': 2, 10: 3, 9: 4, ab: 5, a: 6 });

    assert.equal(text, '{"10":3,"9":4,"a":6,"ab":5,"\uffff":1,"😀":2}');
  });
});
