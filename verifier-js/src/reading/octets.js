// Octets: hexadecimal, base64 and UTF-8 in one spelling each, and hashes by WebCrypto.

import { malformed, say } from "../texts.js";

const subtle = globalThis.crypto.subtle;

export const ascii = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0));
export const encode = (text) => new TextEncoder().encode(text);

/** Each octet as the character of that number. */
export function latin1(octets) {
  let text = "";
  for (let at = 0; at < octets.length; at += 8192)
    text += String.fromCharCode(...octets.subarray(at, at + 8192));
  return text;
}

/** UTF-8 without byte order mark and without repair; FORMAT_FAILURE. */
export function utf8(octets, name) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw malformed(say("{name} cannot be read: {error}", { name, error: say("it is no UTF-8") }));
  }
}

export const hex = (octets) => Array.from(octets, (one) => one.toString(16).padStart(2, "0")).join("");

export function unhex(text) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text))
    throw malformed(say("{text!r} is no hexadecimal", { text: String(text).slice(0, 80) }));
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** RFC 4648, 4, with padding and without stray bits; FORMAT_FAILURE. */
export function unbase64(text) {
  const strict = typeof text === "string" && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  const octets = strict ? ascii(atob(text)) : null;
  if (!octets || base64(octets) !== text)
    throw malformed(say("{text!r} is no base64", { text: String(text).slice(0, 80) }));
  return octets;
}

export const base64 = (octets) => btoa(latin1(octets));

export function equal(one, other) {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export async function digest(algorithm, octets) {
  return new Uint8Array(await subtle.digest(algorithm, octets));
}

export const sha256 = (octets) => digest("SHA-256", octets);

export async function hmacSha256(secret, octets) {
  const key = await subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", key, octets));
}
