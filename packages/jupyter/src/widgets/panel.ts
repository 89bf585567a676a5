/** The panel at the side. What is in it is loaded when it is first looked at. */
import { Widget } from '@lumino/widgets';

import type { Words } from '../commons/words.js';
import { commonsIcon } from '../icon.js';
import type { Body } from '../panel/body.js';
import type { Desk, Flow } from '../panel/desk.js';
import { button, el } from '../panel/dom.js';

export class CommonsPanel extends Widget {
  constructor(private readonly words: Words) {
    const attributes = { role: 'region', 'aria-label': words.__('Commons'), tabindex: '-1' };
    super({ node: el('div', { attributes }) });
    this.id = 'nbcommons-panel';
    this.addClass('nbcommons-panel');
    this.title.icon = commonsIcon;
    this.title.caption = words.__('Commons: share, save and find notebooks');
  }

  /** There is a Commons: from now on the panel works. */
  connect(desk: Desk): void {
    this.desk = desk;
    if (this.isVisible) {
      void this.body();
    }
  }

  /** There is none yet, and somebody offers to connect. */
  offer(connect: () => void): void {
    this.node.replaceChildren(
      el(
        'section',
        { class: 'nbcommons-home' },
        el('p', {}, this.words.__('This Jupyter is not connected to a commons.')),
        button(this.words.__('Connect…'), connect, 'primary')
      )
    );
  }

  begin(flow: Flow): void {
    void this.body().then(body => body?.begin(flow));
  }

  search(): void {
    void this.body().then(body => body?.search());
  }

  /** Somebody opened it: the keyboard goes on here, unless it is here already. */
  protected override onActivateRequest(): void {
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }

  protected override onAfterShow(): void {
    void this.body();
  }

  private body(): Promise<Body | null> {
    const { desk } = this;
    if (desk === null) {
      return Promise.resolve(null);
    }
    this.loading ??= import('../panel/body.js').then(
      ({ Body: Loaded }) => {
        const body = new Loaded(desk);
        this.node.replaceChildren(body.node);
        return body;
      },
      (error: unknown) => {
        this.loading = null;
        this.node.replaceChildren(
          el('p', { class: 'nbcommons-note' }, this.words.__('This part could not be loaded. Reload the page.'))
        );
        throw error;
      }
    );
    return this.loading;
  }

  private desk: Desk | null = null;
  private loading: Promise<Body> | null = null;
}
