// Certificate revocation lists (RFC 5280, 5), and what they and OCSP answers come to.
// Indirect lists and holds are left out: who needs one is told so.

import { answersAbout, whyNotGood } from "./ocsp.js";
import { NotDer } from "../reading/der.js";
import { distinct, equal, hex } from "../reading/octets.js";
import { Refusal, leftOut, listed, say } from "../texts.js";
import { authorityKey, constraints, extension, find, isSameName, subjectKey, usages } from "./certificate.js";
import { isSigned, weakKey, weakSignature } from "./keys.js";
import { ENTRY_ISSUER, HOLD_INSTRUCTION, INVALID_SINCE, REASON, entryOf, readList } from "./lists.js";

const MINUTE = 60_000,
  DAY = 86_400_000;
const WITHOUT_END = 30 * MINUTE,
  OLDEST = 3650 * DAY,
  OLDEST_AUTHORITY = 400 * DAY;
const CRL_NUMBER = "2.5.29.20",
  DELTA = "2.5.29.27",
  DISTRIBUTION = "2.5.29.28",
  FRESHEST = "2.5.29.46",
  AIA = "1.3.6.1.5.5.7.1.1";
const KNOWN = ["2.5.29.35", "2.5.29.18", CRL_NUMBER, DELTA, DISTRIBUTION, FRESHEST, AIA];
const HOLD = 6;
/** keyCompromise and cACompromise are about the key, whichever certificate they are given for. */
const LOST = [1, 2];
/** An authority that ended so keeps its earlier stamps (RFC 3161, 4). */
const KEEPS_STAMPS = [0, 3, 4, 5];

/** Whether a list of one distribution point is the one that the certificate names. */
function isItsPoint(list, certificate) {
  if (!list.scope.point) return true;
  const told = find(certificate, "distributionPoints");
  const names = list.scope.point.children.flatMap((one) => (one.tag === 0xa0 ? one.children : []));
  const wanted = (told?.value.children ?? []).flatMap((point) =>
    point.children.some((one) => one.tag !== 0xa0)
      ? []
      : point.children.flatMap((one) => one.children.flatMap((name) => (name.tag === 0xa0 ? name.children : []))),
  );
  return names.some((one) => wanted.some((other) => equal(one.der, other.der)));
}

/** Why a list that says nothing against a certificate proves nothing good; null: it does. */
function whyNot(list, certificate, issuer, { moment, tolerance, oldest, clock }) {
  const { isAuthority } = constraints(certificate);
  const { flags } = list.scope;
  const ids = list.extensions.map((one) => one.id);
  if (list.extensions.some((one) => one.isCritical && !KNOWN.includes(one.id)))
    return say("it has a critical extension that nobody here knows");
  if (new Set(ids).size !== ids.length) return say("it has an extension twice");
  if (hasUnknownEntry(list)) return say("it has an entry that nobody here knows");
  if (ids.includes(DELTA)) return say("it is a delta");
  if (flags.has("reasons")) return say("it is about some reasons only");
  if (
    flags.has("attributes") ||
    flags.has("indirect") ||
    (flags.has("users") && isAuthority) ||
    (flags.has("authorities") && !isAuthority)
  )
    return say("it is about other certificates");
  if (!isItsPoint(list, certificate)) return say("it is of another distribution point");
  const used = usages(issuer);
  if (used && !used.has(6)) return say("its signer may not sign lists");
  const found = weakSignature(list.algorithm) || weakKey(issuer.key);
  if (found) return say("it is signed with {found}", { found });
  if (list.since.getTime() > clock.getTime() + tolerance) return say("it is newer than the time of judging");
  if (list.since > certificate.end) return say("it is newer than the certificate's end");
  const until = list.until ?? new Date(list.since.getTime() + WITHOUT_END);
  if (until.getTime() < moment.getTime() - tolerance || list.since.getTime() < moment.getTime() - oldest)
    return say("it is too old");
  return null;
}

function hasUnknownEntry(list) {
  return list.entries.some((value) => {
    const told = value.children[2];
    return told?.children
      .map(extension)
      .some((one) => one.isCritical && ![REASON, INVALID_SINCE, ENTRY_ISSUER, HOLD_INSTRUCTION].includes(one.id));
  });
}

/**
 * Nobody on the path was revoked at `moment`, and lists prove it; Refusal.
 * path: from the signer to the root. others: certificates that came along. stampedAt: for an
 * authority of stamps, the stamp's time.
 */
export async function checkRevocation(path, answers, { moment, tolerance, clock, others, stampedAt = null }) {
  const wanting = [];
  const once = { lists: distinct(answers.lists), ocsps: distinct(answers.ocsps) };
  for (let place = 0; place + 1 < path.length; place++) {
    const [certificate, issuer] = [path[place], path[place + 1]];
    const why = await judgeOne(certificate, issuer, once, {
      moment,
      tolerance,
      clock,
      others,
      stampedAt: place ? null : stampedAt,
      place,
    });
    if (why) wanting.push(why);
  }
  if (wanting.length) throw new Refusal("TRY_LATER", wanting[0]);
}

/** A lost key is lost in each of its certificates; Refusal if `one` has an answer of that. */
export async function checkKey(one, issuer, answers, { moment, place }) {
  const told = await answersAbout(one, issuer, distinct(answers.ocsps));
  const said = told.about.map((each) => [each.status === "revoked" && { ...each, since: each.revoked }, answerSource(each)]);
  for (const octets of distinct(answers.lists)) {
    const list = readable(octets);
    const entry = list && entryOf(list, one.serial);
    if (entry && (await isOf(list, issuer))) said.push([entry, source(list)]);
  }
  for (const [entry, from] of said)
    if (entry && LOST.includes(entry.reason)) checkRevoked(entry, one, from, { moment, stampedAt: null, place });
}

