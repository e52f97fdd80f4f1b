// The checks on an approval (formats.md, 5.4): A01 to A08.

import { check } from "../checks.js";
import { micros, shownMoment } from "../ledger/moments.js";
import { hex, sha256 } from "../reading/octets.js";
import { NotApplicable, Refusal, need, say } from "../texts.js";
import { checkParty, checkUserVerified, originOf } from "./assertion.js";
import { UNSIGNED, newest } from "./shown.js";

const STATED = say("checker stated, not proven: the policy wanted no approval");
const ROLES = ["assessor", "checker", "operator", "auditor", "administrator"];
const CARD = say("signed with the key of a certificate");
const OWED = [UNSIGNED, "notice.json", "judgment.json", "mail.txt"];

async function enrolled({ approval: shown }) {
  if (!shown.approved) {
    need(!shown.isWanted, "the policy wanted an approval, and there is none");
    throw new NotApplicable(STATED);
  }
  const person = personOf(shown);
  if (shown.isLeftOut) return say("{person}, by the ledger; the rest was left out", person);
  const { approver } = await shown.approval();
  const isSame =
    approver.person === person.person &&
    approver.key_sha256 === person.key &&
    approver.enrolled?.seq === person.seq &&
    approver.enrolled?.leaf === person.leaf;
  need(isSame, "the approval rests on another enrolment than the ledger names");
  return say("{person}, key {key}, entry {seq}", person);
}

/** Who approved, by the event that `approved` names, and `queued` as well. */
function personOf(shown) {
  const { approved, queued } = shown;
  const event = shown.named(approved, "person");
  const isEnrolment = event !== null && ["person_enrolled", "people_recovered"].includes(event.kind);
  need(isEnrolment, "the approver was not enrolled when he approved");
  const found = enrolledBy(event);
  const { person, roles } = found;
  need(person === approved.facts.approver, "the ledger names another person than the approver");
  need(roles.includes("checker"), say("{person} is no checker", { person }));
  const queuedBy = queued?.facts.approver ?? null;
  if (queuedBy !== null) {
    const later = shown.named(queued, "person");
    need(later?.seq === event.seq, "the key was revoked or replaced before it was queued");
    need(queuedBy === person, "it was queued by the approval of another person");
  } else need(!queued || !shown.isWanted, "it was queued without naming its approver");
  return found;
}

/** The person whom an event enrols; FORMAT_FAILURE for words that are not known. */
function enrolledBy({ kind, facts, seq, hash }) {
  const told = kind === "people_recovered" ? "administrator" : String(facts.roles || "");
  const roles = told.split(" ").filter(Boolean);
  const isKnown =
    roles.every((one) => ROLES.includes(one)) &&
    facts.person !== undefined &&
    ["certificate", "passkey"].includes(facts.key_kind) &&
    facts.key_sha256 !== undefined;
  need(isKnown, say("entry {seq} enrols in a way that is not known here", { seq }));
  return { person: facts.person, roles, key: String(facts.key_sha256), seq, leaf: hex(hash) };
}

/** The approval with all that belongs to it; NotApplicable if it is not shown. */
function present({ approval: shown }) {
  if (!shown.approved) throw new NotApplicable(shown.isWanted ? say("there is no approval") : STATED);
  if (shown.isLeftOut) throw new NotApplicable(say("the approval was left out"));
  return shown;
}

async function signature(e) {
  const shown = present(e);
  const { signed } = shown;
  const told = await signed.checkValue();
  const { approver } = await shown.approval();
  need((await signed.keySha256()) === approver.key_sha256, "signed with another key than the one enrolled");
  return told;
}

function passkeyOf(e) {
  const { signed } = present(e);
  if (!signed.isPasskey) throw new NotApplicable(CARD);
  return signed.assertion();
}

