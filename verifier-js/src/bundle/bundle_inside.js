// What lies in a bundle against what its record says: B22, B23, B27, B28, B31.

import { oneEvent } from "../ledger/history.js";
import { equal, hex, sha256, utf8 } from "../reading/octets.js";
import { mailboxes } from "../signatures/certificate.js";
import { fingerprint } from "../signatures/cms_checks.js";
import { NotApplicable, listed, malformed, need, say } from "../texts.js";
import { madeBy } from "../files/before_bundle.js";
import { borneOut } from "./borne_out.js";
import { DOCX, LETTER, MESSAGE, NOTICE, TEXT, member } from "./bundle_members.js";
import { checkText, readNotice } from "../files/content.js";
import { withoutSpace } from "../reading/flowed.js";
import { checkDocx, docxText } from "../files/docx.js";
import { lacking } from "./manifest.js";
import { judgeMail } from "../files/mail.js";
import { expectedSigner } from "../signatures/signature_checks.js";


/** `notice.json` of the bundle, read once. */
export const noticeOf = (e) => (e.inside ??= readNotice(member(e, NOTICE)));

/** For what lies inside: the proven time is the clock. */
function innerPolicy(e) {
  const { policy, besides } = e;
  return {
    ...policy,
    at: e.proven ?? policy.at,
    lists: [...policy.lists, ...besides.lists],
    certificates: policy.certificates,
    ocsps: [...policy.ocsps, ...besides.ocsps],
  };
}

/** The mail inside, judged once; null where it was left out. */
export async function innerMail(e) {
  if (!e.members.has(MESSAGE)) return null;
  return (e.mailInside ??= await judgeMail(e.members.get(MESSAGE), innerPolicy(e)));
}

/** The mail by its parts; NotApplicable where it was left out. */
export async function sentMail(e) {
  const mail = await innerMail(e);
  if (!mail) throw new NotApplicable(say("the mail was left out"));
  return mail.evidence.mail ?? lacking(MESSAGE);
}

export async function oneNotice(e) {
  // nothing would be compared with it: the writer shows both, or neither
  need(e.members.has(MESSAGE) || !e.members.has(LETTER), "the letter is shown without the mail that it went with");
  const { leaves, inner } = await sentMail(e);
  for (const [type, name] of [
    ["application/pdf", LETTER],
    ["application/json", NOTICE],
  ]) {
    const found = leaves.filter((leaf) => leaf.type === type && !/^xarf(-[1-9][0-9]{0,2})?\.json$/.test(leaf.fileName));
    need(
      found.length === 1 && equal(found[0].content, member(e, name)),
      say("{name} is not what the mail has", { name }),
    );
  }
  const notice = noticeOf(e);
  const digest = hex(await sha256(member(e, MESSAGE)));
  const told = {
    ...notice.statement,
    mailbox: notice.mailbox,
    message_sha256: digest,
    message_id: inner.find(([name]) => name.toLowerCase() === "message-id")[1],
  };
  for (const [what, wanted] of Object.entries(e.record.wanted()))
    need(
      told[what] === wanted,
      say("{what}: the record has {wanted}, the mail {told}", { what, wanted: String(wanted), told: told[what] }),
    );
  return say("{number}, message sha256 {digest}", { number: e.record.number, digest });
}

export async function sealed(e) {
  const { signers } = e.policy;
  const own = mailboxes(e.signer.certificate);
  if (signers.length) {
    return say("{expected_signer}, who was expected", {
      expected_signer: await expectedSigner(e),
    });
  }
  const print = await fingerprint(e.signer.certificate);
  if (oneEvent(e.record.events, "prepared").facts.signer_certificate_sha256 === print)
    return say("the signer of the notice, SHA-256 {fingerprint}", { fingerprint: print });
  const mail = await innerMail(e);
  if (!mail) throw new NotApplicable(say("the mail was left out, and the notice was signed with another certificate"));
  const theirs = mail.evidence.signer ? mailboxes(mail.evidence.signer.certificate) : [];
  const normal = (one) => one.slice(0, one.lastIndexOf("@")) + one.slice(one.lastIndexOf("@")).toLowerCase();
  const isSame = own.some((one) => theirs.some((other) => normal(one) === normal(other)));
  need(
    isSame,
    say("sealed by {own}, the mail was signed by {theirs}", {
      own: own.join(", ") || "no mailbox",
      theirs: theirs.join(", ") || "no mailbox",
    }),
  );
  return say("the same mailbox as the mail's signer: {names}", { names: own.join(", ") });
}

