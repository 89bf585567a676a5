/** Follows the open notebooks, and looks quietly now and then how they stand in the Commons. */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { Calls } from './calls.js';
import { OpenNotebook } from './notebook.js';

/** What was looked at less than this ago is not looked at again by itself. */
const FRESH_MS = 2 * 60_000;
const ROUND_MS = 10 * 60_000;

export class Following {
  constructor(
    private readonly tracker: INotebookTracker,
    private readonly site: string,
    private readonly calls: Calls
  ) {
    tracker.forEach(panel => this.add(panel));
    tracker.widgetAdded.connect((_, panel) => this.add(panel));
    tracker.currentChanged.connect(() => {
      this.tell();
      this.checkQuietly();
    });
    window.addEventListener('focus', () => this.checkQuietly());
    // Not all at once: many people open their Jupyter at the same time.
    setInterval(() => this.checkQuietly(), ROUND_MS * (0.9 + Math.random() * 0.2));
  }

  /** The notebook that is worked on; null if there is none, or it is not read yet. */
  get current(): OpenNotebook | null {
    const panel = this.tracker.currentWidget;
    return panel === null ? null : this.of(panel);
  }

  of(panel: NotebookPanel): OpenNotebook | null {
    return this.known.get(panel) ?? null;
  }

  /** Call `listener` whenever something may stand differently. Returns what stops that. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private add(panel: NotebookPanel): void {
    void panel.context.ready.then(() => {
      if (panel.isDisposed || this.known.has(panel)) {
        return;
      }
      const notebook = new OpenNotebook(panel, this.site, this.calls, () => this.tell());
      this.known.set(panel, notebook);
      panel.disposed.connect(() => this.tell());
      this.tell();
      void notebook.check();
    });
  }

  private checkQuietly(): void {
    const notebook = this.current;
    const isDue = notebook !== null && Date.now() - notebook.checkedAtMs > FRESH_MS;
    if (isDue && document.visibilityState === 'visible') {
      void notebook.check();
    }
  }

  private tell(): void {
    this.listeners.forEach(listener => listener());
  }

  private readonly known = new WeakMap<NotebookPanel, OpenNotebook>();
  private readonly listeners = new Set<() => void>();
}
