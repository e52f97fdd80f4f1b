// What a letter shows on paper, and that nothing else of the file can be seen: marks,
// fonts, pictures and annotations by whitelist (P18; verification.md, "What the pages show").

import { Ref } from "../reading/pdf.js";
import { follow, inflated, textOf } from "../reading/pdf_values.js";
import { concat, encode, hex, latin1, sha256 } from "../reading/octets.js";
import { malformed, need, say } from "../texts.js";
import { readFont } from "./fonts.js";
import { readMarks } from "./marks.js";
import { readAlternatives } from "./structure.js";
import { HEIGHT, WIDTH, checkDecorations, headings, margins, readPage } from "./places.js";

const MAX_PAGES = 2000,
  MAX_PICTURES = 2,
  MAX_PIXELS = 4_000_000,
  MAX_DEPTH = 20,
  MAX_BOOKMARKS = 5000;
const INFO_KEYS = "Title Author Producer Creator CreationDate ModDate".split(" ");
const PAGE_KEYS = "Type Parent MediaBox Contents Resources StructParents Tabs Annots Rotate".split(" ");
const TREE_KEYS = "Type Kids Count Parent".split(" ");
const RESOURCE_KEYS = "Font ProcSet XObject".split(" ");
const WIDGET_KEYS = "Type Subtype FT F Rect T TU V P StructParent Lock Ff SV Border MK DA".split(" ");
const PICTURE_KEYS =
  "Type Subtype Width Height BitsPerComponent ColorSpace Filter DecodeParms Length".split(" ");
/** Channels, and the PNG's own name of them (PNG, 11.2.1). */
const COLOURS = { DeviceRGB: [3, 2], DeviceGray: [1, 0] };

const oddKey = (dictionary, allowed) => [...dictionary.keys()].filter((key) => !allowed.includes(key)).sort()[0];

function checkKeys(dictionary, allowed, told) {
  const odd = oddKey(dictionary, allowed);
  if (odd !== undefined) throw malformed(told(`/${odd}`));
}

/** `text`, `margins` of each page, SHA-256 of the `pictures`; `ours`: by `readGlyphs`. */
export async function readShown(pdf, ours) {
  const revision = pdf.revisions.at(-1);
  const root = follow(revision, revision.trailer.get("Root"));
  const leaves = [...pagesOf(revision, follow(revision, root.get("Pages")), 0)];
  need(leaves.length > 0 && leaves.length <= MAX_PAGES, say("{count} pages", { count: leaves.length }));
  const shown = { texts: [], margins: [], pictures: [], contents: [], headings: [], fonts: new Map() };
  for (const page of leaves) await readLeaf(revision, page, ours, shown);
  const info = follow(revision, revision.trailer.get("Info") ?? null) ?? new Map();
  checkKeys(info, INFO_KEYS, (odd) => say("a key that letters do not have: {odd}", { odd }));
  const told = (key) => (info.has(key) ? textOf(follow(revision, info.get(key))) : "");
  return {
    text: shown.texts.join("\n"),
    margins: shown.margins,
    pictures: shown.pictures,
    alternatives: readAlternatives(revision, root, leaves, shown.contents),
    bookmarks: [...bookmarksOf(revision, root.get("Outlines"))],
    title: told("Title"),
    author: told("Author"),
    made: told("CreationDate"),
    changed: told("ModDate"),
  };
}

/** Their titles, depth first; those that no program would reach, too. */
function* bookmarksOf(revision, outlines) {
  const open = outlines === undefined ? [] : [follow(revision, outlines)];
  for (let count = 1; open.length; count++) {
    const node = open.pop();
    need(count <= MAX_BOOKMARKS, say("{count} bookmarks", { count }));
    if (node.has("Title")) yield textOf(follow(revision, node.get("Title")));
    for (const key of ["Next", "First"]) if (node.has(key)) open.push(follow(revision, node.get(key)));
  }
}

async function readLeaf(revision, page, ours, shown) {
  const at = (dictionary, key) => follow(revision, dictionary.get(key) ?? null);
  checkPage(revision, page);
  const resources = at(page, "Resources");
  checkKeys(resources, RESOURCE_KEYS, (odd) => say("a page that uses {odd}", { odd }));
  const fonts = new Map();
  for (const [name, told] of at(resources, "Font")) fonts.set(name, await fontOf(revision, told, ours, shown.fonts));
  const marks = await readMarks(latin1(await inflated(at(page, "Contents"))), fonts);
  shown.texts.push(readPage(marks));
  shown.contents.push(marks.contents);
  shown.headings.push(...headings(marks));
  checkDecorations(marks, shown.headings);
  shown.margins.push(margins(marks));
  for (const { name } of marks.pictures)
    shown.pictures.push(await pictureHash(revision, at(at(resources, "XObject"), name)));
  need(shown.pictures.length <= MAX_PICTURES, say("{count} pictures", { count: shown.pictures.length }));
}

