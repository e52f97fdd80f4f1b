// Octets: hexadecimal, base64 and UTF-8 in one spelling each, and hashes by WebCrypto.

import { malformed, say } from "../texts.js";

const subtle = globalThis.crypto.subtle;

/** Each character as the octet of that number. */
export function ascii(text) {
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) octets[at] = text.charCodeAt(at);
  return octets;
}

export const encode = (text) => new TextEncoder().encode(text);

/** Each octet as the character of that number. */
export function latin1(octets) {
  let text = "";
  for (let at = 0; at < octets.length; at += 8192) text += String.fromCharCode(...octets.subarray(at, at + 8192));
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

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SEXTETS = Int8Array.from({ length: 128 }, (_, code) => DIGITS.indexOf(String.fromCharCode(code)));

/** RFC 4648, 4, with padding and without stray bits; null for anything else. */
export function decodeBase64(text) {
  if (typeof text !== "string" || text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const octets = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0,
    word = 0,
    at = 0;
  for (let index = 0; index < text.length - padding; index++) {
    word = ((word << 6) | SEXTETS[text.charCodeAt(index)]) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      octets[at++] = (word >> bits) & 0xff;
    }
  }
  return word & ((1 << bits) - 1) ? null : octets;
}

/** As above; FORMAT_FAILURE. */
export function unbase64(text) {
  const octets = decodeBase64(text);
  if (!octets) throw malformed(say("{text!r} is no base64", { text: String(text).slice(0, 80) }));
  return octets;
}

export function equal(one, other) {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** Each once, in their order. */
export const distinct = (all) => all.filter((one, at) => !all.slice(0, at).some((other) => equal(one, other)));

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

/** The text without such signs at its ends: a pattern would try each run of them from each place. */
export function trimmed(text, signs) {
  let from = 0;
  while (from < text.length && signs.includes(text[from])) from++;
  return trimmedEnd(text.slice(from), signs);
}

export function trimmedEnd(text, signs) {
  let end = text.length;
  while (end && signs.includes(text[end - 1])) end--;
  return text.slice(0, end);
}
