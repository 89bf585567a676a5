/** Makes elements. Every string becomes text, never markup. */

export interface Props {
  readonly class?: string;
  readonly on?: Readonly<Partial<Record<keyof HTMLElementEventMap, (event: Event) => void>>>;
  readonly attributes?: Readonly<Record<string, string | boolean | undefined>>;
}

export type Child = Node | string | null | undefined | false;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (props.class) {
    made.className = props.class;
  }
  for (const [name, value] of Object.entries(props.attributes ?? {})) {
    if (value === true) {
      made.setAttribute(name, '');
    } else if (typeof value === 'string') {
      made.setAttribute(name, value);
    }
  }
  for (const [name, listener] of Object.entries(props.on ?? {})) {
    made.addEventListener(name, listener);
  }
  made.append(...children.filter(isThere));
  return made;
}

export type ButtonKind = 'primary' | 'plain' | 'quiet';

/** A button; `kind` primary for the one thing to do. */
export function button(
  label: string,
  onClick: () => void,
  kind: ButtonKind = 'plain'
): HTMLButtonElement {
  return el(
    'button',
    {
      class: `nbcommons-button nbcommons-mod-${kind}`,
      attributes: { type: 'button' },
      on: { click: onClick }
    },
    label
  );
}

/** A link to a page of the Commons; anything else becomes text alone. */
export function pageLink(label: string, address: string): HTMLElement {
  if (!/^https?:\/\//.test(address)) {
    return el('span', {}, label);
  }
  return el(
    'a',
    {
      class: 'nbcommons-page',
      attributes: { href: address, target: '_blank', rel: 'noopener' }
    },
    label
  );
}

/**
 * Have the browser keep `notebook`, as it is open, in a file called `name`.
 *
 * JupyterLab's own command asks the Jupyter for the file, which may be gone, or have no room left
 * for what was typed last.
 */
export function download(notebook: object, name: string): void {
  const file = new Blob([JSON.stringify(notebook, null, 1) + '\n'], { type: 'application/x-ipynb+json' });
  const href = URL.createObjectURL(file);
  const link = el('a', { attributes: { href, download: name } });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), FREE_AFTER_MS);
}

/** How long a browser may take to read what it was told to keep. */
const FREE_AFTER_MS = 60_000;

let made = 0;

/** An id for an element that another one names. */
export function newId(): string {
  made += 1;
  return `nbcommons-${made}`;
}

/** A labelled field, with room for what is wrong with it. */
export function field(
  label: string,
  control: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement,
  hint = ''
): HTMLElement {
  const id = newId();
  const hintId = newId();
  control.id = id;
  if (hint) {
    control.setAttribute('aria-describedby', hintId);
  }
  return el(
    'div',
    { class: 'nbcommons-field' },
    el('label', { attributes: { for: id } }, label),
    control,
    hint ? el('p', { class: 'nbcommons-hint', attributes: { id: hintId } }, hint) : null
  );
}

/** When to look, in milliseconds, whether the focus is still where it belongs. */
const LOOK_AGAIN_MS = [0, 50, 150, 300, 500] as const;

/**
 * Focus `control`, and once more if something takes the focus from its part of the page.
 *
 * JupyterLab's command palette gives the focus back to the notebook as it closes, and that is
 * after the command that was chosen in it.
 */
export function focusForGood(control: HTMLElement): void {
  const part = control.closest('.nbcommons-panel');
  control.focus();
  const looks = LOOK_AGAIN_MS.map(ms =>
    setTimeout(() => {
      if (control.isConnected && !part?.contains(document.activeElement)) {
        control.focus();
      }
    }, ms)
  );
  // Who presses somewhere meanwhile means to be there.
  const isElsewhere = () => looks.forEach(clearTimeout);
  document.addEventListener('pointerdown', isElsewhere, { capture: true, once: true });
  setTimeout(
    () => document.removeEventListener('pointerdown', isElsewhere, { capture: true }),
    LOOK_AGAIN_MS[LOOK_AGAIN_MS.length - 1]
  );
}

/** Say that a control is wrong, and that `why` tells what; returns what takes that back. */
export function markInvalid(control: HTMLElement, why: HTMLElement): () => void {
  const described = control.getAttribute('aria-describedby');
  why.id ||= newId();
  control.setAttribute('aria-invalid', 'true');
  control.setAttribute('aria-describedby', described === null ? why.id : `${why.id} ${described}`);
  return () => {
    control.removeAttribute('aria-invalid');
    if (described === null) {
      control.removeAttribute('aria-describedby');
    } else {
      control.setAttribute('aria-describedby', described);
    }
  };
}

function isThere(child: Child): child is Node | string {
  return child !== null && child !== undefined && child !== false && child !== '';
}
