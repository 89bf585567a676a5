/** What this extension asks its server about this Jupyter itself. */
import type { Client } from './client.js';

export interface Lifetime {
  /** Null without an end. */
  readonly remainingS: number | null;
  /** So many seconds one press adds; 0: it cannot be put off. */
  readonly extensionS: number;
}

export interface Environment extends Lifetime {
  /** Paths of notebooks with changes that are nowhere else. */
  readonly changed: readonly string[];
  /** The address of one's drafts in the Commons. */
  readonly drafts: string | null;
}

/** What became of a notebook that was to be taken along. */
export interface Outcome {
  readonly path: string;
  readonly isSaved: boolean;
  /** Why not, in a sentence. */
  readonly message: string;
  readonly url: string | null;
}

export interface ConnectState {
  readonly mayConnect: boolean;
  readonly state: 'none' | 'waiting' | 'connected' | 'refused' | 'expired' | 'ended';
  readonly site: string;
  readonly machine: string;
}

export interface Code {
  readonly userCode: string;
  readonly address: string;
}

type Told = Record<string, unknown>;

export class EnvironmentClient {
  constructor(private readonly client: Client) {}

  async environment(): Promise<Environment> {
    const told = (await this.client.ask('environment')) as Told;
    return {
      ...lifetimeOf(told),
      changed: listOf(told.changed).filter((path): path is string => typeof path === 'string'),
      drafts: webAddress(told.drafts)
    };
  }

  async extend(): Promise<Lifetime> {
    return lifetimeOf((await this.post('environment/extend')) as Told);
  }

  /** Take those of `paths` along as private drafts that still have changes; see `rescueAll`. */
  async rescue(paths: readonly string[]): Promise<Outcome[]> {
    const told = (await this.post('environment/rescue', { paths })) as Told;
    return (listOf(told.outcomes) as Told[]).map(one => ({
      path: String(one.path),
      isSaved: one.is_saved === true,
      message: typeof one.message === 'string' ? one.message : '',
      url: webAddress(one.url)
    }));
  }

  async connection(): Promise<ConnectState> {
    const told = (await this.client.ask('connect')) as Told;
    return {
      mayConnect: told.may_connect === true,
      state: String(told.state) as ConnectState['state'],
      site: typeof told.site === 'string' ? told.site : '',
      machine: typeof told.machine === 'string' ? told.machine : ''
    };
  }

  /** Ask a Commons for a code. */
  async begin(site: string, machine: string): Promise<Code> {
    const told = (await this.post('connect', { site, machine })) as Told;
    return { userCode: String(told.user_code), address: webAddress(told.verification_uri) ?? '' };
  }

  async disconnect(): Promise<void> {
    await this.client.ask('connect', { method: 'DELETE' });
  }

  private post(path: string, body: object = {}): Promise<unknown> {
    return this.client.ask(path, { method: 'POST', body: JSON.stringify(body) });
  }
}

function lifetimeOf(told: Told): Lifetime {
  return {
    remainingS: typeof told.remaining_s === 'number' ? told.remaining_s : null,
    extensionS: typeof told.extension_s === 'number' ? told.extension_s : 0
  };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An address of the web, null for anything else: it is going to be a link. */
function webAddress(value: unknown): string | null {
  return typeof value === 'string' && /^https?:\/\//.test(value) ? value : null;
}