const source = (list) => say("the list of {this_update:%Y-%m-%d}", { this_update: list.since });

/** Null if somebody proves that it was good; else the text that nobody does. Refusal. */
async function judgeOne(certificate, issuer, answers, when) {
  const reasons = [];
  const isAuthority = when.place > 0 || constraints(certificate).isAuthority;
  const limits = { ...when, oldest: isAuthority ? Math.max(OLDEST, OLDEST_AUTHORITY) : OLDEST };
  const byLists = await judgeByLists(certificate, issuer, answers.lists, limits, reasons);
  const byAnswers = await judgeByAnswers(certificate, issuer, answers, limits, reasons);
  if (byLists || byAnswers) return null;
  if (await isByAnother(answers.lists, issuer, when.others))
    throw leftOut(say("a list that another key than the issuer's signed"));
  return say("no fresh revocation answer about {who} ({reasons}); hand one over as evidence", {
    who: certificate.subjectName,
    reasons: reasons.length ? listed(reasons.slice(0, 3), "; ") : say("there is none at all"),
  });
}

/** Whether one of the certificates that came along signed a list in the issuer's name. */
async function isByAnother(lists, issuer, others) {
  for (const list of lists.map(readable))
    for (const one of others)
      if (list && !equal(one.key.spki, issuer.key.spki) && isSameName(one.subject, issuer.subject) && (await isOf(list, one)))
        return true;
  return false;
}

async function judgeByLists(certificate, issuer, lists, when, reasons) {
  let isGood = false;
  for (const octets of lists) {
    const list = readable(octets);
    const entry = list && entryOf(list, certificate.serial);
    if (!list || !(await isOf(list, issuer))) {
      if (entry && isPerhapsOf(list, entry, certificate, issuer))
        throw leftOut(say("a list that another key than the issuer's signed"));
      continue;
    }
    if (list.scope.flags.has("indirect")) throw leftOut(say("indirect lists"));
    if (entry) checkRevoked(entry, certificate, source(list), when);
    const why = whyNot(list, certificate, issuer, when);
    if (why) reasons.push(say("{t0}: {t1}", { t0: source(list), t1: why }));
    else isGood = true;
  }
  return isGood;
}

const isPerhapsOf = (list, entry, certificate, issuer) =>
  (isSameName(list.issuer, certificate.issuer) || list.scope?.flags.has("indirect") || entry.isElsewhere) &&
  isNear(list, issuer);

const answerSource = (one) => say("the OCSP answer of {produced_at:%Y-%m-%d %H:%M}", { produced_at: one.produced });

/** Whether a list or an answer has the responder: that nobody has to vouch for it excuses none. */
async function isListed(responder, issuer, { lists, ocsps }) {
  if (responder === issuer) return false;
  const told = await answersAbout(responder, issuer, ocsps);
  if (told.isOdd || told.about.some((one) => one.status === "revoked")) return true;
  for (const octets of lists) {
    const list = readable(octets);
    if (list && entryOf(list, responder.serial) && (await isOf(list, issuer))) return true;
  }
  return false;
}

async function judgeByAnswers(certificate, issuer, { ocsps, lists }, when, reasons) {
  const told = await answersAbout(certificate, issuer, ocsps);
  if (told.isOdd) throw leftOut(say("an OCSP answer of another shape than ours"));
  let isGood = false;
  for (const one of told.about) {
    if (await isListed(one.responder, issuer, { lists, ocsps })) throw leftOut(say("an OCSP answer of another shape than ours"));
    const from = answerSource(one);
    if (one.status === "revoked") {
      checkRevoked({ since: one.revoked, reason: one.reason }, certificate, from, when);
      throw leftOut(say("an OCSP answer of another shape than ours"));
    }
    const why = whyNotGood(one, certificate, when);
    if (why) reasons.push(say("{t0}: {t1}", { t0: from, t1: why }));
    else isGood = true;
  }
  return isGood;
}

/** Refusal if the certificate was revoked by then. */
function checkRevoked({ since, reason }, certificate, from, { moment, stampedAt, place }) {
  if (reason === HOLD) throw leftOut(say("a certificate that was on hold"));
  const keeps = stampedAt && KEEPS_STAMPS.includes(reason) && since > stampedAt;
  if (keeps || since > moment) return;
  throw new Refusal(
    place ? "REVOKED_CA_NO_POE" : "REVOKED_NO_POE",
    say("{who} was revoked at {since:%Y-%m-%d %H:%M:%S%z}, says {source}", {
      who: certificate.subjectName,
      since,
      source: from,
    }),
  );
}

/** By its key identifier: a twin of the issuer's name with another key is nobody. */
const isNear = (list, issuer) =>
  list.brokenInside ||
  !authorityKey(list) ||
  authorityKey(list) !== subjectKey(issuer) ||
  list.scope.flags.has("indirect");

function readable(octets) {
  let list;
  try {
    list = readList(octets);
  } catch (error) {
    if (error instanceof NotDer) return null;
    throw error;
  }
  if (list.broken) throw list.broken;
  return list;
}

async function isOf(list, issuer) {
  if (!isSameName(list.issuer, issuer.subject)) return false;
  const key = hex(issuer.key.spki);
  list.by ??= new Map();
  if (!list.by.has(key))
    list.by.set(key, await isSigned(issuer.key, list.algorithm, "", list.signed, list.signature.octets));
  if (list.by.get(key) && list.brokenInside) throw list.brokenInside;
  return list.by.get(key);
}
