// Public keys and signature values, by WebCrypto.

import { BIT_STRING, Fields, INTEGER, NotDer, OID, SEQUENCE, bits, oid, readDer } from "../reading/der.js";
import { concat } from "../reading/octets.js";
import { leftOut, say } from "../texts.js";

const subtle = globalThis.crypto.subtle;
const CURVES = {
  "1.2.840.10045.3.1.7": ["P-256", 32, "secp256r1"],
  "1.3.132.0.34": ["P-384", 48, "secp384r1"],
  "1.3.132.0.35": ["P-521", 66, "secp521r1"],
};
const RSA = "1.2.840.113549.1.1.1",
  EC = "1.2.840.10045.2.1";
export const DIGESTS = {
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
  "1.3.14.3.2.26": "SHA-1",
};
/** Signature algorithm to kind of key and digest; none names the digest elsewhere. */
const SIGNATURES = {
  "1.2.840.113549.1.1.1": ["rsa", ""],
  "1.2.840.113549.1.1.5": ["rsa", "SHA-1"],
  "1.2.840.113549.1.1.11": ["rsa", "SHA-256"],
  "1.2.840.113549.1.1.12": ["rsa", "SHA-384"],
  "1.2.840.113549.1.1.13": ["rsa", "SHA-512"],
  "1.2.840.10045.4.1": ["ec", "SHA-1"],
  "1.2.840.10045.4.3.2": ["ec", "SHA-256"],
  "1.2.840.10045.4.3.3": ["ec", "SHA-384"],
  "1.2.840.10045.4.3.4": ["ec", "SHA-512"],
  "1.3.101.112": ["ed25519", "SHA-512"],
};
const LEFT_OUT = {
  "1.2.840.113549.1.1.10": "RSASSA-PSS",
  "1.3.101.113": "Ed448",
  "1.2.840.113549.1.1.14": "SHA-224",
  "1.2.840.10045.4.3.1": "SHA-224",
  "2.16.840.1.101.3.4.3.14": "SHA3-256",
  "2.16.840.1.101.3.4.3.15": "SHA3-384",
  "2.16.840.1.101.3.4.3.16": "SHA3-512",
  "2.16.840.1.101.3.4.3.10": "SHA3-256",
  "2.16.840.1.101.3.4.3.11": "SHA3-384",
  "2.16.840.1.101.3.4.3.12": "SHA3-512",
};

/** `kind`, `bits` or `curve`, `name`, of a SubjectPublicKeyInfo. */
export function readKey(value) {
  const fields = new Fields(value);
  const algorithm = new Fields(fields.take(SEQUENCE));
  const told = fields.take(BIT_STRING);
  fields.end();
  const kind = oid(algorithm.take(OID));
  const spki = value.der;
  if (kind === RSA) return { kind: "rsa", bits: modulusBits(told), name: "rsa", spki };
  if (kind === EC) {
    const named = algorithm.left[0]?.tag === OID ? oid(algorithm.left[0]) : "";
    const [curve, size, name] = CURVES[named] ?? ["", 0, named || "?"];
    return { kind: "ec", curve, size, name, spki };
  }
  if (kind === "1.3.101.112") return { kind: "ed25519", name: "ed25519", spki };
  return { kind: kind === "1.3.101.113" ? "ed448" : "other", name: kind, spki };
}

/** Zero for what is no RSA key: whoever needs it finds that out (`isKey`). */
function modulusBits(told) {
  try {
    const modulus = new Fields(readDer(bits(told).octets)).take(INTEGER).body;
    const lead = modulus[0] === 0 ? modulus.subarray(1) : modulus;
    return lead.length * 8 - Math.clz32(lead[0] ?? 0) + 24;
  } catch (error) {
    if (error instanceof NotDer) return 0;
    throw error;
  }
}

/** Strong enough to prove something: RSA from 2048 bits, the three curves, EdDSA. */
export const isStrongKey = (key) =>
  (key.kind === "rsa" && key.bits >= 2048) || (key.kind === "ec" && !!key.curve) || key.kind.startsWith("ed");