export async function otherShapes(e) {
  const found = [];
  const [docx, octets] = [DOCX, TEXT].map((name) => e.members.get(name));
  if (docx) {
    const { form, number } = noticeOf(e).statement;
    found.push(await checkDocx(docx, `${form}-${number}.docx`, noticeOf(e)));
    await checkWords(e, "letter.docx", await docxText(docx));
  }
  if (octets) {
    const text = utf8(octets, "letter.txt");
    found.push(checkText(text, noticeOf(e)));
    await checkWords(e, "letter.txt", text.replace(RULE, ""));
  }
  if (!found.length) throw new NotApplicable(say("neither DOCX nor text of the letter is shown"));
  return listed(found, "; ");
}

/** Between the two languages of a text; on pages it is a line. */
const RULE = /^-{40,}$/gm;

/** They say what the pages of the letter say, where those could be read. */
async function checkWords(e, name, text) {
  const mail = await innerMail(e);
  const shown = mail?.evidence.letter?.shown;
  const isSame = !shown || withoutSpace(text) === withoutSpace(shown.text);
  if (!isSame) throw malformed(say("{name} does not say what the pages of the letter say", { name }));
}

/** B33, where the mail is there. */
export async function mailBearsOut(e) {
  await sentMail(e);
  return borneOut(e, e.mailInside.evidence);
}

/** The event that made it, and `notice.json`, follow a notice alike, or none. */
export async function noticeBefore(e) {
  const { facts } = oneEvent(e.record.events, "prepared");
  const logged = facts.kind === undefined ? "" : String(facts.kind);
  const ofTests = logged.startsWith("test-");
  const seq = facts.follows_seq ?? null;
  const isRequest = ["notice", "test"].includes(logged);
  need(
    isRequest === (seq === null),
    say("the log has a {kind}: only what is no request follows another", { kind: logged }),
  );
  need(
    !ofTests || facts.test === true,
    say("the log has a {kind} that is no test", { kind: logged }),
  );
  const kind = ofTests ? logged.slice("test-".length) : logged;
  if (e.members.has(NOTICE)) {
    const told = noticeOf(e).kind;
    need(
      told === (isRequest ? "request" : kind),
      say("the log has a {kind}, notice.json a {told}", { kind, told }),
    );
  }
  if (isRequest) throw new NotApplicable(say("it is a request, and follows no other notice"));
  const { seq: own } = oneEvent(e.record.events, "prepared");
  need(
    Number.isInteger(seq) && seq >= 0 && seq < own && !e.record.events.some((one) => one.seq === seq),
    say("it follows entry {seq} of the ledger, and is of entry {own} itself", { seq, own }),
  );
  const leaf = facts.follows_leaf === undefined ? "" : String(facts.follows_leaf);
  need(/^[0-9a-f]{64}$/.test(leaf), say("follows_leaf {leaf} is no leaf hash", { leaf }));
  const words = say("{kind} after entry {seq} of the ledger", { kind, seq });
  const number = e.members.has(NOTICE) ? noticeOf(e).follows?.number : null;
  const made = await madeBy(e.policy.notices ?? []);
  const known = made.filter((one) => (number ? one.number === number : one.seq === seq));
  for (const one of known)
    need(
      one.seq === seq && hex(one.hash) === leaf,
      say("it follows entry {seq}, {leaf}; {number} is entry {own}, {own_leaf}", {
        seq,
        leaf,
        number: one.number,
        own: one.seq,
        own_leaf: hex(one.hash),
      }),
    );
  return known.length ? say("{words}, which was compared", { words }) : words;
}
