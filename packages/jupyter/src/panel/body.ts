/** What is in the panel: its first page and the search, or one form. Loaded when first opened. */
import type { OpenNotebook } from '../commons/notebook.js';
import { factsIn } from '../commons/standing.js';
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
    const leave = () => {
      this.goHome();
      this.node.querySelector<HTMLElement>('button')?.focus();
    };
    if (flow === 'link') {
      const linking = new Linking(this.desk, notebook, leave);
      this.node.replaceChildren(linking.node);
      linking.start();
      return;
    }
    const about = target === undefined ? targetOf(notebook) : target;
    const publishing = new Publishing(
      this.desk,
      notebook,
      flow,
      flow === 'share' ? null : about,
      leave,
      (next, changed) => this.begin(next, changed)
    );
    this.node.replaceChildren(publishing.node);
    void publishing.start();
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
