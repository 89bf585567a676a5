/** Shows how long this Jupyter lives, and warns before its end. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { IConnection } from '../tokens.js';
import { closing, dueWarning } from '../words.js';
import { SHOW_LIFETIME } from './rescue.js';

const CLOCK = '@nbcommons/jupyterlab:clock';
// The sheet about the end counts as often: they are not to disagree.
const TICK_MS = 1_000;
const URGENT_S = 600;

class Clock extends Widget {
  constructor(title: string, onClick: () => void) {
    super();
    this.id = 'nbcommons-clock';
    this.addClass('nbcommons-clock');
    this.button.type = 'button';
    this.button.title = title;
    this.button.addEventListener('click', onClick);
    this.node.append(this.button);
  }

  show_(words: string, isUrgent: boolean): void {
    if (this.button.textContent !== words) {
      this.button.textContent = words;
    }
    this.toggleClass('nbcommons-mod-urgent', isUrgent);
  }

  private readonly button = document.createElement('button');
}

export const clock: JupyterFrontEndPlugin<void> = {
  id: CLOCK,
  description: 'Shows when this Jupyter closes.',
  autoStart: true,
  requires: [IConnection],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    connection: IConnection,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('nbcommons');
    void connection.ready.then(({ site, remaining_s }) => {
      if (site === null || remaining_s === null) {
        return;
      }
      const tell = (isWarning: boolean) =>
        void app.commands.execute(SHOW_LIFETIME, { isWarning }).catch(() => undefined);
      const widget = new Clock(
        words.__('Your Jupyter is yours alone and closes by itself. See what would be lost.'),
        () => tell(false)
      );
      if (statusBar === null) {
        // Notebook 7 has no status bar; right of its menu stands what concerns the whole Jupyter.
        widget.addClass('nbcommons-mod-inmenu');
        app.shell.add(widget, 'menu', { rank: 900 });
      } else {
        const item = { item: widget, align: 'right', rank: 10 } as const;
        statusBar.registerStatusItem(CLOCK, item);
      }
      let warnedAt = Infinity;
      const tick = () => {
        const remainingS = connection.remainingS();
        const text = closing(remainingS, words);
        if (remainingS === null || text === null) {
          return;
        }
        widget.show_(text, remainingS <= URGENT_S);
        const due = dueWarning(remainingS);
        if (due === null) {
          warnedAt = Infinity; // its end was put off
        } else if (due !== warnedAt) {
          const isNearer = due < warnedAt;
          warnedAt = due;
          if (isNearer) {
            tell(true);
          }
        }
      };
      void app.restored.then(() => {
        tick();
        setInterval(tick, TICK_MS);
      });
    });
  }
};
