// JSON without repair: no member twice, bounded depth; and canonical JSON (formats.md, 2.2).

import { Refusal, malformed, say } from "../texts.js";
import { encode, equal, utf8 } from "./octets.js";

const DEPTH = 64;

class Reader {
  constructor(text, name) {
    this.text = text;
    this.name = name;
    this.at = 0;
    this.isPlain = true; // whole numbers of at most 2^53 - 1 only
  }

  fail(error) {
    throw malformed(say("{name} cannot be read: {error}", { name: this.name, error }));
  }

  blanks() {
    while (" \t\r\n".includes(this.text[this.at] ?? "x")) this.at++;
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found?.[0];
  }

  value(depth) {
    if (depth > DEPTH) this.fail(say("it is nested too deeply"));
    this.blanks();
    const first = this.text[this.at];
    if (first === "{") return this.object(depth);
    if (first === "[") return this.array(depth);
    if (first === '"') return this.string();
    const word = this.take(/true|false|null/y);
    if (word) return { true: true, false: false, null: null }[word];
    return this.number();
  }

  number() {
    const told = this.take(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y);
    if (told === undefined) this.fail(say("it is no JSON"));
    const number = Number(told);
    if (!/^-?[0-9]+$/.test(told) || told === "-0" || !Number.isSafeInteger(number)) this.unplain(told);
    return number;
  }

  unplain() {
    this.isPlain = false;
  }

  repeated() {
    throw malformed(say("{name} has a key twice", { name: this.name }));
  }

  string() {
    const told = this.take(/"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y);
    if (told === undefined) this.fail(say("it is no JSON"));
    return JSON.parse(told);
  }

  object(depth) {
    const made = Object.create(null);
    let isRepeated = false;
    for (const _ of this.items("}")) {
      this.blanks();
      const key = this.string();
      isRepeated ||= key in made;
      this.blanks();
      if (this.text[this.at++] !== ":") this.fail(say("it is no JSON"));
      made[key] = this.value(depth + 1);
    }
    if (isRepeated) this.repeated();
    return made;
  }

  array(depth) {
    const made = [];
    for (const _ of this.items("]")) made.push(this.value(depth + 1));
    return made;
  }

  *items(close) {
    this.at++;
    this.blanks();
    if (this.text[this.at] === close) return void this.at++;
    for (;;) {
      yield;
      this.blanks();
      const next = this.text[this.at++];
      if (next === close) return;
      if (next !== ",") this.fail(say("it is no JSON"));
    }
  }
}

/** These octets are not the one form of a value; `reason` is of formats.md, 4.6. */
export class NotCanonical extends Refusal {
  constructor(reason, message) {
    super("FORMAT_FAILURE", say("this is no canonical JSON: {message}", { message }));
    this.reason = reason;
  }
}

/** Names of refusals and their words are those of the ledger. */
class LedgerReader extends Reader {
  fail() {
    throw new NotCanonical("not-json", say("it is no JSON"));
  }
  unplain(told) {
    const text = told.slice(0, 40);
    if (told === "-0") this.isPlain = false;
    else if (/^-?[0-9]+$/.test(told)) throw new NotCanonical("not-canonical", say("{text} is beyond 2^53 - 1", { text }));
    else throw new NotCanonical("not-canonical", say("{text} is no whole number", { text }));
  }
  repeated() {
    throw new NotCanonical("repeated-member", say("a member stands in it twice"));
  }
}

/** JSON of whole numbers in which no member stands twice; NotCanonical. */
export function readWhole(octets) {
  const reader = new LedgerReader(decoded(octets), "");
  const value = reader.value(0);
  reader.blanks();
  if (reader.at !== reader.text.length) reader.fail();
  return value;
}

function decoded(octets) {
  try {
    return utf8(octets, "");
  } catch {
    throw new NotCanonical("not-json", say("it is no UTF-8"));
  }
}

/** NotCanonical unless these are the octets that a writer gives for the value. */
export function requireCanonical(value, octets) {
  const form = canonical(value);
  if (form === null || !equal(encode(form), octets))
    throw new NotCanonical("not-canonical", say("it is not written in the one way"));
}

/** Equal as JSON has it: true is not 1. */
export function isSameJson(one, other) {
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return one === other;
  const names = Object.keys(one);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === Object.keys(other).length &&
    names.every((name) => name in other && isSameJson(one[name], other[name]))
  );
}

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Objects have no prototype, so that a member of any name is only a member. */
export function readJson(octets, name, limit) {
  if (octets.length > limit) throw malformed(say("{name} is longer than {limit} bytes", { name, limit }));
  const reader = new Reader(utf8(octets, name), name);
  const value = reader.value(0);
  reader.blanks();
  if (reader.at !== reader.text.length) reader.fail(say("it is no JSON"));
  return { value, isPlain: reader.isPlain };
}

const ESCAPES = { '"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" };

const quoted = (text) =>
  `"${text.replace(/["\\\x00-\x1f]/g, (c) => ESCAPES[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;

/** formats.md, 2.2; null for what has no form. */
export function canonical(value) {
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "string") return /\p{Surrogate}/u.test(value) ? null : quoted(value);
  if (Array.isArray(value)) return joined("[", value.map(canonical), "]");
  const names = Object.keys(value).sort();
  if (!names.every((name) => /^[\x00-\x7f]*$/.test(name))) return null;
  const members = names.map((name) => {
    const said = canonical(value[name]);
    return said === null ? null : `${quoted(name)}:${said}`;
  });
  return joined("{", members, "}");
}

const joined = (open, parts, close) => (parts.includes(null) ? null : open + parts.join(",") + close);

/** Octets that are canonical JSON; FORMAT_FAILURE for any others. */
export function readCanonical(octets, name, limit) {
  const { value, isPlain } = readJson(octets, name, limit);
  const form = isPlain ? canonical(value) : null;
  if (form === null || !equal(encode(form), octets))
    throw malformed(say("{name} is not in its canonical form", { name }));
  return value;
}