async function party(e) {
  const found = passkeyOf(e);
  const { parties } = e.policy;
  if (!parties.length)
    throw new NotApplicable(
      say("no --approval-origin was given; it says {origin}", { origin: originOf(found) }),
    );
  for (const one of parties.slice(0, -1)) {
    const told = await checkParty(found, one).catch((error) => (error instanceof Refusal ? null : Promise.reject(error)));
    if (told) return told;
  }
  return checkParty(found, parties.at(-1));
}

async function whatWasSigned(e) {
  const shown = present(e);
  const { signed } = shown;
  if (shown.approved.facts.statement_sha256 !== hex(await signed.digest()))
    throw new Refusal("HASH_FAILURE", say("the ledger has another approval than the bundle shows"));
  need((await shown.approval()).decision === "approve", "it is a rejection");
  return signed.checkDigest();
}

async function whatWasSent(e) {
  const shown = present(e);
  const { draft, draft_sha256 } = await shown.approval();
  const documents = Object.entries(draft.documents);
  for (const [name, expected] of documents)
    if (hex(await sha256(shown.document(name, draft.pdf_bytes))) !== expected)
      throw new Refusal("HASH_FAILURE", say("{name} is not the one that was approved", { name }));
  for (const name of OWED) need(name in draft.documents, say("{name} was not approved", { name }));
  for await (const [what, approved, sent, isSame = approved === sent] of shown.sent())
    need(isSame, say("{what}: approved was {approved}, sent {sent}", { what, approved, sent }));
  await shown.checkCommitments();
  return say("{count} documents, draft {sha256}", { count: documents.length, sha256: draft_sha256 });
}

async function twoPersons(e) {
  const shown = present(e);
  const { approver: told, draft } = await shown.approval();
  const approver = told.name;
  const [assessor, checker] = shown.persons();
  need(draft.assessor === assessor, "the draft names another assessor than the judgment");
  if (draft.test) return say("{approver}; a test: one person may be both", { approver });
  need(approver !== assessor, say("{approver} judged it himself", { approver }));
  need(approver === checker, say("approved by {approver}, the judgment names {checker}", { approver, checker }));
  return say("judged by {assessor}, approved by {approver}", { assessor, approver });
}

async function inTime(e) {
  const shown = present(e);
  const { approved, events } = shown;
  const { log, at } = await shown.approval();
  const tolerance = e.policy.tolerance * 1000;
  need(log === shown.log, say("it is of the log {log}", { log }));
  need(micros(at) <= micros(approved.at) + tolerance, "it was approved later than it was written down");
  const drafted = newest(events, "drafted");
  const isAfter = drafted && drafted.seq <= approved.seq && micros(at) >= micros(drafted.at) - tolerance;
  need(isAfter, "it was approved before it was drafted");
  for (const queued of events) if (queued.kind === "queued") checkBefore(events, queued);
  return say("approved at {at}", { at: say("{t0}", { t0: shownMoment(at) }) });
}

/** The newest decision before it was queued is an approval, told there alone. */
function checkBefore(events, { seq }) {
  const decisions = events.filter((event) => event.seq < seq && ["approved", "rejected"].includes(event.kind));
  const decision = decisions.at(-1);
  need(decision, "it was queued before it was approved");
  need(decision.kind === "approved", "it was rejected after it was approved");
  const named = decisions.map(({ facts }) => facts.statement_sha256 ?? null);
  const isOnce = named.filter((each) => each === named.at(-1)).length === 1;
  need(isOnce, "an approval counts once, and this one is told twice");
}

export const APPROVAL = [
  check("A01", "enrolled by the ledger", ["B17"], enrolled),
  check("A02", "the signature", ["B17"], signature),
  check("A03", "user verification", ["B17"], (e) => checkUserVerified(passkeyOf(e))),
  check("A04", "origin and rp id", ["B17"], party),
  check("A05", "what was signed", ["B17"], whatWasSigned),
  check("A06", "what was sent", ["B17", "B19"], whatWasSent),
  check("A07", "two persons", ["B17", "B19"], twoPersons),
  check("A08", "in time", ["B17"], inTime),
];
