/** What a comparison says of a cell besides its text. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { cellNotes } from '../lib/commons/notes.js';
import { cellKinds } from '../lib/kinds.js';

const words = {
  __: (text, ...values) => text.replace(/%(\d)/g, (_, place) => String(values[place - 1])),
  _n: (one, many, count, ...values) => words.__(count === 1 ? one : many, count, ...values)
};
const cell = (tags, cell_type = 'code') => ({ cell_type, source: 'a = 1', metadata: { tags } });
const notes = (before, after, paths = []) => {
  const step = { kind: 'changed', from: 0, to: 0, metadata: paths.map(path => ({ path })) };
  return cellNotes(step, before, after, cellKinds(words), words);
};

describe('cellNotes', () => {
  it('tells which tags came and went, by the names that people know', () => {
    const told = notes(cell(['parameters', 'draft']), cell(['draft', 'optional', 'slow']), [
      ['metadata', 'tags']
    ]);

    assert.deepEqual(told, ['Tags added: Optional, slow', 'Tag removed: Parameters']);
  });

  it('tells that text became code', () => {
    assert.deepEqual(notes(cell([], 'markdown'), cell([])), ['Is code now']);
  });

  it('names what else differs, but no id', () => {
    const told = notes(cell([]), cell([]), [['id'], ['metadata', 'jupyter', 'source_hidden']]);

    assert.deepEqual(told, ['Also differs: jupyter.source_hidden']);
  });

  it('says nothing of cells that are there once only, nor where tags are no list', () => {
    assert.deepEqual(notes(null, cell(['optional'])), []);
    assert.deepEqual(notes(cell('optional'), cell(7)), []);
  });
});
