// PDF (ISO 32000-2) as our writers write it: plain cross-reference tables, revision after
// revision, every object where its table says. Nothing is repaired. Objects: Map for a
// dictionary, Name, Ref, Text (string), {dictionary, octets} for a stream.

import { leftOut, malformed, need, say } from "../texts.js";
import { latin1 } from "./octets.js";

const MAX_OBJECT = 500_000;
export const MAX_PDF = 30_000_000;
const MAX_OBJECTS = 20_000,
  MAX_REVISIONS = 64,
  DEPTH = 60;
const SPACE = "\0\t\n\f\r ",
  DELIMITERS = "()<>[]{}/%";

export class Name {
  constructor(name) {
    this.name = name;
  }
}
export class Ref {
  constructor(number) {
    this.number = number;
  }
}
export class PdfText {
  constructor(text, at) {
    this.text = text;
    this.at = at;
  }
}

class Reader {
  constructor(text, at, end) {
    Object.assign(this, { text, at, end });
  }
  fail() {
    throw malformed(
      say("readers may differ on this PDF: no object of ours at octet {at}", { at: this.at }),
    );
  }
  space() {
    for (;;) {
      while (this.at < this.end && SPACE.includes(this.text[this.at])) this.at++;
      if (this.text[this.at] !== "%") return;
      while (this.at < this.end && !"\r\n".includes(this.text[this.at])) this.at++;
    }
  }
  /** The pattern right here, within the bounds; undefined if it is not. */
  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found || pattern.lastIndex > this.end) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }
  word(expected) {
    this.space();
    if (!this.text.startsWith(expected, this.at) || this.at + expected.length > this.end) this.fail();
    this.at += expected.length;
  }
  value(depth = 0) {
    if (depth > DEPTH) throw malformed(say("objects nested deeper than {max_nesting}", { max_nesting: DEPTH }));
    this.space();
    const char = this.text[this.at];
    if (char === "/") return this.name();
    if (char === "(") return this.literal();
    if (char === "[") return this.array(depth);
    if (char === "<") return this.text[this.at + 1] === "<" ? this.dictionary(depth) : this.hexadecimal();
    const ref = this.take(/(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/y);
    if (ref) return Number(ref[2]) ? this.fail() : new Ref(Number(ref[1]));
    const word =
      this.take(/(?:[-+]?(?:\d+\.?\d*|\.\d+)|true|false|null)(?![^\0\t\n\f\r ()<>[\]{}/%])/y)?.[0] ?? this.fail();
    return (
      { true: true, false: false, null: null }[word] ??
      (word === "null" ? null : word === "false" ? false : Number(word))
    );
  }
  name() {
    const [, told] = this.take(/\/([^\0\t\n\f\r ()<>[\]{}/%]*)/y) ?? this.fail();
    return new Name(told.replace(/#([0-9A-Fa-f]{2})/g, (_, pair) => String.fromCharCode(parseInt(pair, 16))));
  }
  array(depth) {
    this.at++;
    const made = [];
    for (;;) {
      this.space();
      if (this.text[this.at] === "]") break;
      made.push(this.value(depth + 1));
    }
    this.at++;
    return made;
  }
  dictionary(depth) {
    this.at += 2;
    const made = new Map();
    for (;;) {
      this.space();
      if (this.text.startsWith(">>", this.at)) break;
      if (this.text[this.at] !== "/") this.fail();
      const { name } = this.name();
      if (made.has(name)) this.fail();
      made.set(name, this.value(depth + 1));
    }
    this.at += 2;
    return made;
  }
  hexadecimal() {
    const { at } = this;
    const [, digits] = this.take(/<([0-9A-Fa-f\0\t\n\f\r ]*)>/y) ?? this.fail();
    const plain = digits.replace(/[^0-9A-Fa-f]/g, "");
    return new PdfText(
      (plain.length % 2 ? `${plain}0` : plain).replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))),
      at,
    );
  }
  literal() {
    const { at } = this;
    let depth = 0,
      made = "";
    for (;;) {
      if (this.at >= this.end) this.fail();
      const char = this.text[this.at++];
      if (char === "(" && depth++ === 0) continue;
      if (char === ")" && --depth === 0) return new PdfText(made, at);
      made += char === "\\" ? this.escape() : char;
    }
  }
  escape() {
    const octal = this.take(/[0-7]{1,3}/y);
    if (octal) return String.fromCharCode(parseInt(octal[0], 8) & 0xff);
    if (this.take(/\r\n|\r|\n/y)) return "";
    const char = this.text[this.at++];
    return { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }[char] ?? char;
  }
}

/** One `N 0 obj ... endobj`; `length` resolves an indirect length. */
function readObject(text, octets, number, start, limit, length) {
  const reader = new Reader(text, start, limit);
  const head = reader.take(/(\d{1,10}) (\d{1,5}) obj(?![^\0\t\n\f\r ()<>[\]{}/%])/y) ?? reader.fail();
  if (Number(head[1]) !== number || Number(head[2])) reader.fail();
  let value = reader.value();
  reader.space();
  if (value instanceof Map && reader.take(/stream\r?\n/y)) {
    const size = length(value.get("Length"));
    const end = reader.at + size;
    if (!Number.isSafeInteger(size) || size < 0 || end > limit) reader.fail();
    value = { dictionary: value, octets: octets.subarray(reader.at, end) };
    reader.at = end;
    reader.take(/\r?\n|\r/y);
    reader.word("endstream");
  }
  reader.word("endobj");
  return { number, start, end: reader.at, value };
}

