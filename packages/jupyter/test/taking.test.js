/** Taking over cells of another version, and the lines that are shown of a difference. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { pieces, shownLines } from '../lib/commons/difference.js';
import { bringTo, taken } from '../lib/commons/taking.js';

const same = (from, to, count) => ({ kind: 'same', from, to, count });

/** A list of texts, as a notebook's cells are. */
const listOf = (mine, theirs) => {
  const cells = [...mine];
  return {
    cells,
    get size() { return cells.length; },
    move: (from, to) => cells.splice(to, 0, ...cells.splice(from, 1)),
    insert: (place, their) => cells.splice(place, 0, theirs[their]),
    fill: (place, their) => (cells[place] = theirs[their]),
    remove: (from, to) => cells.splice(from, to - from)
  };
};
const after = (mine, theirs, steps, isChosen) => {
  const list = listOf(mine, theirs);
  bringTo(list, taken(steps, isChosen));
  return list.cells;
};

describe('taken', () => {
  // What the server says of ABCD becoming xAc: C changed, B and D gone, x new.
  const mine = ['A', 'B', 'C', 'D'];
  const theirs = ['x', 'A', 'c'];
  const steps = [
    { kind: 'added', to: 0 },
    same(0, 1, 1),
    { kind: 'removed', from: 1 },
    { kind: 'changed', from: 2, to: 2 },
    { kind: 'removed', from: 3 }
  ];

  it('takes all, nothing, or each by itself', () => {
    const cases = [
      [[0, 1, 2, 3, 4], ['x', 'A', 'c']],
      [[], ['A', 'B', 'C', 'D']],
      [[0], ['x', 'A', 'B', 'C', 'D']],
      [[2], ['A', 'C', 'D']],
      [[3], ['A', 'B', 'c', 'D']],
      [[4], ['A', 'B', 'C']]
    ];
    for (const [chosen, expected] of cases) {
      assert.deepEqual(after(mine, theirs, steps, place => chosen.includes(place)), expected);
    }
  });

  it('moves cells, or leaves them where they were', () => {
    // ABCD becoming DABC, with D changed as well.
    const moved = [{ kind: 'moved', from: 3, to: 0 }, same(0, 1, 3)];

    assert.deepEqual(after(mine, ['d', 'A', 'B', 'C'], moved, () => true), ['d', 'A', 'B', 'C']);
    assert.deepEqual(after(mine, ['d', 'A', 'B', 'C'], moved, () => false), mine);
  });

  it('finds a place for a cell whose neighbour went', () => {
    // ABC becoming C: taken, B gone, C moved but not chosen.
    const gone = [{ kind: 'moved', from: 2, to: 0 }, same(0, 1, 1), { kind: 'removed', from: 1 }];

    assert.deepEqual(after(['A', 'B', 'C'], ['C', 'A'], gone, place => place === 2), ['A', 'C']);
  });

  it('makes theirs of mine, whatever the order, when all is taken', () => {
    for (let round = 0; round < 300; round += 1) {
      const cells = Array.from({ length: 1 + (round % 7) }, (_, number) => `c${number}`);
      const order = cells.map((_, from) => ({ from, at: Math.random() })).sort((a, b) => a.at - b.at);
      const target = order.map(({ from }) => `${cells[from]}!`);
      const moves = order.map(({ from }, to) => ({ kind: 'moved', from, to }));

      assert.deepEqual(after(cells, target, moves, () => true), target);
      assert.deepEqual(after(cells, target, moves, () => false), cells);
    }
  });
});

describe('shownLines', () => {
  const old = Array.from({ length: 20 }, (_, number) => `line ${number}`).join('\n');

  it('shortens what stayed the same', () => {
    const blocks = [{ same: 10 }, { from: ['line 10'], to: ['new'] }, { same: 9 }];

    const shown = shownLines(blocks, old).map(({ kind, text, count }) => text || `${kind} ${count}`);

    assert.deepEqual(shown, [
      'skipped 7', 'line 7', 'line 8', 'line 9', 'line 10', 'new',
      'line 11', 'line 12', 'line 13', 'skipped 6'
    ]);
  });

  it('knows blocks whose elements are several lines', () => {
    const blocks = [{ from: ['line 0\nline 1'], to: [] }, { same: 18 }];

    assert.equal(shownLines(blocks, old)[1].text, 'line 2');
  });

  it('shows an empty cell that was filled', () => {
    assert.deepEqual(
      shownLines([{ from: [], to: ['a'] }], ''),
      [{ kind: 'new', text: 'a', spans: [], count: 1 }]
    );
  });
});

describe('pieces', () => {
  it('count signs, not units', () => {
    assert.deepEqual(pieces('🐧ab', [[1, 2]]), [
      { text: '🐧', isMarked: false },
      { text: 'a', isMarked: true },
      { text: 'b', isMarked: false }
    ]);
    assert.deepEqual(pieces('', []), []);
  });
});
