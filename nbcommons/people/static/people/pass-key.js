// @ts-check
/**
 * <pass-key>: lets the browser make (`do="create"`) or use (`do="get"`) a passkey when the form
 * inside is sent, and sends what came of it in the field `credential`. What to ask the browser is
 * JSON in the script element inside, or, with `from`, at an address. Hidden where passkeys are
 * not possible; an element with `data-say` tells what went wrong.
 */

const bytes = (/** @type {string} */ text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const text = (/** @type {ArrayBuffer} */ buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

/** The options with bytes in place of text, as browsers without `parse…FromJSON` want them. */
function prepared(/** @type {any} */ options) {
  const named = (/** @type {any} */ item) => ({ ...item, id: bytes(item.id) });
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: named(options.user) }),
    ...(options.excludeCredentials && { excludeCredentials: options.excludeCredentials.map(named) }),
    ...(options.allowCredentials && { allowCredentials: options.allowCredentials.map(named) }),
  };
}

/** The credential as text: everything the server checks. */
function told(/** @type {any} */ credential) {
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const filled = fields.filter((name) => credential.response[name]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(filled.map((name) => [name, text(credential.response[name])])),
  };
}

class PassKey extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!form || !("PublicKeyCredential" in window)) return;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask(form);
    });
    this.hidden = false;
  }

  async ask(/** @type {HTMLFormElement} */ form) {
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("credential"));
    this.say("");
    try {
      const publicKey = prepared(await this.options());
      const credential =
        this.getAttribute("do") === "create"
          ? await navigator.credentials.create({ publicKey })
          : await navigator.credentials.get({ publicKey });
      field.value = JSON.stringify(told(credential));
      form.submit();
    } catch (error) {
      const isHere = error instanceof DOMException && error.name === "InvalidStateError";
      this.say(isHere ? "This device has a passkey for your account already." : "That did not work, or it was stopped. Try again.");
    }
  }

  async options() {
    const from = this.getAttribute("from");
    const data = from
      ? await (await fetch(from, { headers: { Accept: "application/json" } })).json()
      : JSON.parse(this.querySelector("script")?.textContent ?? "{}");
    return (data.creation_options ?? data.request_options).publicKey;
  }

  say(/** @type {string} */ words) {
    const place = this.querySelector("[data-say]");
    if (place) place.textContent = words;
  }
}

customElements.define("pass-key", PassKey);
