/** At the side, among the tools of a notebook: what the chosen cells are, to tick. */
import { NotebookTools } from '@jupyterlab/notebook';

import type { CellKind } from '../kinds.js';
import { el } from '../panel/dom.js';

export interface CellKindParts {
  readonly kinds: readonly CellKind[];
  readonly heading: string;
  readonly isOn: (kind: CellKind) => boolean;
  readonly toggle: (kind: CellKind) => void;
}

export class CellKindTool extends NotebookTools.Tool {
  constructor(private readonly parts: CellKindParts) {
    super();
    this.addClass('nbcommons-cell-kinds');
    const choices = parts.kinds.map((kind, place) => this.choice(kind, place));
    this.node.append(el('div', { attributes: { role: 'group', 'aria-label': parts.heading } }, ...choices));
  }

  /** Show what the cells say now. */
  refresh(): void {
    this.boxes.forEach((box, place) => {
      box.checked = this.parts.isOn(this.parts.kinds[place]!);
    });
  }

  private choice(kind: CellKind, place: number): HTMLElement {
    const described = `nbcommons-cell-kind-${place}`;
    const box = el('input', {
      attributes: { type: 'checkbox', 'aria-describedby': described },
      on: { change: () => this.parts.toggle(kind) }
    });
    this.boxes.push(box);
    return el(
      'div',
      {},
      el('label', {}, box, kind.label),
      el('p', { attributes: { id: described } }, kind.explanation)
    );
  }

  private readonly boxes: HTMLInputElement[] = [];
}
