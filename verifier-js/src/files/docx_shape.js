// Whether a DOCX shows all that it says: every element and value is as our writer has it
// (verification.md, "The DOCX"). What is not in these tables could hide or change words.

import { hex, sha256 } from "../reading/octets.js";
import { elements, local, ownText, walk, words } from "../reading/xml.js";
import { need, say } from "../texts.js";
import { withoutPictures } from "./docx_pictures.js";

const W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}";
const R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}";
const MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}";
const XML = "{xml}";
/** SHA-256 of each part without words, of every release since the first. */
export const FIXED = new Map(
  Object.entries({
    "docProps/app.xml": "be664981c3141cddfc59362beb287ebf20d0773660e2dd6faac5968a5930a081",
    "word/fontTable.xml": `79385fb7f60247507ecaffc292e9ebd52ea0657b8634f629ba6fccc54011d6bb
      38a6dee9bc3e48f12bc3caf1f13646fbe022a90e274343270fd608fc7d970050`,
    "word/settings.xml": "51a0d348fe85965c66e4748a03c3c0d055d78455514f03cb121c334af7d73689",
    "word/styles.xml": `4be0c0d4aa3376698235bae77d58a267e47b33e1eafc7e1fe6559039092caa0a
      fcadbd220e63d6e6375cf9fb4227c7f1b21e2dd8494ac0c50f3d45d4fdc06ca3
      1ad6f8d2200801b87a411d5b230a9a4adcd0a33adbbe3588fcf3603ad7ab5fbf
      f18d035c71e3c2b3e4e92dc8be7cf9abf153a6b10678bfaae4beb4c9fa20d2b1
      3904761e5fdb9532f8d6f966c53ccbfe62a2389432d73a6d1e7538d9feeb6072`,
    "word/theme/theme1.xml": "e3a8ab7db9ca7afca56f5f2820a56e8b660016c647773555b060b0a02ac76941",
  }).map(([name, sums]) => [name, sums.split(/\s+/)]),
);
/** Element to those that may stand in it; what is no key here holds none. */
const INSIDE = new Map(
  `document body
  hdr p
  ftr p
  body p tbl sectPr
  p pPr r
  pPr pStyle pageBreakBefore tabs spacing jc
  tabs tab
  r rPr t br tab fldChar instrText drawing
  rPr rStyle sz
  tbl tblPr tblGrid tr
  tblPr tblStyle tblW tblInd tblLayout
  tblGrid gridCol
  tr trPr tc
  trPr cantSplit
  tc tcPr p
  tcPr tcW vMerge shd
  sectPr headerReference footerReference pgSz pgMar cols titlePg docGrid`
    .split("\n")
    .map((line) => line.trim().split(" "))
    .map(([name, ...kids]) => [name, kids]),
);
const WIDTHS = { w: /^(2100|6930)$/ };
const RSID = /^[0-9A-F]{8}$/;
const PARTS = { type: /^(first|default)$/, [`${R}id`]: /^rId[0-9]{1,2}$/ };
const DXA = { type: /^dxa$/ };
/** Element to its attributes, of the namespace w where none is told, and their values. */
const VALUES = {
  document: { [`${MC}Ignorable`]: /^w14 wp14$/ },
  hdr: { [`${MC}Ignorable`]: /^w14 wp14$/ },
  ftr: { [`${MC}Ignorable`]: /^w14 wp14$/ },
  t: { [`${XML}space`]: /^preserve$/ },
  instrText: { [`${XML}space`]: /^preserve$/ },
  pStyle: { val: /^Notice[A-Za-z]{1,40}$/ },
  rStyle: { val: /^Notice(URL|Exact)$/ },
  jc: { val: /^center$/ },
  spacing: { line: /^240$/, lineRule: /^auto$/ },
  sz: { val: /^18$/ },
  tab: { val: /^right$/, pos: /^9030$/ },
  fldChar: { fldCharType: /^(begin|separate|end)$/ },
  tblStyle: { val: /^NoticeTable$/ },
  tblW: { w: /^9030$/, ...DXA },
  tblInd: { w: /^105$/, ...DXA },
  tblLayout: { type: /^fixed$/ },
  gridCol: WIDTHS,
  tcW: { ...WIDTHS, ...DXA },
  vMerge: { val: /^restart$/ },
  shd: { val: /^clear$/, color: /^auto$/, fill: /^F0F0F0$/ },
  sectPr: { rsidR: RSID, rsidRPr: RSID, rsidSect: RSID },
  headerReference: PARTS,
  footerReference: PARTS,
  pgSz: { w: /^11906$/, h: /^16838$/ },
  pgMar: {
    top: /^1219$/,
    right: /^1438$/,
    bottom: /^1134$/,
    left: /^1438$/,
    header: /^720$/,
    footer: /^720$/,
    gutter: /^0$/,
  },
  cols: { space: /^720$/ },
  docGrid: { linePitch: /^360$/ },
};
/** Begin, instruction, separator, number, end: nothing else stands within a field. */
const FIELD = /^(?:[^BISE]|BIS[0-9]{1,5}E)*$/;

