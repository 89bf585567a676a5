/** How runs are told from kernel messages. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Runs } from '../lib/runs.js';

const START = {
  notebook: '12345678-1234-5678-1234-567812345678',
  revision: 3,
  cell: { fingerprint: '0'.repeat(32), id: 'cell-1', index: 0 }
};

function setUp({ start = START } = {}) {
  const events = [];
  const clock = { ms: Date.parse('2026-11-22T10:00:00Z') };
  let ids = 0;
  const runs = new Runs({
    describe: (cellId, source) => (start ? { ...start, cell: { ...start.cell, id: cellId } } : null),
    report: event => events.push(event),
    newId: () => `event-${++ids}`,
    now: () => clock.ms
  });
  const message = (msg_type, parent, content = {}, metadata = {}, date = undefined) => ({
    header: { msg_id: `${msg_type}-${parent}`, msg_type, date },
    parent_header: { msg_id: parent },
    content,
    metadata
  });
  return {
    runs,
    events,
    clock,
    send: (id, cellId = 'cell-1', content = {}) =>
      runs.onMessage(
        {
          header: { msg_id: id, msg_type: 'execute_request' },
          parent_header: {},
          content: { code: 'x', silent: false, ...content },
          metadata: cellId === null ? {} : { cellId }
        },
        'send'
      ),
    begin: id => runs.onMessage(message('execute_input', id, { code: 'x' }), 'recv'),
    reply: (id, content, metadata, date) =>
      runs.onMessage(message('execute_reply', id, content, metadata, date), 'recv')
  };
}

describe('Runs', () => {
  it('reports a success with the time since the kernel took it up', () => {
    const { send, begin, reply, events, clock } = setUp();

    send('a');
    clock.ms += 5_000; // behind another cell
    begin('a');
    clock.ms += 1_234;
    reply('a', { status: 'ok' });

    assert.deepEqual(events, [
      { id: 'event-1', ...START, success: true, runtime_ms: 1234, at: '2026-11-22T10:00:06.234Z' }
    ]);
  });

  it('prefers the clock of the kernel', () => {
    const { send, begin, reply, events, clock } = setUp();

    send('a');
    begin('a');
    clock.ms += 60_000; // a large result kept the browser busy
    reply('a', { status: 'ok' }, { started: '2026-11-22T09:00:00.100000Z' }, '2026-11-22T09:00:00.350Z');

    assert.equal(events[0].runtime_ms, 250);
    assert.equal(events[0].at, '2026-11-22T09:00:00.350Z');
  });

  it('reports a failure and says nothing of what failed', () => {
    const { send, begin, reply, events } = setUp();

    send('a');
    begin('a');
    reply('a', { status: 'error', ename: 'ValueError', evalue: 'canary', traceback: ['canary'] });

    assert.equal(events[0].success, false);
    assert.ok(!JSON.stringify(events).includes('canary'));
    assert.deepEqual(Object.keys(events[0]).sort(), [
      'at', 'cell', 'id', 'notebook', 'revision', 'runtime_ms', 'success'
    ]);
  });

  it('says nothing of cells that the kernel gave back', () => {
    const { send, begin, reply, events } = setUp();

    send('a');
    send('b');
    begin('a');
    reply('a', { status: 'error', ename: 'KeyError' });
    reply('b', { status: 'aborted' });

    assert.equal(events.length, 1);
  });

  for (const ename of ['KeyboardInterrupt', 'InterruptException']) {
    it(`says nothing of a cell that was stopped (${ename})`, () => {
      const { send, begin, reply, events, runs } = setUp();

      send('a');
      begin('a');
      reply('a', { status: 'error', ename });

      assert.equal(events.length, 0);
      assert.equal(runs.size, 0);
    });
  }

  it('reports each of two runs of one cell', () => {
    const { send, begin, reply, events } = setUp();

    send('a');
    send('b');
    begin('a');
    reply('a', { status: 'error', ename: 'KeyError' });
    begin('b');
    reply('b', { status: 'ok' });

    assert.deepEqual(events.map(event => event.success), [false, true]);
  });

  it('reports the cell that killed its kernel, and not those that waited', () => {
    const { send, begin, runs, events, clock } = setUp();

    send('a', 'cell-1');
    send('b', 'cell-2');
    begin('a');
    clock.ms += 700;
    for (const status of ['restarting', 'autorestarting', 'starting', 'restarting', 'autorestarting']) {
      runs.onKernelStatus(status);
    }

    assert.equal(events.length, 1);
    assert.equal(events[0].success, false);
    assert.equal(events[0].runtime_ms, 700);
    assert.equal(events[0].cell.id, 'cell-1');
  });

  it('blames the first that waited for a kernel that died before it said anything', () => {
    const { send, reply, begin, runs, events } = setUp();

    send('before', 'cell-0');
    begin('before');
    reply('before', { status: 'ok' });
    send('a', 'cell-1');
    send('b', 'cell-2');
    runs.onKernelStatus('restarting');
    runs.onKernelStatus('autorestarting');

    assert.deepEqual(
      events.map(event => [event.cell.id, event.success, event.runtime_ms]).slice(1),
      [['cell-1', false, 0]]
    );
  });

  for (const status of ['restarting', 'dead', 'starting']) {
    it(`says nothing of what ran when the kernel is ${status} by a person's wish`, () => {
      const { send, begin, reply, runs, events } = setUp();

      send('a');
      begin('a');
      runs.onKernelStatus(status);
      runs.onKernelStatus('idle');
      runs.onKernelStatus('autorestarting'); // later, and of something else
      reply('a', { status: 'ok' });

      assert.equal(events.length, 0);
      assert.equal(runs.size, 0);
    });
  }

  it('keeps runs through busy and idle', () => {
    const { send, reply, runs, events } = setUp();

    send('a');
    for (const status of ['busy', 'idle', 'unknown']) {
      runs.onKernelStatus(status);
    }
    reply('a', { status: 'ok' });

    assert.equal(events.length, 1);
  });

  it('leaves alone what is no run of a cell', () => {
    const { send, reply, runs, events } = setUp();

    send('console', null);
    send('silent', 'cell-1', { silent: true });
    reply('somebody-else', { status: 'ok' });
    runs.onMessage(
      { header: { msg_id: 'c', msg_type: 'comm_msg' }, parent_header: {}, content: {}, metadata: {} },
      'send'
    );

    assert.equal(runs.size, 0);
    assert.equal(events.length, 0);
  });

  it('leaves notebooks alone that are not of the Commons', () => {
    const { send, reply, runs, events } = setUp({ start: null });

    send('a');
    reply('a', { status: 'ok' });

    assert.equal(runs.size, 0);
    assert.equal(events.length, 0);
  });

  it('leaves out a cell id that could say something', () => {
    const { send, reply, events } = setUp();

    send('a', 'the value is 42');
    reply('a', { status: 'ok' });

    assert.equal(events[0].cell.id, null);
  });
});
