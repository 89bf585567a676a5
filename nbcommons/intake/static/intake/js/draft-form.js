// @ts-check
/**
 * <draft-form>: around the description of a draft. The button says what it will do, and a page that
 * holds words which are not kept yet asks before it is left.
 */

class DraftForm extends HTMLElement {
  #isChanged = false;
  #isSending = false;

  connectedCallback() {
    this.#isChanged = this.#isUnkept();
    this.addEventListener("change", () => this.#nameButton());
    this.addEventListener("input", () => (this.#isChanged = true));
    this.addEventListener("submit", (event) => {
      if (this.#isSending) return this.#submitLater(event);
      this.#isChanged = false;
      // What is sent now is the whole of it: keeping by itself must not come after, or find it gone.
      this.querySelector("[hx-post]")?.remove();
    });
    this.addEventListener("htmx:beforeRequest", () => (this.#isSending = true));
    this.addEventListener("htmx:afterRequest", (event) => {
      this.#isSending = false;
      if (/** @type {CustomEvent} */ (event).detail.successful) this.#isChanged = this.#isUnkept();
    });
    this.addEventListener("htmx:oobBeforeSwap", (event) => this.#sayOnce(event));
    document.querySelector("#discard")?.addEventListener("submit", () => (this.#isChanged = false));
    addEventListener("beforeunload", (event) => this.#isChanged && event.preventDefault());
  }

  /** Whether the page holds words that the draft has otherwise, from elsewhere. */
  #isUnkept() {
    return this.querySelector("#meanwhile[data-unkept]") !== null;
  }

  /**
   * The answer to what is being kept brings the mark of it, without which it looks as if it had been
   * changed elsewhere.
   * @param {SubmitEvent} event
   */
  #submitLater(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const submit = () => {
      if (!this.#isSending) form.requestSubmit(event.submitter);
    };
    this.addEventListener("htmx:afterRequest", submit, { once: true });
  }

  /**
   * What was said already is not said again, or it would be read aloud at each pause.
   * @param {Event} event
   */
  #sayOnce(event) {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.target.id !== "meanwhile") return;
    const [now, before] = [detail.fragment, detail.target].map((one) => one.textContent.trim());
    if (now === before) detail.shouldSwap = false;
  }

  #nameButton() {
    const button = this.querySelector("[data-share]");
    const version = this.querySelector("[name=becomes][data-button]:checked");
    const audience = this.querySelector("[name=visibility]:checked");
    const words = (version ?? audience)?.getAttribute("data-button");
    if (button && words) button.textContent = words;
  }
}

customElements.define("draft-form", DraftForm);
