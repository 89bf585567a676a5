/** The Commons menu, the panel, and the notebook's state in its toolbar. */
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, ICommandPalette, Notification, showDialog } from '@jupyterlab/apputils';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Menu } from '@lumino/widgets';

import { addComparing } from '../commands/comparing.js';
import { Calls } from '../commons/calls.js';
import { Following } from '../commons/following.js';
import { KeptForms } from '../commons/kept.js';
import type { OpenNotebook } from '../commons/notebook.js';
import { factsIn, maySave, standingWords } from '../commons/standing.js';
import type { Words } from '../commons/words.js';
import { commonsIcon } from '../icon.js';
import { isFrom, pageOf } from '../origin.js';
import type { Flow } from '../panel/desk.js';
import { IConnection } from '../tokens.js';
import { CommonsPanel } from '../widgets/panel.js';
import { StandingButton } from '../widgets/standing.js';

/** Another part of this extension offers this, where a Jupyter is not connected yet. */
const CONNECT = 'nbcommons:connect';
const RANK = 650;
/** Before what JupyterLab puts at the far end: a narrow toolbar hides that first. */
const NEIGHBOUR_IN_TOOLBAR = 'cellType';
const PLACE_IN_TOOLBAR = 19;
const TOLD_MS = 10_000;
const MENU = [
  ['nbcommons:share', 'nbcommons:save', 'nbcommons:suggest', 'nbcommons:copy'],
  ['nbcommons:compare', 'nbcommons:compare-newer', 'nbcommons:check'],
  ['nbcommons:link', 'nbcommons:unlink'],
  ['nbcommons:open-page', 'nbcommons:show', 'nbcommons:search']
] as const;

export const commons: JupyterFrontEndPlugin<void> = {
  id: '@nbcommons/jupyterlab:commons',
  description: 'Shares, saves and finds notebooks of the Commons from inside JupyterLab.',
  autoStart: true,
  requires: [IConnection, INotebookTracker],
  optional: [IMainMenu, ICommandPalette, ILayoutRestorer, IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    connection: IConnection,
    tracker: INotebookTracker,
    mainMenu: IMainMenu | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    store: IStateDB | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('nbcommons');
    const panel = new CommonsPanel(words);
    // Before the layout is restored: else a panel that was open is not opened again.
    app.shell.add(panel, 'left', { rank: RANK, type: 'Commons' });
    restorer?.add(panel, 'nbcommons-panel');
    void connection.ready.then(({ site }) => {
      if (site === null) {
        if (!app.commands.hasCommand(CONNECT)) {
          panel.dispose();
          return;
        }
        panel.offer(() => void app.commands.execute(CONNECT));
        return;
      }
      const calls = new Calls(connection.client);
      const following = new Following(tracker, site, calls);
      const parts = { app, words, following, panel, site };
      addCommands(parts);
      addComparing({ app, words, calls, following });
      addMenu(app, mainMenu, palette, words);
      addToToolbars(parts, tracker);
      following.listen(() => app.commands.notifyCommandChanged());
      panel.connect({
        words,
        calls,
        kept: new KeptForms(store),
        current: () => following.current,
        listen: listener => following.listen(listener),
        run: (command, values) => app.commands.execute(command, values),
        can: command => app.commands.hasCommand(command) && app.commands.isEnabled(command)
      });
    });
  }
};

interface Parts {
  readonly app: JupyterFrontEnd;
  readonly words: Words;
  readonly following: Following;
  readonly panel: CommonsPanel;
  readonly site: string;
}

