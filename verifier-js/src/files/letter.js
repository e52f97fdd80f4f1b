// The checks on a letter (PDF): P01 to P18.

import { check, run } from "../checks.js";
import { PdfText, Ref, readPdf } from "../reading/pdf.js";
import { follow, inflated } from "../reading/pdf_values.js";
import { firstDer } from "../reading/der.js";
import { ascii, concat } from "../reading/octets.js";
import { mailboxes } from "../signatures/certificate.js";
import { checkAnswer, readWhole } from "../signatures/carried.js";
import { basicResponse } from "../signatures/ocsp.js";
import { DOCUMENTS, EMAIL, isSameMailbox, material, signatureChecks } from "../signatures/signature_checks.js";
import { judgeStamp } from "../signatures/timestamp.js";
import { checkDates } from "../pages/dates.js";
import { checkBeside, checkMargins, checkNamed } from "../pages/words.js";
import { readShown } from "../pages/shown.js";
import { withoutSpace } from "../reading/flowed.js";
import { NotApplicable, leftOut, need, say } from "../texts.js";
import { checkActive } from "./active_content.js";
import { checkNotAhead } from "./content.js";
import { readXmp } from "./xmp.js";
import { checkChanges, checkPurpose, storeObjects } from "./letter_changes.js";

const MAX_STAMPS = 20,
  MAX_ANSWERS = 200;
const last = (pdf) => pdf.revisions.at(-1);

/** Fields with a signature or a stamp, in the order of their revisions. */
function readSignatures(pdf) {
  const revision = last(pdf);
  const root = follow(revision, revision.trailer.get("Root"));
  const form = follow(revision, root?.get?.("AcroForm") ?? null);
  const fields = form instanceof Map ? follow(revision, form.get("Fields")) : [];
  need(Array.isArray(fields), "a form field besides the signature");
  need(fields.length <= MAX_STAMPS, say("more than {most} signatures and time stamps", { most: MAX_STAMPS }));
  const found = fields.map((one) => {
    const field = follow(revision, one);
    need(
      field instanceof Map && field.get("FT")?.name === "Sig" && !field.has("Kids"),
      "a form field besides the signature",
    );
    const told = field.get("V");
    need(told instanceof Ref && revision.objects.has(told.number), "a form field besides the signature");
    const value = follow(revision, told);
    need(value instanceof Map, "a form field besides the signature");
    const place = pdf.revisions.findIndex((each) => each.objects.has(told.number));
    return {
      name: field.get("T")?.text ?? "",
      value,
      place,
      object: revision.objects.get(told.number),
      kind: value.get("SubFilter")?.name,
    };
  });
  return found.sort((one, other) => one.place - other.place);
}

function onlySignature(pdf) {
  const all = readSignatures(pdf);
  const signatures = all.filter((one) => one.value.get("Type")?.name !== "DocTimeStamp");
  need(signatures.length === 1, say("{count} signatures, must be exactly one", { count: signatures.length }));
  const [signature] = signatures;
  need(signature.kind === "ETSI.CAdES.detached", say("SubFilter {get}", { get: signature.kind ?? "" }));
  const stamps = all.filter((one) => one !== signature);
  for (const one of stamps) need(one.kind === "ETSI.RFC3161", say("SubFilter {get}", { get: one.kind ?? "" }));
  need(
    stamps.every((one) => one.place > signature.place),
    "a document time stamp stands before the signature",
  );
  return { signature, stamps };
}

/** The octets that are signed, and the signature's own; FORMAT_FAILURE. */
function signedRange(pdf, { value, place, object }) {
  const range = value.get("ByteRange");
  const isOurs =
    Array.isArray(range) && range.length === 4 && range.every((one) => Number.isSafeInteger(one) && one >= 0);
  need(isOurs, "ByteRange is not four numbers");
  const [begin, length, second, rest] = range;
  need(
    begin === 0 && length < second && second + rest <= pdf.octets.length,
    say("ByteRange {byte_range} does not lie in the file", { byte_range: range.join(" ") }),
  );
  const gap = pdf.text.slice(length, second);
  need(/^<(?:[0-9A-Fa-f]{2})+>$/.test(gap), "the gap in the ByteRange is not exactly one hex string");
  const told = value.get("Contents");
  need(
    told instanceof PdfText && told.at === length && object.start < length && second < object.end,
    "the gap is not the signature's Contents",
  );
  const { end, exact } = pdf.revisions[place];
  const isWhole = second + rest === end || second + rest === exact;
  need(
    isWhole,
    place === pdf.revisions.length - 1
      ? "the signature does not reach the end of the file"
      : "the signature does not cover a whole revision of the file",
  );
  const { der, rest: zeros } = firstDer(ascii(told.text));
  need(
    zeros.every((octet) => octet === 0),
    "something but zeros follows the signature in its string",
  );
  return {
    der,
    content: concat(pdf.octets.subarray(0, length), pdf.octets.subarray(second, second + rest)),
    end: second + rest,
  };
}

/** Answers alone: a path is made of what the signature carries, as in the program. */
async function readStore(pdf) {
  const revision = last(pdf);
  const { streams } = storeObjects(revision, follow(revision, revision.trailer.get("Root")));
  const all = (streams.CRLs ?? []).length + (streams.OCSPs ?? []).length;
  need(all <= MAX_ANSWERS * 2, say("more than {most} answers in the security store", { most: MAX_ANSWERS }));
  const lists = await Promise.all((streams.CRLs ?? []).map(inflated));
  const ocsps = await Promise.all((streams.OCSPs ?? []).map(inflated));
  for (const octets of lists) readWhole(octets);
  for (const octets of ocsps) checkAnswer(() => basicResponse(octets), "the security store");
  return { lists, certificates: [], ocsps };
}

