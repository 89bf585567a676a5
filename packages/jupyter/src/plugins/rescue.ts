/** Tells people what would be lost when this Jupyter closes, and takes it along as drafts. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { Words } from '../commons/words.js';
import { EnvironmentClient, type Outcome } from '../environmentClient.js';
import { IConnection } from '../tokens.js';
import { LifetimeSheet } from '../widgets/lifetime.js';
import { closing, warning } from '../words.js';

export const SHOW_LIFETIME = 'nbcommons:lifetime';
export const RESCUE = 'nbcommons:rescue';

// A file that changed on the disk meanwhile asks a question that nobody may be there to answer.
const SAVE_MS = 15_000;

export const rescue: JupyterFrontEndPlugin<void> = {
  id: '@nbcommons/jupyterlab:rescue',
  description: 'Saves changed notebooks as private drafts before this Jupyter closes.',
  autoStart: true,
  requires: [IConnection],
  optional: [INotebookTracker, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    connection: IConnection,
    tracker: INotebookTracker | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('nbcommons');
    const client = new EnvironmentClient(connection.client);
    void connection.ready.then(({ site, isOwn }) => {
      if (site === null || isOwn) {
        return;
      }
      const show = async (isWarning: boolean) => {
        await saveOpen(tracker, words);
        const environment = await client.environment();
        await connection.refresh();
        const remainingS = connection.remainingS();
        if (isWarning && remainingS !== null) {
          sheet.tell(warning(remainingS, words), environment);
        } else {
          sheet.tell(closing(remainingS, words) ?? words.__('Your Jupyter has no end'), environment);
        }
      };
      const takeAlong = async () => {
        sheet.wait(words.__('Saving your notebooks as private drafts…'));
        const unsaved = await saveOpen(tracker, words);
        try {
          const { drafts } = await client.environment();
          sheet.result([...unsaved, ...(await client.rescue())], drafts);
        } catch (error) {
          sheet.fail(sentence(error), () => void takeAlong());
        }
      };
      const extend = async () => {
        try {
          await client.extend();
          await show(false);
        } catch (error) {
          sheet.fail(sentence(error), () => void extend());
        }
      };
      const sheet = new LifetimeSheet(words, {
        rescue: () => void takeAlong(),
        extend: () => void extend()
      });
      app.commands.addCommand(SHOW_LIFETIME, {
        label: words.__('When Your Jupyter Closes'),
        execute: async args => {
          try {
            await show(args.isWarning === true);
          } catch (error) {
            sheet.fail(sentence(error), () => void app.commands.execute(SHOW_LIFETIME));
          }
        }
      });
      app.commands.addCommand(RESCUE, {
        label: words.__('Save Changed Notebooks as Private Drafts'),
        execute: takeAlong
      });
      for (const command of [SHOW_LIFETIME, RESCUE]) {
        palette?.addItem({ command, category: words.__('Commons') });
      }
    });
  }
};

/** Write what is edited in open notebooks to the disk; those that could not be. */
async function saveOpen(tracker: INotebookTracker | null, words: Words): Promise<Outcome[]> {
  const saving: Promise<Outcome | null>[] = [];
  tracker?.forEach(({ context }) => {
    if (context.isReady && context.model.dirty && !context.model.readOnly) {
      const tooLate = new Promise<never>((_, reject) =>
        setTimeout(() => reject(new Error(words.__('Its last edits could not be saved.'))), SAVE_MS)
      );
      saving.push(
        Promise.race([context.save(), tooLate]).then(
          () => null,
          (error: unknown) => ({
            path: context.path,
            isSaved: false,
            message: sentence(error),
            url: null
          })
        )
      );
    }
  });
  return (await Promise.all(saving)).filter(one => one !== null);
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
