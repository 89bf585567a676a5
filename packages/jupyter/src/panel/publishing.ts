/** A form that brings the open notebook into the Commons, from first look to last word. */
import { RequestFailed } from '../client.js';
import { bare, type Bare } from '../commons/bare.js';
import type { Alike, Decision, Draft } from '../commons/calls.js';
import type { OpenNotebook } from '../commons/notebook.js';
import { factsIn, type Facts } from '../commons/standing.js';
import { added, undecided } from '../commons/telling.js';
import type { Mark } from '../origin.js';
import { button, download, el, markInvalid, pageLink } from './dom.js';
import { alikePart, removedPart, secretsPart } from './draftparts.js';
import { sentencesOf, type Desk, type Flow } from './desk.js';
import { Fields } from './fields.js';
import { headingOf, verbOf, type Kind } from './kinds.js';
import { arrived, arrivedSuggestion, SAYS_HOW_IT_STANDS, type Prepared, type Target } from './sent.js';
import { waysOut } from './waysout.js';

/** How long something takes before it is worth saying that it takes long. */
const LONG_MS = 6_000;

/** Failures of what arrived the last time, when only the answer was lost. */
const MAY_HAVE_ARRIVED: ReadonlySet<string> = new Set(['changed', 'not_there', 'draft_gone']);

export class Publishing {
  constructor(
    private readonly desk: Desk,
    private readonly notebook: OpenNotebook,
    private readonly kind: Kind,
    private target: Target | null,
    private readonly leave: () => void,
    private readonly change: (flow: Flow, target: Target | null) => void
  ) {
    const { words } = desk;
    const isVersion = kind === 'save' || kind === 'suggest';
    this.fields = new Fields(words, isVersion, kind === 'suggest', () =>
      desk.kept.keep(kind, notebook.path, this.fields.typed())
    );
    this.submit = el(
      'button',
      { class: 'nbcommons-button nbcommons-mod-primary', attributes: { type: 'submit' } },
      verbOf(kind, words)
    );
    this.form = el(
      'form',
      {
        on: {
          submit: event => {
            event.preventDefault();
            void this.publish();
          }
        },
        attributes: { novalidate: true }
      },
      this.parts,
      this.fields.node,
      this.trouble,
      el('div', { class: 'nbcommons-actions' }, this.submit, button(words.__('Cancel'), () => this.cancel()))
    );
    this.node = el(
      'section',
      {
        class: 'nbcommons-flow',
        on: {
          keydown: event => {
            if ((event as KeyboardEvent).key === 'Escape') {
              this.cancel();
            }
          }
        }
      },
      el('h2', { class: 'nbcommons-heading' }, headingOf(kind, target?.title ?? '', words)),
      el('p', { class: 'nbcommons-file' }, notebook.fileName),
      this.status,
      this.form
    );
  }

  readonly node: HTMLElement;

  /** Show it: recall what was typed, and look what the Commons says of the notebook. */
  async start(): Promise<void> {
    const { desk, notebook, kind } = this;
    this.fields.focus();
    const kept = await desk.kept.recall(kind, notebook.path);
    if (kept !== null) {
      this.fields.retype(kept);
      this.note(desk.words.__('What you typed before is here again.'));
    }
    if (kind === 'share' || kind === 'copy') {
      void desk.calls.me().then(
        me => this.fields.offerOwners(me),
        () => undefined
      );
    }
    await this.attempt(() => this.prepare());
  }

  /** Take the results out, here, and send what is left: a draft that nobody else sees. */
  private async prepare(): Promise<Prepared> {
    const digest = this.notebook.digest();
    if (this.prepared?.digest === digest) {
      return this.prepared;
    }
    this.discard(); // the person worked on while the form was open
    const { words, calls } = this.desk;
    this.busy(words.__('Taking the results out, and looking through what is left…'));
    const stripped: Bare = bare(this.notebook.json());
    const draft = await calls.draft(stripped.notebook, this.notebook.fileName);
    this.prepared = { draft, removed: added(stripped.removed, draft.removed), digest };
    this.fields.propose(this.proposed(draft));
    this.showDraft(this.prepared);
    return this.prepared;
  }

