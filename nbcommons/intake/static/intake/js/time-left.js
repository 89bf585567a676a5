// @ts-check
/**
 * <time-left><time datetime="…">kept until 16:42 UTC on 22 November</time></time-left>: says how long
 * that is from now, and counts down. The moment itself stays as a hint; without script it is the text.
 */

const MINUTE_MS = 60_000;
const SOON_MINUTES = 15;

class TimeLeft extends HTMLElement {
  /** @type {number | undefined} */
  #timer;

  connectedCallback() {
    const time = this.querySelector("time");
    if (time) time.title ||= time.textContent ?? "";
    this.#show();
    this.#timer = setInterval(() => this.#show(), MINUTE_MS / 4);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show() {
    const time = this.querySelector("time");
    if (!time) return;
    const minutes = Math.floor((Date.parse(time.dateTime) - Date.now()) / MINUTE_MS);
    time.textContent = minutes < 0 ? "thrown away by now" : `thrown away in ${inWords(minutes)}`;
    this.classList.toggle("is-soon", minutes < SOON_MINUTES);
  }
}

/** @param {number} minutes whole minutes, not negative */
function inWords(minutes) {
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  if (minutes >= 48 * 60) return `${Math.floor(minutes / (24 * 60))} days`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ""}`;
}

customElements.define("time-left", TimeLeft);