/** Whether the engine takes it: a point off the curve is no key. */
export async function isKey(key) {
  const how = { rsa: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, ec: { name: "ECDSA", namedCurve: key.curve } }[key.kind];
  if (!how) return key.kind !== "other";
  try {
    return !!(await subtle.importKey("spki", key.spki, how, false, ["verify"]));
  } catch {
    return false;
  }
}

/** AlgorithmIdentifier: its identifier, its parameters or null. */
export function readAlgorithm(value) {
  const fields = new Fields(value);
  const id = oid(fields.take(OID));
  const parameters = fields.left.length ? fields.any() : null;
  fields.end();
  return { id, parameters, der: value.der };
}

/** Whether it has NULL or nothing as parameters. */
export const hasPlainParameters = ({ parameters }) => parameters === null || (parameters.tag === 0x05 && !parameters.body.length);

/** Kind of key, digest; null for an algorithm that proves nothing here. */
export const signatureOf = (algorithm) => SIGNATURES[algorithm.id] ?? null;

/** SHA-256 or better. */
export const isStrongSignature = (algorithm) => !!SIGNATURES[algorithm.id] && SIGNATURES[algorithm.id][1] !== "SHA-1";

/** What is too weak in a signature; empty for nothing. */
export function weakSignature(algorithm) {
  if (isStrongSignature(algorithm)) return "";
  const digest = SIGNATURES[algorithm.id]?.[1];
  return digest
    ? say("{upper} in the signature", { upper: digest.replace("-", "") })
    : say("signature algorithm {name}", { name: algorithm.id });
}

/** What is too weak in a key; empty for nothing. */
export function weakKey(key) {
  if (isStrongKey(key)) return "";
  if (key.kind === "rsa") return say("an RSA key of {key_size} bits", { key_size: key.bits });
  if (key.kind === "ec") return key.name === "?" ? say("a curve that is not named") : say("curve {name}", { name: key.name });
  return say("a key that is neither RSA nor ECDSA nor EdDSA");
}

/** What this verifier does not compute; GENERIC. */
export function refuseLeftOut(algorithm) {
  const name = LEFT_OUT[algorithm.id];
  if (name) throw leftOut(say("{name} signatures", { name }));
}

/** ECDSA-Sig-Value as two numbers of one length (WebCrypto takes no DER). */
function plainEcdsa(signature, size) {
  const fields = new Fields(readDer(signature));
  const numbers = [fields.take(INTEGER).body, fields.take(INTEGER).body].map((body) => {
    if (body[0] & 0x80) throw new NotDer(say("a field is missing"));
    const number = body[0] === 0 ? body.subarray(1) : body;
    if (number.length > size) throw new NotDer(say("a field is missing"));
    return concat(new Uint8Array(size - number.length), number);
  });
  fields.end();
  return concat(...numbers);
}

/** Whether `signature` over `octets` is of that key; `digest` where the algorithm has none. */
export async function isSigned(key, algorithm, digest, octets, signature) {
  const known = signatureOf(algorithm);
  if (!known || known[0] !== key.kind) return false;
  const hash = known[1] || digest;
  try {
    if (key.kind === "rsa")
      return await verify(key, { name: "RSASSA-PKCS1-v1_5", hash }, "RSASSA-PKCS1-v1_5", signature, octets);
    if (key.kind === "ec") {
      const plain = plainEcdsa(signature, key.size);
      return await verify(key, { name: "ECDSA", namedCurve: key.curve }, { name: "ECDSA", hash }, plain, octets);
    }
    return await verify(key, { name: "Ed25519" }, "Ed25519", signature, octets);
  } catch (error) {
    if (error?.name === "NotSupportedError") throw leftOut(say("{name} signatures", { name: key.name }));
    return false;
  }
}

async function verify(key, how, by, signature, octets) {
  const imported = await subtle.importKey("spki", key.spki, how, false, ["verify"]);
  return subtle.verify(by, imported, signature, octets);
}

/** Ed25519 by a raw key; null where the engine has none. */
export async function isEd25519(raw, signature, octets) {
  try {
    const key = await subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    return await subtle.verify("Ed25519", key, signature, octets);
  } catch (error) {
    return error?.name === "NotSupportedError" ? null : false;
  }
}
