/** A tab with what differs between the open notebook and the Commons; takes over what is ticked. */
import { Widget } from '@lumino/widgets';

import { bare } from '../commons/bare.js';
import type { Calls, Comparison } from '../commons/calls.js';
import { pieces, shownLines, type CellJson, type Counts, type ShownLine, type Step } from '../commons/difference.js';
import { cellNotes } from '../commons/notes.js';
import type { OpenNotebook } from '../commons/notebook.js';
import { factsIn, maySave } from '../commons/standing.js';
import { taken } from '../commons/taking.js';
import type { Words } from '../commons/words.js';
import { commonsIcon } from '../icon.js';
import { cellKinds } from '../kinds.js';
import { button, el } from '../panel/dom.js';

export interface CompareParts {
  readonly words: Words;
  readonly calls: Calls;
  readonly notebook: OpenNotebook;
  /** What the difference leads to: mine, to see what I changed; theirs, to take it over. */
  readonly direction: 'mine' | 'theirs';
  /** Keep the notebook as it is in a file beside it; the file's name. */
  readonly keepBeside: (name: string) => Promise<string>;
  readonly run: (command: string) => Promise<unknown>;
  /** Say something, back at the notebook. */
  readonly tell: (said: string) => void;
}

let count = 0;

export class CompareTab extends Widget {
  constructor(private readonly parts: CompareParts) {
    super({ node: el('div', { attributes: { tabindex: '-1' } }) });
    const { words, notebook } = parts;
    count += 1;
    this.id = `nbcommons-compare-${count}`;
    this.addClass('nbcommons-compare');
    this.title.label = words.__('Compare: %1', notebook.fileName);
    this.title.icon = commonsIcon;
    this.title.closable = true;
    notebook.panel.disposed.connect(() => this.dispose());
    void this.load();
  }

  /** Compare what is there now. said: why it is done once more. */
  private async load(said = ''): Promise<void> {
    const { words, calls, notebook, direction } = this.parts;
    const mark = notebook.mark;
    if (mark === null) {
      this.dispose();
      return;
    }
    this.say(words.__('Comparing…'));
    try {
      const sent = bare(notebook.json()).notebook;
      this.compared = cellsOf(sent);
      const comparison = await calls.compare(mark.uuid, {
        notebook: sent,
        revision: null,
        base: mark.revision,
        direction
      });
      if (!this.isDisposed) {
        this.show_(comparison);
        this.status.textContent = said;
      }
    } catch (error) {
      this.say(
        error instanceof Error ? error.message : String(error),
        button(words.__('Try again'), () => void this.load())
      );
    }
  }

  private say(message: string, ...more: HTMLElement[]): void {
    this.node.replaceChildren(
      el('p', { class: 'nbcommons-quiet', attributes: { role: 'status' } }, message),
      ...more
    );
  }

  private show_(comparison: Comparison): void {
    const { words, notebook, direction } = this.parts;
    const { difference, version } = comparison;
    const title = factsIn(notebook.standing)?.title ?? notebook.fileName;
    const heading = headingOf(direction, version, notebook.mark?.revision ?? version, words);
    this.ticks = new Map(Array.from(this.boxes.values(), ({ key, box }) => [key, box.checked]));
    this.boxes.clear();
    const { counts, cells } = difference;
    const isSame = counts.changed + counts.moved + counts.added + counts.removed === 0;
    this.node.replaceChildren(
      el(
        'div',
        { class: 'nbcommons-compare-head' },
        el('p', { class: 'nbcommons-quiet' }, title),
        el('h2', {}, heading),
        el('p', {}, countWords(counts, words)),
        this.status,
        el('div', { class: 'nbcommons-actions' }, ...this.actions(comparison, isSame))
      ),
      ...cells.map((step, place) => this.step(step, place, comparison))
    );
    this.node.focus();
  }

  private actions(comparison: Comparison, isSame: boolean): HTMLElement[] {
    const { words, notebook, direction, run } = this.parts;
    if (direction === 'theirs') {
      const all = () => true;
      const isMine = comparison.difference.cells.some(({ by }) => by === 'you' || by === 'both');
      const ticked = (place: number) => this.boxes.get(place)?.box.checked ?? false;
      const whole = (kind: 'primary' | 'plain') =>
        button(words.__('Take all of it'), () => void this.take(comparison, all), kind);
      const some = (kind: 'primary' | 'plain') =>
        button(words.__('Take what is ticked'), () => void this.take(comparison, ticked), kind);
      const keep = button(words.__('Keep mine'), () => void this.keepMine(comparison));
      if (isSame) {
        return [whole('primary'), keep];
      }
      // Where the person has changes of their own, the first button is not to undo them.
      return isMine
        ? [some('primary'), whole('plain'), keep]
        : [whole('primary'), some('plain'), keep];
    }
    if (isSame) {
      return [];
    }
    return maySave(notebook.standing)
      ? [button(words.__('Save to the commons…'), () => void run('nbcommons:save'), 'primary')]
      : [button(words.__('Suggest a change…'), () => void run('nbcommons:suggest'), 'primary')];
  }

