// Certificate paths (RFC 5280, 6; verification.md, "What a path must be").

import { readDer } from "../reading/der.js";
import { equal, hex, latin1 } from "../reading/octets.js";
import { Refusal, leftOut, say } from "../texts.js";
import { authorityKey, constraints, find, isSameName, purposes, subjectKey, usages } from "./certificate.js";
import { isSigned, refuseLeftOut, weakKey, weakSignature } from "./keys.js";
import { checkKey, checkRevocation } from "./revocation.js";

const LONGEST = 8,
  PATHS = 32,
  ISSUERS = 200,
  EXTENSIONS = 64;
const GENERAL = "CERTIFICATE_CHAIN_GENERAL_FAILURE",
  CONSTRAINTS = "CHAIN_CONSTRAINTS_FAILURE",
  WEAK = "CRYPTO_CONSTRAINTS_FAILURE";
const POLICY = ["2.5.29.33", "2.5.29.36", "2.5.29.54"],
  POLICIES = "2.5.29.32",
  NAMES = "2.5.29.30";
/** May be critical: key usage, alternative names, constraints, points, nocheck, QC statements. */
const KNOWN = [
  ..."15 17 18 19 31 37".split(" ").map((one) => `2.5.29.${one}`),
  ...POLICY,
  ...[POLICIES, NAMES],
  "1.3.6.1.5.5.7.48.1.5",
  "1.3.6.1.5.5.7.1.3",
];
/** Key identifiers, where answers and delta lists are had. */
const NEVER_CRITICAL = ["2.5.29.14", "2.5.29.35", "2.5.29.46", "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.11"],
  MUST_BE_CRITICAL = ["2.5.29.36", "2.5.29.54"];
const ANY_PURPOSE = "2.5.29.37.0";

/**
 * From the signer to a trusted root, good at `moment`; Refusal.
 * material: `trust`, `certificates`, `answers` ({lists, ocsps}), `tolerance` in ms.
 */
export async function findPath(signer, material, moment, wanted, stampedAt = null) {
  checkSigner(signer, moment, material.tolerance);
  const paths = await build(signer, material);
  if (!paths.length) throw await noPath(signer, material);
  let worst = null;
  for (const path of paths) {
    try {
      validate(path, moment, material.tolerance, wanted);
      const { tolerance, clock, certificates } = material;
      await checkRevocation(path, material.answers, { moment, tolerance, clock, others: certificates, stampedAt });
      await checkOtherCertificates(path, material, moment);
      return path;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // one path that holds is enough, but a known revocation is told before anything else
      if (!worst || (isRevoked(error) && !isRevoked(worst))) worst = error;
    }
  }
  throw worst;
}

const isRevoked = (error) => error.indication.startsWith("REVOKED");

/** Others of the keys on the path, by whoever on it or trusted issued them; Refusal. */
async function checkOtherCertificates(path, { certificates, trust, answers }, moment) {
  for (let place = 0; place + 1 < path.length; place++)
    for (const one of distinct(certificates)) {
      if (!equal(one.key.spki, path[place].key.spki) || equal(one.der, path[place].der)) continue;
      for (const issuer of distinct([...path.slice(place + 1), ...trust]))
        if (await isIssued(one, issuer)) await checkKey(one, issuer, answers, { moment, place });
    }
}

async function build(signer, { trust, certificates }) {
  const pool = distinct([...trust, ...certificates]);
  const isRoot = (one) => trust.some((root) => equal(root.der, one.der));
  const found = [];
  let looked = 0;
  const grow = async (path) => {
    const last = path.at(-1);
    if (isRoot(last)) found.push(path);
    if (found.length >= PATHS || path.length >= LONGEST || isRoot(last)) return;
    for (const one of pool) {
      if (!isSameName(one.subject, last.issuer) || isOn(path, one)) continue;
      if (++looked > ISSUERS)
        throw new Refusal(
          GENERAL,
          say("{what}: nobody needs that many", { what: say("more than 200 possible issuers were looked at") }),
        );
      if (await isIssued(last, one)) await grow([...path, one]);
    }
  };
  await grow([signer]);
  return found;
}

const distinct = (certificates) => [...new Map(certificates.map((one) => [hex(one.der), one])).values()];

async function isIssued(certificate, issuer) {
  if (certificate.signature.unused) return false;
  const key = hex(issuer.key.spki);
  certificate.by ??= new Map();
  if (!certificate.by.has(key)) {
    if (isSameName(certificate.issuer, issuer.subject) && issuer.key.kind !== "other") refuseLeftOut(certificate.algorithm);
    certificate.by.set(
      key,
      await isSigned(issuer.key, certificate.algorithm, "", certificate.signed, certificate.signature.octets),
    );
  }
  return certificate.by.get(key);
}

