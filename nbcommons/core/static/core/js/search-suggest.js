// @ts-check
/**
 * <search-suggest data-url="/complete/">: offers ways to go on under the search field inside.
 *
 * A combobox with a list (ARIA 1.2): the field keeps the focus, arrows move among the lines, Enter
 * goes where the chosen one leads, Escape closes. Without script the form searches as always.
 */

const PAUSE_MS = 120;

class SearchSuggest extends HTMLElement {
  /** @type {AbortController | undefined} */
  #asking;
  #timer = 0;
  #chosen = -1;
  #list = document.createElement("ul");

  connectedCallback() {
    const field = this.querySelector("input");
    if (!field) return;
    this.#list.id = `${field.id}-list`;
    this.#list.className = "suggest";
    this.#list.setAttribute("role", "listbox");
    this.#list.ariaLabel = "Suggestions";
    this.#list.hidden = true;
    field.after(this.#list);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", this.#list.id);
    field.addEventListener("input", () => this.#soon(field));
    field.addEventListener("keydown", (event) => this.#hear(event, field));
    field.addEventListener("blur", () => this.#close(field));
    // Before the field loses the focus, which would close the list under the pointer.
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const line = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (line instanceof HTMLElement) this.#go(line);
    });
  }

  /** @param {HTMLInputElement} field */
  #soon(field) {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ask(field), PAUSE_MS);
  }

  /** @param {HTMLInputElement} field */
  async #ask(field) {
    this.#asking?.abort();
    this.#asking = new AbortController();
    const typed = field.value.trim();
    if (typed.length < 2) return this.#close(field);
    try {
      const url = `${this.dataset.url}?${new URLSearchParams({ q: typed })}`;
      const answer = await fetch(url, { signal: this.#asking.signal });
      if (!answer.ok || document.activeElement !== field) return;
      this.#list.innerHTML = await answer.text();
      this.#close(field);
      this.#list.hidden = this.#list.childElementCount === 0;
      field.setAttribute("aria-expanded", String(!this.#list.hidden));
    } catch {} // Asked again meanwhile, or offline: the field works without.
  }

  /** @param {KeyboardEvent} event @param {HTMLInputElement} field */
  #hear(event, field) {
    const lines = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    if (this.#list.hidden || lines.length === 0) return;
    if (event.key === "Escape") return event.stopPropagation(), this.#close(field);
    if (event.key === "Enter" && this.#chosen >= 0) {
      event.preventDefault();
      return this.#go(lines[this.#chosen]);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    // One place more than there are lines: none is chosen, Enter searches for what was typed.
    const places = lines.length + 1;
    this.#chosen = ((this.#chosen + 1 + step + places) % places) - 1;
    lines.forEach((line, place) => line.setAttribute("aria-selected", String(place === this.#chosen)));
    if (this.#chosen < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", lines[this.#chosen].id);
  }

  /** @param {HTMLElement} line */
  #go(line) {
    if (line.dataset.href) window.location.assign(line.dataset.href);
  }

  /** @param {HTMLInputElement} field */
  #close(field) {
    window.clearTimeout(this.#timer);
    this.#chosen = -1;
    this.#list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
}

customElements.define("search-suggest", SearchSuggest);