/** Offsets by number, the trailer, and where the section ends. */
function readSection(text, start, end) {
  if (/^\d/.test(text[start] ?? "")) throw leftOut(say("PDF files with cross-reference streams"));
  const reader = new Reader(text, start, end);
  reader.take(/xref *\r?\n/y) ?? refuseStart();
  const offsets = new Map();
  for (
    let head = reader.take(/(\d{1,10}) (\d{1,10}) *\r?\n/y);
    head;
    head = reader.take(/(\d{1,10}) (\d{1,10}) *\r?\n/y)
  ) {
    const [first, count] = [Number(head[1]), Number(head[2])];
    need(
      first + count <= MAX_OBJECTS,
      say("{count} objects, at most {most}", { count: first + count, most: MAX_OBJECTS }),
    );
    for (let number = first; number < first + count; number++) {
      const [, at, generation, kind] = reader.take(/(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)/y) ?? reader.fail();
      if (offsets.has(number)) reader.fail();
      if (kind === "n" && Number(generation)) throw leftOut(say("PDF objects of later generations"));
      offsets.set(number, kind === "n" ? Number(at) : null);
    }
  }
  reader.word("trailer");
  const trailer = reader.value();
  if (!(trailer instanceof Map)) reader.fail();
  reader.space();
  const [, told] = reader.take(/startxref\r?\n(\d{1,10})\r?\n%%EOF/y) ?? reader.fail();
  need(Number(told) === start, "startxref does not point to the last cross-reference section");
  return { offsets, trailer, end: reader.at };
}

const refuseStart = () => {
  throw malformed(say("startxref does not point to the last cross-reference section"));
};

/** Whether an object or a trailer is longer than any of ours; the digits of a signature do not count. */
function hasLongObject(text) {
  if (text.length <= MAX_OBJECT) return false;
  const begins = /\d{1,10}[\0\t-\r ]{1,8}\d{1,5}[\0\t-\r ]{1,8}obj|trailer/g;
  const ends = /endobj|stream|startxref/g;
  for (let begin = begins.exec(text); begin; begin = begins.exec(text)) {
    ends.lastIndex = begins.lastIndex;
    const end = ends.exec(text)?.index ?? text.length;
    if (end - begin.index > MAX_OBJECT && counted(text.slice(begin.index, end)) > MAX_OBJECT) return true;
    begins.lastIndex = end;
  }
  return false;
}

const counted = (object) => (object.includes("/ByteRange") ? object.replace(/<[0-9A-Fa-f]*>/g, "") : object).length;

/**
 * The revisions, oldest first: `trailer`, `objects` (number to object, as of then),
 * `own` (numbers written in it), `end` (octets of the file up to it).
 */
export function readPdf(octets) {
  need(octets.length <= MAX_PDF, say("longer than {max_size} bytes", { max_size: MAX_PDF }));
  const text = latin1(octets);
  need(/^%PDF-[12]\.\d[\r\n]/.test(text), "the file does not begin with the PDF header");
  need(!hasLongObject(text), say("an object of more than {most} bytes, streams apart", { most: MAX_OBJECT }));
  const last = /startxref\r?\n(\d{1,10})\r?\n%%EOF(\r\n|\r|\n)?$/.exec(text.slice(-64));
  need(last, "something stands after the last cross-reference section");
  const sections = [];
  for (let start = Number(last[1]), limit = text.length; start !== undefined;) {
    need(start > 0 && start < limit, "startxref does not point to the last cross-reference section");
    need(sections.length < MAX_REVISIONS, say("more than {most} revisions", { most: MAX_REVISIONS }));
    const section = { start, ...readSection(text, start, limit) };
    need(!section.trailer.has("XRefStm"), "the PDF has hybrid cross-references: readers differ on them");
    if (section.trailer.has("Encrypt")) throw malformed(say("active content: {active}", { active: "Encrypt" }));
    sections.unshift(section);
    limit = start;
    start = section.trailer.get("Prev");
    need(
      start === undefined || typeof start === "number",
      "startxref does not point to the last cross-reference section",
    );
  }
  need(
    /^[\r\n]{0,2}$/.test(text.slice(sections.at(-1).end)),
    "something stands after the last cross-reference section",
  );
  return { text, octets, revisions: readRevisions(text, octets, sections) };
}

function readRevisions(text, octets, sections) {
  const revisions = [];
  let begin = 0,
    objects = new Map();
  for (const section of sections) {
    objects = new Map(objects);
    const used = [...section.offsets].filter(([, at]) => at !== null).sort((one, other) => one[1] - other[1]);
    const own = used.map(([number]) => number);
    for (const [number, at] of section.offsets) if (at === null) objects.delete(number);
    const length = (told) =>
      told instanceof Ref
        ? readObject(text, octets, told.number, section.offsets.get(told.number) ?? 0, section.start, () => NaN).value
        : told;
    let before = begin;
    for (const [number, at] of used) {
      need(
        at >= before && at < section.start,
        say("readers may differ on this PDF: an object lies elsewhere than it should"),
      );
      if (!isBlank(text.slice(before, at))) throw leftOut(say("PDF files with octets that no table names"));
      const made = readObject(text, octets, number, at, section.start, length);
      objects.set(number, made);
      before = made.end;
    }
    if (!isBlank(text.slice(before, section.start))) throw leftOut(say("PDF files with octets that no table names"));
    const tail = /^(?:\r\n|\r|\n)?/.exec(text.slice(section.end, section.end + 2))[0].length;
    begin = section.end + tail;
    revisions.push({ trailer: section.trailer, objects, own, end: begin, exact: section.end });
  }
  return revisions;
}

/** White space and comments alone. */
const isBlank = (text) => /^(?:[\0\t\n\f\r ]|%[^\r\n]*(?=[\r\n]|$))*$/.test(text);
