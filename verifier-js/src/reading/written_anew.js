// Header fields that a relay wrote anew with the same words (RFC 2047, RFC 5322).
// What programs may read otherwise is null, and so never the same.

import { readDate } from "./mime.js";
import { ascii } from "./octets.js";

const CHARSETS = ["utf-8", "iso-2022-jp", "us-ascii"];
const WORD = /=\?([A-Za-z0-9-]+)\?([BbQq])\?([!->@-~]*)\?=/g;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** What clients show of an unstructured field; null if they may differ on it. */
export function wordsOf(value) {
  const joined = value.replace(/(?<=\?=)[ \t]+(?==\?)/g, "");
  if (/[^\x00-\x7f]/.test(joined)) return null;
  const shown = [];
  let end = 0;
  for (const match of joined.matchAll(WORD)) {
    const between = joined.slice(end, match.index);
    const decoded = decode(match[1].toLowerCase(), match[2], match[3]);
    if (decoded === null || between.includes("=?")) return null;
    shown.push(between, decoded);
    end = match.index + match[0].length;
  }
  const rest = joined.slice(end);
  return rest.includes("=?") ? null : shown.join("") + rest;
}

function decode(charset, kind, text) {
  if (!CHARSETS.includes(charset)) return null;
  try {
    if (/b/i.test(kind) && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
    const octets = /b/i.test(kind)
      ? atob(text)
      : text.replace(/_/g, " ").replace(/=([0-9A-F]{2})/g, (_, pair) => String.fromCharCode(parseInt(pair, 16)));
    if (charset === "us-ascii" && /[^\x00-\x7f]/.test(octets)) return null;
    const decoder = new TextDecoder(charset === "us-ascii" ? "utf-8" : charset, { fatal: true, ignoreBOM: true });
    return decoder.decode(ascii(octets));
  } catch {
    return null;
  }
}

export function isSameWords(told, inner) {
  const shown = wordsOf(told);
  return shown !== null && shown === wordsOf(inner);
}

/** Whether two values of From or To show the same name and the same mailbox. */
export function isSameAddress(told, inner) {
  const [one, other] = [addressOf(told), addressOf(inner)];
  return one !== null && other !== null && one.every((part, place) => part === other[place]);
}

function addressOf(value) {
  const found = /^(?:([^<>]+?) ?)?<([^<>@ ]+)@([^<>@ ]+)>$/.exec(value);
  if (!found) return null;
  const phrase = found[1] ?? "";
  const quoted = /^"([ !#-\[\]-~]*)"$/.exec(phrase);
  if (!quoted && phrase.includes('"')) return null;
  const name = quoted ? quoted[1] : wordsOf(phrase);
  return name === null ? null : [name, found[2], found[3].toLowerCase()];
}

/** Whether two values of Date, as every program reads them, are one moment. */
export function isSameMoment(told, inner) {
  const [one, other] = [momentOf(told), momentOf(inner)];
  return one !== null && one === other;
}

function momentOf(value) {
  const form =
    /^(?:([A-Z][a-z]{2}), )?(\d{1,2}) [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? (?:([+-])(\d{2})(\d{2})|GMT|UT)(?: \([A-Z]{1,5}\))?$/.exec(value);
  const at = form && !value.includes("-0000") ? readDate(value) : null;
  if (!at) return null;
  const shift = form[3] ? Number(`${form[3]}1`) * (Number(form[4]) * 60 + Number(form[5])) : 0;
  const weekday = WEEKDAYS[new Date(at.getTime() + shift * 60_000).getUTCDay()];
  return !form[1] || form[1] === weekday ? at.getTime() : null;
}
