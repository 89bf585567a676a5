// @ts-check
/**
 * <live-part src="?part=health" part="health-panel">: keeps one part of a page fresh.
 *
 * `part` is the id of the element inside that is replaced. It is fetched again when the tab becomes
 * visible, every few seconds for some minutes after "commons:run" was heard on document (someone
 * pressed Run), and slowly otherwise. An answer that has not changed (304) touches nothing, and
 * neither does one that comes while the focus is inside.
 */

const FAST_MS = 2_500;
const SLOW_MS = 30_000;
const FAST_FOR_MS = 10 * 60_000;

class LivePart extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listening;
  #fastUntil = 0;
  #etag = "";
  /** @type {number | undefined} */
  #timer;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("visibilitychange", () => this.#wake(), { signal });
    document.addEventListener(
      "commons:run",
      () => {
        this.#fastUntil = Date.now() + FAST_FOR_MS;
        this.#plan();
      },
      { signal },
    );
    this.#plan();
  }

  disconnectedCallback() {
    this.#listening?.abort();
    clearTimeout(this.#timer);
  }

  #plan() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    const pause = Date.now() < this.#fastUntil ? FAST_MS : SLOW_MS;
    this.#timer = setTimeout(() => this.#wake(), pause);
  }

  async #wake() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    try {
      await this.#refresh();
    } catch {
      // The network came and went; the next round tries again and nothing on the page is wrong.
    }
    this.#plan();
  }

  async #refresh() {
    const place = document.getElementById(this.getAttribute("part") ?? "");
    if (!place || place.contains(document.activeElement)) return;
    const answer = await fetch(this.getAttribute("src") ?? "", {
      headers: this.#etag ? { "If-None-Match": this.#etag } : {},
      cache: "no-store",
      signal: AbortSignal.timeout(10_000),
    });
    // A redirect leads to the sign-in page: not a part.
    if (answer.status !== 200 || answer.redirected) return;
    this.#etag = answer.headers.get("ETag") ?? "";
    const html = await answer.text();
    if (!place.isConnected) return;
    // @ts-expect-error htmx is a global of its own script
    globalThis.htmx.swap(place, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
    this.dispatchEvent(new CustomEvent("commons:refreshed", { bubbles: true }));
  }
}

customElements.define("live-part", LivePart);
