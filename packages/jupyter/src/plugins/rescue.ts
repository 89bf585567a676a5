/** Tells people what would be lost when this Jupyter closes, and takes it along as drafts. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { Words } from '../commons/words.js';
import { EnvironmentClient } from '../environmentClient.js';
import { rescueAll, told, type Unwritten } from '../rescuing.js';
import { IConnection } from '../tokens.js';
import { LifetimeSheet } from '../widgets/lifetime.js';
import { closing, warning } from '../words.js';

export const SHOW_LIFETIME = 'nbcommons:lifetime';
export const RESCUE = 'nbcommons:rescue';

// A file that changed on the disk meanwhile asks a question that nobody may be there to answer.
const SAVE_MS = 15_000;
const DOWNLOAD_MS = 60_000;

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
        const unwritten = await saveOpen(tracker, words);
        const environment = await client.environment();
        await connection.refresh();
        const heading = () => {
          const remainingS = connection.remainingS();
          return isWarning && remainingS !== null
            ? warning(remainingS, words)
            : (closing(remainingS, words) ?? words.__('Your Jupyter has no end'));
        };
        sheet.tell(heading, environment, unwritten);
      };
      const takeAlong = async () => {
        sheet.wait(words.__('Saving your notebooks as private drafts…'));
        const unwritten = await saveOpen(tracker, words);
        try {
          const { outcomes, drafts } = await rescueAll(client, (done, all) =>
            sheet.wait(words.__('Saving your notebooks as private drafts: %1 of %2…', done, all))
          );
          sheet.result(told(unwritten, outcomes), drafts);
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
async function saveOpen(tracker: INotebookTracker | null, words: Words): Promise<Unwritten[]> {
  const contexts = new Set<Context>(); // two views of a notebook share one
  tracker?.forEach(({ context }) => contexts.add(context));
  const saving = Array.from(contexts)
    .filter(({ isReady, model }) => isReady && model.dirty)
    .map(async context => ((await written(context)) ? null : unwrittenOf(context, words)));
  return (await Promise.all(saving)).filter(one => one !== null);
}

type Context = NotebookPanel['context'];

async function written(context: Context): Promise<boolean> {
  if (context.model.readOnly) {
    return false;
  }
  const tooLate = new Promise<false>(resolve => setTimeout(() => resolve(false), SAVE_MS));
  const saved = context.save().then(
    () => true,
    () => false // JupyterLab has said why
  );
  return Promise.race([saved, tooLate]);
}

function unwrittenOf(context: Context, words: Words): Unwritten {
  return {
    path: context.localPath,
    isSaved: false,
    message: words.__('its last edits could not be written to its file.'),
    url: null,
    download: () => download(context)
  };
}

/** What is in the open notebook, as a file: that of this Jupyter lacks the last edits. */
function download({ localPath, model }: Context): void {
  const text = JSON.stringify(model.toJSON(), null, 1);
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-ipynb+json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = localPath.split('/').pop() ?? localPath;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), DOWNLOAD_MS);
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