/** What is broken in the store is told with the signature, which is judged with it. */
async function openStore(e) {
  try {
    return { besides: await readStore(e.pdf), brokenStore: null };
  } catch (error) {
    return { besides: { lists: [], certificates: [], ocsps: [] }, brokenStore: error };
  }
}

/** What a letter's security store has; nothing of what cannot be read. */
export async function letterStore(octets) {
  try {
    return octets ? await readStore(readPdf(octets)) : undefined;
  } catch {
    return undefined;
  }
}

/** The oldest time that the document time stamps prove, the newest judged first. */
async function archivedTime(e) {
  let moment = null;
  for (const one of [...e.found.stamps].reverse()) {
    if (e.brokenStore) throw e.brokenStore;
    const { der, content } = signedRange(e.pdf, one);
    await checkChanges(e.pdf, one.place);
    moment = (await judgeStamp(der, content, material({ ...e, signer: null }), moment ?? e.policy.at)).proven;
  }
  return moment;
}

const CHECKS = [
  check("P01", "a plain PDF from header to end", [], (e) => {
    e.pdf = readPdf(e.octets);
    return say("{count} bytes, {revisions} revisions", { count: e.octets.length, revisions: e.pdf.revisions.length });
  }),
  check("P02", "one PAdES signature", ["P01"], (e) => {
    e.found = onlySignature(e.pdf);
    return say("field {field_name}, {stamps} document time stamps", {
      field_name: e.found.signature.name,
      stamps: e.found.stamps.length,
    });
  }),
  check("P03", "signed range and later additions", ["P02"], async (e) => {
    const { signature } = e.found;
    const { der, content, end } = signedRange(e.pdf, signature);
    await checkChanges(e.pdf, signature.place);
    checkPurpose(e.pdf, (e.found.stamps.at(-1) ?? signature).place);
    Object.assign(e, { der, content }, await openStore(e));
    e.archived = archivedTime(e).then(
      (proven) => ({ proven }),
      (error) => ({ error }),
    );
    const { proven } = await e.archived;
    const known = [e.before, proven].filter(Boolean);
    e.stampedBefore = known.length ? new Date(Math.min(...known)) : null;
    e.proven = e.stampedBefore;
    return end === e.octets.length
      ? say("all {end} bytes", { end })
      : say("{end} bytes; after them only validation data and time stamps", { end });
  }),
  check("P04", "no active content", ["P01"], (e) => checkActive(e.pdf)),
  ...signatureChecks(
    "P",
    { encoding: 5, stamp: 11, path: 13, expected: 16 },
    {
      needs: ["P03"],
      content: "the document",
      wanted: [EMAIL, DOCUMENTS],
      allowed: ["SHA-256", "SHA-384", "SHA-512"],
      required: ["contentType", "messageDigest", "signingCertificateV2"],
    },
  ),
  check("P12", "document time stamps", ["P03"], async (e) => {
    const { proven, error } = await e.archived;
    if (error) throw error;
    if (!proven) throw new NotApplicable(say("no document time stamp"));
    return say("existed at {archived:%Y-%m-%d %H:%M:%S%z}", { archived: proven });
  }),
  check("P15", "the signer's mailbox", ["P06"], (e) => {
    const names = mailboxes(e.signer.certificate);
    need(names.length, "the certificate names no mailbox");
    const isOurs = !e.mailbox || names.some((one) => isSameMailbox(one, e.mailbox));
    need(
      isOurs,
      say("signed by {mailboxes}, the mail is from {wanted}", { mailboxes: names.join(", "), wanted: e.mailbox }),
    );
    return say("{t0}", { t0: names.join(", ") });
  }),
  check("P17", "the letter's metadata", ["P02"], async (e) => {
    signedRange(e.pdf, e.found.signature); // or it is refused: no revision is signed
    const revision = e.pdf.revisions[e.found.signature.place];
    const root = follow(revision, revision.trailer.get("Root"));
    const stream = follow(revision, root.get("Metadata") ?? null);
    need(stream?.octets, "the PDF has no XMP metadata");
    e.xmp = readXmp(await inflated(stream));
    const { number, case_id, date } = e.xmp.statement;
    checkNotAhead(date, e.proven ?? e.policy.at, e.policy.tolerance);
    return say("{t0}", { t0: [number, case_id, date].join(", ") });
  }),
  check("P18", "what the pages show", ["P04", "P17"], async (e) => {
    if (!e.policy.glyphs) throw leftOut(say("what the pages show, without the table of glyphs"));
    e.shown = await readShown(e.pdf, e.policy.glyphs);
    const { text, margins, pictures } = e.shown;
    checkNamed(text, e.xmp.statement);
    checkMargins(margins, e.xmp.statement.number, text);
    checkDates(e.xmp.statement.date, [e.shown.made, ...e.xmp.made], [e.shown.changed, ...e.xmp.changed]);
    checkBeside(text, e.shown.bookmarks, [e.shown.title, e.xmp.title]);
    return say("{pages} pages, {count} characters, {pictures} pictures", {
      pages: margins.length,
      count: [...withoutSpace(text)].length,
      pictures: pictures.length,
    });
  }),
].sort((one, other) => (one.id < other.id ? -1 : 1));

/** All findings on a letter; `before` and `mailbox` are of the mail that it was in. */
export async function judgeLetter(octets, policy, { before = null, mailbox = "" } = {}) {
  const e = { octets, policy, before, mailbox };
  return { findings: await run(CHECKS, e), evidence: e };
}

export const skippedLetter = (unmet) =>
  CHECKS.map(({ id, name }) => ({
    id,
    name,
    status: "skipped",
    sub_indication: null,
    detail: say("not checked, because {unmet} did not pass", { unmet }),
  }));
