// The glyphs of our fonts as hashes: what each character looks like in them. The table is
// made by build.py of `notices/fonts`; the fonts themselves would be 18 MB.
//
//   count of fonts (1); each: length of its name (1), name, units of an em (2), SHA-256 of
//   cvt, fpgm and prep (3 x 32), and of head, hhea and maxp but for what a part differs in
//   (32), count of glyphs (2), each: advance (2), hash (12);
//   count of characters (4), each: code point (4), selector or 0 (4), place of its glyph (2)

import { hex } from "../reading/octets.js";

export const HASH = 12;
const TABLES = ["cvt ", "fpgm", "prep"];

class OurFont {
  constructor(units, instructions, headers) {
    Object.assign(this, { units, instructions, headers, glyphs: [], places: new Map() });
  }
  /** Width in 1/1000 em and hash; undefined if the font has no such character. */
  find(words) {
    const told = words === "\u00a0" ? " " : words;
    return this.glyphs[this.places.get(told)];
  }
}

/** Name to font. */
export function readGlyphs(octets) {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const fonts = new Map();
  let at = 0;
  const take = (count) => octets.subarray(at, (at += count));
  const number = (count) => take(count).reduce((sum, octet) => sum * 256 + octet, 0);
  for (let left = number(1); left > 0; left--) {
    const name = String.fromCharCode(...take(number(1)));
    const units = number(2);
    const font = new OurFont(units, new Map(TABLES.map((tag) => [tag, hex(take(32))])), hex(take(32)));
    for (let glyphs = number(2); glyphs > 0; glyphs--)
      font.glyphs.push({ width: (number(2) * 1000) / units, hash: hex(take(HASH)) });
    for (let left = number(4); left > 0; left--, at += 10) {
      const selector = view.getUint32(at + 4);
      const words = String.fromCodePoint(view.getUint32(at), ...(selector ? [selector] : []));
      font.places.set(words, view.getUint16(at + 8));
    }
    fonts.set(name, font);
  }
  return fonts;
}