async function noPath(signer, { trust, certificates }) {
  if (isSameName(signer.subject, signer.issuer))
    return new Refusal(CONSTRAINTS, say("the certificate is signed by itself, and nobody trusts it"));
  const last = await endOf(signer, certificates);
  if ([...trust, ...certificates].some((one) => isSameName(one.subject, last.issuer)))
    return new Refusal(
      "NO_CERTIFICATE_CHAIN_FOUND",
      say("no path to a trusted root: {issuer} is named as issuer, and its key did not sign the certificate", {
        issuer: last.issuerName,
      }),
    );
  return new Refusal(
    "NO_CERTIFICATE_CHAIN_FOUND",
    say("no path to a trusted root: {issuer} issued it, whose certificate is neither trusted nor included", {
      issuer: last.issuerName,
    }),
  );
}

/** How far it leads from a certificate: the last one, whose issuer is not here. */
async function endOf(signer, certificates) {
  const path = [signer];
  while (path.length < LONGEST) {
    let next = null;
    for (const one of distinct(certificates))
      next ??= !isOn(path, one) && isSameName(one.subject, path.at(-1).issuer) && (await isIssued(path.at(-1), one)) ? one : null;
    if (!next) break;
    path.push(next);
  }
  return path.at(-1);
}

/** A name with a key stands on a path once. */
const isOn = (path, one) =>
  path.some((other) => equal(other.key.spki, one.key.spki) && isSameName(other.subject, one.subject));

/** Everything but revocation, in the order of RFC 5280, 6.1; what is left out comes last. */
function validate(path, moment, tolerance, wanted) {
  for (const one of path) if (one.broken) throw one.broken;
  checkLives(path, moment, tolerance);
  path.forEach((one, place) => (place ? checkAuthority(one) : checkEndEntity(one)));
  for (const one of path.slice(0, -1)) {
    const found = weakSignature(one.algorithm);
    if (found) refuse(WEAK, one, "signed with {found}: not accepted", { found });
  }
  checkLengths(path);
  checkKeyIdentifiers(path);
  checkPurposes(path, wanted);
  for (const one of path) checkLeftOut(one);
}

function refuse(indication, who, text, parameters = {}) {
  throw new Refusal(indication, say("{what} ({who})", { what: say(text, parameters), who: who.subjectName }));
}

const of = (certificate, indication, text) => refuse(indication, certificate, text);

function checkLeftOut(one) {
  for (const { id, isCritical } of one.extensions) {
    if (id === NAMES) throw leftOut(say("name constraints"));
    if (POLICY.includes(id) || (id === POLICIES && isCritical)) throw leftOut(say("rules about policies"));
  }
}

/** What each must be by itself. */
function checkProfile(one) {
  const ids = one.extensions.map((each) => each.id);
  const has = (condition, text) => condition && of(one, GENERAL, text);
  has(ids.length > EXTENSIONS, "more than 64 extensions in a certificate");
  has(new Set(ids).size !== ids.length, "an extension twice in a certificate");
  has(one.version !== 3, "a certificate that is not of version 3");
  has(!one.isOneAlgorithm, "two signature algorithms in one certificate");
  has(one.serialBody[0] & 0x80 || /^0*$/.test(one.serial), "a serial number that is not positive");
  has(one.serialBody.length > 20, "a serial number of more than 20 octets");
  has(!readDer(one.issuer).children.length, "a certificate without an issuer");
  has(
    one.times.some((each) => !each.isExact),
    "a time that is not written in seconds of UTC",
  );
  has(
    one.times.some((each) => !each.isShort && each.year < 2050),
    "a time before 2050 that is not written as UTCTime",
  );
  has(one.start > one.end, "a certificate that ends before it begins");
  checkCritical(one);
  checkNames(one, has);
  const tags = find(one, "authorityKeyIdentifier")?.value.children.map((each) => each.tag) ?? [];
  const isOrdered = tags.every((tag, at) => at === 0 || tag > tags[at - 1]);
  has(!isOrdered, "authorityKeyIdentifier is malformed");
  has(purposes(one)?.length === 0, "extendedKeyUsage without a purpose");
  const found = weakKey(one.key);
  if (found) refuse(WEAK, one, "{found}: not accepted", { found });
}

function checkCritical(one) {
  for (const { id, isCritical } of one.extensions) {
    if (isCritical && NEVER_CRITICAL.includes(id)) of(one, GENERAL, "an extension that must not be critical is");
    if (isCritical && !KNOWN.includes(id)) of(one, GENERAL, "a critical extension that nobody here knows");
    if (!isCritical && MUST_BE_CRITICAL.includes(id)) of(one, GENERAL, "an extension that must be critical is not");
  }
}

