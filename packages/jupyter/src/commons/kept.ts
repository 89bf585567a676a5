/** Keeps what a person typed into a form until it was taken, so that nothing typed is lost. */
import type { ReadonlyJSONObject } from '@lumino/coreutils';

/** The part of JupyterLab's state database that is used. */
export interface Store {
  fetch(id: string): Promise<unknown>;
  save(id: string, value: ReadonlyJSONObject): Promise<unknown>;
  remove(id: string): Promise<unknown>;
}

export type Typed = Readonly<Record<string, string>>;

const PREFIX = 'nbcommons:form';
const SETTLED_MS = 400;

/** In the person's own Jupyter, never in the browser: others may use it after them. */
export class KeptForms {
  constructor(private readonly store: Store | null) {}

  /** What was typed into the form `kind` for the file at `path`; null if nothing. */
  async recall(kind: string, path: string): Promise<Typed | null> {
    const id = idOf(kind, path);
    const kept = this.now.get(id) ?? (await this.store?.fetch(id).catch(() => null));
    if (typeof kept !== 'object' || kept === null) {
      return null;
    }
    const texts = Object.entries(kept).filter(([, value]) => typeof value === 'string');
    return texts.length > 0 ? (Object.fromEntries(texts) as Typed) : null;
  }

  keep(kind: string, path: string, typed: Typed): void {
    const id = idOf(kind, path);
    this.now.set(id, typed);
    clearTimeout(this.timers.get(id));
    const save = () => {
      this.timers.delete(id);
      void this.store?.save(id, { ...typed }).catch(() => undefined);
    };
    this.timers.set(id, setTimeout(save, SETTLED_MS));
  }

  forget(kind: string, path: string): void {
    const id = idOf(kind, path);
    this.now.delete(id);
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    void this.store?.remove(id).catch(() => undefined);
  }

  /** What the store may not have yet. */
  private readonly now = new Map<string, Typed>();
  /** One for each form: who goes on in another one has not taken back what they typed before. */
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
}

function idOf(kind: string, path: string): string {
  return `${PREFIX}:${kind}:${path}`;
}
