/** The plugins of this extension, and nothing else. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

const probe: JupyterFrontEndPlugin<void> = {
  id: '@nbcommons/jupyterlab:probe',
  autoStart: true,
  activate: (app: JupyterFrontEnd) => { console.debug('nbcommons', app.name); }
};
export default [probe];
