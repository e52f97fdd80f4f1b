// Forms that a passkey signs: the browser asks it, its answer goes along.
// Whoever fills in a long page is not logged out over it.
"use strict";
const octets = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const put = (form, name, buffer) => {
  const field = form.querySelector(`[name="${name}"]`) || document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = base64(buffer);
  form.append(field);
};
const ask = (data) => navigator.credentials.get({ publicKey: {
  challenge: octets(data.challenge), rpId: data.rp, userVerification: "required",
  timeout: 120000,
  allowCredentials: data.credential
    ? [{ type: "public-key", id: octets(data.credential) }] : [],
} });
const make = (data) => navigator.credentials.create({ publicKey: {
  challenge: octets(data.challenge), rp: { id: data.rp, name: data.rp },
  user: { id: octets(data.user), name: data.person, displayName: data.name },
  pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }],
  authenticatorSelection: { residentKey: "required", userVerification: "required" },
  attestation: "none", timeout: 120000,
} });
const sign = async (form) => {
  if (form.dataset.kind === "create") {
    const made = await make(form.dataset);
    put(form, "public_key", made.response.getPublicKey());
    put(form, "credential_id", made.rawId);
    return;
  }
  const found = await ask(form.dataset);
  if (form.dataset.kind === "login") put(form, "credential_id", found.rawId);
  put(form, "authenticator_data", found.response.authenticatorData);
  put(form, "client_data_json", found.response.clientDataJSON);
  put(form, "signature", found.response.signature);
};
for (const form of document.querySelectorAll("form.passkey")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const failed = form.querySelector(".failed");
    button.disabled = true;
    failed.hidden = true;
    sign(form).then(() => form.submit(), () => {
      failed.hidden = false;
      button.disabled = false;
    });
  });
}

let told = Date.now();
document.addEventListener("input", () => {
  if (Date.now() - told < 60000 || !document.querySelector("nav")) return;
  told = Date.now();
  fetch("/alive").catch(() => {});
});
