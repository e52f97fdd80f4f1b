// `ledger/record.json` of version 1 (formats.md, 3.6), and whether the ledger bears it out.

import { readJson } from "../reading/json.js";
import { canonical } from "../reading/json.js";
import { concat, hex, sha256, unbase64, unhex } from "../reading/octets.js";
import { NotApplicable, need, say } from "../texts.js";
import { day } from "../files/content.js";
import { finalState, oneEvent } from "./history.js";
import { readLeaf } from "./leaf.js";
import { isIncluded } from "./log.js";

const MAX = 64 * 1024 * 1024;
const SAME = {
  case_id: "case_id",
  rung: "rung",
  ordinal: "ordinal",
  form: "form",
  mailbox: "recipient",
  message_id: "message_id",
  signer_certificate_sha256: "signer_certificate_sha256",
  again_reason: "again_reason",
  rung_reason: "rung_reason",
};
const TOLD = ["message_sha256", "message_id", "number", "case_id", "recipient", "mailbox", "form", "date"];
const COMMITMENT = "commitment:";

const isSame = (one, other) => one !== undefined && other !== undefined && canonical(one) === canonical(other);

export class Record1 {
  constructor(document) {
    const { notice, events, ledger, salts, redacted } = document;
    need(
      notice && Array.isArray(events) && events.length && ledger && salts && Array.isArray(redacted),
      "the record has no events, or no list of what was left out",
    );
    Object.assign(this, {
      notice,
      told: events,
      size: ledger.size,
      salts,
      redacted: new Set(redacted),
      number: String(notice.number),
      isOld: true,
      others: [],
      texts: new Map(),
    });
  }

  async prove(checkpoint) {
    this.events = [];
    for (const one of this.told) {
      const event = await readLeaf(unbase64(one.leaf_bytes));
      need(
        event.version === 1 && isSame(event.flat, one.leaf) && event.number === this.number,
        say("entry {seq} is shown other than it was recorded", { seq: event.seq }),
      );
      need(
        await isIncluded(event.hash, event.seq, checkpoint.size, one.inclusion_proof.map(unbase64), checkpoint.root),
        say("entry {place} is not in the ledger of that root", { place: event.seq }),
      );
      this.events.push(event);
    }
  }

  checkAccount() {
    const { facts } = oneEvent(this.events, "prepared");
    day(this.notice.date, "date");
    for (const [name, fact] of Object.entries(SAME))
      need(
        isSame(this.notice[name], facts[fact]),
        say("{name} is {notice!r}, not {leaf!r}", { name, notice: this.notice[name], leaf: facts[fact] }),
      );
    for (const event of this.events)
      need(
        event.kind !== "armed" || event.facts.message_sha256 === this.notice.message_sha256,
        "what was sent is not the message of the record",
      );
    return say("{t0}", { t0: Object.keys(SAME).join(", ") });
  }

  async checkDocuments(members) {
    const { facts } = oneEvent(this.events, "prepared");
    const committed = new Map(
      Object.entries(facts)
        .filter(([name]) => name.startsWith(COMMITMENT))
        .map(([name, told]) => [name.slice(COMMITMENT.length), told]),
    );
    const shown = [...members]
      .filter(([name]) => name.startsWith("documents/"))
      .map(([name, octets]) => [name.slice(10), octets]);
    for (const [name] of shown)
      need(committed.has(name), say("the ledger knows no {uncommitted}", { uncommitted: name }));
    for (const [name, octets] of shown)
      need(
        hex(await sha256(concat(unhex(this.salts[name]), octets))) === committed.get(name),
        say("{name} is not the document that the ledger committed to", { name }),
      );
    return tellDocuments(
      shown.map(([name]) => name),
      [...committed.keys()],
      this.redacted,
    );
  }

  checkDelivery(members) {
    need(members.has("delivery.json"), say("{name} is missing", { name: "delivery.json" }));
    const { value } = readJson(members.get("delivery.json"), "delivery.json", MAX);
    const recorded = this.events.filter((event) => ["outcome", "recovered"].includes(event.kind));
    need(
      value.attempts.length === recorded.length,
      say("{count} attempts are told, {recorded} on record", {
        count: value.attempts.length,
        recorded: recorded.length,
      }),
    );
    value.attempts.forEach((attempt, index) => {
      for (const [name, told] of Object.entries(attempt))
        need(
          isSame(told, recorded[index].facts[name] ?? null),
          say("{name} of an attempt is {value!r}", { name, value: told }),
        );
    });
    for (const [here, there] of [
      ["state", "state"],
      ["forward_path", "mailbox"],
    ])
      need(
        isSame(value[here], this.notice[there]),
        say("{here} differs between delivery.json and the record", { here }),
      );
    const state = finalState(this.events);
    need(
      value.state === state,
      say("the state is told as {told}, the events lead to {state}", { told: value.state, state }),
    );
    return say("{count} attempts, {state}", { count: value.attempts.length, state });
  }

  async checkReceived(members) {
    const known = new Set(this.events.map((event) => event.facts.report_sha256).filter(Boolean));
    const mails = [...members].filter(([name]) => name.startsWith("received/"));
    for (const [name, octets] of mails)
      need(known.has(hex(await sha256(octets))), say("{name} is not on record", { name }));
    return say("{count} mails", { count: mails.length });
  }

  wanted() {
    return Object.fromEntries(TOLD.map((name) => [name, this.notice[name]]));
  }

  checkComplete() {
    throw new NotApplicable(say("version 1 of the ledger cannot prove that all is shown"));
  }
}

/** What is shown and what is said to be left out make up all that is committed to. */
export function tellDocuments(shown, committed, redacted) {
  const missing = committed.filter((name) => !shown.includes(name)).sort();
  const said = [...redacted].sort();
  need(
    missing.join() === said.join(),
    say("missing are {missing}, said to be left out {redacted}", {
      missing: missing.join(", ") || "none",
      redacted: said.join(", ") || "none",
    }),
  );
  const list = say("{t0}", { t0: shown.sort().join(", ") || say("no document") });
  return missing.length
    ? say("{t0}{t1}", { t0: list, t1: say("; left out: {names}", { names: missing.join(", ") }) })
    : list;
}
