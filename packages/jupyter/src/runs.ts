/** Tells from the messages between a notebook and its kernel how each run of a cell went. */

/** All that is ever said about a run: the form that the server extension takes. */
export interface RunEvent {
  readonly id: string;
  readonly notebook: string;
  readonly revision: number | null;
  readonly cell: {
    readonly fingerprint: string;
    readonly id: string | null;
    readonly index: number;
  };
  readonly success: boolean;
  readonly runtime_ms: number;
  readonly at: string;
}

/** What is known of a run when it begins. */
export type RunStart = Pick<RunEvent, 'notebook' | 'revision' | 'cell'>;

/** The parts of a kernel message that are looked at. */
export interface MessageLike {
  readonly header: { readonly msg_id: string; readonly msg_type: string; readonly date?: string };
  readonly parent_header: object;
  readonly content: object;
  readonly metadata: object;
}

interface Run {
  readonly start: RunStart;
  /** When the kernel took it up, by this browser's clock; null while it waits. */
  startedMs: number | null;
}

export interface RunsOptions {
  /** What to say of a run of this cell; null to say nothing. Called when the code is sent. */
  readonly describe: (cellId: string, source: string) => RunStart | null;
  readonly report: (event: RunEvent) => void;
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

// A person pressed stop: that says nothing about the code.
const INTERRUPTIONS = new Set(['KeyboardInterrupt', 'InterruptException']);
const CELL_ID = /^[A-Za-z0-9_-]{1,64}$/;
const LONGEST_RUN_MS = 30 * 24 * 3600 * 1000;

/**
 * Follows one kernel connection.
 *
 * It watches messages instead of JupyterLab's own notices, because only they tell exactly which
 * code ran, when the kernel took it up after waiting in the queue, and whether it ran at all: after
 * a failure the kernel gives the waiting cells back as «aborted».
 */
export class Runs {
  constructor(private readonly options: RunsOptions) {}

  /** How many runs are under way or waiting. */
  get size(): number {
    return this.runs.size;
  }

  onMessage(message: MessageLike, direction: 'send' | 'recv'): void {
    const type = message.header.msg_type;
    if (direction === 'send') {
      if (type === 'execute_request') {
        this.onRequest(message);
      }
      return;
    }
    const parent = (message.parent_header as { msg_id?: unknown }).msg_id;
    const run = typeof parent === 'string' ? this.runs.get(parent) : undefined;
    if (!run) {
      return;
    }
    if (type === 'execute_input') {
      run.startedMs ??= this.options.now();
    } else if (type === 'execute_reply') {
      this.runs.delete(parent as string);
      this.onReply(run, message);
    }
  }

  /**
   * Call with each status of the kernel.
   *
   * A kernel that died is first «restarting», as one that a person restarts; only then does
   * JupyterLab call it «autorestarting». It died of what ran. When a person restarts it, what ran
   * has no outcome.
   */
  onKernelStatus(status: string): void {
    if (status === 'restarting') {
      this.lost = [...this.runs.values()];
    } else if (status === 'autorestarting') {
      this.reportDeadly([...this.lost, ...this.runs.values()]);
      this.lost = [];
    } else {
      this.lost = [];
    }
    if (['autorestarting', 'restarting', 'starting', 'dead'].includes(status)) {
      this.runs.clear();
    }
  }

  /** Another kernel took over: nothing more will be heard of these runs. */
  forget(): void {
    this.runs.clear();
    this.lost = [];
  }

  private onRequest(message: MessageLike): void {
    const { code, silent } = message.content as { code?: unknown; silent?: unknown };
    const { cellId } = message.metadata as { cellId?: unknown };
    if (typeof code !== 'string' || typeof cellId !== 'string' || silent === true) {
      return;
    }
    const start = this.options.describe(cellId, code);
    if (start) {
      const id = start.cell.id !== null && CELL_ID.test(start.cell.id) ? start.cell.id : null;
      const cell = { ...start.cell, id };
      this.runs.set(message.header.msg_id, { start: { ...start, cell }, startedMs: null });
    }
  }

  private onReply(run: Run, reply: MessageLike): void {
    const { status, ename } = reply.content as { status?: unknown; ename?: unknown };
    const isInterrupted = typeof ename === 'string' && INTERRUPTIONS.has(ename);
    if (status !== 'ok' && (status !== 'error' || isInterrupted)) {
      return;
    }
    const nowMs = this.options.now();
    // The kernel's own clock, where it tells: messages may wait behind a large result.
    const { started } = reply.metadata as { started?: unknown };
    const startedMs = typeof started === 'string' ? Date.parse(started) : NaN;
    const endedMs = Date.parse(reply.header.date ?? '');
    const runtimeMs =
      endedMs >= startedMs ? endedMs - startedMs : nowMs - (run.startedMs ?? nowMs);
    this.report(run, status === 'ok', runtimeMs, Number.isNaN(endedMs) ? nowMs : endedMs);
  }

  /** Of the runs that a dying kernel left, in the order they were sent. */
  private reportDeadly(left: Run[]): void {
    const started = left.filter(run => run.startedMs !== null);
    // A kernel that dies at once does not get to say what it took up. It takes up in order.
    for (const run of started.length > 0 ? started : left.slice(0, 1)) {
      const nowMs = this.options.now();
      this.report(run, false, nowMs - (run.startedMs ?? nowMs), nowMs);
    }
  }

  private report(run: Run, success: boolean, runtimeMs: number, atMs: number): void {
    this.options.report({
      id: this.options.newId(),
      ...run.start,
      success,
      runtime_ms: Math.min(Math.max(0, Math.round(runtimeMs)), LONGEST_RUN_MS),
      at: new Date(atMs).toISOString()
    });
  }

  private readonly runs = new Map<string, Run>();
  /** What a restart took away, until it is known why the kernel restarts. */
  private lost: Run[] = [];
}
