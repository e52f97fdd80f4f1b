// What may follow the signed revision of a letter: validation data, and document time
// stamps with their fields (verification.md, P03). Everything else is a change.

import { Name, PdfText, Ref } from "../reading/pdf.js";
import { follow, inflated, isSame, within } from "../reading/pdf_values.js";
import { malformed, need, say } from "../texts.js";
import { accountOf } from "./xmp.js";

const change = () => malformed(say("the file was changed after signing, to no purpose of ours"));

function allow(holds) {
  if (!holds) throw change();
}

/** The fields that are new in an array of references; the others stay as they were. */
function added(before, now) {
  const [one, other] = [before ?? [], now ?? []];
  allow(Array.isArray(one) && Array.isArray(other) && other.length >= one.length);
  one.forEach((each, at) => allow(isSame(each, other[at])));
  return other.slice(one.length);
}

/** A dictionary that differs in these members alone. */
function differsIn(before, now, names) {
  allow(before instanceof Map && now instanceof Map);
  for (const key of new Set([...before.keys(), ...now.keys()])) {
    if (names.includes(key)) continue;
    allow(before.has(key) && now.has(key) && isSame(before.get(key), now.get(key)));
  }
}

/** Numbers of all objects of a security store; only certificates, lists and answers. */
export function storeObjects(revision, root) {
  const numbers = new Set();
  const value = (one) => {
    if (one instanceof Ref) numbers.add(one.number);
    return follow(revision, one);
  };
  const store = value(root.get("DSS"));
  if (store === null || store === undefined) return { numbers, streams: {} };
  allow(store instanceof Map);
  const streams = { Certs: [], CRLs: [], OCSPs: [] };
  const read = (holder, key, into) => {
    const listed = holder.has(key) ? value(holder.get(key)) : [];
    allow(Array.isArray(listed));
    for (const one of listed) {
      const stream = value(one);
      need(stream?.octets, "validation data is no stream");
      allow([...stream.dictionary.keys()].every((name) => ["Length", "Filter", "Type"].includes(name)));
      if (stream.dictionary.get("Length") instanceof Ref) numbers.add(stream.dictionary.get("Length").number);
      into.push(stream);
    }
  };
  for (const key of store.keys()) allow(["Type", "Certs", "CRLs", "OCSPs", "VRI"].includes(key));
  for (const key of ["Certs", "CRLs", "OCSPs"]) read(store, key, streams[key]);
  const details = store.has("VRI") ? value(store.get("VRI")) : new Map();
  allow(details instanceof Map);
  for (const one of details.values()) {
    const part = value(one);
    allow(part instanceof Map && [...part.keys()].every((key) => ["Type", "Cert", "CRL", "OCSP", "TU"].includes(key)));
    for (const [key, into] of [
      ["Cert", "Certs"],
      ["CRL", "CRLs"],
      ["OCSP", "OCSPs"],
    ])
      read(part, key, streams[into]);
  }
  return { numbers, streams };
}

/** One later revision against the one before it; FORMAT_FAILURE. */
async function checkRevision(before, now) {
  const [oldRef, newRef] = [before.trailer.get("Root"), now.trailer.get("Root")];
  allow(oldRef instanceof Ref && isSame(oldRef, newRef));
  const info = checkInformation(before, now);
  const [oldRoot, newRoot] = [follow(before, oldRef), follow(now, newRef)];
  differsIn(oldRoot, newRoot, ["DSS", "Extensions"]);
  checkExtensions(newRoot.get("Extensions"));
  const oldStore = storeObjects(before, oldRoot).numbers,
    { numbers } = storeObjects(now, newRoot);
  const form = oldRoot.get("AcroForm");
  allow(form instanceof Ref || form instanceof Map);
  const [oldForm, newForm] = [follow(before, form), follow(now, newRoot.get("AcroForm"))];
  const fields = fieldsOf(before, now, oldForm, newForm);
  const stamps = new Set(fields.flatMap((one) => [one.number, stampOf(before, now, one)]));
  const metadata = await checkMetadata(before, now, oldRoot, newRoot);
  const known = [newRef, form, info, metadata, oldForm?.get?.("Fields")]
    .filter((one) => one instanceof Ref)
    .map((one) => one.number);
  for (const number of now.own) {
    const old = before.objects.get(number),
      made = now.objects.get(number).value;
    if (known.includes(number)) continue;
    if (!old) allow(numbers.has(number) || stamps.has(number));
    else if (oldStore.has(number) && numbers.has(number)) continue;
    else checkPage(before, now, old.value, made, fields);
  }
}

