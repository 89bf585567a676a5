// @ts-check
/**
 * <theme-choice>: changes the colours at once and tells the server in the background. Without
 * script the buttons send the form, and the page comes back in the new colours.
 */

class ThemeChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      const form = event.target;
      const button = event.submitter;
      if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) return;
      event.preventDefault();
      this.#show(button.value);
      const answer = fetch(form.action, { method: "POST", body: new FormData(form, button) });
      answer.then(
        (response) => {
          if (!response.ok) this.#complain();
        },
        () => this.#complain(),
      );
    });
  }

  /** @param {string} theme */
  #show(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    for (const button of this.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
    document.dispatchEvent(new CustomEvent("commons:theme", { detail: theme }));
  }

  #complain() {
    const words = "The colours changed here, but we could not save your choice.";
    document.dispatchEvent(new CustomEvent("commons:toast", { detail: words }));
  }
}

customElements.define("theme-choice", ThemeChoice);
