/** What cells say of themselves. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { cellKinds, haveAll, kindsIn, tagsIn, tagsWith } from '../lib/kinds.js';

const kinds = cellKinds({ __: text => text, _n: one => one });

describe('cellKinds', () => {
  it('names each tag and explains it in a sentence', () => {
    const tags = kinds.map(kind => kind.tag);

    assert.deepEqual(tags, ['raises-exception', 'optional', 'parameters', 'no-health']);
    kinds.forEach(kind => assert.match(kind.explanation, /^[A-Z].+\.$/));
  });
});

describe('tagsWith', () => {
  it('adds a tag once, behind the others', () => {
    assert.deepEqual(tagsWith(undefined, 'optional', true), ['optional']);
    assert.deepEqual(tagsWith(['a', 'optional'], 'optional', true), ['a', 'optional']);
    assert.deepEqual(tagsWith(['a'], 'optional', true), ['a', 'optional']);
  });

  it('takes a tag away, however often it is there, and no other', () => {
    assert.deepEqual(tagsWith(['optional', 'a', 'optional'], 'optional', false), ['a']);
    assert.deepEqual(tagsWith(undefined, 'optional', false), []);
  });

  it('changes nothing in the tags that it was given', () => {
    const tags = Object.freeze(['a']);

    tagsWith(tags, 'b', true);

    assert.deepEqual(tags, ['a']);
  });
});

describe('tags of a cell', () => {
  it('may be anything', () => {
    for (const value of [null, undefined, 7, 'optional', { 0: 'optional' }]) {
      assert.deepEqual(tagsIn(value), []);
    }
    assert.deepEqual(tagsIn(['a', 7, null, 'b']), ['a', 'b']);
  });

  it('are shown in one order', () => {
    const found = kindsIn(['no-health', 'x', 'optional'], kinds);

    assert.deepEqual(found.map(kind => kind.label), ['Optional', 'Not counted for health']);
  });

  it('are set when all chosen cells have them', () => {
    assert.ok(haveAll([['a', 'b'], ['a']], 'a'));
    assert.ok(!haveAll([['a', 'b'], ['a']], 'b'));
    assert.ok(!haveAll([], 'a'));
  });
});
