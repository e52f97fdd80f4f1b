// `ledger/record.json` of version 2 (formats.md, 9), and whether it holds.

import { isObject, readCanonical } from "../reading/json.js";
import { concat, encode, hex, hmacSha256, sha256, unbase64, unhex } from "../reading/octets.js";
import { NotApplicable, Refusal, listed, need, say } from "../texts.js";
import { missingOf, oneEvent } from "./history.js";
import { readLeaf } from "./leaf.js";
import { isIncluded } from "./log.js";
import { tellDocuments } from "./record_1.js";

const MAX = 64 * 1024 * 1024,
  MAX_EVENTS = 4_000,
  MAX_OPENINGS = 20_000;
const MEMBERS = "beside,notice,number,others,redacted,schema,size";
const DOCUMENT = "document/",
  REPORT = "document/report.eml",
  COMMITMENT = "commitment:";
const NEVER_SHOWN = ["draft.json", "letter.unsigned.pdf"];
export const OF_OTHERS = ["policy_changed", "person_enrolled", "person_revoked", "people_recovered"];



/** formats.md, 4.4. */
export const commitment = async (salt, name, octets) =>
  hex(await hmacSha256(salt, concat(encode(`notices/beside/v2\n${name}\n`), octets)));

export class Record2 {
  constructor(octets, document) {
    readCanonical(octets, "record.json", MAX);
    need(
      Object.keys(document).sort().join() === MEMBERS,
      say("the record has {names}", { names: Object.keys(document).join(", ") }),
    );
    const { number, size, redacted, notice, others, beside } = document;
    need(
      Array.isArray(notice) &&
        notice.length &&
        Array.isArray(others) &&
        Array.isArray(redacted) &&
        redacted.join("\0") === [...new Set(redacted)].sort().join("\0"),
      "the record has no events, or its list is not sorted",
    );
    checkCounts(document);
    need(typeof number === "string" && number, say("{value!r} is no text", { value: String(number) }));
    for (const one of redacted)
      need(typeof one === "string" && one, say("{value!r} is no text", { value: String(one) }));
    need(Number.isSafeInteger(size) && size >= 0, say("{value!r} is no place", { value: String(size) }));
    Object.assign(this, {
      number,
      size,
      redacted: new Set(redacted),
      shown: { notice, others },
      salts: openings(beside),
      texts: new Map(),
      isOld: false,
    });
  }

  async prove(checkpoint) {
    this.events = await this.provenOf("notice", checkpoint);
    this.others = await this.provenOf("others", checkpoint);
    const places = this.events.map((event) => event.seq);
    need(
      places.every((place, index) => !index || place > places[index - 1]),
      "the events are not in the order of the ledger",
    );
    need(
      this.events.every((event) => event.number === this.number),
      "one of the events is of another notice",
    );
    for (const event of this.others)
      need(OF_OTHERS.includes(event.kind), say("entry {seq} is of no policy and no person", { seq: event.seq }));
    await this.readTexts();
  }

  async provenOf(name, checkpoint) {
    const events = [];
    for (const one of this.shown[name]) {
      need(
        isObject(one) && Object.keys(one).sort().join() === "leaf,proof" && Array.isArray(one.proof),
        "an event of the record has other members",
      );
      const event = await readLeaf(unbase64(one.leaf));
      need(
        await isIncluded(event.hash, event.seq, checkpoint.size, one.proof.map(unbase64), checkpoint.root),
        say("entry {seq} is not in the ledger of that root", { seq: event.seq }),
      );
      events.push(event);
    }
    return events;
  }

  async readTexts() {
    const leaves = new Map([...this.events, ...this.others].map((event) => [event.seq, event]));
    for (const [seq, names] of this.salts) {
      const found = {};
      for (const [name, { salt, text }] of names) {
        if (text === undefined) continue;
        const isIt =
          salt.length === 32 && (await commitment(salt, name, encode(text))) === leaves.get(seq)?.beside?.[name];
        need(isIt, say("{name} is not the text that entry {seq} commits to", { name, seq }));
        found[name] = text;
      }
      if (Object.keys(found).length) this.texts.set(seq, found);
    }
  }

  checkAccount() {
    const prepared = oneEvent(this.events, "prepared");
    const sent = new Set(
      this.events.filter((event) => event.kind === "armed").map((event) => event.facts.message_sha256),
    );
    need(sent.size <= 1, "two messages were sent under one number");
    const texts = [...this.texts.values()].reduce((sum, names) => sum + Object.keys(names).length, 0);
    return say("{case_id}, {texts} texts beside the ledger", { case_id: prepared.caseId, texts });
  }

  async checkDocuments(members) {
    const committed = this.committed();
    const shown = [...members]
      .filter(([name]) => name.startsWith("documents/"))
      .map(([name, octets]) => [name.slice(10), octets]);
    for (const [name] of shown)
      need(committed.has(name), say("the ledger knows no {uncommitted}", { uncommitted: name }));
    for (const [name, octets] of shown)
      need(
        await this.isOpened(committed.get(name), DOCUMENT + name, octets),
        say("{name} is not the document that the ledger committed to", { name }),
      );
    const owed = [...committed.keys()].filter(
      (name) => !NEVER_SHOWN.includes(name) || shown.some(([one]) => one === name),
    );
    return tellDocuments(
      shown.map(([name]) => name),
      owed,
      new Set([...this.redacted].filter((name) => ![...NEVER_SHOWN, "report.eml"].includes(name))),
    );
  }