  private async take(comparison: Comparison, isChosen: (place: number) => boolean): Promise<void> {
    const { words, notebook } = this.parts;
    if (this.isTaking || (await this.hasMovedOn())) {
      return;
    }
    notebook.update(); // also what was typed just now is not to be lost
    const { mark } = notebook;
    if (mark === null) {
      return;
    }
    const { version, digest, difference } = comparison;
    this.isTaking = true;
    try {
      const kept = await this.keep(version);
      if (await this.hasMovedOn()) {
        return; // typed while the file was written
      }
      notebook.take(taken(difference.cells, isChosen), comparison.new);
      const settled = notebook.settle({ ...mark, revision: version, digest, seen: null }, toldOf(notebook));
      await this.finish(version, kept, settled);
    } catch {
      this.status.textContent = words.__(
        'It could not be taken over: your Jupyter did not take a file. Your notebook is as it was. Free some space, or try again.'
      );
    } finally {
      this.isTaking = false;
    }
  }

  /** Keep what the person has in a file of its own; its name, null where the commons has it. */
  private async keep(version: number): Promise<string | null> {
    const { words, notebook, keepBeside } = this.parts;
    const { standing } = notebook;
    return standing.kind === 'known' && standing.isChanged === false
      ? null
      : keepBeside(words.__('before version %1', version));
  }

  /** Say where everything is once the version was taken over and its file is written, or not. */
  private async finish(version: number, kept: string | null, saved: Promise<void>): Promise<void> {
    const { words, notebook, tell } = this.parts;
    const had = kept === null ? '' : words.__('What you had is in “%1”.', kept);
    try {
      await saved;
    } catch {
      // Nothing here fits any more: what was compared is in the open notebook already.
      this.say(
        [
          words.__(
            'Version %1 is in your open notebook, but its file could not be written: your Jupyter did not take it.',
            version
          ),
          had,
          words.__('Keep the notebook open, free some space, and save it.')
        ].join(' '),
        button(
          words.__('Save the notebook'),
          () => {
            this.say(words.__('Saving…'));
            void this.finish(version, kept, notebook.save());
          },
          'primary'
        )
      );
      this.node.focus();
      return;
    }
    tell([words.__('Version %1 is here now.', version), had].join(' ').trim());
    this.dispose();
  }

  /** Whether the notebook is not what was compared any more: then it is compared anew. */
  private async hasMovedOn(): Promise<boolean> {
    const { words, notebook } = this.parts;
    // Places among its cells are all that the comparison knows: in another notebook they are wrong.
    if (isStill(notebook, this.compared)) {
      return false;
    }
    await this.load(
      words.__('You have changed the notebook since. Look at the comparison again, and then take it.')
    );
    return true;
  }

  private async keepMine({ version }: Comparison): Promise<void> {
    const { words, notebook, tell } = this.parts;
    const { mark } = notebook;
    if (mark !== null) {
      await notebook.settle({ ...mark, seen: version }, toldOf(notebook));
      tell(words.__('Yours stays as it is. Version %1 stays in the commons.', version));
      this.dispose();
    }
  }

  private step(step: Step, place: number, comparison: Comparison): HTMLElement {
    const { words, direction } = this.parts;
    if (step.kind === 'same') {
      const same = step.count ?? 1;
      return el('p', { class: 'nbcommons-same' }, words._n('One cell is the same', '%1 cells are the same', same, same));
    }
    const label = [stepWords(step, words), byWords(step, words)].filter(Boolean).join(' · ');
    const head =
      direction === 'theirs'
        ? el('label', { class: 'nbcommons-choice' }, this.box(step, place, comparison), label)
        : el('span', {}, label);
    return el(
      'section',
      { class: `nbcommons-step nbcommons-mod-${step.kind}`, attributes: { 'aria-label': label } },
      el('div', { class: 'nbcommons-step-head' }, head),
      ...notesOf(step, comparison, words).map(note => el('p', { class: 'nbcommons-step-note' }, note)),
      el('pre', {}, ...linesOf(step, comparison).map(line => lineNode(line, words)))
    );
  }

