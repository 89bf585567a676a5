// @ts-check
/** <drop-zone>: around the form that brings notebooks in. Takes files dropped on it, sends them as
 * soon as they are chosen and shows how far it is. Without script the form works by its button. */
class DropZone extends HTMLElement {
  /** What was answered for each file that arrived: trying again sends only the others. @type {Map<string, XMLHttpRequest>} */
  #answers = new Map();

  connectedCallback() {
    const form = this.querySelector("form");
    const input = this.querySelector("input[type=file]");
    if (!(form instanceof HTMLFormElement) || !(input instanceof HTMLInputElement)) return;
    this.addEventListener("dragover", (event) => {
      event.preventDefault();
      form.classList.add("is-over");
    });
    this.addEventListener("dragleave", () => form.classList.remove("is-over"));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("is-over");
      if (event.dataTransfer) input.files = event.dataTransfer.files;
      this.#send(form);
    });
    input.addEventListener("change", () => this.#send(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(form);
    });
    this.#send(form); // what was chosen while this script was still loading
  }

  /** @param {HTMLFormElement} form */
  async #send(form) {
    const input = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
    const files = [...(input.files ?? [])];
    if (files.length === 0) return;
    this.querySelector("button")?.setAttribute("aria-busy", "true");
    const refusals = /** @type {Document[]} */ ([]);
    let address = form.action;
    // One by one: each file may be as large as a file may be, and a bad one stops no other.
    for (const [number, file] of files.entries()) {
      const which = files.length > 1 ? ` ${number + 1} of ${files.length}` : "";
      const key = [number, file.name, file.size, file.lastModified].join("/");
      const kept = this.#answers.get(key);
      const request = kept ?? (await this.#post(form, file, which).catch(() => null));
      if (!request) return this.#fail("That did not arrive. Your files are unchanged: try again.");
      if (request.status < 400 || request.status === 422) this.#answers.set(key, request);
      if (request.status < 400) address = request.responseURL;
      else refusals.push(new DOMParser().parseFromString(request.responseText, "text/html"));
    }
    this.#answers.clear();
    if (refusals.length === 0) location.assign(files.length === 1 ? address : form.action);
    else this.#show(refusals);
  }

  /** @param {HTMLFormElement} form @param {File} file @param {string} which @returns {Promise<XMLHttpRequest>} */
  #post(form, file, which) {
    const bar = this.querySelector("progress");
    if (bar) bar.hidden = false;
    this.#say(`Sending${which}…`);
    const body = new FormData(form);
    body.set("notebooks", file);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        if (bar && total) bar.value = (100 * loaded) / total;
      });
      request.upload.addEventListener("load", () => this.#say(`Removing results${which}…`));
      request.addEventListener("load", () => resolve(request));
      request.addEventListener("error", reject);
      request.open("POST", form.action);
      request.send(body);
    });
  }

  /** @param {Document[]} refusals the pages that say why; the last one also lists what came in */
  #show(refusals) {
    const main = refusals.at(-1)?.querySelector("#main");
    const alert = main?.querySelector("[role=alert]");
    if (!main || !alert) return this.#fail("The site could not take this. Try smaller files.");
    const lines = "[role=alert] .alert__list li";
    const earlier = refusals.slice(0, -1).flatMap((page) => [...page.querySelectorAll(lines)]);
    alert.querySelector(".alert__list")?.prepend(...earlier);
    document.querySelector("#main")?.replaceWith(main);
    if (alert instanceof HTMLElement) alert.focus();
  }

  /** @param {string} words */
  #fail(words) {
    this.querySelector("button")?.removeAttribute("aria-busy");
    this.querySelector("progress")?.toggleAttribute("hidden", true);
    this.#say(words);
  }

  /** @param {string} words */
  #say(words) {
    Object.assign(this.querySelector(".dropzone__state") ?? {}, { hidden: false, textContent: words });
  }
}

customElements.define("drop-zone", DropZone);
