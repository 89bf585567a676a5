// @ts-check
/**
 * <dialog-box>: a <dialog> that any <button data-opens="its id"> opens and [data-closes] closes.
 * The browser keeps the focus inside and gives it back.
 */

class DialogBox extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("click", (event) => this.#hear(event), { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @param {MouseEvent} event */
  #hear(event) {
    const dialog = this.querySelector("dialog");
    if (!dialog || !(event.target instanceof Element)) return;
    const opener = event.target.closest("[data-opens]");
    if (opener instanceof HTMLElement && opener.dataset.opens === dialog.id) {
      event.preventDefault();
      dialog.showModal();
    }
    const isCloser = event.target.closest("[data-closes]") && dialog.contains(event.target);
    // A click on the backdrop has the dialog itself as its target.
    if (isCloser || event.target === dialog) dialog.close();
  }
}

customElements.define("dialog-box", DialogBox);
