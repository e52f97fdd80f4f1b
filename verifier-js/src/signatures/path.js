// Certificate paths (RFC 5280, 6; verification.md, "What a path must be").

import { equal, hex } from "../reading/octets.js";
import { Refusal, leftOut, say } from "../texts.js";
import { authorityKey, constraints, find, purposes, subjectKey, usages } from "./certificate.js";
import { isSigned, isStrongKey, isStrongSignature, refuseLeftOut } from "./keys.js";
import { checkKey, checkRevocation } from "./revocation.js";

const LONGEST = 8,
  PATHS = 32,
  ISSUERS = 200,
  EXTENSIONS = 64;
const GENERAL = "CERTIFICATE_CHAIN_GENERAL_FAILURE",
  CONSTRAINTS = "CHAIN_CONSTRAINTS_FAILURE",
  WEAK = "CRYPTO_CONSTRAINTS_FAILURE";
const KNOWN = [
  "2.5.29.14",
  "2.5.29.15",
  "2.5.29.17",
  "2.5.29.18",
  "2.5.29.19",
  "2.5.29.31",
  "2.5.29.32",
  "2.5.29.35",
  "2.5.29.37",
];
const POLICY = ["2.5.29.33", "2.5.29.36", "2.5.29.54"],
  NAMES = "2.5.29.30";
const ANY_PURPOSE = "2.5.29.37.0";

/**
 * From the signer to a trusted root, good at `moment`; Refusal.
 * material: `trust`, `certificates`, `answers` ({lists, ocsps}), `tolerance` in ms.
 */
export async function findPath(signer, material, moment, wanted, stampedAt = null) {
  const paths = await build(signer, material);
  if (!paths.length) throw await noPath(signer, material);
  let worst = null;
  for (const path of paths) {
    try {
      validate(path, moment, material.tolerance, wanted);
      const { tolerance, clock } = material;
      await checkRevocation(path, material.answers, { moment, tolerance, clock, stampedAt });
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
      if (!equal(one.subject, last.issuer) || isOn(path, one)) continue;
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
    if (equal(certificate.issuer, issuer.subject) && issuer.key.kind !== "other") refuseLeftOut(certificate.algorithm);
    certificate.by.set(
      key,
      await isSigned(issuer.key, certificate.algorithm, "", certificate.signed, certificate.signature.octets),
    );
  }
  return certificate.by.get(key);
}

async function noPath(signer, { trust, certificates }) {
  if (equal(signer.subject, signer.issuer))
    return new Refusal(CONSTRAINTS, say("the certificate is signed by itself, and nobody trusts it"));
  const last = await endOf(signer, certificates);
  if ([...trust, ...certificates].some((one) => equal(one.subject, last.issuer)))
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
      next ??= !isOn(path, one) && equal(one.subject, path.at(-1).issuer) && (await isIssued(path.at(-1), one)) ? one : null;
    if (!next) break;
    path.push(next);
  }
  return path.at(-1);
}

/** A name with a key stands on a path once. */
const isOn = (path, one) =>
  path.some((other) => equal(other.key.spki, one.key.spki) && equal(other.subject, one.subject));

function validate(path, moment, tolerance, wanted) {
  for (const one of path) if (one.broken) throw one.broken;
  path.forEach((one, place) => checkProfile(one, place === 0, place === path.length - 1));
  path.forEach((one, place) => checkLife(one, place === 0, moment, tolerance));
  for (let place = 1; place < path.length; place++) checkAuthority(path, place, wanted);
}

/** A path is refused because of one certificate on it. */
function refuse(indication, who, text, parameters = {}) {
  throw new Refusal(indication, say("{what} ({who})", { what: say(text, parameters), who: who.subjectName }));
}

const of = (certificate, indication, text) => refuse(indication, certificate, text);

