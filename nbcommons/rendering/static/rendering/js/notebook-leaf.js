// @ts-check
/**
 * <notebook-leaf>: the frame that shows a notebook. Makes it as tall as its content, scrolls the
 * page to a heading when an outline link is followed, shows in the outline where the reader is, and
 * hands on colours and fresh marks of health. Without script the frame scrolls by itself.
 */

const MOST_PX = 400_000; // a frame may ask for less than this, whatever it holds

class NotebookLeaf extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  /** @type {Map<string, number>} */
  #places = new Map();
  /** @type {HTMLIFrameElement | null} */
  #frame = null;

  connectedCallback() {
    this.#frame = this.querySelector("iframe");
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener("message", (event) => this.#hear(event), { signal });
    addEventListener("scroll", () => this.#showWhere(), { signal, passive: true });
    document.addEventListener("click", (event) => this.#follow(event), { signal });
    /** @param {Event} event */
    const setTheme = (event) =>
      this.#tell({ kind: "theme", theme: /** @type {CustomEvent} */ (event).detail });
    document.addEventListener("commons:theme", setTheme, { signal });
    document.addEventListener("commons:refreshed", () => this.#handOnMarks(), { signal });
    this.#tell({ kind: "shape" }); // a frame that was quicker than this script told nobody
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  get #top() {
    return this.#frame?.getBoundingClientRect().top ?? 0;
  }

  get #links() {
    return document.querySelectorAll(`a[target="${this.#frame?.name}"]`);
  }

  /** @param {MessageEvent} event */
  #hear({ source, data }) {
    // The frame has no origin of its own, so the window is what tells it from others.
    if (!this.#frame || source !== this.#frame.contentWindow || !data) return;
    if (data.kind === "shape" && Number.isFinite(data.height)) {
      this.#frame.style.blockSize = `${Math.min(Math.max(data.height, 0), MOST_PX)}px`;
      this.#places = new Map(
        Object.entries(data.places ?? {}).filter(([, top]) => Number.isFinite(top)),
      );
      this.#showWhere();
    }
    if (data.kind === "go" && Number.isFinite(data.top)) this.#scrollTo(data.top);
  }

  /** @param {MouseEvent} event */
  #follow(event) {
    const link = event.target instanceof Element && event.target.closest("a[target]");
    if (!(link instanceof HTMLAnchorElement) || link.target !== this.#frame?.name) return;
    const top = this.#places.get(decodeURIComponent(link.hash.slice(1)));
    if (top === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#scrollTo(top);
  }

  /** @param {number} top pixels from the top of the frame */
  #scrollTo(top) {
    scrollTo({ top: scrollY + this.#top + Math.min(top, MOST_PX) - 16 });
  }

  #showWhere() {
    const isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    const line = (isAtEnd ? innerHeight : 120) - this.#top; // the last headings reach no further
    let here = /** @type {Element | undefined} */ (undefined);
    for (const link of this.#links) {
      const hash = link.getAttribute("href")?.split("#")[1] ?? "";
      const top = this.#places.get(decodeURIComponent(hash));
      if (top !== undefined && top <= line) here = link;
    }
    for (const link of this.#links) {
      if (link === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  #handOnMarks() {
    const marks = document.querySelector("[data-marks]")?.getAttribute("data-marks");
    if (marks) this.#tell({ kind: "marks", marks: JSON.parse(marks) });
  }

  /** @param {Record<string, unknown>} message */
  #tell(message) {
    this.#frame?.contentWindow?.postMessage(message, "*"); // an opaque origin has no name
  }
}

customElements.define("notebook-leaf", NotebookLeaf);