function addCommands(parts: Parts): void {
  const { app, words, following, panel, site } = parts;
  const show = () => {
    app.shell.activateById(panel.id);
    // Notebook 7 keeps its side areas closed until they are asked to open.
    const shell = app.shell as { expandLeft?: (id?: string) => void };
    shell.expandLeft?.(panel.id);
  };
  const add = (
    id: string,
    label: string,
    isEnabled: (notebook: OpenNotebook | null) => boolean,
    execute: (notebook: OpenNotebook) => unknown
  ) =>
    app.commands.addCommand(id, {
      label,
      isEnabled: () => isEnabled(following.current),
      execute: () => {
        const notebook = following.current;
        return notebook === null ? undefined : execute(notebook);
      }
    });
  const addFlow = (flow: Flow, label: string, isEnabled: (notebook: OpenNotebook) => boolean) =>
    add(
      `nbcommons:${flow}`,
      label,
      notebook => notebook !== null && isEnabled(notebook),
      ({ standing }) => {
        show();
        // A comparison may offer it from before it was known that one may save.
        panel.begin(flow === 'suggest' && maySave(standing) ? 'save' : flow);
      }
    );
  addFlow('share', words.__('Share…'), ({ standing }) => standing.kind !== 'known' || standing.told === 'gone');
  addFlow('save', words.__('Save to the commons…'), ({ standing }) => maySave(standing));
  addFlow('suggest', words.__('Suggest a change…'), mayOnlySuggest);
  addFlow('link', words.__('Link to…'), ({ standing }) => standing.kind !== 'known' || standing.told === 'gone');
  addFlow('copy', words.__('Make my own copy…'), isKnown);
  add('nbcommons:check', words.__('Check for a newer version'), isKnownOrNull, async notebook => {
    show();
    await notebook.check();
    tellOfLook(notebook, words);
  });
  add('nbcommons:unlink', words.__('Unlink'), notebook => notebook?.mark != null, async notebook => {
    const answer = await showDialog({
      title: words.__('Unlink this notebook?'),
      body: words.__('The file stays as it is, and the notebook in the commons too. They no longer know of each other.'),
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: words.__('Unlink') })]
    });
    if (answer.button.accept) {
      await notebook.settle(null);
    }
  });
  add('nbcommons:open-page', words.__('Open its page'), isKnownOrNull, ({ mark }) => {
    if (mark !== null && isFrom(mark, site)) {
      window.open(pageOf(mark, site), '_blank', 'noopener');
    }
  });
  app.commands.addCommand('nbcommons:show', {
    label: words.__('Show the commons'),
    icon: commonsIcon,
    execute: show
  });
  app.commands.addCommand('nbcommons:search', {
    label: words.__('Find in the commons'),
    execute: () => {
      show();
      panel.search();
    }
  });
}

function isKnown({ standing }: OpenNotebook): boolean {
  return standing.kind === 'known' && standing.told !== 'gone';
}

/** Whether what the Commons says is known, and that one may not save. */
function mayOnlySuggest({ standing }: OpenNotebook): boolean {
  return factsIn(standing) !== null && !maySave(standing);
}

/** Answer a person who asked for a look; what looks the same as before is an answer too. */
function tellOfLook({ standing, trouble }: OpenNotebook, words: Words): void {
  const options = { autoClose: TOLD_MS };
  const facts = factsIn(standing);
  if (trouble !== null) {
    Notification.warning(trouble, options);
  } else if (facts === null || standing.kind !== 'known' || standing.newer !== null) {
    Notification.info(standingWords(standing, words), options);
  } else {
    Notification.success(words.__('There is no newer version: %1 is the newest.', facts.version), options);
  }
}

function isKnownOrNull(notebook: OpenNotebook | null): boolean {
  return notebook !== null && isKnown(notebook);
}

function addMenu(
  app: JupyterFrontEnd,
  mainMenu: IMainMenu | null,
  palette: ICommandPalette | null,
  words: Words
): void {
  const menu = new Menu({ commands: app.commands });
  menu.id = 'nbcommons-menu';
  menu.title.label = words.__('Commons');
  MENU.forEach((group, place) => {
    if (place > 0) {
      menu.addItem({ type: 'separator' });
    }
    for (const command of group) {
      if (app.commands.hasCommand(command)) {
        menu.addItem({ command });
        palette?.addItem({ command, category: words.__('Commons') });
      }
    }
  });
  mainMenu?.addMenu(menu, true, { rank: RANK });
}

function addToToolbars({ app, words, following }: Parts, tracker: INotebookTracker): void {
  const add = (panel: NotebookPanel) => {
    const button = new StandingButton(words, () => following.of(panel), () => {
      // Only where it is another one: it would take the focus back from the panel.
      if (tracker.currentWidget !== panel) {
        app.shell.activateById(panel.id);
      }
      void app.commands.execute('nbcommons:show');
    });
    const { toolbar } = panel;
    if (!toolbar.insertAfter(NEIGHBOUR_IN_TOOLBAR, 'nbcommons-standing', button)) {
      toolbar.insertItem(PLACE_IN_TOOLBAR, 'nbcommons-standing', button);
    }
    const stop = following.listen(() => button.refresh());
    button.refresh();
    panel.disposed.connect(stop);
  };
  tracker.forEach(add);
  tracker.widgetAdded.connect((_, panel) => add(panel));
}