  private proposed(draft: Draft) {
    const facts = factsIn(this.notebook.standing);
    if (this.kind !== 'copy' || facts === null) {
      return draft.proposed;
    }
    const title = this.desk.words.__('%1 (my copy)', facts.title);
    return { title, description: facts.description, tags: facts.tags };
  }

  private showDraft({ draft, removed }: Prepared): void {
    const { words } = this.desk;
    const parts = [
      removedPart(removed, draft, words),
      this.kind === 'share'
        ? alikePart(draft.alike, words, one => void this.takeOver(one))
        : null,
      secretsPart(draft.secrets, this.decisions, words, (key, decision) => {
        this.decisions = { ...this.decisions, [key]: decision };
      })
    ];
    this.parts.replaceChildren(...parts.filter(part => part !== null));
  }

  private async publish(): Promise<void> {
    const missing = this.fields.missing();
    if (missing !== null) {
      this.fail(missing.message, missing.control);
      return;
    }
    await this.attempt(async () => {
      // No answer came, and the notebook is another one now: the old one may be there all the same.
      const isOther = this.prepared?.digest !== this.notebook.digest();
      if (this.isUnsure && isOther && (await this.hasArrived())) {
        return;
      }
      try {
        await this.prepareAndSend();
      } catch (error) {
        if (!(error instanceof RequestFailed && error.kind === 'draft_gone')) {
          throw error;
        }
        // It expired, unless it became what it was to become, and only the answer was lost.
        if (!(await this.hasArrived())) {
          this.prepared = null;
          await this.prepareAndSend();
        }
      }
    });
  }

  private async prepareAndSend(): Promise<void> {
    const { words } = this.desk;
    const prepared = await this.prepare();
    const [open] = undecided(prepared.draft.secrets, this.decisions);
    if (open !== undefined) {
      const question = this.parts.querySelector<HTMLElement>(`[data-secret="${CSS.escape(open.key)}"] input`);
      this.fail(words.__('Say what is to be done about what may be a secret.'), question);
      return;
    }
    this.busy(words.__('Sending it to the commons…'));
    this.isUnsure = true;
    await this.send(prepared);
  }

  private async send({ draft, digest }: Prepared): Promise<void> {
    const { calls } = this.desk;
    if (this.kind === 'suggest' && this.target !== null) {
      // What it began from: of a newer version that they only looked at, nothing is in it.
      await this.suggest(draft, this.target, this.mark()?.revision ?? this.target.version);
      return;
    }
    const where = { path: this.notebook.path, digest, decisions: this.decisions };
    const facts = await calls.publish(draft.id, { ...this.fields.said(), ...this.about(), ...where });
    await this.published(facts, digest);
  }

  private async suggest(draft: Draft, { uuid }: Target, version: number | null): Promise<void> {
    const { calls } = this.desk;
    const { message = '' } = this.fields.said();
    const url = await calls.suggest(uuid, {
      draft: draft.id,
      message,
      based_on: version,
      decisions: this.decisions
    });
    this.suggested(url);
  }

  private suggested(url: string): void {
    const { words, kept } = this.desk;
    const isWhole = this.isClosed || this.prepared?.digest === this.notebook.digest();
    kept.forget(this.kind, this.notebook.path);
    this.prepared = null;
    const said = words.__('Your suggestion is with those who look after “%1”. They will tell you.', this.target?.title ?? '');
    const rest = words.__('What you changed since you sent it is not in it.');
    this.done(isWhole ? said : `${said} ${rest}`, pageLink(words.__('Its page'), url), true);
  }

  /** Which notebook it replaces or begins from. */
  private about() {
    const { kind, target } = this;
    if (target === null || kind === 'share') {
      return {};
    }
    if (kind === 'copy') {
      return { forks: target.uuid };
    }
    const version = this.known();
    return { replaces: target.uuid, ...(version === null ? {} : { replaces_version: version }) };
  }

