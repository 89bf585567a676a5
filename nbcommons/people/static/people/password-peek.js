// @ts-check
/**
 * <password-peek>: a button beside a password field that shows what was typed. Without script the
 * button stays hidden. What was shown is hidden again before the form is sent, so that browsers
 * offer to keep the password and do not remember it as text.
 */

class PasswordPeek extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = this.querySelector("button");
    if (!input || !button) return;
    const show = (/** @type {boolean} */ isShown) => {
      input.type = isShown ? "text" : "password";
      button.setAttribute("aria-pressed", String(isShown));
    };
    button.setAttribute("aria-label", `Show ${input.labels?.[0]?.textContent?.trim() ?? ""}`.trim());
    button.addEventListener("click", () => show(input.type === "password"));
    input.form?.addEventListener("submit", () => show(false));
    button.hidden = false;
  }
}

customElements.define("password-peek", PasswordPeek);
