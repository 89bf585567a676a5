// @ts-check
/**
 * <chosen-already><form data-fragment="UPDATE">…</form></chosen-already>: sends the form that the end
 * of the address names, since people chose it in their Jupyter already. Without script, or if it names
 * none, they choose here.
 */

class ChosenAlready extends HTMLElement {
  connectedCallback() {
    const wanted = window.location.hash.slice(1);
    if (!/^[A-Z_]+$/.test(wanted)) return;
    const form = this.querySelector(`form[data-fragment="${wanted}"]`);
    if (!(form instanceof HTMLFormElement)) return;
    // Who comes back chooses anew.
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    form.requestSubmit();
  }
}

customElements.define("chosen-already", ChosenAlready);
