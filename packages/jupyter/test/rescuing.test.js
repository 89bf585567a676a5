/** Taking along whatever is nowhere else, however much it is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { rescueAll, told } from '../lib/rescuing.js';

const saved = path => ({ path, isSaved: true, message: '', url: `https://c.example/add/${path}/` });
const refused = path => ({ path, isSaved: false, message: 'Too many drafts wait.', url: null });

/** A Jupyter with `paths` that are changed; what is saved is not any more. */
const jupyter = (paths, outcomeOf = saved) => {
  const changed = new Set(paths);
  return {
    asked: [],
    async environment() {
      return { changed: [...changed], drafts: 'https://c.example/mine/' };
    },
    async rescue(some) {
      this.asked.push(some.length);
      const outcomes = some.map(outcomeOf);
      outcomes.filter(one => one.isSaved).forEach(one => changed.delete(one.path));
      return outcomes;
    }
  };
};
const many = count => Array.from({ length: count }, (_, at) => `${at}.ipynb`);

describe('rescueAll', () => {
  it('goes on until nothing is left, and says how far it is', async () => {
    const site = jupyter(many(107));
    const told = [];
    const { outcomes, drafts } = await rescueAll(site, (done, all) => told.push([done, all]));
    assert.deepEqual(outcomes.map(one => one.path), many(107));
    assert.equal(drafts, 'https://c.example/mine/');
    assert.ok(site.asked.length > 1 && Math.max(...site.asked) < 100);
    assert.deepEqual(told[0], [0, 107]);
    assert.equal(told.at(-1)[1], 107);
  });

  it('tries each once, also what is refused', async () => {
    const site = jupyter(many(50), path => (path === '3.ipynb' ? refused(path) : saved(path)));
    const { outcomes } = await rescueAll(site, () => undefined);
    assert.equal(outcomes.length, 50);
    assert.deepEqual(outcomes.filter(one => !one.isSaved), [refused('3.ipynb')]);
  });

  it('names what is left when it fails on the way', async () => {
    const site = jupyter(many(50), path => {
      if (path === '30.ipynb') {
        throw new Error('No answer.');
      }
      return saved(path);
    });
    const { outcomes } = await rescueAll(site, () => undefined);
    assert.deepEqual(outcomes.map(one => one.path), many(50));
    const unsaved = outcomes.filter(one => !one.isSaved);
    assert.equal(unsaved.length, 30);
    assert.equal(unsaved[0].message, 'No answer.');
  });

  it('fails where nothing was tried', async () => {
    const fails = { environment: () => Promise.reject(new Error('away')) };
    await assert.rejects(rescueAll(fails, () => undefined), /away/);
  });

  it('has nothing to tell where nothing is changed', async () => {
    const { outcomes } = await rescueAll(jupyter([]), () => assert.fail());
    assert.deepEqual(outcomes, []);
  });
});

describe('told', () => {
  it('has what is not safe first, and calls no edit safe that is in no file', () => {
    const download = () => undefined;
    const unwritten = { ...refused('b'), message: 'its last edits', download };
    const all = told([unwritten], [saved('a'), saved('b'), refused('c')]);
    assert.deepEqual(all.map(one => [one.path, one.isSaved]), [['b', false], ['c', false], ['a', true]]);
    assert.equal(all[0].url, saved('b').url);
    assert.equal(all[0].download, download);
  });
});
