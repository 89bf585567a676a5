/** How reports are gathered and sent. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';

import { Batches } from '../lib/batches.js';

const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) {
    await Promise.resolve();
  }
};

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

function setUp(answers = [], options = {}) {
  const sent = [];
  const batches = new Batches({
    send: async (items, isLast) => {
      sent.push(isLast ? { last: [...items] } : [...items]);
      const answer = answers.length ? answers.shift() : true;
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    ...options
  });
  return { batches, sent };
}

describe('Batches', () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(console, 'warn', () => {});
  });

  it('gathers what happens within a moment', async () => {
    const { batches, sent } = setUp();

    batches.add(1);
    await pass(100);
    batches.add(2);
    await pass(49);
    assert.deepEqual(sent, []);
    await pass(1);

    assert.deepEqual(sent, [[1, 2]]);
    assert.equal(batches.size, 0);
  });

  it('does not let the first wait for the last', async () => {
    const { batches, sent } = setUp();

    for (let item = 0; item < 10; item += 1) {
      batches.add(item);
      await pass(50);
    }

    assert.deepEqual(sent[0], [0, 1, 2]);
    assert.equal(sent.length, 3);
  });

  it('keeps what could not be sent, in order, and tries less and less often', async () => {
    const { batches, sent } = setUp([new Error('away'), new Error('away')]);

    batches.add(1);
    await pass(150);
    batches.add(2);
    await pass(999);
    assert.equal(sent.length, 1);
    await pass(1);
    assert.deepEqual(sent[1], [1, 2]);
    await pass(1999);
    assert.equal(sent.length, 2);
    await pass(1);

    assert.deepEqual(sent[2], [1, 2]);
    assert.equal(batches.size, 0);
  });

  it('sends one batch at a time, and large ones in parts', async () => {
    const { batches, sent } = setUp([], { most: 3 });

    [1, 2, 3, 4, 5].forEach(item => batches.add(item));
    await pass(150);
    await pass(0);

    assert.deepEqual(sent, [[1, 2, 3], [4, 5]]);
  });

  it('gives up what is refused', async () => {
    const { batches, sent } = setUp([false]);

    batches.add('poison');
    await pass(150);
    batches.add('sound');
    await pass(150);

    assert.deepEqual(sent, [['poison'], ['sound']]);
    assert.equal(batches.size, 0);
  });

  it('gives up the oldest beyond its limit', async () => {
    const { batches, sent } = setUp([], { keep: 3 });

    [1, 2, 3, 4, 5].forEach(item => batches.add(item));
    await pass(150);

    assert.deepEqual(sent, [[3, 4, 5]]);
  });

  it('loses nothing that came while it was sending, even beyond the limit', async () => {
    let finish;
    const sent = [];
    const batches = new Batches({
      keep: 3,
      send: items => {
        sent.push([...items]);
        return sent.length === 1 ? new Promise(resolve => (finish = resolve)) : Promise.resolve(true);
      }
    });

    batches.add(1);
    batches.add(2);
    await pass(150);
    [3, 4].forEach(item => batches.add(item)); // 1 falls out, it is under way anyway
    finish(true);
    await settle();
    await pass(150);

    assert.deepEqual(sent, [[1, 2], [3, 4]]);
    assert.equal(batches.size, 0);
  });

  it('sends all it has when the page goes away', async () => {
    const { batches, sent } = setUp();

    batches.flush();
    assert.deepEqual(sent, []);
    batches.add(1);
    batches.flush();

    assert.deepEqual(sent, [{ last: [1] }]);
  });
});
