// @ts-check
/**
 * <run-button>: the form that opens a notebook in the person's own Jupyter, in a tab of its own.
 * Shows that the press was heard, and tells the page, so that it looks for news more often.
 */

const BUSY_MS = 4_000;

class RunButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", () => {
      const button = this.querySelector("button");
      button?.setAttribute("aria-busy", "true");
      // The form itself must go first: a disabled button would take it along.
      setTimeout(() => button?.removeAttribute("aria-busy"), BUSY_MS);
      document.dispatchEvent(new CustomEvent("commons:run"));
    });
  }
}

customElements.define("run-button", RunButton);
