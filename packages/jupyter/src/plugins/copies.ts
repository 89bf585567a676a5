/** Says when a notebook was there already, and offers a newer version beside it. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { readHints, withoutHints } from '../hints.js';
import { IConnection } from '../tokens.js';
import { keptCopy } from '../words.js';

const READ_MS = 8_000;

// Read when this file is loaded: JupyterLab changes the address while it starts.
const hints = readHints(window.location.search);

export const copies: JupyterFrontEndPlugin<void> = {
  id: '@nbcommons/jupyterlab:copies',
  description: 'Tells people that they look at their own copy.',
  autoStart: true,
  requires: [IConnection],
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, connection: IConnection, translator: ITranslator | null) => {
    if (hints === null) {
      return;
    }
    const words = (translator ?? nullTranslator).load('nbcommons');
    const { newer } = hints;
    void app.restored.then(() => {
      const { pathname, search, hash } = window.location;
      window.history.replaceState(window.history.state, '', pathname + withoutHints(search) + hash);
      const said = keptCopy(hints.isEdited, newer?.version ?? null, words);
      if (newer === null) {
        Notification.info(said, { autoClose: READ_MS });
        return;
      }
      Notification.info(said, {
        autoClose: false,
        actions: [
          {
            label: words.__('Get the newest as a second file'),
            displayType: 'accent',
            callback: () => void getNewest(app, connection, newer.uuid)
          }
        ]
      });
    });
  }
};

async function getNewest(
  app: JupyterFrontEnd,
  connection: IConnection,
  uuid: string
): Promise<void> {
  try {
    const path = await connection.client.addNewest(uuid);
    await app.commands.execute('docmanager:open', { path });
  } catch (error) {
    Notification.error(error instanceof Error ? error.message : String(error));
  }
}
