// The checks on a mail: M01 to M25, and those of the letter in it.

import { check, hasPassed, run } from "../checks.js";
import { readDate, readMailbox, shownDate, splitMail, valuesOf } from "../reading/mime.js";
import { utf8 } from "../reading/octets.js";
import { isSameAddress } from "../reading/written_anew.js";
import { mailboxes } from "../signatures/certificate.js";
import { signingTime } from "../signatures/cms_checks.js";
import { EMAIL, isSameMailbox, signatureChecks } from "../signatures/signature_checks.js";
import { checkConsistent, checkFormWords, checkMailWords } from "../pages/form_words.js";
import { checkAuthor, checkHosts, checkSame, checkValues } from "../pages/words.js";
import { NotApplicable, Refusal, listed, need, say } from "../texts.js";
import { checkDated, checkFound, checkText, checkLookedUp, compare, readNotice } from "./content.js";
import { checkBefore } from "./before.js";
import { checkDocx, docxText } from "./docx.js";
import { judgeLetter, letterStore, skippedLetter } from "./letter.js";
import { checkShape } from "./notice_shape.js";
import { judgeOutside } from "./outside.js";
import { checkReports } from "./xarf.js";

/** Told by name: a detail has no room for more. */
const MOST = 100;
const PDF = "application/pdf",
  JSON_TYPE = "application/json";
export const DOCX_TYPE =
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/** How the name of a letter ends, by its media type. */
const ENDS = { [PDF]: ".pdf", [DOCX_TYPE]: ".docx" };
const HOUR = 3_600_000;
export const isXarf = (leaf) => leaf.type === JSON_TYPE && /^xarf(-[1-9][0-9]{0,2})?\.json$/.test(leaf.fileName);

function attachment(e, type) {
  const found = e.mail.leaves.filter((leaf) => leaf.type === type && !isXarf(leaf));
  need(
    found.length === 1,
    say("{count} attachments of {media_type}, must be one", { count: found.length, media_type: type }),
  );
  return found[0];
}

/** An outer address, or its signed copy where a relay wrote it with the same words. */
function meant({ headers, inner }, name) {
  const [told, signed] = [valuesOf(headers, name)[0], valuesOf(inner, name)[0]];
  return signed !== undefined && isSameAddress(told, signed) ? signed : told;
}

/** `notice.json` as the checks have read it; what is wrong with it, M16 says. */
const noticeOf = (e) => (e.notice ??= readNotice(attachment(e, JSON_TYPE).content));