  /** Name of each document to the newest event that commits to it. */
  committed() {
    const found = new Map();
    for (const event of this.events) {
      const names =
        event.version === 2
          ? Object.keys(event.beside)
              .filter((name) => name.startsWith(DOCUMENT) && name !== REPORT)
              .map((name) => name.slice(DOCUMENT.length))
          : Object.keys(event.facts)
              .filter((name) => name.startsWith(COMMITMENT))
              .map((name) => name.slice(COMMITMENT.length));
      for (const name of names) found.set(name, event);
    }
    return found;
  }

  async isOpened(event, name, octets) {
    const salt = this.salts.get(event.seq)?.get(name)?.salt ?? new Uint8Array();
    if (event.version === 1)
      return hex(await sha256(concat(salt, octets))) === event.facts[COMMITMENT + name.slice(DOCUMENT.length)];
    return salt.length === 32 && (await commitment(salt, name, octets)) === event.beside[name];
  }

  checkDelivery(members) {
    need(!members.has("delivery.json"), "delivery.json has no place beside a record of version 2");
    throw new NotApplicable(say("the events themselves tell of the attempts"));
  }

  async checkReceived(members) {
    const expected = new Map();
    for (const event of this.events) {
      if (event.version === 2 && REPORT in event.beside) expected.set(`received/${event.seq}.eml`, event);
      else if (event.facts.report_sha256) expected.set(`received/${event.facts.report_sha256}.eml`, event);
    }
    const mails = [...members].filter(([name]) => name.startsWith("received/"));
    for (const [name, octets] of mails) {
      const event = expected.get(name);
      const isIt =
        event &&
        (event.version === 2
          ? await this.isOpened(event, REPORT, octets)
          : hex(await sha256(octets)) === event.facts.report_sha256);
      need(isIt, say("{name} is not on record", { name: name.slice(9) }));
      expected.delete(name);
    }
    const owed = [...expected.values()].filter((event) => event.version === 2);
    need(
      !owed.length || this.redacted.has("report.eml"),
      say("the mail of entry {seq} is missing, and not said to be", { seq: owed[0]?.seq }),
    );
    return say("{count} mails", { count: mails.length });
  }

  /** What the mail must say as well, as far as it is shown. */
  wanted() {
    const prepared = oneEvent(this.events, "prepared");
    const flat =
      prepared.version === 1
        ? { ...prepared.flat, mailbox: prepared.flat.recipient, recipient: undefined }
        : { ...prepared.facts, ...this.texts.get(prepared.seq), number: prepared.number };
    const told = { case_id: prepared.caseId };
    for (const name of ["number", "message_id", "recipient", "mailbox", "form"])
      if (flat[name] !== undefined) told[name] = flat[name];
    for (const event of this.events) if (event.kind === "armed") told.message_sha256 = event.facts.message_sha256;
    return told;
  }

  checkComplete() {
    const missing = missingOf(this.events, this.others);
    if (!this.redacted.size)
      for (const event of this.events)
        for (const name of Object.keys(event.beside ?? {}))
          if (!name.startsWith(DOCUMENT) && !(name in (this.texts.get(event.seq) ?? {})))
            missing.push(say("{name} of entry {seq}", { name, seq: event.seq }));
    if (missing.length)
      throw new Refusal("SIGNED_DATA_NOT_FOUND", say("not complete; missing: {what}", { what: listed(missing) }));
    const { seq, at } = this.events.at(-1);
    const day = new Date(new Date(at).getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
    return say("complete up to entry {seq} of the ledger, {day}", { seq, day });
  }
}

/** What somebody may choose the number of has a limit, named. */
function checkCounts({ notice, others, beside }) {
  const counts = Object.values(isObject(beside) ? beside : {}).map((one) => Object.keys(one ?? {}).length);
  for (const [count, what, most] of [
    [notice.length + others.length, say("events"), MAX_EVENTS],
    [counts.reduce((sum, one) => sum + one, 0), say("openings"), MAX_OPENINGS],
  ])
    need(count <= most, say("the record has {count} {what}, at most {most}", { count, what, most }));
}

function openings(beside) {
  need(isObject(beside), "what opens a commitment has other members");
  const salts = new Map();
  for (const [place, names] of Object.entries(beside)) {
    need(/^(?:0|[1-9][0-9]{0,14})$/.test(place), say("{text!r} is no place", { text: place }));
    need(isObject(names), "what opens a commitment has other members");
    const found = new Map();
    for (const [name, one] of Object.entries(names)) {
      const keys = isObject(one) ? Object.keys(one).sort().join() : "";
      need(keys === "salt" || keys === "salt,text", "what opens a commitment has other members");
      need(
        keys === "salt" || (typeof one.text === "string" && one.text),
        say("{value!r} is no text", { value: String(one.text) }),
      );
      found.set(name, { salt: unhex(one.salt), text: one.text });
    }
    salts.set(Number(place), found);
  }
  return salts;
}