  /** The newest version that the person knows of: they may have decided about one meanwhile. */
  private known(): number | null {
    const mark = this.mark();
    const known = Math.max(this.target?.version ?? 0, mark?.revision ?? 0, mark?.seen ?? 0);
    return known > 0 ? known : null;
  }

  /** What the file says of the notebook that this is about; null if it is about another. */
  private mark(): Mark | null {
    const { mark } = this.notebook;
    return mark?.uuid === this.target?.uuid ? mark : null;
  }

  private async published(facts: Facts, digest: string): Promise<void> {
    const { words } = this.desk;
    this.desk.kept.forget(this.kind, this.notebook.path);
    this.prepared = null;
    let isSaved = true;
    try {
      await this.notebook.published(facts, digest);
    } catch {
      isSaved = false;
    }
    const said =
      this.kind === 'save'
        ? words.__('Version %1 is in the commons.', facts.version)
        : words.__('It is in the commons now.');
    this.done(said, pageLink(facts.title, facts.url), isSaved);
  }

  private done(said: string, link: HTMLElement, isSaved: boolean): void {
    const { words } = this.desk;
    const back = button(words.__('Done'), this.leave, 'primary');
    this.status.replaceChildren(said);
    this.status.className = 'nbcommons-done';
    this.isDone = true;
    this.form.replaceWith(
      el('p', { class: 'nbcommons-title' }, link),
      isSaved ? '' : el('p', { class: 'nbcommons-note' }, this.unsavedWords()),
      el('div', { class: 'nbcommons-actions' }, back)
    );
    back.focus();
  }

  private unsavedWords(): string {
    const { words } = this.desk;
    if (!this.isClosed) {
      return words.__('The file here could not be saved: save it yourself, so that it knows its place in the commons.');
    }
    return this.kind === 'save'
      ? words.__('You closed it meanwhile: it finds its version when you open it again.')
      : words.__('You closed it meanwhile, so its file does not know its place in the commons. Open it again and choose “Link to…”.');
  }

  /** Do something that may fail, and say so in words that help. */
  private async attempt(work: () => Promise<unknown>): Promise<void> {
    if (this.isBusy) {
      return;
    }
    this.isBusy = true;
    this.trouble.replaceChildren();
    this.unmark();
    this.submit.disabled = true;
    const long = this.desk.words.__('This takes longer than usual. You can go on working.');
    const slow = setTimeout(() => this.note(long), LONG_MS);
    try {
      await work();
    } catch (error) {
      await this.explain(error);
    } finally {
      clearTimeout(slow);
      this.isBusy = false;
      this.submit.disabled = false;
      this.progress.remove();
      const { textContent } = this.status;
      if (textContent === long || textContent?.endsWith('…')) {
        this.status.textContent = '';
      }
      if (this.isClosed) {
        this.close();
      }
    }
  }

  private async explain(error: unknown): Promise<void> {
    if (error instanceof RequestFailed && error.kind !== 'unreachable') {
      this.isUnsure = false;
    }
    if (this.isClosed) {
      return; // there is nothing to press any more
    }
    if (error instanceof Error && error.name === 'NotANotebook') {
      this.fail(error.message);
      return;
    }
    if (!(error instanceof RequestFailed)) {
      this.fail(
        this.desk.words.__('Your Jupyter does not answer. Nothing is lost: what you typed is kept, and the notebook is as it was. Try again in a moment.')
      );
      return;
    }
    if (MAY_HAVE_ARRIVED.has(error.kind)) {
      // Perhaps it arrived the last time, and only the answer was lost.
      if (await this.hasArrived().catch(() => false)) {
        return;
      }
      this.prepared = null;
    }
    if (SAYS_HOW_IT_STANDS.has(error.kind)) {
      // What it showed of the notebook until now is wrong.
      await this.notebook.check();
      this.toldOf = factsIn(this.notebook.standing)?.version ?? null;
    }
    const [name] = Object.keys(error.errors);
    const control = name === undefined ? null : this.fields.controlOf(name);
    this.fail(sentencesOf(error), control, this.waysOut(error.kind));
  }

