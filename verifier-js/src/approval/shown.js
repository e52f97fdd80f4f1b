// What a bundle shows of an approval, read when it is asked for.

import { valuesOf } from "../reading/mime.js";
import { wordsOf } from "../reading/written_anew.js";
import { readJson } from "../reading/json.js";
import { equal, hex, latin1 } from "../reading/octets.js";
import { Refusal, malformed, need, say } from "../texts.js";
import { SignedStatement } from "./signature.js";
import { readApproval } from "./statement.js";

const STATEMENT = "approvals/approval.json";
const SIGNATURES = ["approvals/approval.p7s", "approvals/assertion.json"];
const JUDGMENT = "documents/judgment.json",
  LETTER = "documents/letter.pdf",
  MAIL_TEXT = "documents/mail.txt";
export const UNSIGNED = "letter.unsigned.pdf";
const MAX = 64 * 1024 * 1024;

/** The newest event of a kind before a place of the log; undefined for none. */
export const newest = (events, kind, until = Infinity) =>
  events.filter((event) => event.kind === kind && event.seq < until).at(-1);

export class ShownApproval {
  /** `mail` gives its header, its leaves; `notice` gives `notice.json`. */
  constructor({ members, record, log, mail, notice }) {
    Object.assign(this, { members, record, log, mail, notice });
    this.events = record.events;
    this.queued = newest(this.events, "queued");
    this.approved = newest(this.events, "approved", this.queued?.seq);
    this.isLeftOut = !members.has("documents/message.eml");
  }

  /** Whether the policy that `queued` names wanted an approval. */
  get isWanted() {
    const policy = this.queued ? this.named(this.queued, "policy") : null;
    return policy !== null && policy.facts.required === "checker";
  }

  /** The event of policy or of a person that an event names; null for none. */
  named(event, chain) {
    const link = event.previous?.[chain] ?? null;
    if (link === null) return null;
    const found = this.record.others.find((other) => other.seq === link.seq && hex(other.hash) === link.leaf);
    if (found) return found;
    throw new Refusal("SIGNED_DATA_NOT_FOUND", say("entry {seq} of the ledger is not shown", { seq: link.seq }));
  }

  /** Statement and signature; FORMAT_FAILURE unless there is one of each. */
  get signed() {
    const { members } = this;
    const found = SIGNATURES.filter((name) => members.has(name));
    const isStray = [...members.keys()].some(
      (name) => name.startsWith("approvals/") && name !== STATEMENT && !SIGNATURES.includes(name),
    );
    need(
      members.has(STATEMENT) && found.length === 1 && !isStray,
      "approvals/ must hold the approval and one signature",
    );
    return new SignedStatement(members.get(STATEMENT), members.get(found[0]), found[0] === SIGNATURES[1]);
  }

  async approval() {
    return (this.read ??= await readApproval(this.signed.octets));
  }

  /** Assessor and checker, as the judgment names them. */
  persons() {
    const { value } = readJson(this.member(JUDGMENT), "judgment.json", MAX);
    const names = ["assessor", "checker"].map((who) => value?.[who]?.name);
    need(
      names.every((one) => one !== undefined),
      "the judgment names no assessor and checker",
    );
    return names;
  }

  /** The octets of an approved document; of the letter those unsigned. */
  document(name, pdfBytes) {
    return name === UNSIGNED ? this.member(LETTER).subarray(0, pdfBytes) : this.member(`documents/${name}`);
  }

  member(name) {
    const found = this.members.get(name);
    need(found, say("{name} is missing", { name }));
    return found;
  }

  /** What was approved and what the mail says: name, this, that. */
  async *sent() {
    const { draft } = await this.approval();
    const { headers, leaves } = await this.mail();
    const { statement } = this.notice();
    const { addressee, subject } = { addressee: valuesOf(headers, "to")[0], subject: valuesOf(headers, "subject")[0] };
    yield ["number", draft.number, statement.number];
    yield ["case_id", draft.case_id, statement.case_id];
    yield ["form", draft.form, statement.form];
    yield ["recipient", draft.recipient.name, statement.recipient];
    yield ["mailbox", draft.recipient.mailbox, addressee.replace(/^[^<>]* <([^<>]*)>$|^<([^<>]*)>$/, "$1$2")];
    yield ["subject", draft.subject, wordsOf(subject) ?? subject];
    yield* this.parts(draft, leaves);
  }

  /** Everything in the mail was approved; the text with its own line ends. */
  *parts(draft, [text, ...attachments]) {
    const approved = Object.keys(draft.documents).map((name) => this.document(name, draft.pdf_bytes));
    approved.push(this.member(LETTER));
    const isSame = lines(text.content) === lines(this.member(MAIL_TEXT));
    yield ["mail.txt", say("its text"), say(isSame ? "its text" : "another text"), isSame];
    for (const { content } of attachments) {
      const isApproved = approved.some((one) => equal(one, content));
      yield ["attachment", say("nothing like it"), say("an attachment"), isApproved];
    }
  }

  /** The draft is the one that `drafted` committed to. */
  async checkCommitments() {
    const drafted = newest(this.events, "drafted");
    need(drafted, "there was no draft");
    const { draft, draftOctets } = await this.approval();
    const isDraft = await this.isOpened(drafted, "document/draft.json", draftOctets);
    if (!isDraft) throw malformed(say("it is not the draft that the ledger committed to"));
    const letter = this.document(UNSIGNED, draft.pdf_bytes);
    if (!(await this.isOpened(drafted, `document/${UNSIGNED}`, letter)))
      throw malformed(say("it is not the letter that the ledger committed to"));
  }

  /** Version 1 had no drafts: nothing of it is what a draft commits to. */
  async isOpened(event, name, octets) {
    return !this.record.isOld && this.record.isOpened(event, name, octets);
  }
}

const lines = (octets) => latin1(octets).replaceAll("\r\n", "\n").replace(/\n+$/, "");
