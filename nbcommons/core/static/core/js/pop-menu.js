// @ts-check
/** <pop-menu>: a <details> menu that closes on Escape, on a click elsewhere, and when focus leaves. */

class PopMenu extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("click", (event) => this.#closeUnlessInside(event.target), { signal });
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget) this.#closeUnlessInside(event.relatedTarget);
    });
    this.addEventListener("keydown", (event) => {
      const menu = this.#menu;
      if (event.key !== "Escape" || !menu?.open) return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  get #menu() {
    return this.querySelector("details");
  }

  /** @param {EventTarget | null} target */
  #closeUnlessInside(target) {
    const menu = this.#menu;
    if (menu?.open && !(target instanceof Node && this.contains(target))) menu.open = false;
  }
}

customElements.define("pop-menu", PopMenu);
