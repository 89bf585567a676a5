// @ts-check
/**
 * <change-steps>: goes from change to change, by two buttons or the keys n (next) and p (previous).
 * The keys can be switched off, for people whose speech or hardware types letters by itself.
 */

const REMEMBERED = "commons:change-keys";

class ChangeSteps extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const bar = this.querySelector("[data-steps]");
    if (!bar || this.#changes.length === 0) return;
    bar.removeAttribute("hidden");
    bar.addEventListener("click", (event) => this.#press(event), { signal });
    document.addEventListener("keydown", (event) => this.#hear(event), { signal });
    const keys = this.#keys;
    if (!keys) return;
    keys.checked = localStorage.getItem(REMEMBERED) !== "off";
    const remember = () => localStorage.setItem(REMEMBERED, keys.checked ? "on" : "off");
    keys.addEventListener("change", remember, { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @returns {HTMLElement[]} */
  get #changes() {
    return [...this.querySelectorAll("[data-change]")].filter(
      (change) => change instanceof HTMLElement,
    );
  }

  get #keys() {
    const keys = this.querySelector("[data-keys]");
    return keys instanceof HTMLInputElement ? keys : null;
  }

  /** @param {Event} event */
  #press(event) {
    const button = event.target instanceof Element && event.target.closest("[data-step]");
    if (button) this.#go(Number(button.getAttribute("data-step")));
  }

  /** @param {KeyboardEvent} event */
  #hear(event) {
    const place = event.target;
    const isTyping =
      place instanceof Element &&
      place.closest("input:not([type=radio], [type=checkbox]), textarea, select") !== null;
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !this.#keys?.checked) return;
    if (event.key === "n") this.#go(1);
    if (event.key === "p") this.#go(-1);
  }

  /** @param {number} step */
  #go(step) {
    const changes = this.#changes;
    const focused = document.activeElement?.closest("[data-change]");
    const at = changes.findIndex((change) => change === focused);
    // Without a change in hand, the first is next and the last was before.
    const from = at < 0 && step < 0 ? 0 : at;
    const next = changes[(from + step + changes.length) % changes.length];
    next.scrollIntoView({ block: "start" });
    next.focus({ preventScroll: true }); // its heading says which cell and what happened to it
  }
}

customElements.define("change-steps", ChangeSteps);
