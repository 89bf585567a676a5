// @ts-check
/** <search-key>: the key "/" goes to the search field inside, unless someone is typing. */

class SearchKey extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;

  connectedCallback() {
    this.#listening = new AbortController();
    document.addEventListener("keydown", (event) => this.#hear(event), {
      signal: this.#listening.signal,
    });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @param {KeyboardEvent} event */
  #hear(event) {
    const place = event.target;
    const isTyping =
      place instanceof Element &&
      place.closest("input, textarea, select, [contenteditable]") !== null;
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = this.querySelector("input");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  }
}

customElements.define("search-key", SearchKey);
