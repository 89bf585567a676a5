// @ts-check
/**
 * Inside the sandboxed view of a notebook. Draws formulas, tells the page around it how tall it is
 * and where headings and cells stand, and hears from it about colours and the health of cells.
 *
 * Messages out: { kind: "shape", height, places: { id: top } } and { kind: "go", top }.
 * Messages in: { kind: "shape" }, { kind: "theme", theme } and { kind: "marks", marks: [...] }.
 */

(() => {
  const leaf = /** @type {HTMLElement} */ (document.getElementById("leaf"));

  function drawFormulas() {
    // @ts-expect-error KaTeX is a global of its own script, there only when there are formulas
    const katex = globalThis.katex;
    if (!katex) return;
    for (const place of document.querySelectorAll(".math[data-math]")) {
      const tex = place.textContent ?? "";
      const displayMode = place.getAttribute("data-math") === "display";
      try {
        // Limits: a formula may not grow without end, nor fetch or link to anything.
        katex.render(tex, place, { displayMode, maxExpand: 500, maxSize: 50, trust: false });
        // A formula wider than the page scrolls, also for those who use keys only.
        if (place.scrollWidth > place.clientWidth) place.setAttribute("tabindex", "0");
      } catch {
        place.classList.add("math--ill"); // the author's own TeX is better than nothing
        place.textContent = tex;
      }
    }
  }

  /** @param {Record<string, unknown>} message */
  const tell = (message) => parent.postMessage(message, "*"); // holds nothing but sizes

  const topOf = (/** @type {Element} */ element) =>
    Math.round(element.getBoundingClientRect().top + scrollY);

  function tellShape() {
    /** @type {Record<string, number>} */
    const places = {};
    for (const element of leaf.querySelectorAll(":is(h2, h3, h4, h5, h6, .cell)[id]")) {
      places[element.id] = topOf(element);
    }
    tell({ kind: "shape", height: Math.ceil(leaf.getBoundingClientRect().height), places });
  }

  /** @param {{ number: number, status: string, short: string, hidden: string, note: string }} mark */
  function showMark(mark) {
    const cell = leaf.querySelector(`.cell[data-number="${Number(mark.number)}"]`);
    const badge = cell?.querySelector(".cell__mark");
    if (!cell || !badge) return;
    cell.classList.toggle("cell--ill", mark.status === "unhealthy");
    badge.setAttribute("data-health", mark.status);
    badge.querySelector("use")?.setAttribute("href", `#i-${mark.status}`);
    badge.toggleAttribute("hidden", false);
    /** @param {string} selector @param {string} words */
    const write = (selector, words) => {
      const place = cell.querySelector(selector);
      if (place) place.textContent = words;
    };
    write(".cell__short", mark.short);
    write(".cell__more", ` ${mark.hidden}`);
    write(".cell__note p", mark.note);
    cell.querySelector(".cell__note")?.toggleAttribute("hidden", !mark.note);
  }

  addEventListener("message", ({ source, data }) => {
    if (source !== parent || typeof data !== "object" || data === null) return;
    if (data.kind === "shape") tellShape();
    if (data.kind === "theme" && ["", "light", "dark"].includes(data.theme)) {
      document.documentElement.dataset.theme = data.theme;
    }
    if (data.kind === "marks" && Array.isArray(data.marks)) data.marks.forEach(showMark);
  });

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
    const id = link && decodeURIComponent(link.getAttribute("href")?.slice(1) ?? "");
    const place = id && document.getElementById(id);
    if (!place || parent === window) return;
    event.preventDefault();
    tell({ kind: "go", top: topOf(place) });
  });

  drawFormulas();
  new ResizeObserver(tellShape).observe(leaf);
  document.fonts?.ready.then(tellShape);
})();
