// The fonts of a letter: what each code draws, and whether it is what it says. A glyph
// counts as a character only if it is that character's glyph in a font of ours.

import { follow, inflated } from "../reading/pdf_values.js";
import { concat, hex, latin1, sha256 } from "../reading/octets.js";
import { malformed, need, say } from "../texts.js";
import { HASH } from "./glyphs.js";
import { TrueType, outline } from "./truetype.js";

const MAX_PROGRAM = 8_000_000,
  SYMBOLIC = 4,
  OTHER_FLAGS = ~0b1000111;
const OURS = /^[A-Z]{6}\+((?:BIZUDMincho|BIZUDGothic|NotoSerifJP)-Regular)$/;
const KEYS = "Type Subtype BaseFont Name FirstChar LastChar Widths FontDescriptor ToUnicode".split(" ");
const DESCRIPTOR_KEYS =
  "Type FontName Ascent CapHeight Descent Flags FontBBox FontFile2 ItalicAngle MissingWidth StemV".split(" ");
/** No bitmaps, layers or substitutions. */
const TABLES = "OS/2 cmap cvt fpgm glyf head hhea hmtx loca maxp name post prep".split(" ");
/** What maps in another way, or hides a mapping: comments. */
const OTHER_MAPPING = /bfrange|usecmap|notdef|cid(?:char|range)|%/;
const ENTRY = /<([0-9A-Fa-f]{2})> <((?:[0-9A-Fa-f]{4}){1,4})>\n/g;

function checkKeys(dictionary, allowed) {
  const odd = [...dictionary.keys()].filter((key) => !allowed.includes(key)).sort()[0];
  need(odd === undefined, say("a font with {key}", { key: `/${odd}` }));
}

/** One font; `ours`: those that it may be a part of, by `readGlyphs`. */
export async function readFont(revision, font, ours) {
  checkKeys(font, KEYS);
  checkKind(revision, font);
  const at = (key) => follow(revision, font.get(key));
  const descriptor = at("FontDescriptor");
  checkKeys(descriptor, DESCRIPTOR_KEYS);
  const flags = follow(revision, descriptor.get("Flags"));
  need(flags & SYMBOLIC && !(flags & OTHER_FLAGS), "a font whose codes stand for names");
  const file = follow(revision, descriptor.get("FontFile2"));
  const data = await inflated(file);
  need(data.length <= MAX_PROGRAM, say("a font of {count} bytes", { count: data.length }));
  const told = follow(revision, file.dictionary.get("Length1") ?? null);
  need(told === data.length, "a font that is longer or shorter than it says");
  const name = OURS.exec(at("BaseFont").name)?.[1] ?? "";
  const program = new TrueType(data);
  await checkProgram(program, name, ours.get(name));
  const words = characters(latin1(await inflated(at("ToUnicode"))));
  const widths = at("Widths").map((one) => follow(revision, one));
  return new EmbeddedFont({ program, words, widths, first: at("FirstChar"), known: ours.get(name) ?? null, ours });
}

/** A program that is read otherwise, or not at all, leaves another font's glyphs. */
function checkKind(revision, font) {
  const at = (one, key) => follow(revision, one.get(key) ?? null);
  const descriptor = at(font, "FontDescriptor");
  const found = [at(font, "Type"), at(font, "Subtype"), at(descriptor, "Type"), at(descriptor, "FontName")];
  const wanted = ["Font", "TrueType", "FontDescriptor", at(font, "BaseFont").name];
  need(
    found.every((one, place) => one?.name === wanted[place]),
    "a font of another kind than ours",
  );
  const count = at(font, "LastChar") - at(font, "FirstChar") + 1;
  need(count === at(font, "Widths").length, "a font whose codes are not all told");
}

async function checkProgram(program, name, known) {
  const odd = [...program.tables.keys()].filter((tag) => !TABLES.includes(tag.trimEnd())).sort()[0];
  need(odd === undefined, say("a font with a table {tag}", { tag: odd }));
  program.checkLoadable();
  if (!name) return;
  for (const [tag, wanted] of known.instructions)
    need(hex(await sha256(program.table(tag))) === wanted, say("{name}: other instructions than ours", { name }));
  need(program.units === known.units, say("{name}: another size than ours", { name }));
  const headers = hex(await sha256(program.headers()));
  need(headers === known.headers, say("{name}: other headers than ours", { name }));
}

class EmbeddedFont {
  constructor(parts) {
    Object.assign(this, parts, { learnt: new Map() });
  }
  /** What codes draw, and how wide that is in 1/1000 em. */
  async read(codes) {
    let text = "",
      wide = 0;
    for (const code of codes) {
      if (!this.learnt.has(code)) this.learnt.set(code, await this.learn(code));
      const { words, width } = this.learnt.get(code);
      text += words;
      wide += width;
    }
    return { text, wide };
  }
  /** How wide a code is that was read, in 1/1000 em. */
  width(code) {
    return this.learnt.get(code).width;
  }
  async learn(code) {
    const words = this.words.get(code);
    need(words && code >= this.first, say("a glyph that is no character: {code}", { code }));
    const glyph = this.program.code(code);
    const advance = this.known ? await this.asOurs(words, glyph) : this.own(words, glyph);
    const width = this.widths[code - this.first];
    need(Math.abs(width - advance) <= 1, say("{words!r} is not as wide as it says", { words }));
    return { words, width };
  }
  async asOurs(words, glyph) {
    const { program } = this;
    const ours = this.known.find(words);
    const place = new Uint8Array(2);
    new DataView(place.buffer).setInt16(0, program.bearing(glyph));
    const made = ours && hex((await sha256(concat(place, await outline(program, glyph)))).subarray(0, HASH));
    need(ours && ours.hash === made, say("what reads {words!r} looks otherwise", { words }));
    return ours.width;
  }
  /** In a font of the site; refused if ours have the character, too. */
  own(words, glyph) {
    const isOurs = [...this.ours.values()].some((font) => font.find(words));
    need(!isOurs || isCombining(words), say("{words!r} in a font that is not ours", { words }));
    need(this.program.glyph(glyph).length, say("{words!r} draws nothing", { words }));
    return (this.program.advance(glyph) * 1000) / this.program.units;
  }
}

/** Marks that join the character before them; nearly all of those with a class of their own. */
const isCombining = (words) => /^\p{Mn}/u.test(words);

/** Code to characters (ISO 32000-1, 9.10.3), each code once. */
function characters(map) {
  if (OTHER_MAPPING.test(map)) throw malformed(say("a font that maps its codes otherwise than ours do"));
  const found = new Map();
  let count = 0;
  for (const [, code, told] of map.matchAll(ENTRY)) {
    const words = told.replace(/..../g, (unit) => String.fromCharCode(parseInt(unit, 16)));
    need(!/[\n\p{Cs}]/u.test(words), "a font that maps a code twice");
    found.set(parseInt(code, 16), words);
    count++;
  }
  need(found.size === count, "a font that maps a code twice");
  return found;
}