/** The same font is read once. */
async function fontOf(revision, told, ours, known) {
  const key = told instanceof Ref ? told.number : told;
  if (!known.has(key)) known.set(key, await readFont(revision, follow(revision, told), ours));
  return known.get(key);
}

function* pagesOf(revision, node, depth) {
  need(depth <= MAX_DEPTH, "pages nested too deeply");
  if (follow(revision, node.get("Type"))?.name === "Page") return yield node;
  checkKeys(node, TREE_KEYS, (odd) => say("a tree of pages with {odd}", { odd }));
  const leaves = [];
  for (const kid of follow(revision, node.get("Kids")))
    leaves.push(...pagesOf(revision, follow(revision, kid), depth + 1));
  const isCounted = follow(revision, node.get("Count") ?? null) === leaves.length;
  need(isCounted && new Set(leaves).size === leaves.length, "a tree of pages that is counted otherwise");
  yield* leaves;
}

function checkPage(revision, page) {
  const at = (key) => follow(revision, page.get(key) ?? null);
  checkKeys(page, PAGE_KEYS, (odd) => say("a page with {odd}", { odd }));
  const box = at("MediaBox").map((one) => follow(revision, one));
  const isPaper = box.length === 4 && [0, 0, WIDTH, HEIGHT].every((wanted, place) => Math.abs(box[place] - wanted) <= 1);
  need(isPaper, "a page that is not A4");
  need(!at("Rotate"), "a page that is turned");
  need(at("Contents")?.octets, "a page whose marks lie in pieces");
  for (const one of at("Annots") ?? []) checkWidget(revision, follow(revision, one));
}

/** The signature's field takes no room on the page and shows nothing. */
function checkWidget(revision, widget) {
  checkKeys(widget, WIDGET_KEYS, (odd) => say("a signature field with {odd}", { odd }));
  const sides = follow(revision, widget.get("Rect")).map((one) => follow(revision, one));
  need(
    sides.every((one) => one === 0),
    "a signature field that takes room on a page",
  );
}

/** The SHA-256 of a picture, put back into the PNG that it came from. */
async function pictureHash(revision, picture) {
  const { dictionary, octets } = picture;
  const at = (key) => follow(revision, dictionary.get(key) ?? null);
  const odd = say("a picture of another kind than ours");
  need(oddKey(dictionary, PICTURE_KEYS) === undefined && at("Subtype")?.name === "Image", odd);
  const [width, height] = [at("Width"), at("Height")];
  const [channels, kind] = COLOURS[at("ColorSpace").name];
  const wanted = { Predictor: 15, Colors: channels, BitsPerComponent: 8, Columns: width };
  const told = [...at("DecodeParms")].map(([key, value]) => [key, follow(revision, value)]);
  const isOurs =
    told.length === 4 && told.every(([key, value]) => wanted[key] === value) && at("BitsPerComponent") === 8;
  need(isOurs && at("Filter")?.name === "FlateDecode", odd);
  need(width * height <= MAX_PIXELS, say("a picture of {width} x {height}", { width, height }));
  return hex(await sha256(png(width, height, kind, octets)));
}

const CRC = Uint32Array.from({ length: 256 }, (_, code) => {
  for (let bit = 0; bit < 8; bit++) code = code & 1 ? (code >>> 1) ^ 0xedb88320 : code >>> 1;
  return code;
});
const crc32 = (octets) => ~octets.reduce((crc, octet) => CRC[(crc ^ octet) & 255] ^ (crc >>> 8), 0xffffffff) >>> 0;
const word = (value) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);

function chunk(name, content) {
  const named = concat(encode(name), content);
  return concat(word(content.length), named, word(crc32(named)));
}

/** A PNG of three chunks: header, data, end (PNG, 5). */
const png = (width, height, kind, data) =>
  concat(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", concat(word(width), word(height), Uint8Array.of(8, kind, 0, 0, 0))),
    chunk("IDAT", data),
    chunk("IEND", new Uint8Array()),
  );
