/** Reports how the runs of cells went, of notebooks that came from the Commons. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ISessionContext } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, Session } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import { Batches } from '../batches.js';
import { fingerprint } from '../fingerprint.js';
import { isBlank, numberCells } from '../numbering.js';
import { isFrom, readOrigin, type Origin } from '../origin.js';
import { Runs, type RunEvent, type RunStart } from '../runs.js';
import { IConnection } from '../tokens.js';

export const reporter: JupyterFrontEndPlugin<void> = {
  id: '@nbcommons/jupyterlab:reporter',
  description: 'Tells the Commons whether a cell ran well: never its code, results or errors.',
  autoStart: true,
  requires: [INotebookTracker, IConnection],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker, connection: IConnection) => {
    const batches = new Batches<RunEvent>({
      send: (events, isLast) => connection.client.report(events, isLast)
    });
    window.addEventListener('pagehide', () => batches.flush());
    const report = async (event: RunEvent, origin: Origin) => {
      const { site } = await connection.ready;
      if (site !== null && isFrom(origin, site)) {
        batches.add(event);
      }
    };
    // Two views of a notebook share its session.
    const watched = new WeakSet<ISessionContext>();
    const watch = (panel: NotebookPanel) => {
      if (!watched.has(panel.sessionContext)) {
        watched.add(panel.sessionContext);
        watchPanel(panel, (event, origin) => void report(event, origin));
      }
    };
    tracker.forEach(watch);
    tracker.widgetAdded.connect((_tracker, panel) => watch(panel));
  }
};

function watchPanel(
  panel: NotebookPanel,
  report: (event: RunEvent, origin: Origin) => void
): void {
  const { context, sessionContext } = panel;
  const numbers = numbersOf(context.model);
  const origin = () => readOrigin(context.model.getMetadata('nbcommons'));
  const runs = new Runs({
    describe: (cellId, source): RunStart | null => {
      const from = origin();
      if (from === null || isBlank(source)) {
        return null;
      }
      return {
        notebook: from.uuid,
        revision: from.revision,
        cell: {
          fingerprint: fingerprint(source),
          id: cellId,
          index: numbers().get(cellId) ?? -1
        }
      };
    },
    report: event => {
      const from = origin();
      if (from !== null && from.uuid === event.notebook) {
        report(event, from);
      }
    },
    newId: () => UUID.uuid4(),
    now: () => Date.now()
  });
  followSessions(sessionContext, runs);
}

/** Lets `runs` hear the kernel, also after another one was chosen. */
function followSessions(sessionContext: ISessionContext, runs: Runs): void {
  const onMessage = (_: Session.ISessionConnection, args: Kernel.IAnyMessageArgs) =>
    runs.onMessage(args.msg, args.direction);
  const follow = (session: Session.ISessionConnection | null) => {
    session?.anyMessage.connect(onMessage);
  };
  follow(sessionContext.session);
  sessionContext.sessionChanged.connect((_, { oldValue, newValue }) => {
    oldValue?.anyMessage.disconnect(onMessage);
    runs.forget();
    follow(newValue ?? null);
  });
  sessionContext.kernelChanged.connect(() => runs.forget());
  sessionContext.statusChanged.connect((_, status) => runs.onKernelStatus(status));
}

/** The numbers of a notebook's cells; counted once for all cells that are started together. */
function numbersOf(model: NotebookPanel['context']['model']): () => Map<string, number> {
  let known: Map<string, number> | null = null;
  return () => {
    if (known === null) {
      known = numberCells(
        Array.from(model.cells, cell => ({
          id: cell.id,
          type: cell.type,
          source: () => cell.sharedModel.getSource()
        }))
      );
      queueMicrotask(() => (known = null));
    }
    return known;
  };
}
