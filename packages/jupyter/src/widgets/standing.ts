/** The state of a notebook in its toolbar; pressed, it opens the panel. */
import { Widget } from '@lumino/widgets';

import type { OpenNotebook } from '../commons/notebook.js';
import { standingWords, toneOf } from '../commons/standing.js';
import type { Words } from '../commons/words.js';
import { el } from '../panel/dom.js';

export class StandingButton extends Widget {
  constructor(
    private readonly words: Words,
    private readonly notebook: () => OpenNotebook | null,
    onPress: () => void
  ) {
    super();
    this.addClass('nbcommons-toolbar');
    this.button.addEventListener('click', onPress);
    this.button.append(this.dot, this.label);
    this.node.append(this.button);
    this.hide();
  }

  refresh(): void {
    const notebook = this.notebook();
    if (notebook === null) {
      return;
    }
    const said = standingWords(notebook.standing, this.words);
    if (this.label.textContent !== said) {
      this.label.textContent = said;
      // Whole, where the toolbar has no room for all of it.
      const about = this.words.__('How this notebook stands in the commons, and what you can do');
      this.button.title = `${said}\n${about}`;
    }
    this.button.className = `nbcommons-standing nbcommons-mod-${toneOf(notebook.standing)}`;
    this.show();
  }

  private readonly dot = el('span', { class: 'nbcommons-dot', attributes: { 'aria-hidden': 'true' } });
  private readonly label = el('span');
  private readonly button = el('button', { attributes: { type: 'button' } });
}
