/** Gathers what happens within a moment and sends it, patiently, in order. */

export interface BatchesOptions<T> {
  /**
   * Sends `items`: true when they were taken, false when they never will be. Throws when it is
   * worth trying again. `isLast`: the page is going away.
   */
  readonly send: (items: T[], isLast: boolean) => Promise<boolean>;
  readonly delayMs?: number;
  readonly most?: number;
  /** More are not kept: the oldest are given up. */
  readonly keep?: number;
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
}

// What a browser lets a page that is going away send along is 64 kB in all.
const MOST_AT_THE_END = 100;

export class Batches<T> {
  constructor(options: BatchesOptions<T>) {
    this.options = {
      delayMs: 150,
      most: 500,
      keep: 5000,
      firstPauseMs: 1000,
      longestPauseMs: 30_000,
      ...options
    };
    this.pauseMs = this.options.firstPauseMs;
  }

  /** How many wait. */
  get size(): number {
    return this.waiting.length;
  }

  add(item: T): void {
    this.waiting.push(item);
    const tooMany = this.waiting.length - this.options.keep;
    if (tooMany > 0) {
      this.waiting.splice(0, tooMany);
      this.sending = Math.max(0, this.sending - tooMany);
    }
    // Not pushed back by each new one: the first of a long row is not to wait for the last.
    this.wait(this.options.delayMs);
  }

  /** Send what there is now, whatever is under way: the page may not come back. */
  flush(): void {
    const items = this.waiting.slice(0, MOST_AT_THE_END);
    if (items.length > 0) {
      void this.options.send(items, true).then(
        () => undefined,
        () => undefined
      );
    }
  }

  private wait(ms: number): void {
    if (this.timer === undefined && this.sending === 0) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        void this.sendNext();
      }, ms);
    }
  }

  private async sendNext(): Promise<void> {
    const items = this.waiting.slice(0, this.options.most);
    this.sending = items.length;
    let nextMs = 0;
    try {
      const isTaken = await this.options.send(items, false);
      this.waiting.splice(0, this.sending);
      this.pauseMs = this.options.firstPauseMs;
      if (!isTaken) {
        console.warn(`nbcommons: ${items.length} reports of runs were refused`);
      }
    } catch {
      nextMs = this.pauseMs;
      this.pauseMs = Math.min(this.pauseMs * 2, this.options.longestPauseMs);
    }
    this.sending = 0;
    if (this.waiting.length > 0) {
      this.wait(nextMs);
    }
  }

  private readonly options: Required<BatchesOptions<T>>;
  private readonly waiting: T[] = [];
  /** How many at the front of `waiting` are under way. */
  private sending = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pauseMs: number;
}
