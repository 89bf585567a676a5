/** Leads from an open notebook back to its page in the Commons. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';

import type { Words } from '../commons/words.js';
import { isFrom, pageOf, readOrigin } from '../origin.js';
import { IConnection } from '../tokens.js';

// Behind the tools that people use all the time.
const PLACE = 20;

class PageLink extends Widget {
  constructor(words: Words) {
    super({ node: document.createElement('div') });
    this.addClass('nbcommons-link');
    this.anchor.target = '_blank';
    this.anchor.rel = 'noopener';
    this.anchor.textContent = words.__('Open in the Commons');
    this.anchor.title = words.__('The notebook’s page in the Commons, in a new tab');
    this.node.append(this.anchor);
    this.hide();
  }

  lead(address: string | null): void {
    if (address === null) {
      this.anchor.removeAttribute('href');
    } else {
      this.anchor.href = address;
    }
    this.setHidden(address === null);
  }

  private readonly anchor = document.createElement('a');
}

export const link: JupyterFrontEndPlugin<void> = {
  id: '@nbcommons/jupyterlab:link',
  description: 'Puts a link to the notebook’s page in the Commons into its toolbar.',
  autoStart: true,
  requires: [IConnection],
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, connection: IConnection, translator: ITranslator | null) => {
    const words = (translator ?? nullTranslator).load('nbcommons');
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: (
        panel: NotebookPanel,
        context: DocumentRegistry.IContext<INotebookModel>
      ): IDisposable => {
        const widget = new PageLink(words);
        panel.toolbar.insertItem(PLACE, 'nbcommons-link', widget);
        void Promise.all([connection.ready, context.ready]).then(([{ site }]) => {
          if (site === null || widget.isDisposed) {
            return;
          }
          const update = () => {
            const origin = readOrigin(context.model.getMetadata('nbcommons'));
            const isOurs = origin !== null && isFrom(origin, site);
            widget.lead(isOurs ? pageOf(origin, site) : null);
          };
          update();
          context.model.metadataChanged.connect(update, widget);
        });
        return new DisposableDelegate(() => widget.dispose());
      }
    });
  }
};
