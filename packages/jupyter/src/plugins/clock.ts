/** Shows how long this Jupyter lives, and warns before its end. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';

import { IConnection } from '../tokens.js';
import { closing, warning } from '../words.js';

const TICK_MS = 5_000;
const WARN_AT_S = 600;

class Clock extends Widget {
  constructor() {
    super();
    this.addClass('nbcommons-clock');
    this.node.title =
      'Your Jupyter is yours alone and closes by itself. ' +
      'Save what matters to the Commons or download it.';
  }

  show_(words: string, isUrgent: boolean): void {
    if (this.node.textContent !== words) {
      this.node.textContent = words;
    }
    this.toggleClass('nbcommons-mod-urgent', isUrgent);
  }
}

export const clock: JupyterFrontEndPlugin<void> = {
  id: '@nbcommons/jupyterlab:clock',
  description: 'Shows when this Jupyter closes.',
  autoStart: true,
  requires: [IConnection],
  optional: [IStatusBar],
  activate: (_: JupyterFrontEnd, connection: IConnection, statusBar: IStatusBar | null) => {
    void connection.ready.then(({ site, remaining_s }) => {
      if (site === null || remaining_s === null) {
        return;
      }
      const widget = new Clock();
      statusBar?.registerStatusItem('@nbcommons/jupyterlab:clock', {
        item: widget,
        align: 'right',
        rank: 10
      });
      let isWarned = false;
      const tick = () => {
        const remainingS = connection.remainingS();
        const words = closing(remainingS);
        if (remainingS === null || words === null) {
          return;
        }
        widget.show_(words, remainingS <= WARN_AT_S);
        if (remainingS <= WARN_AT_S && remainingS > 0 && !isWarned) {
          isWarned = true;
          Notification.warning(warning(remainingS), { autoClose: false });
        }
      };
      tick();
      setInterval(tick, TICK_MS);
    });
  }
};
