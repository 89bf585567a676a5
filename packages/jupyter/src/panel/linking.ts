/** Ties the open notebook to one of the Commons that it belongs to. */
import type { OpenNotebook } from '../commons/notebook.js';
import { idIn } from '../origin.js';
import { button, el, field, focusForGood } from './dom.js';
import { messageOf, type Desk } from './desk.js';
import { Finder } from './finder.js';

export class Linking {
  constructor(
    private readonly desk: Desk,
    private readonly notebook: OpenNotebook,
    private readonly leave: () => void
  ) {
    const { words } = desk;
    const finder = new Finder(desk, found => void this.link(found.uuid));
    this.node = el(
      'section',
      {
        class: 'nbcommons-flow',
        on: {
          keydown: event => {
            if ((event as KeyboardEvent).key === 'Escape') {
              leave();
            }
          }
        }
      },
      el('h2', { class: 'nbcommons-heading' }, words.__('Link this notebook')),
      el('p', { class: 'nbcommons-file' }, notebook.fileName),
      el('p', { class: 'nbcommons-quiet' }, words.__('Say which notebook of the commons this file is a copy of. Nothing is sent.')),
      el(
        'form',
        {
          on: {
            submit: event => {
              event.preventDefault();
              void this.linkTyped();
            }
          }
        },
        field(words.__('Address of its page'), this.input, words.__('Copy it from the browser.')),
        el(
          'div',
          { class: 'nbcommons-actions' },
          el('button', { class: 'nbcommons-button nbcommons-mod-primary', attributes: { type: 'submit' } }, words.__('Link')),
          button(words.__('Cancel'), leave)
        )
      ),
      this.status,
      finder.node
    );
  }

  readonly node: HTMLElement;

  start(): void {
    focusForGood(this.input);
  }

  private async linkTyped(): Promise<void> {
    const uuid = idIn(this.input.value);
    if (uuid === null) {
      this.status.textContent = this.desk.words.__('There is no notebook’s address in this. Copy it from its page.');
      this.input.focus();
      return;
    }
    await this.link(uuid);
  }

  private async link(uuid: string): Promise<void> {
    const { calls, words } = this.desk;
    this.status.textContent = words.__('Looking…');
    try {
      const newest = await calls.notebook(uuid);
      const facts = await calls.notebook(uuid, newest.version);
      const digest = facts.base_digest ?? null;
      await this.notebook.published(facts, digest);
      this.leave();
    } catch (error) {
      this.status.textContent = messageOf(error);
    }
  }

  private readonly input = el('input', { attributes: { type: 'text' } });
  private readonly status = el('p', { class: 'nbcommons-quiet', attributes: { role: 'alert' } });
}
