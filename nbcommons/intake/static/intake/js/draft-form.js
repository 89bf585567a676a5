// @ts-check
/**
 * <draft-form>: around the description of a draft. The button says what it will do, and a page that
 * holds words which are not kept yet asks before it is left.
 */

class DraftForm extends HTMLElement {
  #isChanged = false;

  connectedCallback() {
    this.addEventListener("change", () => this.#nameButton());
    this.addEventListener("input", () => (this.#isChanged = true));
    this.addEventListener("submit", () => {
      this.#isChanged = false;
      // What is sent now is the whole of it: keeping by itself must not come after, or find it gone.
      this.querySelector("[hx-post]")?.remove();
    });
    this.addEventListener("htmx:afterRequest", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.successful) this.#isChanged = false;
    });
    document.querySelector("#discard")?.addEventListener("submit", () => (this.#isChanged = false));
    addEventListener("beforeunload", (event) => this.#isChanged && event.preventDefault());
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
