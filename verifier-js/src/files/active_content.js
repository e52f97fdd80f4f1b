// What a letter never has: anything that acts, hides, embeds or asks (P04). Keys by
// whitelist: those of our letters and of programs that add time stamps.

import { Name, PdfText, Ref } from "../reading/pdf.js";
import { follow, textOf, within } from "../reading/pdf_values.js";
import { malformed, need, say } from "../texts.js";

const ACTIVE_KEYS = new Set(
  "AA AF Collection EF JS JavaScript Launch OCProperties OpenAction RichMediaContent RichMediaSettings Rendition SubmitForm XFA A PA Alternates OPI PS".split(
    " ",
  ),
);
const ACTIVE_VALUES = new Set(
  "JavaScript Launch EmbeddedFile Filespec RichMedia Movie Sound Rendition SubmitForm ImportData GoToR GoToE GoTo3DView URI Hide Named Trans SetOCGState 3D Screen PS OCG".split(
    " ",
  ),
);
const KNOWN_KEYS = new Set(
  `Size Root Info ID Prev Length Length1 Filter DecodeParms Index W First N Version Extends Extensions ADBE
  ESIC ISO_ BaseVersion ExtensionLevel ExtensionRevision URL
  Type Subtype Pages Kids Count Parent MediaBox Contents Resources Rotate Tabs StructParents StructParent
  Annots Metadata Lang PageMode ViewerPreferences DisplayDocTitle OutputIntents S
  OutputConditionIdentifier DestOutputProfile Title Author Producer Creator Subject Keywords CreationDate
  ModDate Trapped
  Outlines Dest Next Last
  ProcSet Font XObject BaseFont Name FirstChar LastChar Widths FontDescriptor ToUnicode FontName Ascent
  CapHeight Descent Flags FontBBox FontFile2 ItalicAngle MissingWidth StemV Encoding Width Height
  BitsPerComponent ColorSpace Predictor Colors Columns
  MarkInfo Marked StructTreeRoot ParentTree ParentTreeNextKey IDTree Nums Names RoleMap K P Pg MCID Obj O
  A Scope RowSpan ColSpan Headers Alt BBox Placement
  AcroForm Fields SigFlags FT F Rect T TU V Ff Lock ByteRange SubFilter M Perms DocMDP Reference
  TransformMethod TransformParams Action DSS Certs CRLs OCSPs VRI Cert CRL OCSP TS Prop_Build`.split(/\s+/),
);
/** Of the signature as our writer has it: what else may stand there is shown as the signer's words. */
const SIGNATURE_KEYS = "Type Filter SubFilter ByteRange Contents M Reference".split(" ");
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** Ours, and those of programs that add time stamps: it is shown beside who signed. */
const FIELD_NAME = new RegExp(`^(?:Signature|Timestamp)(?:[0-9]{1,4}|-${UUID})?$`);
/** What is read out of a field: nothing in the first versions; the last is pyHanko's. */
const TOOLTIPS = ["", `電子署名（Digital signature）`, `文書タイムスタンプ（Document time stamp）`, `Timestamp`];
/** Fonts, pictures, and validation data by the hash of a signature. */
const NAMED_BY_US = /^(?:F\d{1,3}\+\d{1,3}|F\d|Image\d|[0-9A-F]{40})$/;

export function checkActive(pdf) {
  const fields = new Set(),
    objects = new Map();
  for (const revision of pdf.revisions)
    for (const number of revision.own) objects.set(`${number} ${revision.end}`, revision.objects.get(number).value);
  const form = follow(pdf.revisions.at(-1), follow(pdf.revisions.at(-1), pdf.revisions.at(-1).trailer.get("Root"))?.get?.("AcroForm") ?? null);
  for (const one of form instanceof Map ? [follow(pdf.revisions.at(-1), form.get("Fields") ?? [])].flat() : [])
    if (one instanceof Ref) fields.add(one.number);
  for (const object of objects.values())
    for (const one of within(object)) if (one instanceof Map) checkDictionary(pdf, one, fields);
  return say("{count} objects", { count: pdf.revisions.at(-1).objects.size });
}

function checkSignature(dictionary) {
  if (!dictionary.has("ByteRange")) return;
  const allowed = [...SIGNATURE_KEYS, ...(dictionary.get("Type")?.name === "DocTimeStamp" ? ["Prop_Build"] : [])];
  const odd = [...dictionary.keys()].filter((key) => !allowed.includes(key)).sort();
  need(!odd.length, say("a key that signatures of letters do not have: {odd}", { odd: `/${odd[0]}` }));
}

function checkDictionary(pdf, dictionary, fields) {
  for (const [key, value] of dictionary) {
    // the layout attributes of a structure element (ISO 32000-2, 14.7.6)
    const isLayout = key === "A" && dictionary.get("Type")?.name === "StructElem";
    if (ACTIVE_KEYS.has(key) && !isLayout) throw malformed(say("active content: {active}", { active: key }));
    need(KNOWN_KEYS.has(key) || NAMED_BY_US.test(key), say("a key that letters do not have: {odd}", { odd: `/${key}` }));
    const isKind = ["S", "Type", "Subtype"].includes(key);
    if (isKind && value instanceof Ref) throw malformed(say("active content: {active}", { active: key }));
    if (isKind && ACTIVE_VALUES.has(value?.name))
      throw malformed(say("active content: {dictionary}", { dictionary: value.name }));
  }
  checkSignature(dictionary);
  checkLooks(dictionary);
  checkWords(dictionary);
  if (dictionary.has("FT"))
    need(
      dictionary.get("FT")?.name === "Sig",
      say("a form field of type {dictionary}", { dictionary: dictionary.get("FT")?.name ?? "?" }),
    );
  const listed = follow(pdf.revisions.at(-1), dictionary.get("Annots") ?? []);
  need(
    Array.isArray(listed) && listed.every((one) => one instanceof Ref && fields.has(one.number)),
    "an annotation besides the signature's own field",
  );
  if (dictionary.get("Type")?.name === "Annot" || dictionary.get("Subtype") instanceof Name) {
    const isWidget = dictionary.get("Subtype")?.name === "Widget";
    need(dictionary.get("Type")?.name !== "Annot" || isWidget, "an annotation besides the signature's own field");
    need(!isWidget || dictionary.get("FT")?.name === "Sig", "an annotation besides the signature's own field");
  }
}

/** Nothing that programs show or read out beside a field, but what ours have. */
function checkWords(dictionary) {
  const told = (key) => (dictionary.get(key) instanceof PdfText ? textOf(dictionary.get(key)) : "?");
  if (dictionary.has("T")) need(FIELD_NAME.test(told("T")), say("a field is called {name}", { name: told("T") }));
  if (!dictionary.has("FT") && !dictionary.has("Rect")) return;
  const isOurs = !dictionary.has("Contents") && (!dictionary.has("TU") || TOOLTIPS.includes(told("TU")));
  need(isOurs, "words that are read out otherwise");
}

/** What changes how a file opens, is read out, or where its data lies. */
function checkLooks(dictionary) {
  const named = (key) => dictionary.get(key)?.name;
  need(!dictionary.has("F") || Number.isInteger(dictionary.get("F")), "a stream whose data lies in another file");
  need(!dictionary.has("Alt") || ["Figure", "Form"].includes(named("S")), "words that are read out otherwise");
  need(!dictionary.has("RoleMap"), "elements that stand for others");
  const mode = named("PageMode");
  need(
    !dictionary.has("PageMode") || ["UseNone", "UseOutlines"].includes(mode),
    say("opens as {mode}", { mode: `/${mode}` }),
  );
}
