// @ts-check
/**
 * When a part of the page cannot be fetched, says so in that place only, with a button to try again.
 * Forms keep what was typed: their own part is left alone and a short message is shown instead.
 */

/** @param {Event} event an htmx error event */
function sayThatItFailed(event) {
  const { detail } = /** @type {CustomEvent} */ (event);
  const asker = detail.elt;
  const place = detail.target;
  const template = document.getElementById("part-failed");
  const isForm = asker instanceof Element && asker.closest("form[method=post]");
  if (isForm || !(place instanceof Element) || !(template instanceof HTMLTemplateElement)) {
    const words = "That did not reach us. Please try again in a moment.";
    document.dispatchEvent(new CustomEvent("commons:toast", { detail: words }));
    return;
  }
  const path = detail.pathInfo?.finalRequestPath ?? detail.pathInfo?.requestPath;
  place.replaceChildren(template.content.cloneNode(true));
  const retry = place.querySelector("[data-retry]");
  if (!path) retry?.remove();
  retry?.addEventListener("click", () => {
    // @ts-expect-error htmx is a global of its own script
    globalThis.htmx.ajax("GET", path, { target: place, swap: "outerHTML" });
  });
}

document.addEventListener("htmx:responseError", sayThatItFailed);
document.addEventListener("htmx:sendError", sayThatItFailed);
document.addEventListener("htmx:timeout", sayThatItFailed);
