// @ts-check
/** <fold-narrow>: the <details> inside starts folded on narrow screens; open without script. */

class FoldNarrow extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    if (details && matchMedia("(max-width: 56rem)").matches) details.open = false;
  }
}

customElements.define("fold-narrow", FoldNarrow);