const CHECKS = [
  check("M01", "the one message shape", [], async (e) => {
    e.mail = splitMail(e.octets);
    e.outside = judgeOutside(e.mail);
    [e.der, e.content] = [e.mail.signature, e.mail.content];
    // answers of the letter count for the mail's signer too; its certificates do not
    e.besides = await letterStore(e.mail.leaves.find((leaf) => leaf.type === PDF)?.content);
    return say("{count} bytes, {count2} leaves", { count: e.octets.length, count2: e.mail.leaves.length });
  }),
  check("M02", "one sender", ["M01"], (e) => {
    e.sender = readMailbox(meant(e.mail, "from"), "From");
    return say("{t0}", { t0: e.sender });
  }),
  check("M03", "protected header fields", ["M01"], (e) => {
    need(!e.outside.changed.length, listed(e.outside.changed, "; "));
    const besides = ["Reply-To", "In-Reply-To", "References"].filter(
      (name) => valuesOf(e.mail.inner, name.toLowerCase()).length,
    );
    return say("{t0}", { t0: ["From", "To", "Subject", "Date", "Message-ID", ...besides].join(", ") });
  }),
  ...signatureChecks(
    "M",
    { encoding: 4, stamp: 11, path: 12, expected: 15 },
    {
      needs: ["M01"],
      content: "the signed part",
      wanted: [EMAIL],
      required: ["contentType", "messageDigest", "signingTime", "signingCertificateV2"],
      besides: (e) => {
        const told = e.mail.digest === "SHA-256" ? "2.16.840.1.101.3.4.2.1" : "2.16.840.1.101.3.4.2.2";
        need(
          e.signer.digestAlgorithm.id === told,
          say("micalg is {told}, the signer used {detail}", {
            told: e.mail.micalg,
            detail: e.signer.digestAlgorithm.id,
          }),
        );
      },
    },
  ),
  check("M10", "Date and signing time", ["M07"], (e) => {
    const [told] = valuesOf(e.mail.headers, "date");
    const claimed = signingTime(e.signer);
    need(readDate(told), "Date has no time zone");
    const date = shownDate(told);
    need(Math.abs(readDate(told) - claimed) <= HOUR, say("Date is {date}, signingTime {claimed}", { date, claimed }));
    let notice = null;
    try {
      notice = noticeOf(e);
    } catch {
      // M16 says so
    }
    if (notice) checkDated(notice.statement.date, claimed);
    return say("Date {date}, signingTime {claimed}", { date, claimed });
  }),
  check("M14", "From is in the certificate", ["M02", "M05"], (e) => {
    const names = mailboxes(e.signer.certificate);
    need(
      names.some((one) => isSameMailbox(one, e.sender)),
      say("From is {sender}, the certificate is for {mailboxes}", {
        sender: e.sender,
        mailboxes: names.join(", ") || "no mailbox",
      }),
    );
    return say("{t0}", { t0: e.sender });
  }),
  check("M16", "notice.json", ["M01"], (e) => {
    const { number, case_id, date, form } = noticeOf(e).statement;
    const { fileName } = attachment(e, JSON_TYPE);
    need(fileName === "notice.json", say("the JSON is called {file_name}, not notice.json", { file_name: fileName }));
    checkShape(e.notice.document);
    checkConsistent(e.notice);
    checkFound(e.notice);
    checkLookedUp(e.notice);
    return say("{t0}", { t0: [number, case_id, date, form].join(", ") });
  }),
  check("M17", "the recipient", ["M16"], (e) => {
    const addressee = readMailbox(meant(e.mail, "to"), "To");
    need(
      isSameMailbox(addressee, e.notice.mailbox),
      say("To is {addressee}, notice.json says {wanted}", { addressee, wanted: e.notice.mailbox }),
    );
    return say("{t0}", { t0: addressee });
  }),
  check("M18", "the text", ["M16"], (e) => checkText(utf8(e.mail.leaves[0].content, "text"), e.notice)),
  check("M19", "the attachments", ["M16"], (e) => {
    const leaves = e.mail.leaves.slice(1).filter((leaf) => !isXarf(leaf));
    for (const type of [PDF, JSON_TYPE]) attachment(e, type);
    const isOurs =
      leaves.every((leaf) => [PDF, JSON_TYPE, DOCX_TYPE].includes(leaf.type)) &&
      leaves.filter((leaf) => leaf.type === DOCX_TYPE).length <= 1;
    need(
      isOurs,
      say("attachments that ours never have: {types}", { types: leaves.map((leaf) => leaf.type).join(", ") }),
    );
    const { form, number } = e.notice.statement;
    for (const { type, fileName } of leaves.filter((leaf) => leaf.type in ENDS)) {
      const isNamed = [`${form}-${number}`, "letter"].some((stem) => fileName === stem + ENDS[type]);
      need(isNamed, say("an attachment is called {file_name}", { file_name: fileName }));
    }
    return say("{t0}", {
      t0: e.mail.leaves
        .slice(1)
        .map((leaf) => leaf.fileName)
        .join(", "),
    });
  }),
].sort((one, other) => (one.id < other.id ? -1 : 1));

