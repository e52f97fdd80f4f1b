// TrueType programs: glyphs, their outlines and widths (OpenType 1.9.1).

import { concat, equal, sha256 } from "../reading/octets.js";
import { malformed, need, say } from "../texts.js";

const MAX_DEPTH = 4;
const WORDS = 0x1,
  SCALE = 0x8,
  MORE = 0x20,
  TWO_SCALES = 0x40,
  TWO_BY_TWO = 0x80;

const NEEDED = ["cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "post"];
/** What differs in a part of a font: its sum, format of `loca`, metrics, glyphs. */
const OF_SUBSETS = [
  ["head", [8, 12], [50, 52]],
  ["hhea", [34, 36]],
  ["maxp", [4, 6]],
];

const broken = () => malformed(say("a font that is broken"));

export class TrueType {
  constructor(octets) {
    this.octets = octets;
    this.view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    this.tables = new Map();
    for (let at = 12, left = this.view.getUint16(4); left > 0; at += 16, left--) {
      const tag = String.fromCharCode(...octets.subarray(at, at + 4));
      this.tables.set(tag, { place: this.view.getUint32(at + 8), length: this.view.getUint32(at + 12) });
    }
  }
  /** The octets of a table; empty without it. */
  table(tag) {
    const { place, length } = this.tables.get(tag) ?? { place: 0, length: 0 };
    return this.octets.subarray(place, place + length);
  }
  at(tag, offset) {
    const found = this.tables.get(tag);
    if (!found) throw broken();
    return found.place + offset;
  }
  /** Refused where a program might take another font instead of this one. */
  checkLoadable() {
    const odd = say("a font that not every program loads");
    const word = (tag, offset) => this.view.getUint32(this.at(tag, offset));
    for (const { place, length } of this.tables.values()) need(place + length <= this.octets.length, odd);
    for (const tag of NEEDED) need(this.tables.has(tag), odd);
    const wide = word("head", 50) >>> 16 ? 4 : 2;
    const glyphs = this.view.getUint16(this.at("maxp", 4));
    need(this.tables.get("loca").length >= wide * (glyphs + 1), odd);
    need(this.view.getUint32(0) === 0x10000 && word("head", 12) === 0x5f0f3cf5 && word("maxp", 0) === 0x10000, odd);
    need(word("head", 50) <= 0x10000 && (word("head", 50) & 0xffff) === 0 && word("post", 0) === 0x30000, odd);
  }
  /** Head, metrics and limits, with zeros where a part of a font differs. */
  headers() {
    const parts = OF_SUBSETS.map(([tag, ...places]) => {
      const told = Uint8Array.from(this.table(tag));
      for (const [begin, end] of places) told.fill(0, begin, end);
      return told;
    });
    return concat(...parts);
  }
  /** Font units of an em. */
  get units() {
    return this.view.getUint16(this.at("head", 18));
  }
  place(index) {
    const isLong = this.view.getUint16(this.at("head", 50)) === 1;
    return isLong
      ? this.view.getUint32(this.at("loca", 4 * index))
      : 2 * this.view.getUint16(this.at("loca", 2 * index));
  }
  /** The octets of a glyph; empty if it draws nothing. */
  glyph(index) {
    if (index >= this.view.getUint16(this.at("maxp", 4))) throw broken();
    const [begin, end] = [this.place(index), this.place(index + 1)];
    if (begin > end || end > this.tables.get("glyf").length) throw broken();
    return this.table("glyf").subarray(begin, end);
  }
  /** How many glyphs have both an advance and a bearing. */
  get paired() {
    return this.view.getUint16(this.at("hhea", 34));
  }
  /** How far the outline stands in, in font units: its place follows from it. */
  bearing(index) {
    const { paired } = this;
    const offset = index < paired ? 4 * index + 2 : 4 * paired + 2 * (index - paired);
    return this.view.getInt16(this.at("hmtx", offset));
  }
  /** How far the next glyph stands, in font units. */
  advance(index) {
    return this.view.getUint16(this.at("hmtx", 4 * Math.min(index, this.paired - 1)));
  }
  /** The glyph of a code, by the one map there is: of Macintosh, format 6, from 0. */
  code(code) {
    const odd = say("a font has other maps of its codes than ours have");
    const place = this.at("cmap", 0);
    need(this.view.getUint16(place + 2) === 1, odd);
    need(this.view.getUint16(place + 4) === 1 && this.view.getUint16(place + 6) === 0, odd);
    const map = place + this.view.getUint32(place + 8);
    need(this.view.getUint16(map) === 6 && this.view.getUint16(map + 6) === 0, odd);
    if (code >= this.view.getUint16(map + 8)) throw broken();
    return this.view.getUint16(map + 10 + 2 * code);
  }
}

const stripped = (octets) => {
  let end = octets.length;
  while (end && octets[end - 1] === 0) end--;
  return octets.subarray(0, end);
};

/** What a glyph draws, as one hash: `build.py` makes the same of our fonts. */
export async function outline(font, index, depth = 0) {
  const glyph = font.glyph(index);
  if (!glyph.length || glyph[0] < 0x80) return sha256(concat(Uint8Array.of(0), stripped(glyph)));
  if (depth > MAX_DEPTH) throw broken();
  const { rest, parts } = parted(glyph);
  const drawn = [];
  for (const part of parts) drawn.push(await outline(font, part, depth + 1));
  return sha256(concat(Uint8Array.of(1), rest, ...drawn));
}

/** A glyph made of others: all but their numbers, and these. */
function parted(glyph) {
  const rest = Uint8Array.from(glyph);
  const view = new DataView(rest.buffer);
  const parts = [];
  for (let at = 10, flags = MORE; flags & MORE;) {
    flags = view.getUint16(at);
    parts.push(view.getUint16(at + 2));
    view.setUint16(at + 2, 0);
    at += flags & WORDS ? 8 : 6;
    at += flags & SCALE ? 2 : flags & TWO_SCALES ? 4 : flags & TWO_BY_TWO ? 8 : 0;
  }
  return { rest: stripped(rest), parts };
}

export const isSameTable = (one, other) => equal(one, other);
