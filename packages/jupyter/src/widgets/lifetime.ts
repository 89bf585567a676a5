/** The sheet about this Jupyter's end: what is nowhere else, and what to do about it. */
import { Widget } from '@lumino/widgets';

import type { Words } from '../commons/words.js';
import type { Environment } from '../environmentClient.js';
import type { Told, Unwritten } from '../rescuing.js';
import { duration } from '../words.js';

const MOST_NAMED = 8;
const TICK_MS = 1_000;

export interface LifetimeActions {
  readonly rescue: () => void;
  readonly extend: () => void;
}

/** Lies over the corner of the page and takes the focus from nobody. */
export class LifetimeSheet extends Widget {
  constructor(
    private readonly words: Words,
    private readonly actions: LifetimeActions
  ) {
    super({ node: document.createElement('section') });
    this.id = 'nbcommons-lifetime';
    this.addClass('nbcommons-lifetime');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', words.__('The end of your Jupyter'));
    this.node.setAttribute('aria-live', 'polite');
    this.node.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        this.putAway();
      }
    });
  }

  /**
   * Say `heading`, which is asked again as time goes by, what is nowhere else, and what can be done.
   *
   * unwritten: what is not even in its file.
   */
  tell(heading: () => string, environment: Environment, unwritten: readonly Unwritten[]): void {
    const { words } = this;
    const { extensionS } = environment;
    const others = environment.changed.filter(path => unwritten.every(one => one.path !== path));
    const isAny = unwritten.length + others.length > 0;
    const head = element('h2', heading());
    const parts: HTMLElement[] = [head];
    if (isAny) {
      parts.push(...this.lost(unwritten, others));
    } else {
      parts.push(element('p', words.__('No notebook here has changes that are nowhere else.')));
    }
    parts.push(element('p', words.__('Results and other files go: download what you need.')));
    const buttons: HTMLElement[] = [];
    if (isAny) {
      buttons.push(
        this.button(words.__('Save them all as private drafts'), this.actions.rescue, true)
      );
    }
    if (extensionS > 0) {
      buttons.push(
        this.button(words.__('Extend by %1', duration(extensionS, words)), this.actions.extend)
      );
    }
    buttons.push(this.button(words.__('Put away'), () => this.putAway()));
    this.replace([...parts, row(buttons)]);
    this.timer = setInterval(() => count(head, heading()), TICK_MS);
  }

  /** Say that something is under way. */
  wait(text: string): void {
    this.replace([element('h2', text)]);
    this.node.setAttribute('aria-busy', 'true');
  }

  /** Say what became of each notebook, with links. */
  result(outcomes: readonly Told[], drafts: string | null): void {
    const { words } = this;
    const saved = outcomes.filter(one => one.isSaved).length;
    const heading =
      saved === outcomes.length
        ? words._n('One notebook is safe', '%1 notebooks are safe', saved, saved)
        : words.__('%1 of %2 notebooks are safe', saved, outcomes.length);
    const items = outcomes.map(one => this.item(one));
    const buttons: HTMLElement[] = [];
    if (saved < outcomes.length) {
      buttons.push(this.button(words.__('Try the others again'), this.actions.rescue, true));
    }
    buttons.push(this.button(words.__('Put away'), () => this.putAway()));
    const parts: HTMLElement[] = [element('h2', heading), listOf(items)];
    if (drafts !== null) {
      const place = element('p', words.__('Only you see them, for some days. '));
      place.append(link(drafts, words.__('Your drafts in the Commons')));
      parts.push(place);
    }
    this.replace([...parts, row(buttons)]);
  }

  /** Say that it did not work, and offer it again. */
  fail(message: string, again: () => void): void {
    const { words } = this;
    this.replace([
      element('h2', words.__('That did not work')),
      element('p', message),
      row([
        this.button(words.__('Try again'), again, true),
        this.button(words.__('Put away'), () => this.putAway())
      ])
    ]);
  }

  putAway(): void {
    clearInterval(this.timer);
    if (this.isAttached) {
      Widget.detach(this);
    }
  }

  private lost(unwritten: readonly Unwritten[], others: readonly string[]): HTMLElement[] {
    const { words } = this;
    const more = others.length - MOST_NAMED;
    return [
      element('p', words.__('These notebooks have changes that are nowhere else:')),
      listOf([
        ...unwritten.map(one => this.item(one)),
        ...others.slice(0, MOST_NAMED).map(path => element('li', path))
      ]),
      ...(more > 0 ? [element('p', words.__('and %1 more', more))] : [])
    ];
  }

  private item(one: Told): HTMLElement {
    const { words } = this;
    const item = element('li', '');
    if (one.isSaved && one.url !== null) {
      item.append(link(one.url, one.path), words.__(': a private draft'));
      return item;
    }
    item.append(
      ...(one.url === null ? [one.path] : [link(one.url, one.path)]),
      `: ${one.message || words.__('not saved')}`
    );
    item.classList.add('nbcommons-mod-failed');
    if ('download' in one) {
      item.append(' ', this.button(words.__('Download it with them'), one.download));
    }
    return item;
  }

  private replace(parts: HTMLElement[]): void {
    clearInterval(this.timer);
    const hadFocus = this.node.contains(document.activeElement);
    this.node.removeAttribute('aria-busy');
    this.node.replaceChildren(...parts);
    if (!this.isAttached) {
      Widget.attach(this, document.body);
    }
    if (hadFocus) {
      this.node.querySelector('button')?.focus();
    }
  }

  private button(text: string, does: () => void, isMain = false): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `jp-mod-styled ${isMain ? 'jp-mod-accept' : 'jp-mod-reject'}`;
    button.textContent = text;
    button.addEventListener('click', does);
    return button;
  }

  private timer: ReturnType<typeof setInterval> | undefined;
}

/** Each minute read out would be a nuisance: it is read when the sheet comes. */
function count(head: HTMLElement, now: string): void {
  if (head.textContent !== now) {
    head.setAttribute('aria-live', 'off');
    head.textContent = now;
  }
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function listOf(items: HTMLElement[]): HTMLElement {
  const list = document.createElement('ul');
  list.append(...items);
  return list;
}

function row(buttons: HTMLElement[]): HTMLElement {
  const made = document.createElement('div');
  made.className = 'nbcommons-lifetime-buttons';
  made.append(...buttons);
  return made;
}

function link(address: string, text: string): HTMLAnchorElement {
  const made = document.createElement('a');
  made.href = address;
  made.target = '_blank';
  made.rel = 'noopener';
  made.textContent = text;
  return made;
}