  private box(step: Step, place: number, comparison: Comparison): HTMLInputElement {
    const box = el('input', { attributes: { type: 'checkbox' } });
    const key = keyOf(step, comparison);
    // What only they changed costs nothing to take; what I changed is mine to give up.
    box.checked = this.ticks.get(key) ?? (step.by === undefined || step.by === 'them');
    this.boxes.set(place, { key, box });
    return box;
  }

  private readonly boxes = new Map<number, { readonly key: string; readonly box: HTMLInputElement }>();
  /** What was ticked before it was compared anew. */
  private ticks: ReadonlyMap<string, boolean> = new Map();
  /** The cells that were compared, as text. */
  private compared = '';
  private isTaking = false;
  private readonly status = el('p', { class: 'nbcommons-quiet', attributes: { role: 'alert' } });
}

/** base: the version that the notebook began from. */
function headingOf(direction: 'mine' | 'theirs', version: number, base: number, words: Words): string {
  if (direction === 'theirs') {
    return words.__('What version %1 would change in yours', version);
  }
  return base === version
    ? words.__('What you changed since version %1', version)
    : words.__('How yours, begun from version %2, differs from version %1', version, base);
}

/** The cells of a notebook without its results: running it changes nothing of this. */
function cellsOf(notebook: object): string {
  return JSON.stringify((notebook as { cells?: unknown }).cells);
}

function isStill(notebook: OpenNotebook, compared: string): boolean {
  try {
    return cellsOf(bare(notebook.json()).notebook) === compared;
  } catch {
    return false; // it cannot be sent any more; comparing it says why
  }
}

/** The same for the same change in two comparisons with the same version. */
function keyOf({ kind, by, from, to }: Step, { old, version }: Comparison): string {
  const cell = to ?? cellAt(old, from)?.id ?? from;
  return [version, kind, by ?? '', cell].join(' ');
}

function toldOf({ standing }: OpenNotebook) {
  return standing.kind === 'known' ? standing.told : 'unknown';
}

function linesOf(step: Step, { old, new: newer }: Comparison): ShownLine[] {
  const before = cellAt(old, step.from);
  if (step.lines !== undefined && before !== null) {
    return shownLines(step.lines, before.source);
  }
  const cell = cellAt(newer, step.to) ?? before;
  const kind = step.kind === 'added' ? 'new' : step.kind === 'removed' ? 'gone' : 'same';
  return (cell?.source ?? '').split('\n').map(text => ({ kind, text, spans: [], count: 1 }));
}

function notesOf(step: Step, { old, new: newer }: Comparison, words: Words): string[] {
  const [before, after] = [cellAt(old, step.from), cellAt(newer, step.to)];
  return cellNotes(step, before, after, cellKinds(words), words);
}

function cellAt(cells: readonly CellJson[], place: number | undefined): CellJson | null {
  return place === undefined ? null : (cells[place] ?? null);
}

function lineNode({ kind, text, spans, count: skipped }: ShownLine, words: Words): HTMLElement {
  if (kind === 'skipped') {
    return el('span', { class: 'nbcommons-line nbcommons-mod-skipped' }, words._n('… one line', '… %1 lines', skipped, skipped));
  }
  const tag = kind === 'gone' ? 'del' : kind === 'new' ? 'ins' : 'span';
  return el(
    tag,
    { class: `nbcommons-line nbcommons-mod-${kind}` },
    ...pieces(text, spans).map(piece => (piece.isMarked ? el('mark', {}, piece.text) : piece.text)),
    text === '' ? ' ' : null
  );
}

function stepWords(step: Step, words: Words): string {
  const place = (step.to ?? step.from ?? 0) + 1;
  switch (step.kind) {
    case 'added':
      return words.__('Cell %1 is new', place);
    case 'removed':
      return words.__('Cell %1 is gone', place);
    case 'moved':
      return words.__('Cell %1 has moved', place);
    default:
      return words.__('Cell %1 has changed', place);
  }
}

function byWords({ by }: Step, words: Words): string {
  switch (by) {
    case 'them':
      return words.__('changed in the commons');
    case 'you':
      return words.__('changed by you');
    case 'both':
      return words.__('changed on both sides');
    default:
      return '';
  }
}

function countWords(counts: Counts, words: Words): string {
  const parts = [
    counts.changed && words._n('one changed', '%1 changed', counts.changed, counts.changed),
    counts.added && words._n('one new', '%1 new', counts.added, counts.added),
    counts.removed && words._n('one gone', '%1 gone', counts.removed, counts.removed),
    counts.moved && words._n('one moved', '%1 moved', counts.moved, counts.moved)
  ].filter(part => typeof part === 'string');
  return parts.length === 0 ? words.__('Code and text are the same.') : words.__('Cells: %1.', parts.join(', '));
}
