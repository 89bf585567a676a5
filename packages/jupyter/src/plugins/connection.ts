/** Keeps what is known of the connection to the Commons. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { Client, type Status } from '../client.js';
import { IConnection } from '../tokens.js';

const REFRESH_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

class Connection implements IConnection {
  constructor(readonly client: Client) {
    this.ready = this.firstStatus();
  }

  remainingS(): number | null {
    if (this.remaining === null) {
      return null;
    }
    return Math.max(0, this.remaining - (Date.now() - this.askedAtMs) / 1000);
  }

  /** Ask again: a computer that slept has lost count. */
  async refresh(): Promise<void> {
    await this.client.status().then(
      status => this.keep(status),
      () => undefined
    );
  }

  private async firstStatus(): Promise<Status> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return this.keep(await this.client.status());
      } catch {
        await new Promise(resolve => setTimeout(resolve, pauseMs));
      }
    }
  }

  private keep(status: Status): Status {
    this.remaining = status.remaining_s;
    this.askedAtMs = Date.now();
    return status;
  }

  readonly ready: Promise<Status>;
  private remaining: number | null = null;
  private askedAtMs = 0;
}

export const connection: JupyterFrontEndPlugin<IConnection> = {
  id: '@nbcommons/jupyterlab:connection',
  description: 'Knows which Commons this Jupyter belongs to and how long it lives.',
  autoStart: true,
  provides: IConnection,
  activate: (app: JupyterFrontEnd): IConnection => {
    const kept = new Connection(new Client(app.serviceManager.serverSettings));
    void kept.ready.then(status => {
      if (status.site !== null) {
        setInterval(() => void kept.refresh(), REFRESH_MS);
        document.addEventListener('visibilitychange', () => {
          if (document.visibilityState === 'visible') {
            void kept.refresh();
          }
        });
      }
    });
    return kept;
  }
};
