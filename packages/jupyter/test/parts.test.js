/** Numbers, names, origins, hints and sentences. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { fingerprint } from '../lib/fingerprint.js';
import { readHints, withoutHints } from '../lib/hints.js';
import { isBlank, numberCells } from '../lib/numbering.js';
import { isFrom, pageOf, readOrigin } from '../lib/origin.js';
import { closing, dueWarning, duration, keptCopy, warning } from '../lib/words.js';

const UUID = '12345678-1234-5678-1234-567812345678';
const said = {
  __: (text, ...values) => text.replace(/%(\d)/g, (_, place) => String(values[place - 1])),
  _n: (one, many, count, ...values) => said.__(count === 1 ? one : many, ...values)
};

describe('fingerprint', () => {
  it('is the MD5 of the source', () => {
    assert.equal(fingerprint(''), 'd41d8cd98f00b204e9800998ecf8427e');
    assert.equal(fingerprint('abc'), '900150983cd24fb0d6963f7d28e17f72');
    assert.equal(fingerprint('a'.repeat(1_000_000)), '7707d6ae4e027c70eea2a935c2296f21');
  });

  it('changes nothing before it counts', () => {
    assert.notEqual(fingerprint('a\r\n'), fingerprint('a\n'));
    assert.notEqual(fingerprint('\ufeffa'), fingerprint('a'));
    assert.notEqual(fingerprint('é'), fingerprint('e\u0301'));
  });
});

describe('numberCells', () => {
  const cell = (id, type, source) => ({ id, type, source: () => source });

  it('counts code cells that are not blank, from 0', () => {
    const numbers = numberCells([
      cell('title', 'markdown', '# A'),
      cell('a', 'code', 'x'),
      cell('blank', 'code', ' \n\t'),
      cell('raw', 'raw', 'x'),
      cell('b', 'code', '# only a comment')
    ]);

    assert.deepEqual([...numbers], [['a', 0], ['b', 1]]);
  });

  it('takes for blank what Python does', () => {
    for (const source of ['', ' ', '\r\n', '\x1c\x1f', '\x85', '\xa0', '\u3000']) {
      assert.ok(isBlank(source), JSON.stringify(source));
    }
    for (const source of ['\ufeff', '\u200b', '\u180e', '#', '\0']) {
      assert.ok(!isBlank(source), JSON.stringify(source));
    }
  });
});

describe('readOrigin', () => {
  it('reads what the server extension writes', () => {
    const origin = readOrigin({ v: 1, uuid: UUID, revision: 7, site: 'https://c.example.org' });

    assert.deepEqual(origin, { uuid: UUID, revision: 7, site: 'https://c.example.org' });
    assert.equal(pageOf(origin, 'https://c.example.org'), `https://c.example.org/notebooks/${UUID}/`);
  });

  it('copes with anything', () => {
    for (const metadata of [undefined, null, 1, 'x', [], {}, { uuid: 1 }, { uuid: '../x' }]) {
      assert.equal(readOrigin(metadata), null);
    }
    for (const revision of [undefined, 0, -1, 1.5, '1', null]) {
      assert.equal(readOrigin({ uuid: UUID, revision }).revision, null);
    }
  });

  it('knows whose notebook it is', () => {
    const origin = readOrigin({ uuid: UUID, site: 'https://c.example.org' });

    assert.ok(isFrom(origin, 'https://c.example.org'));
    assert.ok(isFrom(origin, 'https://c.example.org/'));
    assert.ok(!isFrom(origin, 'https://other.example.org'));
    assert.ok(!isFrom({ ...origin, site: 'not an address' }, 'https://c.example.org'));
    assert.ok(isFrom({ ...origin, site: null }, 'https://c.example.org'));
  });
});

describe('readHints', () => {
  it('reads what the server extension says', () => {
    assert.deepEqual(
      readHints(`?a=b&nbcommons-copy=edited&nbcommons-newest=12&nbcommons-uuid=${UUID}`),
      { isEdited: true, newer: { uuid: UUID, version: 12 } }
    );
    assert.deepEqual(readHints('?nbcommons-copy=unchanged'), { isEdited: false, newer: null });
  });

  it('believes nothing else', () => {
    assert.equal(readHints(''), null);
    assert.equal(readHints('?nbcommons-copy=lost'), null);
    const wrong = '?nbcommons-copy=edited&nbcommons-newest=12&nbcommons-uuid=../../api';
    assert.deepEqual(readHints(wrong), { isEdited: true, newer: null });
  });

  it('is taken out of the address', () => {
    assert.equal(withoutHints('?nbcommons-copy=edited&nbcommons-newest=1&nbcommons-uuid=x'), '');
    assert.equal(withoutHints('?reset=1&nbcommons-copy=edited'), '?reset=1');
  });
});

describe('words', () => {
  it('say how long', () => {
    const cases = [
      [0, '0 s'], [59.9, '59 s'], [60, '1 min'], [3599, '59 min'], [3600, '1 h'],
      [4800, '1 h 20 min'], [86_400, '1 d'], [93_600, '1 d 2 h']
    ];
    for (const [seconds, words] of cases) {
      assert.equal(duration(seconds, said), words);
    }
    assert.equal(closing(4800, said), 'Closes in 1 h 20 min');
    assert.equal(closing(0, said), 'Closing now');
    assert.equal(closing(null, said), null);
  });

  it('warn before the end', () => {
    assert.equal(warning(600, said), 'Your Jupyter closes in 10 minutes');
    assert.equal(warning(119, said), 'Your Jupyter closes in 1 minute');
    for (const remainingS of [31, 599, 4800]) {
      const counted = closing(remainingS, said).replace('Closes', 'Your Jupyter closes');
      assert.equal(warning(remainingS, said).replace(/ minutes?$/, ' min'), counted);
    }
    const due = [[1801, null], [1800, 1800], [601, 1800], [600, 600], [100, 120], [0, null]];
    for (const [remainingS, at] of due) {
      assert.equal(dueWarning(remainingS), at);
    }
  });

  it('tell a copy by what it is', () => {
    assert.equal(keptCopy(true, 7, said), 'You have your own copy, with your edits; version 7 is newer.');
    assert.equal(keptCopy(true, null, said), 'You have your own copy, with your edits.');
    assert.match(keptCopy(false, null, said), /^You have your own copy already/);
  });
});
