// @ts-check
/**
 * <drop-zone>: around the form that brings notebooks in. Takes files dropped on it, sends them as
 * soon as they are chosen and shows how far it is. Without script the form works by its button.
 */

class DropZone extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    const input = this.querySelector("input[type=file]");
    if (!(form instanceof HTMLFormElement) || !(input instanceof HTMLInputElement)) return;
    this.classList.add("is-ready");
    this.addEventListener("dragover", (event) => {
      event.preventDefault();
      form.classList.add("is-over");
    });
    this.addEventListener("dragleave", (event) => {
      const to = event.relatedTarget;
      if (!(to instanceof Node) || !this.contains(to)) form.classList.remove("is-over");
    });
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("is-over");
      if (!event.dataTransfer?.files.length) return;
      input.files = event.dataTransfer.files;
      this.#send(form);
    });
    input.addEventListener("change", () => input.files?.length && this.#send(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(form);
    });
  }

  /** @param {HTMLFormElement} form */
  #send(form) {
    const request = new XMLHttpRequest();
    const bar = this.querySelector("progress");
    const button = this.querySelector("button");
    if (bar) bar.hidden = false;
    button?.setAttribute("aria-busy", "true");
    this.#say("Sending…");
    request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      if (bar && lengthComputable) bar.value = (100 * loaded) / total;
    });
    request.upload.addEventListener("load", () => this.#say("Removing results…"));
    request.addEventListener("load", () => this.#show(request));
    request.addEventListener("error", () => {
      button?.removeAttribute("aria-busy");
      if (bar) bar.hidden = true;
      this.#say("That did not arrive. Your file is unchanged: check the connection and try again.");
    });
    request.open("POST", form.action);
    request.send(new FormData(form));
  }

  /** @param {XMLHttpRequest} request the answer: a page we were led to, or this page with what went wrong */
  #show(request) {
    if (request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = answer.querySelector("#main");
    if (!main) {
      this.#say("The site could not take this. Try again, or choose fewer files at once.");
      return;
    }
    document.querySelector("#main")?.replaceWith(main);
    const alert = main.querySelector("[role=alert]");
    if (alert instanceof HTMLElement) alert.focus();
  }

  /** @param {string} words */
  #say(words) {
    const state = this.querySelector(".dropzone__state");
    if (!(state instanceof HTMLElement)) return;
    state.hidden = false;
    state.textContent = words;
  }
}

customElements.define("drop-zone", DropZone);