const HOST = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const isHost = (text) => HOST.test(text.toLowerCase()) && !/^[0-9]*$/.test(text.replaceAll(".", ""));

function isMailbox(text) {
  const [local, domain] = [text.slice(0, Math.max(text.lastIndexOf("@"), 0)), text.slice(text.lastIndexOf("@") + 1)];
  return local !== "" && !local.includes("@") && /^[\0-\x7f]*$/.test(text) && isHost(domain);
}

/** rfc822Name, dNSName and iPAddress; of others nothing is asked. */
const NAME_RULES = { 0x81: isMailbox, 0x82: isHost, 0x87: (text) => [4, 16].includes(text.length) };

function checkNames(one, has) {
  const names = find(one, "subjectAltName");
  has(names?.value.children.length === 0, "subjectAltName without a name");
  has(one.isNameless && !names?.isCritical, "no subject, and no critical subjectAltName");
  for (const { tag, body } of names?.value.children ?? [])
    has(!(NAME_RULES[tag]?.(latin1(body)) ?? true), "a name in subjectAltName that is malformed");
}

function checkEndEntity(one) {
  checkProfile(one);
  const { isAuthority, length } = constraints(one);
  if (isAuthority) return; // that an authority signed is told by the check of its usage
  if (usages(one)?.has(5)) of(one, GENERAL, "a key that may sign certificates, of no authority");
  if (length !== null) of(one, GENERAL, "a path length in the certificate of no authority");
  if (one.extensions.some((each) => each.id === NAMES))
    of(one, GENERAL, "name constraints in the certificate of no authority");
}

function checkAuthority(one) {
  checkProfile(one);
  const { isAuthority, isCritical } = constraints(one);
  const used = usages(one);
  if (!isAuthority) of(one, GENERAL, "an issuer that is no certification authority");
  if (!isCritical) of(one, GENERAL, "basicConstraints of an authority is not critical");
  if (subjectKey(one) === null) of(one, GENERAL, "an authority without subjectKeyIdentifier");
  if (used && !used.has(5)) of(one, GENERAL, "an issuer whose key may not sign certificates");
  if (one.isNameless) of(one, GENERAL, "an authority without a subject");
}

const ENDED = "expired on {end:%Y-%m-%d}, judged at {at:%Y-%m-%d %H:%M:%S%z}";
const BEGINS = "valid from {start:%Y-%m-%d}, judged at {at:%Y-%m-%d %H:%M:%S%z}";

/** An end is an end; a beginning may be a clock's error away. */
function checkLives(path, moment, tolerance) {
  path.forEach((one, place) => {
    const isSigner = place === 0 && !constraints(one).isAuthority;
    if (one.end < moment)
      refuse(isSigner ? "OUT_OF_BOUNDS_NO_POE" : GENERAL, one, ENDED, { end: one.end, at: moment });
  });
  for (const one of path)
    if (one.start.getTime() > moment.getTime() + tolerance) refuse(GENERAL, one, BEGINS, { start: one.start, at: moment });
}

/** Signed before the certificate was issued: of the signer that is told before any path. */
function checkSigner(signer, moment, tolerance) {
  if (signer.start.getTime() > moment.getTime() + tolerance)
    throw new Refusal("NOT_YET_VALID", say(BEGINS, { start: signer.start, at: moment }));
  if (!signer.broken) checkLives([signer], moment, tolerance);
}

/** Authorities below one, without those that issued to themselves (6.1.4). */
function checkLengths(path) {
  let below = 0;
  for (const one of path.slice(1)) {
    const { length } = constraints(one);
    if (length !== null && below > length)
      refuse(GENERAL, one, "{below} authorities below one that allows {limit}", { below, limit: length });
    if (!isSameName(one.subject, one.issuer)) below += 1;
  }
}

function checkKeyIdentifiers(path) {
  path.slice(0, -1).forEach((one, place) => {
    const [told, own] = [authorityKey(one), subjectKey(path[place + 1])];
    if (told !== null && told !== own) of(one, GENERAL, "another key identifier than its issuer's");
  });
}

/** An authority that names purposes vouches for no others; one of the signer's is left to the end. */
function checkPurposes(path, wanted) {
  const own = wanted.filter((one) => purposes(path[0])?.includes(one));
  let left = own.length ? own : wanted;
  for (const one of path.slice(1)) {
    const named = purposes(one);
    if (!named || named.includes(ANY_PURPOSE)) continue;
    left = left.filter((each) => named.includes(each));
    if (!left.length) of(one, CONSTRAINTS, "an authority for other purposes");
  }
}