/** The parts without words are those of a release; FORMAT_FAILURE. */
export async function checkFixed(parts) {
  for (const [name, known] of FIXED)
    if (parts.has(name))
      need(known.includes(hex(await sha256(parts.get(name)))), say("{name} of the DOCX is not as ours", { name }));
}

/** A part with words, from its root; FORMAT_FAILURE for what ours never have. */
export function checkShape(name, tree) {
  for (const odd of oddities(tree)) need(false, say("{name} has {odd}, ours never have", { name, odd }));
}

function* oddities(root) {
  if (!["document", "hdr", "ftr"].some((one) => root.tag === W + one)) yield local(root.tag);
  for (const element of withoutPictures(root)) {
    yield* oddValues(element);
    const allowed = INSIDE.get(local(element.tag)) ?? [];
    for (const kid of elements(element)) {
      const inner = local(kid.tag);
      if (kid.tag !== W + inner || !allowed.includes(inner))
        yield say("{inner} in {outer}", { inner, outer: local(element.tag) });
    }
  }
  yield* oddCells(root);
  yield* oddFields(root);
  for (const body of elements(root).filter((one) => one.tag === `${W}body`))
    if (
      elements(body)
        .slice(0, -1)
        .some((one) => one.tag === `${W}sectPr`)
    )
      yield say("{inner} in {outer}", { inner: "sectPr", outer: "body" });
}

/** Attributes, and words where none belong. */
function* oddValues(element) {
  const tag = local(element.tag);
  const allowed = VALUES[tag] ?? {};
  for (const [name, value] of element.attributes) {
    const key = name.startsWith(W) ? local(name) : name;
    const isKnown = name.startsWith("{") && Object.hasOwn(allowed, key) && allowed[key].test(value);
    if (!isKnown) yield say("{tag} with {name} {value!r}", { tag, name: local(name), value: [...value].slice(0, 40).join("") });
  }
  const own = ["t", "instrText"].some((one) => element.tag === W + one) ? 1 : 0;
  if (element.children.some((one, at) => typeof one === "string" && one.trim() && !(own && at === 0)))
    yield say("words in {tag}", { tag });
}

/** Of a merged cell only the first is shown; a row has two cells. */
function* oddCells(root) {
  const all = [...walk(root)];
  const inside = (one, name) => elements(one).filter((kid) => kid.tag === W + name);
  for (const row of all.filter((one) => one.tag === `${W}tr`))
    if (inside(row, "tc").length !== 2) yield say("a row of another number of cells");
  for (const cell of all.filter((one) => one.tag === `${W}tc`)) {
    const merged = inside(cell, "tcPr").flatMap((one) => inside(one, "vMerge"))[0];
    if (merged && !merged.attributes.get(`${W}val`) && words(cell).trim())
      yield say("words in a cell that is not shown");
  }
}

/** Programs put their own words in the place of a field: a page's number. */
function* oddFields(root) {
  const body = elements(root)
    .filter((one) => one.tag === `${W}body`)
    .flatMap((one) => [...walk(one)]);
  if (body.some((one) => one.tag === `${W}r` && elements(one).some((kid) => kid.tag === `${W}tab`)))
    yield say("{inner} in {outer}", { inner: "tab", outer: "r" });
  const signs = [...walk(root)].map(sign).join("");
  if (!FIELD.test(signs) || (signs.includes("B") && root.tag === `${W}document`)) yield say("a field around words");
}

function sign(element) {
  const tag = local(element.tag);
  if (tag === "fldChar") {
    const kind = element.attributes.get(`${W}fldCharType`);
    return { separate: "S", end: "E" }[kind] ?? "B";
  }
  if (tag === "instrText") return "I";
  const told = ownText(element);
  if (tag !== "t") return "";
  return /^[0-9]+$/.test(told) ? told : "w";
}
