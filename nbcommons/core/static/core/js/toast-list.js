// @ts-check
/**
 * <toast-list>: short messages after an action. Each stays until it is closed, or until it has been
 * on the screen for a while with nobody pointing at it. Other code adds one by dispatching
 * `new CustomEvent("commons:toast", { detail: "words" })` on document.
 */

const SHOWN_MS = 12_000;

class ToastList extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;

  connectedCallback() {
    this.#listening = new AbortController();
    for (const toast of this.querySelectorAll(".toast")) this.#watch(toast);
    document.addEventListener(
      "commons:toast",
      (event) => this.#add(/** @type {CustomEvent<string>} */ (event).detail),
      { signal: this.#listening.signal },
    );
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @param {string} words */
  #add(words) {
    const toast = document.createElement("div");
    toast.className = "toast";
    const text = document.createElement("span");
    text.textContent = words;
    const close = document.createElement("button");
    close.type = "button";
    close.dataset.dismiss = "";
    close.textContent = "Close";
    toast.append(text, close);
    this.append(toast);
    this.#watch(toast);
  }

  /** @param {Element} toast */
  #watch(toast) {
    const close = toast.querySelector("[data-dismiss]");
    close?.removeAttribute("hidden");
    close?.addEventListener("click", () => toast.remove());
    const leaveLater = () => {
      const isHeld = toast.matches(":hover, :focus-within") || document.hidden;
      if (isHeld) setTimeout(leaveLater, SHOWN_MS / 4);
      else toast.remove();
    };
    setTimeout(leaveLater, SHOWN_MS);
  }
}

customElements.define("toast-list", ToastList);