/** Programs that add a time stamp write the day and their name anew. */
function checkInformation(before, now) {
  const [one, other] = [before.trailer.get("Info"), now.trailer.get("Info")];
  const said = "the document information was changed after signing";
  need(isSame(one ?? null, other ?? null), said);
  const [old, made] = [follow(before, one ?? null), follow(now, other ?? null)];
  if (!(old instanceof Map) || !(made instanceof Map)) return one;
  for (const key of new Set([...old.keys(), ...made.keys()]))
    need(["ModDate", "Producer"].includes(key) || isSame(old.get(key), made.get(key)), said);
  return one;
}

/** The packet may be written anew if it says the same. */
async function checkMetadata(before, now, oldRoot, newRoot) {
  const one = oldRoot.get("Metadata");
  if (!(one instanceof Ref) || !now.own.includes(one.number)) return undefined;
  const [old, made] = [follow(before, one), follow(now, newRoot.get("Metadata"))];
  const allowed = ["Subtype", "Type", "Length", "Filter"];
  need(
    old?.octets && made?.octets && [...made.dictionary.keys()].every((key) => allowed.includes(key)),
    "the metadata were changed after signing",
  );
  need(accountOf(await inflated(old)) === accountOf(await inflated(made)), "the metadata were changed after signing");
  return one;
}

function checkExtensions(value) {
  for (const one of within(value ?? null)) allow(!(one instanceof Ref) && !one?.octets);
}

function fieldsOf(before, now, oldForm, newForm) {
  differsIn(oldForm, newForm, ["Fields", "SigFlags"]);
  const [one, other] = [follow(before, oldForm.get("Fields")), follow(now, newForm.get("Fields"))];
  const fields = added(one, other);
  for (const each of fields) allow(each instanceof Ref && !before.objects.has(each.number));
  return fields;
}

/** The number of a new field's document time stamp. */
function stampOf(before, now, ref) {
  const field = follow(now, ref);
  allow(field instanceof Map && field.get("FT")?.name === "Sig" && field.get("T") instanceof PdfText);
  allow(
    [...field.keys()].every((key) => ["FT", "T", "TU", "Type", "Subtype", "F", "Rect", "P", "V", "AP"].includes(key)),
  );
  const rect = field.get("Rect");
  allow(rect === undefined || (Array.isArray(rect) && rect.every((one) => one === 0)));
  allow(!field.has("AP"));
  const told = field.get("V");
  allow(told instanceof Ref && !before.objects.has(told.number));
  const stamp = follow(now, told);
  allow(
    stamp instanceof Map &&
      stamp.get("Type")?.name === "DocTimeStamp" &&
      stamp.get("SubFilter")?.name === "ETSI.RFC3161",
  );
  return told.number;
}

/** A page, or its list of annotations, with the new fields besides. */
function checkPage(before, now, old, made, fields) {
  const isNew = (one) => one instanceof Ref && fields.some((each) => each.number === one.number);
  if (Array.isArray(old)) return allow(added(old, made).every(isNew));
  allow(old instanceof Map && old.get("Type") instanceof Name && old.get("Type").name === "Page");
  differsIn(old, made, ["Annots"]);
  const [one, other] = [old.get("Annots"), made.get("Annots")];
  allow(added(follow(before, one), follow(now, other)).every(isNew));
}

/** Every revision after the one that was signed. */
export async function checkChanges(pdf, place) {
  for (let at = place + 1; at < pdf.revisions.length; at++)
    await checkRevision(pdf.revisions[at - 1], pdf.revisions[at]);
}

/** After the newest signature or stamp there is one revision at most, with more validation data. */
export function checkPurpose(pdf, place) {
  const after = pdf.revisions.length - 1 - place;
  if (!after) return;
  const count = (revision) => storeObjects(revision, follow(revision, revision.trailer.get("Root"))).numbers.size;
  allow(after === 1 && count(pdf.revisions.at(-1)) > count(pdf.revisions.at(-2)));
}
