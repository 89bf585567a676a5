// @ts-check
/**
 * <draft-form>: around the description of a draft. The button names the audience, and a page that
 * holds words which are not saved asks before it is left.
 */

class DraftForm extends HTMLElement {
  #isChanged = false;

  connectedCallback() {
    this.addEventListener("change", (event) => this.#nameAudience(event.target));
    this.addEventListener("input", () => (this.#isChanged = true));
    this.addEventListener("submit", () => (this.#isChanged = false));
    document.querySelector("#discard")?.addEventListener("submit", (event) => {
      this.#isChanged = false;
      if (!confirm("Throw this draft away? Your own file is unchanged.")) event.preventDefault();
    });
    addEventListener("beforeunload", (event) => this.#isChanged && event.preventDefault());
  }

  /** @param {EventTarget | null} choice */
  #nameAudience(choice) {
    const words = choice instanceof HTMLInputElement && choice.dataset.button;
    const button = this.querySelector("[data-share]");
    if (words && button) button.textContent = words;
  }
}

customElements.define("draft-form", DraftForm);
