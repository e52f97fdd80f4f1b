// Texts for people are values: an English template and its parameters. The template is
// the key of every other language, as in the program's own catalogue.

import { forOne } from "./plurals.js";

export class Text {
  constructor(template, parameters) {
    this.template = template;
    this.parameters = parameters;
  }
  toString() {
    return tell(this, {});
  }
}

/** A text; a parameter may be a text itself. */
export const say = (template, parameters = {}) => new Text(template, parameters);

/** Several texts as one that remembers them all. */
export function listed(texts, separator = ", ") {
  const parameters = {};
  texts.forEach((text, index) => (parameters[`t${index}`] = text));
  return new Text(texts.map((_, index) => `{t${index}}`).join(separator), parameters);
}

/** A check did not pass; `indication` is of EN 319 102-1. */
export class Refusal extends Error {
  constructor(indication, text) {
    super(String(text));
    this.indication = indication;
    this.text = text;
  }
}

/** There is nothing to check. */
export class NotApplicable extends Error {
  constructor(text) {
    super(String(text));
    this.text = text;
  }
}

export const malformed = (text) => new Refusal("FORMAT_FAILURE", text);

/** What this verifier does not judge: neither good nor bad. */
export const LEFT_OUT = "left out by this verifier: {what}";
export const leftOut = (what) => new Refusal("GENERIC", say(LEFT_OUT, { what }));

export const later = (what) =>
  new Refusal("GENERIC", say("{what}: it was made by a later version of this program", { what }));

export function need(holds, text) {
  if (!holds) throw malformed(typeof text === "string" ? new Text(text, {}) : text);
}

const FIELD = /\{([A-Za-z_][A-Za-z0-9_]*)(?:!(r))?(?::([^}]*))?\}/g;

/**
 * The sentence in the language of `catalogue` (template to template), nothing in it unseen.
 * `limit`: characters of the English sentence, or else of each part of another one.
 */
export function tell(text, catalogue, limit = 400) {
  const isEnglish = !Object.keys(catalogue).length;
  return isEnglish ? plain(told(text, {}, String), limit) : told(text, catalogue, (one) => plain(one, limit));
}

/** Filled in; `clean` is done to each name or number, not to sentences. */
function told(text, catalogue, clean) {
  if (!(text instanceof Text)) return clean(String(text));
  const pattern = catalogue[text.template] ?? forOne(text.template, text.parameters);
  return pattern.replace(FIELD, (_, name, quoted, spec) => shown(text.parameters[name], quoted, spec, catalogue, clean));
}

const WORDS = { null: "None", undefined: "None", true: "True", false: "False" };

function shown(value, quoted, spec, catalogue, clean) {
  if (value instanceof Text) return told(value, catalogue, clean);
  if (value instanceof Date) return spec ? moment(value, spec) : moment(value, "%Y-%m-%d %H:%M:%S+00:00");
  if (spec === "02X") return Number(value).toString(16).toUpperCase().padStart(2, "0");
  if (spec === "02x") return Number(value).toString(16).padStart(2, "0");
  if (typeof value !== "string") return WORDS[String(value)] ?? clean(String(value));
  return quoted ? inQuotes(clean(value)) : clean(value);
}

const SHORT = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

/** In quotes, with what is not seen by its number: \x07, \u202e, \U000e0001. */
function inQuotes(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(UNSEEN_OR_MARK, (char) => {
    if (char === mark) return `\\${char}`;
    if (char === "'" || char === '"') return char;
    if (SHORT[char]) return SHORT[char];
    const code = char.codePointAt(0);
    const [letter, length] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
    return `\\${letter}${code.toString(16).padStart(length, "0")}`;
  });
  return mark + body + mark;
}

function moment(date, spec) {
  const iso = date.toISOString();
  const parts = { Y: iso.slice(0, 4), m: iso.slice(5, 7), d: iso.slice(8, 10), z: "+0000" };
  Object.assign(parts, { H: iso.slice(11, 13), M: iso.slice(14, 16), S: iso.slice(17, 19) });
  return spec.replace(/%([YmdHMSz])/g, (_, letter) => parts[letter]);
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|(?![ \u3000])\p{Zs}/gu;
const UNSEEN_OR_MARK = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}"'\\]|(?! )\p{Zs}/gu;

/** One line in which everything is seen; what is not stands as 〔U+202E〕. */
export function plain(text, limit = 400) {
  const chars = text.length > limit ? [...text] : [];
  const cut = chars.length > limit ? `${chars.slice(0, limit).join("")}…` : text;
  return cut.replace(UNSEEN, spelt);
}

/** The way back from 〔U+202E〕 to what it stands for. */
export const readBack = (text) =>
  text.replace(/〔U\+([0-9A-F]{4,6})〕/g, (mark, hex) => {
    const code = parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : mark;
  });

export const spelt = (char) => `〔U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}〕`;
