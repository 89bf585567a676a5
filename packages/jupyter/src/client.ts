/** Everything this extension asks of its server: the only module that speaks HTTP. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { RunEvent } from './runs.js';

/** The connection to the Commons; `site` is null in a Jupyter that no Commons started. */
export interface Status {
  readonly site: string | null;
  /** Seconds until this Jupyter closes; null if it has no end. */
  readonly remaining_s: number | null;
  /** The person connected it themselves; no hub started it. */
  readonly isOwn: boolean;
}

/** The server answered, but not as hoped; the message is a sentence. */
export class RequestFailed extends Error {
  constructor(
    message: string,
    readonly status: number,
    /**
     * One word: unreachable, ended, stopped, signed_out, not_allowed, changed, not_taken, not_there,
     * draft_gone, too_large.
     */
    readonly kind: string = 'failed',
    /** Sentences by the field that they are about. */
    readonly errors: Readonly<Record<string, readonly string[]>> = {}
  ) {
    super(message);
  }
}

export class Client {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async status(): Promise<Status> {
    const { site, remaining_s, is_own } = (await this.ask('status')) as Record<string, unknown>;
    return {
      site: typeof site === 'string' ? site : null,
      remaining_s: typeof remaining_s === 'number' ? remaining_s : null,
      isOwn: is_own === true
    };
  }

  /** Report runs: true when they are safe, false when they are refused for good. */
  async report(events: RunEvent[], isLast: boolean): Promise<boolean> {
    const body = JSON.stringify({ events });
    try {
      await this.ask('executions', { method: 'POST', body, keepalive: isLast });
      return true;
    } catch (error) {
      if (error instanceof RequestFailed && [400, 404, 413].includes(error.status)) {
        return false;
      }
      throw error;
    }
  }

  /** Put the newest version of a notebook beside the person's copy; the new file's path. */
  async addNewest(uuid: string): Promise<string> {
    const answer = await this.ask(`copies/${uuid}`, { method: 'POST' });
    return String((answer as Record<string, unknown>).path);
  }

  /**
   * The JSON that this extension's server answers at `path`, below `nbcommons/`.
   *
   * Raises `RequestFailed`, and what `fetch` does when no answer came at all.
   */
  async ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const response = await this.send(path, init);
    const answer: unknown = await response.json().catch(() => ({}));
    if (response.ok) {
      return answer;
    }
    const failure = failureOf(answer, response.status);
    // A hub refuses what is sent to a stopped Jupyter as it refuses who is signed out.
    const isUnsure = failure.kind === 'signed_out' && (init.method ?? 'GET') !== 'GET';
    throw isUnsure && (await this.hasStopped()) ? failureOf({}, STOPPED) : failure;
  }

  private async hasStopped(): Promise<boolean> {
    const { status } = await this.send('status').catch(() => ({ status: 0 }));
    return status === STOPPED;
  }

  private send(path: string, init: RequestInit = {}): Promise<Response> {
    const url = URLExt.join(this.settings.baseUrl, 'nbcommons', path);
    return ServerConnection.makeRequest(url, init, this.settings);
  }
}

/** What a Jupyter answers, before this extension's server is asked, to who is not signed in. */
const SIGNED_OUT: readonly number[] = [401, 403];
/** What a hub answers in place of a Jupyter that does not run. */
const STOPPED = 424;

/** The failure that an answer with this status tells of. */
export function failureOf(answer: unknown, status: number): RequestFailed {
  const { message, kind, errors } = (answer ?? {}) as Record<string, unknown>;
  if (typeof kind !== 'string' && status === STOPPED) {
    return new RequestFailed(
      'Your Jupyter has stopped: its time is over, or somebody stopped it. What is open in this ' +
        'page is still here, and so is what you typed. Download the notebook. Or start your ' +
        'Jupyter again from the Commons in another tab, come back here, and press once more.',
      status,
      'stopped'
    );
  }
  if (typeof kind !== 'string' && SIGNED_OUT.includes(status)) {
    return new RequestFailed(
      'You are signed out of your Jupyter. Sign in again in another tab, come back here, and ' +
        'press once more: what you typed stays.',
      status,
      'signed_out'
    );
  }
  return new RequestFailed(
    typeof message === 'string' ? message : 'Your Jupyter did not answer as expected.',
    status,
    typeof kind === 'string' ? kind : 'failed',
    typeof errors === 'object' && errors !== null
      ? (errors as Record<string, readonly string[]>)
      : {}
  );
}
