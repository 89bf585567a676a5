/** A notebook without its results: all that may leave the browser. */

export interface Bare {
  readonly notebook: object;
  /** How much was taken out, by kind: outputs and so on. */
  readonly removed: Readonly<Record<string, number>>;
}

type Json = Record<string, unknown>;

const NOTEBOOK_KEYS = ['kernelspec', 'language_info', 'nbcommons'];

export function bare(notebook: object): Bare {
  const { cells, metadata } = notebook as { cells?: Json[]; metadata?: Json };
  const removed: Record<string, number> = {};
  const count = (kind: string, much: number) => {
    removed[kind] = (removed[kind] ?? 0) + much;
  };
  const kept = (cells ?? []).map(cell => {
    const { cell_type, id, source, outputs, execution_count, attachments } = cell;
    count('outputs', Array.isArray(outputs) ? outputs.length : 0);
    count('execution_counts', typeof execution_count === 'number' ? 1 : 0);
    count('attachments', Object.keys((attachments as object | undefined) ?? {}).length);
    const { tags } = (cell.metadata ?? {}) as Json;
    return {
      cell_type,
      id,
      metadata: Array.isArray(tags) ? { tags } : {},
      source,
      ...(cell_type === 'code' ? { outputs: [], execution_count: null } : {})
    };
  });
  const kinds = Object.entries(metadata ?? {}).filter(([key]) => NOTEBOOK_KEYS.includes(key));
  return {
    notebook: { cells: kept, metadata: Object.fromEntries(kinds), nbformat: 4, nbformat_minor: 5 },
    removed
  };
}
