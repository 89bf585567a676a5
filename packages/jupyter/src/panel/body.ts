/** What is in the panel: its first page and the search, or one form. Loaded when first opened. */
import type { OpenNotebook } from '../commons/notebook.js';
import { factsIn, maySave } from '../commons/standing.js';
import { el } from './dom.js';
import type { Desk, Flow } from './desk.js';
import { Finder } from './finder.js';
import { Home } from './home.js';
import { Linking } from './linking.js';
import { Publishing } from './publishing.js';
import type { Target } from './sent.js';

export class Body {
  constructor(private readonly desk: Desk) {
    this.home = new Home(desk, flow => this.begin(flow));
    this.finder = new Finder(desk);
    this.node = el('div', { class: 'nbcommons-body' });
    this.goHome();
    desk.listen(() => this.home.update());
  }

  readonly node: HTMLElement;

  /** Show the form for `flow` about the open notebook. */
  begin(flow: Flow, target?: Target | null): void {
    const notebook = this.desk.current();
    if (notebook === null) {
      this.goHome();
      return;
    }
    if (flow === 'link') {
      const linking = new Linking(this.desk, notebook, () => this.leave(linking.node));
      notebook.panel.disposed.connect(() => this.leave(linking.node));
      this.node.replaceChildren(linking.node);
      linking.start();
      return;
    }
    if (flow !== 'share' && target === undefined && isUnknown(notebook)) {
      void this.beginWhenKnown(flow, notebook);
      return;
    }
    const about = target === undefined ? targetOf(notebook) : target;
    const publishing = new Publishing(
      this.desk,
      notebook,
      flow,
      flow === 'share' ? null : about,
      () => this.leave(publishing.node),
      (next, changed) => this.begin(next, changed)
    );
    notebook.panel.disposed.connect(() => publishing.close());
    this.node.replaceChildren(publishing.node);
    void publishing.start();
  }

  /** What may be done with it depends on what the Commons says: without that, no form. */
  private async beginWhenKnown(flow: Flow, notebook: OpenNotebook): Promise<void> {
    await notebook.check();
    if (this.desk.current() !== notebook) {
      return;
    }
    if (isUnknown(notebook)) {
      this.goHome(); // it says why
      return;
    }
    this.begin(flow === 'suggest' && maySave(notebook.standing) ? 'save' : flow);
  }

  /** From this form, if it is still the one that is shown, to the first page. */
  private leave(form: HTMLElement): void {
    if (form.parentElement !== this.node) {
      return;
    }
    const hadFocus = form.contains(document.activeElement);
    this.goHome();
    if (hadFocus) {
      this.node.querySelector<HTMLElement>('button')?.focus();
    }
  }

  search(): void {
    this.goHome();
    this.finder.focus();
  }

  private goHome(): void {
    this.home.enter();
    this.node.replaceChildren(this.home.node, this.finder.node);
  }

  private readonly home: Home;
  private readonly finder: Finder;
}

function isUnknown({ standing }: OpenNotebook): boolean {
  return standing.kind === 'known' && standing.told === 'unknown';
}

function targetOf({ standing }: OpenNotebook): Target | null {
  if (standing.kind !== 'known') {
    return null;
  }
  const { mark } = standing;
  const known = Math.max(mark.revision ?? 0, mark.seen ?? 0);
  return {
    uuid: mark.uuid,
    title: factsIn(standing)?.title ?? '',
    version: known > 0 ? known : null
  };
}
