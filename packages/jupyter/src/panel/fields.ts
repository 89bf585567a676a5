/** The fields of a form about a notebook, and what was typed into them. */
import type { Me, Publication } from '../commons/calls.js';
import type { Typed } from '../commons/kept.js';
import { split } from '../commons/telling.js';
import type { Words } from '../commons/words.js';
import { el, field, focusForGood, newId } from './dom.js';

export interface Proposed {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
}

const SHARED = 'shared';
/** As the Commons has it. */
const TAG_LENGTH = 40;

/** What is said of a new notebook, or with `isVersion` of a new version alone. */
export class Fields {
  constructor(
    private readonly words: Words,
    private readonly isVersion: boolean,
    private readonly needsMessage: boolean,
    onInput: () => void
  ) {
    this.node = el('div', { class: 'nbcommons-fields', on: { input: onInput } });
    this.namedField = field(
      words.__('With whom?'),
      this.named,
      words.__('User names, or team: and a team’s short name, separated by commas.')
    );
    this.ownerField = field(words.__('Who looks after it?'), this.owner);
    const message = this.messageField();
    if (isVersion) {
      this.node.append(message);
      return;
    }
    this.node.append(
      field(words.__('Title'), this.title, words.__('What it does, in a few words.')),
      field(words.__('What is it for?'), this.description, words.__('One or two sentences for somebody who does not know it.')),
      field(words.__('Tags'), this.tags, words.__('Separated by commas.')),
      this.visibilityChoice(),
      this.namedField,
      this.ownerField,
      message
    );
    this.namedField.hidden = true;
    this.ownerField.hidden = true;
  }

  readonly node: HTMLElement;

  /** Offer the teams that the person may publish for. */
  offerOwners(me: Me): void {
    const choices = [
      { handle: '', name: this.words.__('Me (%1)', me.name || me.username) },
      ...me.teams.map(({ handle, name }) => ({ handle, name: this.words.__('The team %1', name) }))
    ];
    this.owner.replaceChildren(
      ...choices.map(({ handle, name }) => el('option', { attributes: { value: handle } }, name))
    );
    this.ownerField.hidden = me.teams.length === 0;
  }

  propose({ title, description, tags }: Proposed): void {
    if (this.title.value === '') {
      this.title.value = title;
      if (document.activeElement === this.title) {
        this.title.select(); // whoever is there already types over it
      }
    }
    this.description.value ||= description;
    this.tags.value ||= tags.join(', ');
  }

  typed(): Typed {
    return {
      title: this.title.value,
      description: this.description.value,
      tags: this.tags.value,
      visibility: this.visibility(),
      named: this.named.value,
      owner: this.owner.value,
      message: this.message.value
    };
  }

  retype(typed: Typed): void {
    this.title.value = typed.title ?? '';
    this.description.value = typed.description ?? '';
    this.tags.value = typed.tags ?? '';
    this.named.value = typed.named ?? '';
    this.message.value = typed.message ?? '';
    this.owner.value = typed.owner ?? '';
    for (const radio of this.radios) {
      radio.checked = radio.value === typed.visibility;
    }
    this.namedField.hidden = this.visibility() !== SHARED;
  }

  /** The first thing that is missing or too long, with where to type it; null if nothing is. */
  missing(): { readonly message: string; readonly control: HTMLElement } | null {
    if (this.isVersion) {
      return this.needsMessage && !this.message.value.trim()
        ? { message: this.words.__('Say what the change is good for.'), control: this.message }
        : null;
    }
    if (!this.title.value.trim()) {
      return { message: this.words.__('Give it a title, so that others can find it.'), control: this.title };
    }
    const long = split(this.tags.value).find(tag => Array.from(tag).length > TAG_LENGTH);
    if (long !== undefined) {
      return {
        message: this.words.__('A tag has %1 characters at most. Shorten “%2”.', TAG_LENGTH, long),
        control: this.tags
      };
    }
    const [first] = this.radios;
    if (!this.visibility() && first) {
      return { message: this.words.__('Say who may see it.'), control: first };
    }
    if (this.visibility() === SHARED && split(this.named.value).length === 0) {
      return { message: this.words.__('Say with which people or teams you share it.'), control: this.named };
    }
    return null;
  }

  /** What to publish it with. */
  said(): Omit<Publication, 'path' | 'digest'> {
    const message = this.message.value.trim();
    if (this.isVersion) {
      return { message };
    }
    return {
      title: this.title.value.trim(),
      description: this.description.value.trim(),
      tags: split(this.tags.value),
      visibility: this.visibility(),
      ...(this.visibility() === SHARED ? { share_with: split(this.named.value) } : {}),
      ...(this.owner.value ? { owner: this.owner.value } : {}),
      ...(message ? { message } : {})
    };
  }

  focus(): void {
    focusForGood(this.isVersion ? this.message : this.title);
  }

  /** The control that a sentence of the Commons is about, as of `tags.3`; null if there is none. */
  controlOf(name: string): HTMLElement | null {
    const [field = ''] = name.split('.');
    const controls: Record<string, HTMLElement | undefined> = {
      title: this.title,
      description: this.description,
      tags: this.tags,
      visibility: this.radios[0],
      share_with: this.named,
      owner: this.owner,
      message: this.message
    };
    return controls[field] ?? null;
  }

  private messageField(): HTMLElement {
    const { words, message } = this;
    if (this.needsMessage) {
      return field(words.__('What is the change good for?'), message, words.__('Whoever looks after it decides by this.'));
    }
    return this.isVersion
      ? field(words.__('What did you change?'), message, words.__('Others read it in the history.'))
      : field(words.__('A word about this version'), message, words.__('You may leave it empty.'));
  }

  private visibility(): string {
    return this.radios.find(radio => radio.checked)?.value ?? '';
  }

  private visibilityChoice(): HTMLElement {
    const { words } = this;
    const name = newId();
    const choices: [string, string][] = [
      ['everyone', words.__('Everyone')],
      [SHARED, words.__('Some people or teams')],
      ['private', words.__('Only me')]
    ];
    const lines = choices.map(([value, label]) => {
      const radio = el('input', {
        attributes: { type: 'radio', name, value },
        on: { change: () => (this.namedField.hidden = this.visibility() !== SHARED) }
      });
      this.radios.push(radio);
      return el('label', { class: 'nbcommons-choice' }, radio, label);
    });
    return el(
      'fieldset',
      { class: 'nbcommons-field' },
      el('legend', {}, words.__('Who may see it?')),
      ...lines
    );
  }

  private readonly title = el('input', { attributes: { type: 'text', maxlength: '200' } });
  private readonly description = el('textarea', { attributes: { rows: '3', maxlength: '1000' } });
  private readonly tags = el('input', { attributes: { type: 'text' } });
  private readonly named = el('input', { attributes: { type: 'text' } });
  private readonly owner = el('select');
  private readonly message = el('textarea', { attributes: { rows: '2', maxlength: '300' } });
  private readonly radios: HTMLInputElement[] = [];
  private readonly namedField: HTMLElement;
  private readonly ownerField: HTMLElement;
}
