/** Says by name what a cell is, by ordinary cell tags: in the menu, by command, at the side. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTools, INotebookTracker, type Notebook } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Menu } from '@lumino/widgets';

import { cellKinds, haveAll, tagsWith, type CellKind } from '../kinds.js';
import { CellKindTool } from '../widgets/cellkinds.js';
import { CellMarks } from '../widgets/cellmarks.js';

type Cell = Notebook['widgets'][number];

const RANK_IN_MENU = 4;
const RANK_AT_SIDE = 1.5;
const AT_POINTER = { isAtPointer: true };
const SECTION = 'nbcommons-cell-kinds';

export const celltags: JupyterFrontEndPlugin<void> = {
  id: '@nbcommons/jupyterlab:celltags',
  description: 'Says by name what a cell is: meant to fail, optional, parameters, not counted.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [INotebookTools, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    tools: INotebookTools | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('nbcommons');
    const kinds = cellKinds(words);
    const menu = new Menu({ commands: app.commands });
    menu.title.label = words.__('This Cell Is');
    for (const kind of kinds) {
      const command = commandOf(kind);
      app.commands.addCommand(command, {
        label: kind.label,
        caption: kind.explanation,
        isEnabled: args => meant(app, tracker, args).length > 0,
        isToggleable: true,
        isToggled: args => areAll(meant(app, tracker, args), kind),
        execute: args => toggle(tracker.currentWidget?.content, meant(app, tracker, args), kind)
      });
      menu.addItem({ command, args: AT_POINTER });
      palette?.addItem({ command, category: words.__('Notebook Cell Operations') });
    }
    app.contextMenu.addItem({
      type: 'submenu',
      submenu: menu,
      selector: '.jp-Notebook .jp-Cell',
      rank: RANK_IN_MENU
    });
    const tool = new CellKindTool({
      kinds,
      heading: words.__('This cell is'),
      isOn: kind => app.commands.isToggled(commandOf(kind)),
      toggle: kind => void app.commands.execute(commandOf(kind))
    });
    // A section of its own: JupyterLab's are not there yet when we are.
    tools?.addSection({ sectionName: SECTION, label: words.__('This cell is'), rank: RANK_AT_SIDE });
    tools?.addItem({ tool, section: SECTION });
    const refresh = () => {
      kinds.forEach(kind => app.commands.notifyCommandChanged(commandOf(kind)));
      tool.refresh();
    };
    tracker.activeCellChanged.connect(refresh);
    tracker.selectionChanged.connect(refresh);
    const marks = new CellMarks(kinds, refresh);
    tracker.widgetAdded.connect((_, panel) => marks.watch(panel.content));
    tracker.forEach(panel => marks.watch(panel.content));
  }
};

function commandOf(kind: CellKind): string {
  return `nbcommons:cell-${kind.tag}`;
}

/** The cells that a command is about: those selected, and the one that is active. */
function chosen(notebook: Notebook | undefined): Cell[] {
  return notebook?.widgets.filter(cell => notebook.isSelectedOrActive(cell)) ?? [];
}

/**
 * What a command is about: where a menu was opened on a cell that is not chosen, that one.
 *
 * JupyterLab does not make a cell active whose editor is pressed with the other button.
 */
function meant(
  app: JupyterFrontEnd,
  { currentWidget }: INotebookTracker,
  { isAtPointer }: ReadonlyPartialJSONObject
): Cell[] {
  const notebook = currentWidget?.content;
  const isCell = (node: HTMLElement) => node.classList.contains('jp-Cell');
  const pressed = isAtPointer === true ? app.contextMenuHitTest(isCell) : undefined;
  const cell = notebook?.widgets.find(({ node }) => node === pressed);
  return notebook && cell && !notebook.isSelectedOrActive(cell) ? [cell] : chosen(notebook);
}

function areAll(cells: readonly Cell[], kind: CellKind): boolean {
  return haveAll(cells.map(cell => cell.model.getMetadata('tags')), kind.tag);
}

/** Set the tag on all cells chosen, or take it away if all have it; one step of undo. */
function toggle(notebook: Notebook | undefined, cells: readonly Cell[], kind: CellKind): void {
  const isWanted = !areAll(cells, kind);
  notebook?.model?.sharedModel.transact(() => {
    for (const { model } of cells) {
      const tags = tagsWith(model.getMetadata('tags'), kind.tag, isWanted);
      if (tags.length) {
        model.setMetadata('tags', tags);
      } else {
        model.deleteMetadata('tags');
      }
    }
  });
}
