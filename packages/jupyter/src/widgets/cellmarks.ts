/** Small marks on the cells of a notebook that say by name what they are. */
import type { Notebook } from '@jupyterlab/notebook';

import { kindsIn, type CellKind } from '../kinds.js';
import { el } from '../panel/dom.js';

type Cell = Notebook['widgets'][number];

const MARKS = 'nbcommons-cell-marks';

export class CellMarks {
  constructor(
    private readonly kinds: readonly CellKind[],
    private readonly onChange: () => void
  ) {}

  /** Mark the cells of a notebook, those that come later too. */
  watch(notebook: Notebook): void {
    const look = () => notebook.widgets.forEach(cell => this.attend(cell));
    notebook.modelContentChanged.connect(look);
    notebook.modelChanged.connect(look);
    look();
  }

  private attend(cell: Cell): void {
    if (this.known.has(cell)) {
      return;
    }
    this.known.add(cell);
    const show = () => this.show(cell);
    cell.model.metadataChanged.connect((_, change) => {
      if (change.key === 'tags') {
        show();
        this.onChange();
      }
    });
    show();
  }

  private show(cell: Cell): void {
    const found = kindsIn(cell.model.getMetadata('tags'), this.kinds);
    cell.node.querySelector(`:scope > .${MARKS}`)?.remove();
    if (found.length) {
      const marks = found.map(kind =>
        el('li', { attributes: { title: kind.explanation } }, kind.label)
      );
      cell.node.append(el('ul', { class: MARKS }, ...marks));
    }
  }

  private readonly known = new WeakSet<Cell>();
}
