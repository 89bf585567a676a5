/** The commands that compare the open notebook with the Commons, in a tab of its own. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

import type { Calls } from '../commons/calls.js';
import type { Following } from '../commons/following.js';
import type { OpenNotebook } from '../commons/notebook.js';
import type { Words } from '../commons/words.js';

export interface ComparingParts {
  readonly app: JupyterFrontEnd;
  readonly words: Words;
  readonly calls: Calls;
  readonly following: Following;
}

/** More files of the same name than a person has. */
const MOST_SAME_NAMES = 100;

export function addComparing(parts: ComparingParts): void {
  const { app, words, following } = parts;
  const isKnown = () => {
    const standing = following.current?.standing;
    return standing?.kind === 'known' && standing.told !== 'gone';
  };
  const newer = () => {
    const standing = following.current?.standing;
    return standing?.kind === 'known' ? standing.newer : null;
  };
  app.commands.addCommand('nbcommons:compare', {
    label: words.__('Compare with the commons'),
    isEnabled: isKnown,
    execute: () => openOrSay(parts, newer() === null ? 'mine' : 'theirs')
  });
  app.commands.addCommand('nbcommons:compare-newer', {
    label: words.__('See the newer version'),
    isEnabled: () => newer() !== null,
    execute: () => openOrSay(parts, 'theirs')
  });
}

async function openOrSay(parts: ComparingParts, direction: 'mine' | 'theirs'): Promise<void> {
  try {
    await open(parts, direction);
  } catch {
    // What the browser could not load: a server that restarts, or a new build of this extension.
    Notification.error(parts.words.__('The comparison could not be opened. Reload the page and try again.'));
  }
}

async function open(parts: ComparingParts, direction: 'mine' | 'theirs'): Promise<void> {
  const { app, words, calls, following } = parts;
  const notebook = following.current;
  if (notebook === null) {
    return;
  }
  const { CompareTab } = await import('../widgets/compare.js');
  const back = () => app.shell.activateById(notebook.panel.id);
  const tab = new CompareTab({
    words,
    calls,
    notebook,
    direction,
    keepBeside: name => keepBeside(app.serviceManager.contents, notebook, name),
    run: command => {
      back();
      return app.commands.execute(command);
    },
    tell: said => {
      back();
      Notification.success(said, { autoClose: 10_000 });
    }
  });
  // Notebook 7 shows one document in its main area, and has room below it.
  const area = 'layoutModified' in app.shell ? 'main' : 'down';
  tab.toggleClass('nbcommons-mod-below', area === 'down');
  app.shell.add(tab, area, { ref: notebook.panel.id, mode: 'split-right' });
  app.shell.activateById(tab.id);
}

/** Write the notebook as it is now into a new file beside its own; the name of that file. */
async function keepBeside(
  contents: Contents.IManager,
  { panel }: OpenNotebook,
  name: string
): Promise<string> {
  const { path } = panel.context;
  const folder = PathExt.dirname(path);
  const stem = PathExt.basename(path, '.ipynb');
  const content = panel.context.model.toJSON();
  for (let number = 1; number <= MOST_SAME_NAMES; number += 1) {
    const tail = number === 1 ? '' : ` ${number}`;
    const file = `${stem} (${name})${tail}.ipynb`;
    const target = folder === '' ? file : `${folder}/${file}`;
    const isThere = await contents.get(target, { content: false }).then(
      () => true,
      () => false
    );
    if (!isThere) {
      await contents.save(target, { type: 'notebook', format: 'json', content });
      return file;
    }
  }
  throw new Error('too many files of this name');
}
