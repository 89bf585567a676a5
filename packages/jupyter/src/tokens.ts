/** What the plugins of this extension share. */
import { Token } from '@lumino/coreutils';

import type { Client, Status } from './client.js';

export interface IConnection {
  readonly client: Client;
  /** The first answer; never fails, it may only take long. */
  readonly ready: Promise<Status>;
  /** Seconds until this Jupyter closes, as of now; null if unknown or without end. */
  remainingS(): number | null;
  /** Ask the server again. */
  refresh(): Promise<void>;
}

export const IConnection = new Token<IConnection>(
  '@nbcommons/jupyterlab:IConnection',
  'The connection of this Jupyter to the Notebook Commons.'
);
