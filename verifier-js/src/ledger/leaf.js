// Leaves of the ledger (formats.md, 3.1 and 4): octets in, an event out.

import { readCanonical, readJson } from "../reading/json.js";
import { concat, sha256 } from "../reading/octets.js";
import { later, need, say } from "../texts.js";

const MAX_LEAF = 65_535,
  MAX_LEAF_2 = 8_192;
const MOMENT = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const WORD = /^[\x20-\x7e]{0,255}$/,
  NAME = /^[a-z][a-z0-9_]{0,39}$/,
  HASH = /^[0-9a-f]{64}$/;
const BESIDE = /^(?:[a-z][a-z0-9_]{0,39}|document\/[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/;
const MEMBERS = ["at", "beside", "by", "event", "facts", "nonce", "previous", "seq", "v"];

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isPlace = (value) => Number.isSafeInteger(value) && value >= 0;

/** A real moment (formats.md, 2.1); such texts sort by time. */
function isMoment(text) {
  if (typeof text !== "string" || !MOMENT.test(text)) return false;
  const date = new Date(`${text.slice(0, 23)}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === text.slice(0, 19);
}

const refuse = (name) => say("a leaf of the ledger: {name}", { name });

/** RFC 9162, 2.1.1. */
export const leafHash = (octets) => sha256(concat(Uint8Array.of(0), octets));

/**
 * `seq`, `at`, `kind`, `number`, `caseId`, `facts`, `version`; of version 2 also
 * `previous`, `beside`, `by`. Refusal; of a later version GENERIC.
 */
export async function readLeaf(octets) {
  need(octets.length <= MAX_LEAF, refuse("too-long"));
  const { value } = readJson(octets, "leaf", MAX_LEAF);
  need(isObject(value), refuse("members"));
  const version = "v" in value ? value.v : 1;
  need(!("v" in value) || (Number.isSafeInteger(version) && version >= 2), refuse("members"));
  if (version > 2) throw later(say("an entry of the ledger"));
  need(version === 1 || octets.length <= MAX_LEAF_2, refuse("too-long"));
  readCanonical(octets, "leaf", MAX_LEAF);
  const event = version === 1 ? readFirst(value) : readSecond(value);
  return { ...event, octets, version, hash: await leafHash(octets) };
}

function readFirst(value) {
  const { at, event, number, seq, ...facts } = value;
  need(
    ["at", "event", "number", "seq"].every((name) => name in value),
    refuse("members"),
  );
  need(typeof event === "string", refuse("event"));
  need(typeof number === "string", refuse("number"));
  need(isPlace(seq), refuse("seq"));
  need(isMoment(at), refuse("at"));
  need(
    Object.values(facts).every((fact) => fact === null || typeof fact !== "object"),
    refuse("facts"),
  );
  return { seq, at, kind: event, number, caseId: facts.case_id ?? "", facts, by: "", flat: value };
}

function readSecond(value) {
  const names = Object.keys(value).filter((name) => name !== "number" && name !== "case_id");
  need(names.sort().join() === MEMBERS.join(), refuse("members"));
  const { seq, at, event, nonce, by, facts, beside, previous } = value;
  need(isPlace(seq), refuse("seq"));
  need(isMoment(at), refuse("at"));
  need(typeof event === "string" && NAME.test(event), refuse("event"));
  need(
    !("number" in value) ||
      (typeof value.number === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(value.number)),
    refuse("number"),
  );
  need(
    !("case_id" in value) || (typeof value.case_id === "string" && /^[A-Z0-9][A-Z0-9-]{2,31}$/.test(value.case_id)),
    refuse("case_id"),
  );
  checkPrevious(previous, value);
  need(typeof nonce === "string" && /^[0-9a-f]{32}$/.test(nonce), refuse("nonce"));
  need(
    typeof by === "string" && /^(?:program|user|token|person):[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(by),
    refuse("by"),
  );
  checkFacts(facts, at);
  need(
    isSmall(beside) &&
      Object.entries(beside).every(([name, told]) => BESIDE.test(name) && typeof told === "string" && HASH.test(told)),
    refuse("beside"),
  );
  return { seq, at, kind: event, number: value.number ?? "", caseId: value.case_id ?? "", facts, beside, previous, by };
}

const isSmall = (value) => isObject(value) && Object.keys(value).length <= 64;

function checkPrevious(previous, value) {
  need(isSmall(previous), refuse("previous"));
  for (const [name, link] of Object.entries(previous)) {
    const isLink =
      isObject(link) &&
      Object.keys(link).sort().join() === "leaf,seq" &&
      typeof link.leaf === "string" &&
      HASH.test(link.leaf) &&
      isPlace(link.seq) &&
      link.seq < value.seq;
    need(NAME.test(name) && (link === null || isLink), refuse("previous"));
  }
  need("notice" in previous === "number" in value && "case" in previous === "case_id" in value, refuse("previous"));
}

function checkFacts(facts, at) {
  need(isSmall(facts), refuse("facts"));
  for (const [name, fact] of Object.entries(facts)) {
    const isId = name === "message_id" && typeof fact === "string" && /^<[\x21-\x3b=\x3f-\x7e]{1,253}>$/.test(fact);
    const isWord = typeof fact === "string" && WORD.test(fact) && !fact.includes("@") && !fact.includes("://");
    need(
      NAME.test(name) && (isId || isWord || fact === null || typeof fact === "boolean" || Number.isSafeInteger(fact)),
      refuse("facts"),
    );
  }
  const { at: told = null, by = null } = facts;
  need(told === null || (isMoment(told) && told <= at), refuse("facts"));
  need(by === null || (typeof by === "string" && /^[A-Za-z0-9._-]{1,40}$/.test(by)), refuse("facts"));
}
