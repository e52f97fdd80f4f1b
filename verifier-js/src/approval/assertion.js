// A passkey's signature over a statement (formats.md, 5.3; W3C WebAuthn).

import { isObject, readJson, readWhole, requireCanonical } from "../reading/json.js";
import { NotDer, readDer } from "../reading/der.js";
import { concat, decodeBase64, encode, equal, hex, latin1, sha256, unhex } from "../reading/octets.js";
import { isSigned, readKey } from "../signatures/keys.js";
import { Refusal, malformed, need, say } from "../texts.js";

const MAX = 65_536;
const SCHEMA = "urn:notices:assertion:1";
const IN_BASE64 = ["credential_id", "public_key", "authenticator_data", "client_data_json", "signature"];
/** SubjectPublicKeyInfo up to the key itself: the one encoding of each. */
const P256 = unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
const ED25519 = unhex("302a300506032b6570032100");
const EC_KEY = "1.2.840.10045.2.1";
const UP = 0x01,
  UV = 0x04,
  BE = 0x08,
  BS = 0x10,
  OTHERS = 0xe2;

const asTold = (value) => (typeof value === "string" ? value : "-");

/** What an authenticator gave, by its parts; FORMAT_FAILURE. */
export function readAssertion(octets) {
  need(octets.length <= MAX, "the assertion is too long");
  const value = readWhole(octets);
  requireCanonical(value, octets);
  const names = isObject(value) ? Object.keys(value).sort().join() : "";
  need(names === ["schema", ...IN_BASE64].sort().join(), "the assertion has other members");
  need(value.schema === SCHEMA, say("the assertion is {schema}", { schema: asTold(value.schema) }));
  const found = Object.fromEntries(IN_BASE64.map((name) => [name, octetsOf(value[name], name)]));
  const count = found.authenticator_data.length;
  need(count === 37, say("{count} octets of authenticator data, not 37", { count }));
  return found;
}

function octetsOf(text, name) {
  const found = decodeBase64(text);
  need(found, say("{name} is no base64", { name }));
  return found;
}

/** The signature belongs to the key: ES256 in DER, or EdDSA. */
export async function checkAssertionValue(found) {
  const key = await passkey(found.public_key);
  const signed = concat(found.authenticator_data, await sha256(found.client_data_json));
  const isEdwards = key.kind === "ed25519";
  if (!isEdwards) requireDer(found.signature);
  const algorithm = { id: isEdwards ? "1.3.101.112" : "1.2.840.10045.4.3.2" };
  if (!(await isSigned(key, algorithm, "SHA-256", signed, found.signature)))
    throw new Refusal("SIG_CRYPTO_FAILURE", say("the signature does not belong to the passkey"));
  return say("{t0}", { t0: isEdwards ? "EdDSA" : "ES256" });
}

const startsWith = (octets, prefix, length) =>
  octets.length === length && equal(octets.subarray(0, prefix.length), prefix);

async function passkey(spki) {
  if (startsWith(spki, ED25519, 44)) return { kind: "ed25519", name: "ed25519", spki };
  const unread = () => malformed(say("the passkey's key cannot be read"));
  if (startsWith(spki, P256, 91)) {
    if (!(await isOnCurve(spki))) throw unread();
    return { kind: "ec", curve: "P-256", size: 32, name: "secp256r1", spki };
  }
  let key;
  try {
    key = readKey(readDer(spki));
  } catch {
    throw unread();
  }
  if (key.kind === "ed25519" || key.curve === "P-256") throw await otherForm(key, spki, unread);
  if (key.kind === "other" && (key.name === EC_KEY || !latin1(spki).length)) throw unread();
  throw new Refusal("CRYPTO_CONSTRAINTS_FAILURE", say("the passkey is neither ES256 nor EdDSA"));
}

/** A key of ours in an encoding that is not ours; its point in the short form can be read. */
async function otherForm(key, spki, unread) {
  const isCompressed = key.curve === "P-256" && [2, 3].includes(spki[26]) && spki.length === 59;
  return isCompressed ? malformed(say("the passkey's key is written in another way")) : unread();
}

async function isOnCurve(spki) {
  const { subtle } = globalThis.crypto;
  return subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]).then(
    () => true,
    () => false,
  );
}

function requireDer(signature) {
  try {
    readDer(signature);
  } catch (error) {
    throw error instanceof NotDer ? malformed(say("the signature is not strict DER")) : error;
  }
}

/** Somebody was there, and the authenticator knew him (WebAuthn, 6.1). */
export function checkUserVerified({ authenticator_data }) {
  const flags = authenticator_data[32];
  need(flags & UP, "nobody was present (UP)");
  need(flags & UV, "the user was not verified (UV)");
  need(!(flags & OTHERS), say("flags {flags:02x}: others than ours", { flags }));
  need(flags & BE || !(flags & BS), "a passkey that is backed up and cannot be (BS without BE)");
  if (!(flags & BE)) return say("user verified; the passkey does not leave its device");
  return say("user verified; the passkey {is_kept}", { is_kept: say(flags & BS ? "is synced" : "can be synced") });
}

/** It was made for this rp id, on this origin, and not in somebody's frame. */
export async function checkParty(found, { rpId, origin }) {
  const told = found.authenticator_data.subarray(0, 32);
  need(equal(told, await sha256(encode(rpId))), say("not made for {rp_id}", { rp_id: rpId }));
  const data = clientData(found);
  need(
    data.origin === origin,
    say("made on {origin}, expected {wanted}", { origin: asTold(data.origin), wanted: origin }),
  );
  need((data.crossOrigin ?? missing(data)) === false, "made within a frame of another origin");
  return say("{rp_id} on {origin}", { rp_id: rpId, origin });
}

/** `crossOrigin` may be absent, not `null`. */
const missing = (data) => ("crossOrigin" in data ? null : false);

/** What was signed is the statement: its hash is the challenge. */
export function checkChallenge(found, digest) {
  const data = clientData(found);
  need(data.type === "webauthn.get", say("client data of type {type}", { type: asTold(data.type) }));
  if (data.challenge !== challengeOf(digest))
    throw new Refusal("HASH_FAILURE", say("the challenge is not the hash of the statement"));
  return say("challenge {digest}", { digest: hex(digest) });
}

const challengeOf = (digest) => btoa(latin1(digest)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export const originOf = (found) => asTold(clientData(found).origin);

function clientData(found) {
  let value;
  try {
    value = readJson(found.client_data_json, "", MAX).value;
  } catch (error) {
    throw error instanceof Refusal ? malformed(say("the client data cannot be read")) : error;
  }
  need(isObject(value), "the client data is no object");
  return value;
}

/** `https://console.example.jp`, or with `,RP-ID` if that is not its host. */
export function readParty(text) {
  const [origin, ...rest] = text.split(",");
  const rpId = rest.join(",");
  const host = /^https?:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^:/?#@]+)/i.exec(origin)?.[1];
  need(host, say("{origin!r} is no address of a console", { origin }));
  return { rpId: rpId || host.replace(/^\[|\]$/g, "").toLowerCase(), origin };
}
