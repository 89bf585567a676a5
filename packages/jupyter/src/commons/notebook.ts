/** An open notebook as this extension sees it: its text, its mark, and how it stands. */
import type { NotebookPanel } from '@jupyterlab/notebook';

import { RequestFailed } from '../client.js';
import { tagsIn } from '../kinds.js';
import { metadataOf, readMark, type Mark } from '../origin.js';
import type { Calls } from './calls.js';
import { digestOf } from './digest.js';
import type { CellJson } from './difference.js';
import { bringTo, type Taken } from './taking.js';
import { standingOf, type Facts, type Standing, type Told } from './standing.js';

const KEY = 'nbcommons';
const SETTLED_MS = 600;
/** After how long to ask again what was not answered; then when the person comes back. */
const AGAIN_MS = [4_000, 15_000, 45_000, 120_000] as const;
/** Troubles that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set(['unreachable', 'failed']);
const NO_CELL: CellJson = { cell_type: 'code', source: '', metadata: {} };

export class OpenNotebook {
  constructor(
    readonly panel: NotebookPanel,
    private readonly site: string,
    private readonly calls: Calls,
    private readonly onChange: () => void
  ) {
    const { model } = panel.context;
    model.contentChanged.connect(this.onContent, this);
    model.metadataChanged.connect(this.update, this);
    panel.context.pathChanged.connect(this.onChange, this);
    panel.disposed.connect(() => {
      clearTimeout(this.timer);
      clearTimeout(this.again);
    });
    this.update();
  }

  /** How it stands, as of the last look. */
  get standing(): Standing {
    return this.now;
  }

  /** Why the Commons could not be asked the last time; null if it answered. */
  trouble: string | null = null;

  /** Whether that is because the Jupyter does not run any more. */
  hasStopped = false;

  /** When the Commons was asked last, in milliseconds since 1970; 0 if it gave no answer. */
  checkedAtMs = 0;

  /** Where its file is, below the home. */
  get path(): string {
    return this.panel.context.localPath;
  }

  get fileName(): string {
    return this.path.split('/').pop() ?? this.path;
  }

  get mark(): Mark | null {
    return readMark(this.panel.context.model.getMetadata(KEY));
  }

  digest(): string {
    return digestOf(
      Array.from(this.panel.context.model.cells, cell => ({
        type: cell.type,
        source: cell.sharedModel.getSource(),
        tags: tagsIn(cell.getMetadata('tags'))
      }))
    );
  }

  /** The whole notebook, with its results: not for sending. */
  json(): object {
    return this.panel.context.model.toJSON() as object;
  }

  /** Write down where it belongs, null for nowhere, and save the file. */
  async settle(mark: Mark | null, told: Told = 'unknown'): Promise<void> {
    if (this.panel.isDisposed) {
      throw new Error(`${this.fileName} is not open any more`);
    }
    this.write(mark, told);
    await this.save();
  }

  /** Write its file. */
  async save(): Promise<void> {
    await this.panel.context.save();
  }

  /** It is the newest version of what `facts` say, whose digest is this if it is known. */
  async published(facts: Facts, digest: string | null): Promise<void> {
    const { uuid, version } = facts;
    await this.settle({ uuid, revision: version, site: this.site, digest, seen: null }, facts);
  }

  /** Have the cells `wanted`, with the content of `theirs` where it says so; one step to undo. */
  take(wanted: readonly Taken[], theirs: readonly CellJson[]): void {
    const shared = this.panel.context.model.sharedModel;
    const fresh = (place: number) => {
      const { cell_type, source, metadata } = theirs[place] ?? NO_CELL;
      return { cell_type, source, metadata: { ...metadata } };
    };
    shared.transact(() =>
      bringTo(
        {
          size: shared.cells.length,
          move: (from, to) => shared.moveCell(from, to),
          insert: (place, their) => void shared.insertCell(place, fresh(their)),
          fill: (place, their) => {
            const cell = shared.getCell(place);
            const { cell_type, source, metadata } = fresh(their);
            if (cell.cell_type === cell_type) {
              cell.setSource(source);
              cell.setMetadata(metadata);
            } else {
              shared.deleteCell(place);
              shared.insertCell(place, { cell_type, source, metadata });
            }
          },
          remove: (from, to) => shared.deleteCellRange(from, to)
        },
        wanted
      )
    );
  }

  /** Ask the Commons how it stands there. Never fails: `trouble` says what went wrong. */
  async check(): Promise<void> {
    clearTimeout(this.again);
    const mark = this.mark;
    if (mark === null) {
      this.told = 'unknown';
      this.update();
      return;
    }
    this.checkedAtMs = Date.now();
    try {
      const base = mark.digest === null ? mark.revision : null;
      const facts = await this.calls.notebook(mark.uuid, base);
      const digest = await this.digestOfNewer(mark, facts);
      this.answered(facts);
      this.settleNewer(mark, facts, digest);
    } catch (error) {
      if (error instanceof RequestFailed && error.kind === 'not_there') {
        this.answered('gone');
      } else {
        this.failed(error);
      }
    }
    if (!this.panel.isDisposed) {
      this.update();
    }
  }

  private answered(told: Told): void {
    this.told = told;
    this.trouble = null;
    this.hasStopped = false;
    this.failures = 0;
  }

  private failed(error: unknown): void {
    this.trouble = error instanceof Error ? error.message : String(error);
    this.hasStopped = error instanceof RequestFailed && error.kind === 'stopped';
    this.checkedAtMs = 0;
    const pauseMs = AGAIN_MS[this.failures];
    const isPassing = !(error instanceof RequestFailed) || PASSING.has(error.kind);
    if (pauseMs === undefined || !isPassing || this.panel.isDisposed) {
      return;
    }
    this.failures += 1;
    clearTimeout(this.again);
    // Not all at once: a Commons that comes back has everybody asking.
    this.again = setTimeout(() => void this.check(), pauseMs * (0.8 + Math.random() * 0.4));
  }

  /** Of the newest version, if the person does not know of it; null if there is none to be had. */
  private async digestOfNewer(mark: Mark, facts: Facts): Promise<string | null> {
    const standing = standingOf(mark, this.site, '', facts);
    if (standing.kind !== 'known' || standing.newer === null) {
      return null;
    }
    const { uuid, version } = facts;
    if (this.newest?.uuid !== uuid || this.newest.version !== version) {
      this.newest = await this.calls.notebook(uuid, version).catch(() => null);
    }
    return this.newest?.base_digest ?? null;
  }

  /**
   * A newer version of the same code and text is the one that this belongs to.
   *
   * So it is where the answer to a save was lost, or the same was saved from elsewhere.
   */
  private settleNewer(mark: Mark, facts: Facts, digest: string | null): void {
    const { isDisposed, context } = this.panel;
    // It took a while to ask: the person may have typed, or saved, or closed it.
    if (digest === null || isDisposed || digest !== this.digest() || !isSame(this.mark, mark)) {
      return;
    }
    const isSaved = !context.model.dirty && !context.model.readOnly;
    this.write({ ...mark, revision: facts.version, site: this.site, digest, seen: null }, facts);
    if (isSaved) {
      // Where it fails, the next look settles it again.
      void this.save().catch(() => undefined);
    }
  }

  /** Write down where it belongs, null for nowhere, without saving the file. */
  private write(mark: Mark | null, told: Told): void {
    const { model } = this.panel.context;
    this.told = told;
    if (mark === null) {
      model.deleteMetadata(KEY);
    } else {
      model.setMetadata(KEY, metadataOf(mark));
    }
    this.update();
  }

  /** Look again how it stands. */
  update(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const mark = this.mark;
    const told = typeof this.told === 'string' || this.told.uuid === mark?.uuid ? this.told : 'unknown';
    this.now = standingOf(mark, this.site, mark === null ? '' : this.digest(), told);
    this.onChange();
  }

  private onContent(): void {
    // Typing changes it with every key: only the pause after it is worth a look.
    this.timer ??= setTimeout(() => this.update(), SETTLED_MS);
  }

  private now: Standing = { kind: 'none' };
  private told: Told = 'unknown';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  /** So many times in a row the Commons gave no answer. */
  private failures = 0;
  /** What was told with the digest of the newest version. */
  private newest: Facts | null = null;
}

function isSame(one: Mark | null, other: Mark): boolean {
  return one !== null && JSON.stringify(metadataOf(one)) === JSON.stringify(metadataOf(other));
}
