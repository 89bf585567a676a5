/** What the panel asks of the Commons, through this extension's own server. */
import type { Client } from '../client.js';
import type { CellJson, Difference } from './difference.js';
import type { Facts } from './standing.js';

export interface Team {
  /** What to say as the owner. */
  readonly handle: string;
  readonly name: string;
}

export interface Me {
  readonly username: string;
  readonly name: string;
  readonly teams: readonly Team[];
}

/** Something that may be a secret; `excerpt` has it masked. */
export interface Secret {
  readonly key: string;
  /** Place among all cells, from 0; null when it is in no cell. */
  readonly cell: number | null;
  readonly words: string;
  readonly excerpt: string;
  readonly is_hint: boolean;
  readonly is_blocking: boolean;
  readonly is_decided: boolean;
}

export interface Alike {
  readonly uuid: string;
  readonly title: string;
  readonly keeper: string;
  readonly is_nearly_the_same: boolean;
  readonly has_same_title: boolean;
  readonly may_edit: boolean;
  readonly url: string;
}

export interface Draft {
  readonly id: string;
  readonly cells: number;
  readonly removed: Readonly<Record<string, number>>;
  readonly repairs: readonly string[];
  readonly secrets: readonly Secret[];
  readonly proposed: {
    readonly title: string;
    readonly description: string;
    readonly tags: readonly string[];
  };
  readonly alike: readonly Alike[];
}

export type Decision = 'fine' | 'blank';

/** What to say when publishing; what is left out is as the draft proposes. */
export interface Publication {
  readonly title?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly visibility?: string;
  readonly share_with?: readonly string[];
  readonly owner?: string;
  readonly message?: string;
  readonly replaces?: string;
  readonly replaces_version?: number;
  readonly forks?: string;
  readonly decisions?: Readonly<Record<string, Decision>>;
  /** Where the notebook lies here, and its digest. */
  readonly path: string;
  readonly digest: string;
}

export interface CompareAsked {
  /** Without its results. */
  readonly notebook: object;
  /** Null for the newest. */
  readonly revision: number | null;
  /** The version it was made from. */
  readonly base: number | null;
  readonly direction: 'mine' | 'theirs';
}

/** What leads from `old` to `new`. */
export interface Comparison {
  readonly difference: Difference;
  readonly old: readonly CellJson[];
  readonly new: readonly CellJson[];
  /** The version of the Commons that it was compared with, and its digest. */
  readonly version: number;
  readonly digest: string | null;
}

export interface Found {
  readonly uuid: string;
  readonly title: string;
  readonly snippet: string;
  readonly health: string;
  readonly people: number;
  readonly url: string;
}

export interface FoundPage {
  readonly total: number;
  readonly next_offset: number | null;
  readonly is_building: boolean;
  readonly did_you_mean: string | null;
  readonly results: readonly Found[];
}

export class Calls {
  constructor(private readonly client: Client) {}

  async me(): Promise<Me> {
    return (await this.client.ask('me')) as Me;
  }

  /** base: a version whose digest is wanted too. */
  async notebook(uuid: string, base: number | null = null): Promise<Facts> {
    const query = base === null ? '' : `?base=${base}`;
    return (await this.client.ask(`notebooks/${uuid}${query}`)) as Facts;
  }

  /** Puts a notebook into the home, or finds the copy that is there: its path. */
  async open(uuid: string): Promise<string> {
    const answer = await this.client.ask(`notebooks/${uuid}/open`, { method: 'POST' });
    return String((answer as { path: unknown }).path);
  }

  /** notebook: without its results. */
  async draft(notebook: object, name: string): Promise<Draft> {
    const body = JSON.stringify(notebook);
    const path = `drafts?name=${encodeURIComponent(name)}`;
    return (await this.client.ask(path, { method: 'POST', body })) as Draft;
  }

  async discard(draft: string): Promise<void> {
    await this.client.ask(`drafts/${draft}`, { method: 'DELETE' });
  }

  async publish(draft: string, said: Publication): Promise<Facts> {
    const body = JSON.stringify(said);
    const path = `drafts/${draft}/publish`;
    return (await this.client.ask(path, { method: 'POST', body })) as Facts;
  }

  /** Suggest a draft to whoever looks after the notebook: the suggestion's page. */
  async suggest(
    uuid: string,
    said: {
      readonly draft: string;
      readonly message: string;
      readonly based_on: number | null;
      readonly decisions: Readonly<Record<string, Decision>>;
    }
  ): Promise<string> {
    const body = JSON.stringify(said);
    const answer = await this.client.ask(`notebooks/${uuid}/suggest`, { method: 'POST', body });
    return String((answer as { url: unknown }).url);
  }

  /** The page of the suggestion that was made of a draft. */
  async suggestion(draft: string): Promise<string> {
    return String(((await this.client.ask(`suggestions/${draft}`)) as { url: unknown }).url);
  }

  async compare(uuid: string, asked: CompareAsked): Promise<Comparison> {
    const body = JSON.stringify(asked);
    const path = `notebooks/${uuid}/compare`;
    return (await this.client.ask(path, { method: 'POST', body })) as Comparison;
  }

  async search(words: string, offset: number): Promise<FoundPage> {
    const query = new URLSearchParams({ q: words, offset: String(offset) });
    return (await this.client.ask(`search?${query.toString()}`)) as FoundPage;
  }
}
