// Leaves of the ledger (formats.md, 3.1 and 4): octets in, an event out.

import { isObject, readWhole, requireCanonical } from "../reading/json.js";
import { concat, sha256 } from "../reading/octets.js";
import { Refusal, later, say } from "../texts.js";
import { isMoment } from "./moments.js";

const MAX_LEAF = 65_535,
  MAX_LEAF_2 = 8_192;
const WORD = /^[\x20-\x7e]{0,255}$/,
  NAME = /^[a-z][a-z0-9_]{0,39}$/,
  HASH = /^[0-9a-f]{64}$/;
const BESIDE = /^(?:[a-z][a-z0-9_]{0,39}|document\/[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/;
const MEMBERS = ["at", "beside", "by", "event", "facts", "nonce", "previous", "seq", "v"];

const isPlace = (value) => Number.isSafeInteger(value) && value >= 0;

/** RFC 9162, 2.1.1. */
export const leafHash = (octets) => sha256(concat(Uint8Array.of(0), octets));

/** Why it is no leaf: `reason` is of formats.md, 4.6. */
class MalformedLeaf extends Refusal {
  constructor(reason, message) {
    super("FORMAT_FAILURE", say("this is no entry of a ledger: {message}", { message }));
    this.reason = reason;
  }
}

function want(holds, reason, message) {
  if (!holds) throw new MalformedLeaf(reason, message);
}

/** What a member is; one that is no text and no whole number is not spelt out. */
const asTold = (name, value) =>
  typeof value === "string" || typeof value === "number"
    ? say("{name} is {value!r}", { name, value: [...String(value)].slice(0, 80).join("") })
    : say("{name} is not as it must be", { name });

/**
 * `seq`, `at`, `kind`, `number`, `caseId`, `facts`, `version`; of version 2 also
 * `previous`, `beside`, `by`. Refusal; of a later version GENERIC.
 */
export async function readLeaf(octets) {
  const count = octets.length;
  want(count <= MAX_LEAF, "too-long", say("{count} octets", { count }));
  const value = readWhole(octets);
  want(isObject(value), "members", say("it is no object"));
  const version = "v" in value ? value.v : 1;
  want(!("v" in value) || (Number.isSafeInteger(version) && version >= 2), "members", asTold("v", version));
  if (version > 2) throw later(say("an entry of the ledger"));
  want(version === 1 || count <= MAX_LEAF_2, "too-long", say("{count} octets", { count }));
  requireCanonical(value, octets);
  const event = version === 1 ? readFirst(value) : readSecond(value);
  return { ...event, octets, version, hash: await leafHash(octets) };
}

const membersOf = (value) => say("it has {names}", { names: Object.keys(value).sort().join(", ") });

function readFirst(value) {
  const { at, event, number, seq, ...facts } = value;
  want(
    ["at", "event", "number", "seq"].every((name) => name in value),
    "members",
    membersOf(value),
  );
  want(typeof event === "string", "event", say("{name} is no text", { name: "event" }));
  want(typeof number === "string", "number", say("{name} is no text", { name: "number" }));
  want(isPlace(seq), "seq", say("it is no place"));
  const isFlat = Object.values(facts).every((fact) => fact === null || typeof fact !== "object");
  want(isFlat, "facts", say("a fact is no text and no number"));
  want(isMoment(at), "at", asTold("at", at));
  return { seq, at, kind: event, number, caseId: facts.case_id ?? "", facts, by: "", flat: value };
}

const matches = (pattern) => (value) => typeof value === "string" && pattern.test(value);

/** Members in the order in which they are looked at. */
const GOOD = {
  seq: isPlace,
  at: isMoment,
  event: matches(NAME),
  number: matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/),
  case_id: matches(/^[A-Z0-9][A-Z0-9-]{2,31}$/),
  previous: (value) => isMap(value, (name, link) => NAME.test(name) && isLink(link)),
  nonce: matches(/^[0-9a-f]{32}$/),
  by: matches(/^(?:program|user|token|person):[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/),
  facts: (value) => isMap(value, isFact),
  beside: (value) => isMap(value, (name, told) => BESIDE.test(name) && isHash(told)),
};
const isHash = matches(HASH);

function readSecond(value) {
  const names = Object.keys(value).filter((name) => name !== "number" && name !== "case_id");
  want(names.sort().join() === MEMBERS.join(), "members", membersOf(value));
  for (const [name, isGood] of Object.entries(GOOD))
    want(!(name in value) || isGood(value[name]), name, asTold(name, value[name]));
  const { seq, at, event, by, facts, beside, previous } = value;
  checkLinks(previous, value);
  checkTold(facts, at);
  return { seq, at, kind: event, number: value.number ?? "", caseId: value.case_id ?? "", facts, beside, previous, by };
}

const isMap = (value, isGood) =>
  isObject(value) && Object.keys(value).length <= 64 && Object.entries(value).every((one) => isGood(...one));

const isLink = (link) =>
  link === null ||
  (isObject(link) && Object.keys(link).sort().join() === "leaf,seq" && isHash(link.leaf) && isPlace(link.seq));

function isFact(name, fact) {
  const isId = name === "message_id" && typeof fact === "string" && /^<[\x21-\x3b=\x3f-\x7e]{1,253}>$/.test(fact);
  const isWord =
    name !== "message_id" && typeof fact === "string" && WORD.test(fact) && !fact.includes("@") && !fact.includes("://");
  return NAME.test(name) && (isId || isWord || fact === null || typeof fact === "boolean" || Number.isSafeInteger(fact));
}

function checkLinks(previous, value) {
  for (const [name, chain] of [
    ["number", "notice"],
    ["case_id", "case"],
  ])
    want(name in value === chain in previous, "previous", say("{name} and the link of the {chain}", { name, chain }));
  const leadBack = Object.values(previous).every((link) => link === null || link.seq < value.seq);
  want(leadBack, "previous", say("a link does not lead back"));
}

function checkTold({ at = null, by = null }, written_at) {
  want(
    at === null || (isMoment(at) && at <= written_at),
    "facts",
    say("at is no moment up to {written_at}", { written_at }),
  );
  const isTeller = by === null || (typeof by === "string" && /^[A-Za-z0-9._-]{1,40}$/.test(by));
  want(isTeller, "facts", say("by is no word of 40 letters and digits"));
}

const ATTEMPT = { reply: null, note: "" };
/** Texts that version 1 always told, and what stood for none. */
const NOT_GIVEN = {
  outcome: ATTEMPT,
  recovered: ATTEMPT,
  prepared: { again_reason: "", rung_reason: "" },
  reconciled: { dismissed: "" },
};

/** All that an event tells as one object, with these texts (formats.md, 11). */
export function flatOf(event, texts = {}) {
  const { seq, at, kind, number, facts } = event;
  const own = { at, event: kind, number, seq };
  if (event.version === 1) return { ...facts, ...texts, ...own };
  const empty = Object.entries(Object.hasOwn(NOT_GIVEN, kind) ? NOT_GIVEN[kind] : {});
  return {
    ...Object.fromEntries(empty.filter(([name]) => !(name in event.beside))),
    ...facts,
    ...texts,
    by: event.by,
    ...(event.caseId ? { case_id: event.caseId } : {}),
    ...own,
  };
}
