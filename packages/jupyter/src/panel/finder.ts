/** Finds notebooks of the commons and opens them here. */
import type { Found, FoundPage } from '../commons/calls.js';
import type { Words } from '../commons/words.js';
import { button, el, focusForGood, newId, pageLink } from './dom.js';
import { messageOf, type Desk } from './desk.js';

export class Finder {
  constructor(
    private readonly desk: Desk,
    /** What to do with a notebook that was found; opens it if not given. */
    private readonly choose?: (found: Found) => void
  ) {
    const { words } = desk;
    const id = newId();
    this.input.id = id;
    this.input.placeholder = words.__('Words, code, name');
    this.node = el(
      'section',
      { class: 'nbcommons-finder' },
      el('h2', { class: 'nbcommons-heading' }, words.__('Find in the commons')),
      el(
        'form',
        {
          class: 'nbcommons-search',
          attributes: { role: 'search' },
          on: {
            submit: event => {
              event.preventDefault();
              void this.find(this.input.value, 0);
            }
          }
        },
        el('label', { class: 'nbcommons-hidden', attributes: { for: id } }, words.__('Find in the commons')),
        this.input,
        el('button', { class: 'nbcommons-button nbcommons-mod-plain', attributes: { type: 'submit' } }, words.__('Find'))
      ),
      this.status,
      this.list,
      this.more
    );
  }

  readonly node: HTMLElement;

  focus(): void {
    focusForGood(this.input);
    this.input.select();
  }

  private async find(words: string, offset: number): Promise<void> {
    this.asked += 1;
    const asked = this.asked;
    this.status.textContent = this.desk.words.__('Looking…');
    try {
      const page = await this.desk.calls.search(words, offset);
      if (asked === this.asked) {
        this.show(page, words, offset);
      }
    } catch (error) {
      if (asked === this.asked) {
        this.status.textContent = messageOf(error);
      }
    }
  }

  private show(page: FoundPage, asked: string, offset: number): void {
    const { words } = this.desk;
    if (offset === 0) {
      this.list.replaceChildren();
    }
    this.list.append(...page.results.map(found => this.entry(found)));
    this.more.replaceChildren();
    if (page.next_offset !== null) {
      const next = page.next_offset;
      this.more.append(button(words.__('Show more'), () => void this.find(asked, next)));
    }
    if (page.is_building) {
      this.status.textContent = words.__('Search is being prepared. Try again in a minute.');
      return;
    }
    this.status.textContent =
      page.total === 0
        ? words.__('Nothing found. Try fewer or other words.')
        : words._n('One notebook', '%1 notebooks', page.total, page.total);
    if (page.did_you_mean !== null) {
      const meant = page.did_you_mean;
      this.more.append(
        button(words.__('Look for “%1” instead', meant), () => {
          this.input.value = meant;
          void this.find(meant, 0);
        })
      );
    }
  }

  private entry(found: Found): HTMLElement {
    const { words } = this.desk;
    const open = button(found.title, () => void this.open(found), 'quiet');
    open.classList.add('nbcommons-found-title');
    open.title = this.choose ? words.__('Choose it') : words.__('Open it here');
    return el(
      'li',
      { class: 'nbcommons-found' },
      open,
      el('p', { class: 'nbcommons-snippet' }, found.snippet),
      el(
        'p',
        { class: 'nbcommons-facts' },
        healthWords(found.health, words),
        ' · ',
        words._n('run by one person', 'run by %1 people', found.people, found.people),
        ' · ',
        pageLink(words.__('its page'), found.url)
      )
    );
  }

  private async open(found: Found): Promise<void> {
    if (this.choose) {
      this.choose(found);
      return;
    }
    this.status.textContent = this.desk.words.__('Opening “%1”…', found.title);
    try {
      const path = await this.desk.calls.open(found.uuid);
      await this.desk.run('docmanager:open', { path });
      this.status.textContent = '';
    } catch (error) {
      this.status.textContent = messageOf(error);
    }
  }

  private readonly input = el('input', { attributes: { type: 'search', maxlength: '300' } });
  private readonly status = el('p', { class: 'nbcommons-quiet', attributes: { role: 'status' } });
  private readonly list = el('ul', { class: 'nbcommons-list' });
  private readonly more = el('div', { class: 'nbcommons-actions' });
  private asked = 0;
}

function healthWords(health: string, words: Words): string {
  switch (health) {
    case 'healthy':
      return words.__('Healthy');
    case 'unhealthy':
      return words.__('Unhealthy');
    default:
      return words.__('Health not known yet');
  }
}
