// Makes or uses a passkey when she presses the button, and then sends the form with what the browser answered. Without
// this module, or in a browser that knows no passkeys, the form stays hidden and the sentence beside it stays.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const ALGORITHMS = [-7, -8, -257]; // ES256, EdDSA, RS256: as the vault
const PATIENCE_MS = 120_000;

const made = (form, asked) => {
  const name = form.elements.namedItem("name").value.trim();
  return navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.site, name: form.dataset.site },
      user: { id: bytes(asked.handle), name, displayName: name },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      excludeCredentials: asked.known.map((id) => ({ type: "public-key", id: bytes(id) })),
      attestation: "none",
      timeout: PATIENCE_MS,
    },
  });
};

const used = (_form, asked) =>
  navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge),
      rpId: asked.site,
      userVerification: "required",
      timeout: PATIENCE_MS,
    },
  });

const told = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
};

const asked = async (form) => {
  const answer = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form), redirect: "error" });
  if (answer.ok) return answer.json();
  const said = await answer.json().catch(() => ({}));
  throw Object.assign(new Error("not asked"), { name: "NotAsked", said: said.reason });
};

const WHY = { NotAllowedError: "cancelled", InvalidStateError: "known", NotSupportedError: "unable", ConstraintError: "unable" };

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !navigator.credentials) continue;
  const said = form.querySelector("[role=status]");
  const act = form.dataset.passkey === "make" ? made : used;
  let busy = false;
  form.hidden = false;
  document.getElementById(form.dataset.without).hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    said.textContent = form.dataset.busy;
    try {
      const question = await asked(form);
      form.elements.namedItem("antwoord").value = told(await act(form, question));
      form.elements.namedItem("vraag").value = question.challenge;
      form.submit();
    } catch (error) {
      said.textContent = error.said ?? form.dataset[WHY[error.name] ?? "failed"];
      busy = false;
    }
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return; // she came back with the browser's button: the answer was used
    busy = false;
    said.textContent = "";
  });
}