function checkProfile(one, isSigner, isRoot) {
  const ids = one.extensions.map((each) => each.id);
  const has = (condition, text, indication = GENERAL) => condition && of(one, indication, text);
  for (const id of ids.filter((each) => POLICY.includes(each) || each === NAMES))
    throw leftOut(say(id === NAMES ? "name constraints" : "rules about policies"));
  has(one.version !== 3, "a certificate that is not of version 3");
  has(one.serialBody.length > 20, "a serial number of more than 20 octets");
  has(one.serialBody[0] & 0x80 || /^0*$/.test(one.serial), "a serial number that is not positive");
  has(ids.length > EXTENSIONS, "more than 64 extensions in a certificate");
  has(new Set(ids).size !== ids.length, "an extension twice in a certificate");
  has(
    one.extensions.some((each) => each.isCritical && !KNOWN.includes(each.id)),
    "a critical extension that nobody here knows",
  );
  has(!one.isOneAlgorithm, "two signature algorithms in one certificate");
  has(one.start > one.end, "a certificate that ends before it begins");
  has(
    one.times.some((each) => !each.isExact),
    "a time that is not written in seconds of UTC",
  );
  has(
    one.times.some((each) => !each.isShort && each.year < 2050),
    "a time before 2050 that is not written as UTCTime",
  );
  for (const name of ["authorityKeyIdentifier", "subjectKeyIdentifier"])
    has(find(one, name)?.isCritical, "an extension that must not be critical is");
  if (find(one, "policies")?.isCritical) throw leftOut(say("rules about policies"));
  has(purposes(one)?.length === 0, "extendedKeyUsage without a purpose");
  has(find(one, "subjectAltName")?.value.children.length === 0, "subjectAltName without a name");
  has(
    one.isNameless && !(isSigner && find(one, "subjectAltName")?.isCritical),
    isSigner ? "no subject, and no critical subjectAltName" : "an authority without a subject",
  );
  const { isAuthority, length } = constraints(one);
  if (isSigner && !isAuthority) {
    has(length !== null, "a path length in the certificate of no authority");
    has(usages(one)?.has(5), "a key that may sign certificates, of no authority");
  }
  if (!isRoot && !isStrongSignature(one.algorithm))
    refuse(WEAK, one, "signed with {found}: not accepted", { found: one.algorithm.id });
  if (!isStrongKey(one.key))
    refuse(WEAK, one, "{found}: not accepted", {
      found: one.key.kind === "rsa" ? say("an RSA key of {key_size} bits", { key_size: one.key.bits }) : one.key.name,
    });
}

function checkLife(one, isSigner, moment, tolerance) {
  if (one.start.getTime() > moment.getTime() + tolerance)
    refuse("NOT_YET_VALID", one, "valid from {start:%Y-%m-%d}, judged at {at:%Y-%m-%d %H:%M:%S%z}", {
      start: one.start,
      at: moment,
    });
  if (one.end < moment)
    refuse(
      isSigner ? "OUT_OF_BOUNDS_NO_POE" : GENERAL,
      one,
      "expired on {end:%Y-%m-%d}, judged at {at:%Y-%m-%d %H:%M:%S%z}",
      { end: one.end, at: moment },
    );
}

function checkAuthority(path, place, wanted) {
  const one = path[place];
  const { isAuthority, length, isCritical } = constraints(one);
  const used = usages(one);
  if (!isAuthority) of(one, GENERAL, "an issuer that is no certification authority");
  if (!isCritical) of(one, GENERAL, "basicConstraints of an authority is not critical");
  if (used && !used.has(5)) of(one, GENERAL, "an issuer whose key may not sign certificates");
  if (subjectKey(one) === null) of(one, GENERAL, "an authority without subjectKeyIdentifier");
  const below = path.slice(1, place).filter((each) => !equal(each.subject, each.issuer)).length;
  if (length !== null && below > length)
    refuse(GENERAL, one, "{below} authorities below one that allows {limit}", { below, limit: length });
  const allowed = purposes(one);
  if (allowed && !allowed.includes(ANY_PURPOSE) && !wanted.some((each) => allowed.includes(each)))
    of(one, CONSTRAINTS, "an authority for other purposes");
  const [told, own] = [authorityKey(path[place - 1]), subjectKey(one)];
  if (told !== null && told !== own) of(path[place - 1], GENERAL, "another key identifier than its issuer's");
}
