/** How a notebook stands, its mark and digest, and what is told of a draft. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { failureOf } from '../lib/client.js';
import { digestOf } from '../lib/commons/digest.js';
import { KeptForms } from '../lib/commons/kept.js';
import { maySave, standingOf, standingWords, toneOf } from '../lib/commons/standing.js';
import { added, removedLines, split, undecided } from '../lib/commons/telling.js';
import { idIn, metadataOf, readMark } from '../lib/origin.js';

const UUID = '12345678-1234-5678-1234-567812345678';
const SITE = 'https://c.example.org';
const HERE = 'a'.repeat(64);
const THERE = 'b'.repeat(64);

const words = {
  __: (text, ...values) => text.replace(/%(\d)/g, (_, place) => String(values[place - 1])),
  _n: (one, many, count, ...values) => words.__(count === 1 ? one : many, ...values)
};
const mark = more => ({ uuid: UUID, revision: 4, site: SITE, digest: HERE, seen: null, ...more });
const facts = more => ({
  uuid: UUID, title: 'Late payers', description: '', visibility: 'everyone', tags: [],
  version: 4, owner: 'ann', whose: 'mine', may: ['run', 'edit'], url: '', deprecated: null, ...more
});
const said = (...args) => standingWords(standingOf(...args), words);

describe('standingWords', () => {
  const cases = [
    ['Not shared', null, 'unknown', HERE],
    ['From another commons', mark({ site: 'https://o.example.org' }), 'unknown', HERE],
    ['Yours, up to date', mark(), facts(), HERE],
    ['Yours, changed here', mark(), facts(), THERE],
    ['From ann, version 4', mark(), facts({ whose: 'colleague', may: ['run'] }), HERE],
    ['From ann, changed here', mark(), facts({ whose: 'colleague', may: ['run'] }), THERE],
    ['Your team’s (customs), up to date', mark(), facts({ whose: 'team', owner: 'customs' }), HERE],
    ['Shared with you by ann, changed here', mark(), facts({ whose: 'editable' }), THERE],
    ['A newer version exists', mark(), facts({ version: 5 }), THERE],
    ['No longer in the commons for you', mark(), 'gone', HERE],
    ['From the commons, version 4', mark(), 'unknown', HERE],
    ['From the commons, changed here', mark(), 'unknown', THERE]
  ];
  for (const [expected, marked, told, digest] of cases) {
    it(`says ${expected}`, () => assert.equal(said(marked, SITE, digest, told), expected));
  }
});

describe('standingOf', () => {
  it('does not offer again what the person has seen and not wanted', () => {
    const seen = mark({ seen: 5 });

    assert.equal(standingOf(seen, SITE, HERE, facts({ version: 5 })).newer, null);
    assert.equal(standingOf(seen, SITE, HERE, facts({ version: 6 })).newer, 6);
  });

  it('takes the digest of an older notebook from the Commons', () => {
    const old = mark({ digest: null });

    assert.equal(standingOf(old, SITE, HERE, 'unknown').isChanged, null);
    assert.equal(standingOf(old, SITE, HERE, facts({ base_digest: HERE })).isChanged, false);
    assert.equal(standingOf(old, SITE, HERE, facts({ base_digest: THERE })).isChanged, true);
  });

  it('knows who may save, and what to draw attention to', () => {
    assert.ok(maySave(standingOf(mark(), SITE, HERE, facts())));
    assert.ok(!maySave(standingOf(mark(), SITE, HERE, facts({ may: ['run'] }))));
    assert.ok(!maySave(standingOf(mark(), SITE, HERE, 'gone')));
    assert.equal(toneOf(standingOf(mark(), SITE, HERE, facts())), 'good');
    assert.equal(toneOf(standingOf(mark(), SITE, HERE, facts({ version: 9 }))), 'notice');
    assert.equal(toneOf(standingOf(null, SITE, HERE, 'unknown')), 'quiet');
  });
});

describe('readMark', () => {
  it('reads what it writes, and what the first version wrote', () => {
    for (const one of [mark(), mark({ seen: 7 }), mark({ digest: null, revision: null, site: null })]) {
      assert.deepEqual(readMark(metadataOf(one)), one);
    }
    assert.equal(metadataOf(mark()).v, 2);
    assert.deepEqual(readMark({ v: 1, uuid: UUID, revision: 4, site: SITE }), mark({ digest: null }));
  });

  it('believes nothing else', () => {
    assert.equal(readMark({ uuid: '<b>' }), null);
    assert.deepEqual(
      readMark({ uuid: UUID, revision: -1, digest: 'x', seen: '5' }),
      { uuid: UUID, revision: null, site: null, digest: null, seen: null }
    );
  });
});

describe('idIn', () => {
  it('finds the id in what was pasted', () => {
    assert.equal(idIn(`${SITE}/notebooks/${UUID.toUpperCase()}/versions/`), UUID);
    assert.equal(idIn(`  ${UUID}\n`), UUID);
    assert.equal(idIn('late payers'), null);
  });
});

describe('digestOf', () => {
  it('is the SHA-256 of kinds and sources', () => {
    assert.equal(digestOf([]), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const one = digestOf([{ type: 'code', source: 'a' }]);
    assert.notEqual(one, digestOf([{ type: 'markdown', source: 'a' }]));
    assert.notEqual(one, digestOf([{ type: 'code', source: 'a ' }]));
  });

  it('knows the named tags of a cell and no others', () => {
    const one = digestOf([{ type: 'code', source: 'a' }]);
    const tagged = tags => digestOf([{ type: 'code', source: 'a', tags }]);
    assert.equal(one, tagged(['something']));
    assert.notEqual(one, tagged(['optional']));
    assert.equal(tagged(['optional', 'parameters']), tagged(['parameters', 'x', 'optional']));
  });
});

describe('a draft', () => {
  it('is told by what was taken out, both times', () => {
    const removed = added({ outputs: 2, execution_counts: 1 }, { execution_timings: 1, widgets: 9 });

    assert.deepEqual(removedLines(removed, words), [
      { label: 'Results below cells', count: 2 },
      { label: 'Run numbers and times', count: 2 }
    ]);
    assert.deepEqual(removedLines({}, words), []);
  });

  it('waits for a word on each thing that may be a secret', () => {
    const secrets = [{ key: 'a', is_decided: false }, { key: 'b', is_decided: true }];

    assert.deepEqual(undecided(secrets, {}).map(({ key }) => key), ['a']);
    assert.deepEqual(undecided(secrets, { a: 'fine' }), []);
  });

  it('has each tag once', () => {
    assert.deepEqual(split(' a, b;a\n, c '), ['a', 'b', 'c']);
  });
});

describe('KeptForms', () => {
  const store = () => {
    const values = new Map();
    return {
      values,
      fetch: async id => values.get(id),
      save: async (id, value) => void values.set(id, value),
      remove: async id => void values.delete(id)
    };
  };

  it('bring back what was typed until it was taken', async () => {
    const kept = new KeptForms(store());
    kept.keep('share', 'a.ipynb', { title: 'T' });
    await new Promise(resolve => setTimeout(resolve, 600));

    assert.deepEqual(await kept.recall('share', 'a.ipynb'), { title: 'T' });
    assert.equal(await kept.recall('share', 'b.ipynb'), null);
    kept.forget('share', 'a.ipynb');
    await new Promise(resolve => setTimeout(resolve, 1));
    assert.equal(await kept.recall('share', 'a.ipynb'), null);
  });

  it('keep each form, also of who goes on in another at once', async () => {
    const kept = store();
    const forms = new KeptForms(kept);
    forms.keep('share', 'a.ipynb', { title: 'A' });
    forms.keep('share', 'b.ipynb', { title: 'B' });
    forms.keep('share', 'c.ipynb', { title: 'C' });
    forms.forget('share', 'c.ipynb');
    await new Promise(resolve => setTimeout(resolve, 600));

    const again = new KeptForms(kept);
    assert.deepEqual(await again.recall('share', 'a.ipynb'), { title: 'A' });
    assert.deepEqual(await again.recall('share', 'b.ipynb'), { title: 'B' });
    assert.equal(await again.recall('share', 'c.ipynb'), null);
  });

  it('do without a store, and with a broken one', async () => {
    assert.equal(await new KeptForms(null).recall('share', 'a'), null);
    const broken = { fetch: () => Promise.reject(new Error()), save: async () => 0, remove: async () => 0 };
    assert.equal(await new KeptForms(broken).recall('share', 'a'), null);
  });
});

describe('failureOf', () => {
  it('says in words that the person is signed out of their Jupyter', () => {
    const failures = [
      failureOf({ message: "'_xsrf' argument missing from POST", reason: null }, 403),
      failureOf({ message: 'Forbidden' }, 403),
      failureOf({}, 401)
    ];

    for (const { kind, message } of failures) {
      assert.equal(kind, 'signed_out');
      assert.match(message, /^You are signed out of your Jupyter\. Sign in again in another tab/);
    }
  });

  it('tells a Jupyter that has stopped from one that its person is signed out of', () => {
    const failure = failureOf({ message: 'JupyterHub server no longer running at /user/ann/' }, 424);

    assert.equal(failure.kind, 'stopped');
    assert.match(failure.message, /^Your Jupyter has stopped: .* Download the notebook\./);
  });

  it('leaves what the Commons says as it is', () => {
    const failure = failureOf({ message: 'You may not do this.', kind: 'not_allowed', errors: {} }, 403);

    assert.equal(failure.kind, 'not_allowed');
    assert.equal(failure.message, 'You may not do this.');
  });
});
