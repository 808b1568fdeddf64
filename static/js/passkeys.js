// Make and use passkeys. Each form says in data-passkey what it is for:
// "make" a new one, "use" one as a second step, "sign-in" with one alone.
"use strict";

const bytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0)
);
const base64url = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

// The server sends and wants bytes as base64url: https://www.w3.org/TR/webauthn-3/
function decoded(options) {
  const known = { ...options, challenge: bytes(options.challenge) };
  if (options.user) known.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) known[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return known;
}

function encoded(credential) {
  const { response } = credential;
  const fields = { clientDataJSON: base64url(response.clientDataJSON) };
  if (response.attestationObject) {
    fields.attestationObject = base64url(response.attestationObject);
    fields.transports = response.getTransports?.() || [];
  } else {
    fields.authenticatorData = base64url(response.authenticatorData);
    fields.signature = base64url(response.signature);
    fields.userHandle = base64url(response.userHandle);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: base64url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    response: fields,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function signInOptions(form, signal) {
  const response = await fetch(form.action, { headers: { Accept: "application/json" }, signal });
  if (!response.ok) throw new Error("busy");
  return (await response.json()).request_options;
}

const pageOptions = () =>
  JSON.parse(document.getElementById("passkey-options").textContent);

async function make() {
  const { publicKey } = pageOptions().creation_options;
  // One that is kept on the device can later sign in without a name being typed.
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection, residentKey: "preferred", requireResidentKey: false,
  };
  return navigator.credentials.create({ publicKey: decoded(publicKey) });
}

async function use(form, extra = {}) {
  const options = form.dataset.passkey === "sign-in"
    ? await signInOptions(form, extra.signal) : pageOptions().request_options;
  return navigator.credentials.get({ publicKey: decoded(options.publicKey), ...extra });
}

function words(error) {
  const messages = document.getElementById("passkey-words").dataset;
  switch (error.name) {
    case "NotAllowedError": return messages.stopped;
    case "InvalidStateError": return messages.known;
    case "SecurityError": return `${messages.address} ${location.hostname}`;
    case "NotSupportedError": return messages.unfit;
    default: return messages.other;
  }
}

// The server knows one challenge at a time, so one answer is sent and nothing asked beside it.
let isSent = false;

function send(form, credential) {
  if (isSent) return;
  isSent = true;
  form.elements.credential.value = encoded(credential);
  form.submit();
}

// The browser offers passkeys where the name is typed, until any form is submitted.
const offer = new AbortController();
let offering = Promise.resolve();

async function offerWhileTyping(form) {
  if (!await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
  if (offer.signal.aborted) return;
  try {
    send(form, await use(form, { mediation: "conditional", signal: offer.signal }));
  } catch { /* The offer was made unasked: it fails in silence. */ }
}

// A request for the offer that is answered after the password was sent would bring the cookie of a
// session that nobody signed in to.
document.addEventListener("submit", () => offer.abort(), { capture: true });
addEventListener("pageshow", () => { isSent = false; });

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const problem = form.querySelector("[data-problem]");
  if (!window.PublicKeyCredential) {
    problem.textContent = document.getElementById("passkey-words").dataset.old;
    if (form.dataset.passkey !== "make") continue;
    form.querySelector("button").disabled = true;
    continue;
  }
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await offering;
    if (isSent) return;
    problem.textContent = "";
    try {
      send(form, await (form.dataset.passkey === "make" ? make() : use(form)));
    } catch (error) {
      problem.textContent = words(error);
    }
  });
  if (form.dataset.passkey === "sign-in") offering = offerWhileTyping(form);
}