  /** Whether what was to be sent is there already; then that is that. */
  private async hasArrived(): Promise<boolean> {
    const { prepared } = this;
    if (this.kind === 'suggest') {
      const url = prepared && (await arrivedSuggestion(this.desk.calls, prepared));
      if (url !== null) {
        this.suggested(url);
      }
      return url !== null;
    }
    const facts = prepared && (await arrived(this.desk.calls, this.kind, this.target, prepared));
    if (prepared === null || facts === null) {
      return false;
    }
    await this.published(facts, prepared.digest);
    return true;
  }

  private waysOut(trouble: string): HTMLElement[] {
    return waysOut(trouble, this.kind, this.desk, {
      saveAnyway: () => void this.saveAnyway(),
      copy: () => this.change('copy', this.target),
      share: () => this.change('share', null),
      download: () => download(this.notebook.json(), this.notebook.fileName)
    });
  }

  /** The person has been told of the newer version, and wants theirs after it. */
  private async saveAnyway(): Promise<void> {
    const { target, toldOf } = this;
    if (target !== null) {
      // Not the newest there is now: of one that came since, nobody has told them.
      this.target = { ...target, version: toldOf ?? target.version };
      await this.publish();
    }
  }

  private async takeOver(one: Alike): Promise<void> {
    await this.attempt(async () => {
      const { version } = await this.desk.calls.notebook(one.uuid);
      this.discard();
      this.change('save', { uuid: one.uuid, title: one.title, version });
    });
  }

  private fail(message: string, control: HTMLElement | null = null, ways: HTMLElement[] = []): void {
    this.trouble.replaceChildren(
      el('p', {}, message),
      ...(ways.length > 0 ? [el('div', { class: 'nbcommons-actions' }, ...ways)] : [])
    );
    this.unmark();
    if (control === null) {
      this.fields.node.after(this.trouble);
      return;
    }
    // Beside what it is about: the form is longer than the panel.
    control.closest('.nbcommons-field')?.append(this.trouble);
    this.unmark = markInvalid(control, this.trouble);
    control.focus();
  }

  private busy(words: string): void {
    this.note(words);
    this.status.after(this.progress);
  }

  private note(words: string): void {
    this.status.textContent = words;
  }

  private cancel(): void {
    this.discard();
    this.leave();
  }

  /**
   * Its notebook is not open any more: go, unless there is a last word to read.
   *
   * What is being sent is sent. What was typed is kept, and offered when it is opened again.
   */
  close(): void {
    this.isClosed = true;
    if (!this.isBusy && !this.isDone) {
      this.cancel();
    }
  }

  /** A draft that nobody needs is not to lie about until it expires. */
  private discard(): void {
    if (this.prepared !== null) {
      void this.desk.calls.discard(this.prepared.draft.id).catch(() => undefined);
      this.prepared = null;
    }
  }

  private readonly fields: Fields;
  private readonly form: HTMLFormElement;
  private readonly submit: HTMLButtonElement;
  private readonly status = el('p', { class: 'nbcommons-quiet', attributes: { role: 'status' } });
  private readonly progress = el('progress', { class: 'nbcommons-progress' });
  private readonly parts = el('div', { class: 'nbcommons-parts' });
  private readonly trouble = el('div', { class: 'nbcommons-trouble', attributes: { role: 'alert' } });
  private prepared: Prepared | null = null;
  private decisions: Readonly<Record<string, Decision>> = {};
  /** The newest version that a failure told the person of; null if none did. */
  private toldOf: number | null = null;
  private isBusy = false;
  private isDone = false;
  /** Its notebook was closed meanwhile. */
  private isClosed = false;
  /** Something was sent, and no answer came to it. */
  private isUnsure = false;
  private unmark: () => void = () => undefined;
}
