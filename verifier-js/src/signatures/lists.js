// Reading certificate revocation lists (RFC 5280, 5): their scope, and what they say of a number.

import { BIT_STRING, Fields, INTEGER, NotDer, SEQUENCE, bits, inside, readDer, serial, time } from "../reading/der.js";
import { equal, hex, latin1 } from "../reading/octets.js";
import { extension, nameOf } from "./certificate.js";
import { readAlgorithm } from "./keys.js";

const DISTRIBUTION = "2.5.29.28";
export const REASON = "2.5.29.21";
export const INVALID_SINCE = "2.5.29.24";
export const ENTRY_ISSUER = "2.5.29.29";
export const HOLD_INSTRUCTION = "2.5.29.23";
const REMOVED = 8;
/** Extensions whose values have a form that is known (5.2, and 4.2 for what both have). */
const KNOWN = new Set(["2.5.29.18", "2.5.29.20", "2.5.29.27", DISTRIBUTION, "2.5.29.35", "2.5.29.46", "1.3.6.1.5.5.7.1.1"]);

const cache = new Map();

export function readList(octets) {
  const key = hex(octets.subarray(0, 16)) + latin1(octets.subarray(-80)) + octets.length;
  let made = cache.get(key);
  if (!made || !equal(made.der, octets)) {
    made = read(octets);
    if (cache.size > 300) cache.clear();
    cache.set(key, made);
  }
  return made;
}

/** Its parts and thisUpdate, or it is none; whatever else is broken is told when the list is needed. */
function read(octets) {
  const whole = new Fields(readDer(octets));
  const signed = whole.take(SEQUENCE);
  const sealed = [whole.take(SEQUENCE), whole.take(BIT_STRING)];
  whole.end();
  const fields = new Fields(signed);
  fields.optional(INTEGER);
  readAlgorithm(fields.take(SEQUENCE));
  const issuer = fields.take(SEQUENCE);
  const since = time(fields.any()).date;
  const end = [0x17, 0x18].includes(fields.left[0]?.tag) ? fields.any() : null;
  const listed = fields.optional(SEQUENCE);
  const added = fields.optional(0xa0);
  fields.end();
  const parts = { der: octets, signed: signed.der, issuer: issuer.der, since, entries: listed?.children ?? [] };
  return { ...parts, ...told(() => seal(issuer, ...sealed), "broken"), ...told(() => details(end, added), "brokenInside") };
}

/** What cannot be read stands under `name`: whoever needs it refuses. */
function told(readPart, name) {
  try {
    return readPart();
  } catch (error) {
    if (!(error instanceof NotDer)) throw error;
    return { [name]: error };
  }
}

/** Whose it is, and the signature: asked of every list, whoever made it. */
function seal(issuer, algorithm, value) {
  nameOf(issuer);
  const signature = bits(value);
  if (signature.unused) throw new NotDer("the signature is no BIT STRING of whole octets");
  return { algorithm: readAlgorithm(algorithm), signature };
}

/** What is asked of a list of the issuer alone. */
function details(end, added) {
  const extensions = added ? inside(added).children.map(extension) : [];
  for (const one of extensions) if (KNOWN.has(one.id)) readDer(one.content);
  return { until: end ? time(end).date : null, extensions, scope: scope(extensions) };
}

/** What a list says of a number, the earliest if it says it twice; null for nothing. */
export function entryOf(list, number) {
  const found = entriesOf(list, number).filter((one) => one.reason !== REMOVED);
  return found.sort((one, other) => one.since - other.since)[0] ?? null;
}

function entriesOf(list, number) {
  const found = [];
  for (const value of list.entries) {
    // of a list that anybody may have made: what is no entry is about nobody
    if (value.tag !== SEQUENCE || value.children[0]?.tag !== INTEGER || serial(value.children[0]) !== number) continue;
    const fields = new Fields(value);
    fields.take(INTEGER);
    const since = time(fields.any()).date;
    const told = fields.optional(SEQUENCE);
    const extensions = told ? told.children.map(extension) : [];
    const reason = extensions.find((one) => one.id === REASON);
    const earlier = extensions.find((one) => one.id === INVALID_SINCE);
    const dates = [since, ...(earlier ? [time(readDer(earlier.content)).date] : [])];
    found.push({
      since: new Date(Math.min(...dates)),
      reason: reason ? readDer(reason.content).body.at(-1) : null,
      isElsewhere: extensions.some((one) => one.id === ENTRY_ISSUER),
    });
  }
  return found;
}

/** issuingDistributionPoint (5.2.5); what it says of others than complete lists. */
function scope(extensions) {
  const found = extensions.find((one) => one.id === DISTRIBUTION);
  if (!found) return { flags: new Set(), point: null };
  const flags = new Set();
  let point = null;
  for (const one of readDer(found.content).children) {
    if (one.tag === 0xa0) point = one;
    else if (one.tag === 0x83) flags.add("reasons");
    else if (one.body[0] === 0xff)
      flags.add({ 0x81: "users", 0x82: "authorities", 0x84: "indirect", 0x85: "attributes" }[one.tag]);
  }
  return { flags, point };
}