const AGREEMENT = check("M20", "letter and notice.json agree", [], (e) =>
  compare(e.letter.xmp, e.notice, attachment(e, JSON_TYPE).content),
);
const BESIDES = [
  check("M21", "XARF reports and notice.json agree", [], (e) => {
    const reports = e.mail.leaves.filter(isXarf);
    if (!reports.length) throw new NotApplicable(say("no XARF report goes along"));
    return checkReports(reports, { notice: e.notice, json: attachment(e, JSON_TYPE).content, sender: e.sender });
  }),
  check("M22", "the DOCX and notice.json agree", [], (e) => {
    const found = e.mail.leaves.find((leaf) => leaf.type === DOCX_TYPE);
    if (!found) throw new NotApplicable(say("no DOCX goes along"));
    return checkDocx(found.content, found.fileName, e.notice);
  }),
];
const OUTSIDE = check("M23", "the outside of the mail", [], (e) => {
  const { changed, foreign, harmless, unknown } = e.outside;
  need(!changed.length && !foreign.length, listed([...changed, ...foreign, ...unknown].slice(0, MOST), "; "));
  if (unknown.length) throw new Refusal("GENERIC", listed(unknown.slice(0, MOST), "; "));
  return harmless.length ? say("harmless: {changes}", { changes: listed(harmless, "; ") }) : say("unchanged");
});
const WORDS = check("M24", "what people read and notice.json agree", [], async (e) => {
  const { text, margins, pictures, alternatives } = e.letter.shown;
  checkValues(text, e.notice);
  checkFormWords(text, margins, e.notice);
  const sorted = (all) => JSON.stringify([...all].sort());
  const said = (e.notice.document.images ?? []).map((one) => one.alt ?? "");
  const isSame = sorted(pictures) === sorted(e.notice.images) && sorted(alternatives) === sorted(said);
  need(isSame, say("{count} pictures in the letter, notice.json has others", { count: pictures.length }));
  for (const leaf of e.mail.leaves) if (leaf.type === DOCX_TYPE) checkSame(await docxText(leaf.content), text);
  const told = utf8(e.mail.leaves[0].content, "text");
  checkHosts([text, told], e.notice);
  checkMailWords(valuesOf(e.mail.inner, "subject")[0] ?? "", told, e.notice);
  checkAuthor(e.notice, [e.letter.shown.author, e.letter.xmp.author]);
  return say("{count} values", { count: e.notice.shown.length + e.notice.urls.length });
});
const BEFORE = check("M25", "the notice before", [], (e) => checkBefore(e));

const LETTER_NEEDS = ["M02", "M08", "M09", "M19"];

/** All findings on a mail, and what was read of it. */
export async function judgeMail(octets, policy) {
  const e = { octets, policy };
  const findings = await run(CHECKS, e);
  const unmet = LETTER_NEEDS.find((id) => !hasPassed(findings, id));
  if (unmet) findings.push(...skippedLetter(unmet));
  else findings.push(...(await letterInMail(e)));
  const lacking = unmet ?? (hasPassed(findings, "P17") ? null : "P17");
  findings.push(...(await after(lacking, AGREEMENT, e)));
  for (const one of BESIDES) findings.push(...(await after(unmet, one, e)));
  findings.push(...(await after(hasPassed(findings, "M01") ? null : "M01", OUTSIDE, e)));
  findings.push(...(await after(unmet ?? (hasPassed(findings, "P18") ? null : "P18"), WORDS, e)));
  findings.push(...(await after(unmet, BEFORE, e)));
  return { findings, evidence: e };
}

/** One check that is skipped if `lacking`, which it builds on, did not pass. */
const after = (lacking, one, e) => run([{ ...one, needs: lacking ? [lacking] : [] }], e);

async function letterInMail(e) {
  const policy = {
    ...e.policy,
    certificates: [...e.policy.certificates, ...e.signer.certificates],
    lists: [...e.policy.lists, ...e.signer.answers.lists],
    ocsps: [...e.policy.ocsps, ...e.signer.answers.ocsps],
    signers: e.policy.signers,
  };
  const { findings, evidence } = await judgeLetter(attachment(e, PDF).content, policy, {
    before: e.proven ?? null,
    mailbox: e.sender,
  });
  e.letter = evidence;
  return findings;
}
