// Time stamps (RFC 3161, RFC 5816; verification.md, "Roots for stamps").

import {
  BOOLEAN,
  Fields,
  GENERALIZED_TIME,
  INTEGER,
  OCTET_STRING,
  OID,
  SEQUENCE,
  expect,
  inside,
  oid,
  readDer,
  serial,
  small,
  time,
} from "../reading/der.js";
import { digest, equal, latin1 } from "../reading/octets.js";
import { Refusal, need, say } from "../texts.js";
import { constraints, directoryNames, find, isSameName, purposes, usages } from "./certificate.js";
import { ATTRIBUTE, SIGNED_DATA, TST_INFO, oneSigner, readSignedData, strictDer } from "./cms.js";
import { checkDigest, checkProtection, checkValue, readCertificateId } from "./cms_checks.js";
import {
  DIGESTS,
  hasPlainParameters,
  isKey,
  isStrongKey,
  refuseLeftOut,
  signatureOf,
  weakKey,
  weakSignature,
} from "./keys.js";
import { findPath } from "./path.js";

const NO_LENGTH = "the time stamp's accuracy is no length of time";
const STAMPING = "1.3.6.1.5.5.7.3.8";
const NOBODY = "{count} certificates for the time stamp's signer, must be one";
/** As the report names a digest. */
const shown = (hash) => hash?.toLowerCase().replace("-", "");
const weak = (what) => new Refusal("CRYPTO_CONSTRAINTS_FAILURE", say("{what}: not accepted", { what }));
const rule = (holds, text, parameters) => {
  if (!holds) throw new Refusal("CHAIN_CONSTRAINTS_FAILURE", say(text, parameters));
};

/** What a token says: genTime, accuracy in ms, the imprint; FORMAT_FAILURE. */
function readInfo(octets) {
  const fields = new Fields(readDer(octets));
  need(small(fields.take(INTEGER)) === 1, "the time stamp is of another version than 1");
  fields.take(OID);
  const imprint = new Fields(fields.take(SEQUENCE));
  const algorithm = oid(new Fields(imprint.take(SEQUENCE)).take(OID));
  const hash = imprint.take(OCTET_STRING).body;
  imprint.end();
  fields.take(INTEGER);
  const moment = fields.take(GENERALIZED_TIME);
  need(/^\d{14}(?:\.\d{1,9})?Z$/.test(latin1(moment.body)), "the time stamp's genTime is not in UTC");
  const at = time(moment).date;
  const accuracy = fields.optional(SEQUENCE);
  fields.optional(BOOLEAN);
  fields.optional(INTEGER);
  const authority = fields.optional(0xa0);
  const extensions = fields.optional(0xa1);
  fields.end();
  need(
    !extensions?.children.some((one) => one.children[1]?.tag === BOOLEAN && one.children[1].body[0]),
    "the time stamp has a critical extension",
  );
  return {
    at,
    accuracy: accuracy ? readAccuracy(accuracy) : 0,
    algorithm,
    hash,
    authority: authority ? inside(authority) : null,
  };
}

function readAccuracy(value) {
  const fields = new Fields(value);
  const seconds = fields.optional(INTEGER),
    millis = fields.optional(0x80),
    micros = fields.optional(0x81);
  fields.end();
  const [whole, thousandths, millionths] = [seconds, millis, micros].map((one) => (one ? length(one) : 0));
  need(thousandths < 1000 && millionths < 1000, NO_LENGTH);
  return whole * 1000 + thousandths + millionths / 1000;
}

/** A number that is not negative (RFC 3161, 2.4.2). */
function length(value) {
  need(!(value.body[0] & 0x80), NO_LENGTH);
  return small(value);
}

/** What a token says, not proven: genTime; FORMAT_FAILURE. */
export function claimedTime(token) {
  const signed = readSignedData(strictDer(token, "the time stamp is not strict DER: {error}"));
  need(signed.contentType === TST_INFO && signed.content, "the time stamp holds no TSTInfo");
  return readInfo(signed.content).at;
}

/**
 * The time that a token proves for `octets`; Refusal.
 * material: as for paths, with `trustStamps`. at: the time of judging it.
 */
export async function judgeStamp(token, octets, material, at) {
  const value = strictDer(token, "the time stamp is not strict DER: {error}");
  need(oid(new Fields(value).take(OID)) === SIGNED_DATA, "the time stamp is no SignedData");
  const signed = readSignedData(value);
  need(signed.version !== 1, "the time stamp says version 1");
  need(signed.contentType === TST_INFO && signed.content, "the time stamp holds no TSTInfo");
  const info = readInfo(signed.content);
  const signer = oneSigner(signed, { type: TST_INFO, isDetached: false, none: NOBODY });
  const hash = DIGESTS[info.algorithm];
  await checkAttributes(signer);
  need(!signer.certificate.broken, "the signer's certificate has an extension that cannot be read");
  await checkSignature(signer, signed.content);
  if (!isStrongDigest(hash))
    throw weak(say("time stamp over a {digest} digest", { digest: shown(hash) ?? info.algorithm }));
  if (!equal(await digest(hash, octets), info.hash))
    throw new Refusal("HASH_FAILURE", say("the time stamp is about something else"));
  checkAuthority(signer.certificate, info);
  const own = {
    ...material,
    trust: material.trustStamps,
    certificates: [...material.certificates, ...signer.certificates],
    answers: {
      lists: [...material.answers.lists, ...signer.answers.lists],
      ocsps: [...material.answers.ocsps, ...signer.answers.ocsps],
    },
  };
  const late = info.at.getTime() - at.getTime();
  const latest = new Date(info.at.getTime() + info.accuracy);
  await findPath(signer.certificate, own, at, [STAMPING], latest);
  checkLife(signer.certificate, info, material.tolerance);
  if (late > material.tolerance)
    throw new Refusal(
      "TIMESTAMP_ORDER_FAILURE",
      say("stamped at {at:%Y-%m-%d %H:%M:%S%z}, {late} after the time of judging; clocks may differ by {tolerance}", {
        at: info.at,
        late: `${late / 1000} s`,
        tolerance: `${material.tolerance / 1000} s`,
      }),
    );
  // at the moment of judging it was there, however inaccurate its own clock is
  return { proven: late > 0 ? info.at : latest > at ? at : latest, at: info.at };
}

/** Who signed it, by its own words, before its signature is judged (EN 319 102-1, 5.2.3); Refusal. */
async function checkAttributes(signer) {
  const hash = DIGESTS[signer.digestAlgorithm.id];
  if (!isStrongDigest(hash))
    throw weak(say("time stamp signed with {digest}", { digest: shown(hash) ?? signer.digestAlgorithm.id }));
  const type = signer.attributes.get(ATTRIBUTE.contentType);
  need(type && oid(type) === TST_INFO, "the time stamp's contentType is not TSTInfo");
  const one = signer.attributes.get(ATTRIBUTE.signingCertificate),
    other = signer.attributes.get(ATTRIBUTE.signingCertificateV2);
  need(one || other, "the time stamp does not say whose certificate signed it");
  if (one) await checkOldId(signer, one);
  if (other) await checkId(signer, other);
  checkProtection(signer, signer.attributes.get(ATTRIBUTE.algorithmProtection));
}

/** Strong, and the key's own: before anything that is signed is believed; Refusal. */
async function checkSignature(signer, content) {
  const { algorithm, digestAlgorithm, certificate, attributes } = signer;
  const { key } = certificate;
  refuseLeftOut(algorithm);
  const found = weakSignature(algorithm);
  if (found) throw weak(say("time stamp signed with {found}", { found }));
  const isNoKey = !(key.kind === "ec" && !key.curve) && !(await isKey(key));
  if (isNoKey) throw weak(say("time stamp by {found}", { found: say("a key of no known kind") }));
  if (!isStrongKey(key)) throw weak(say("time stamp by {found}", { found: weakKey(key) }));
  need(hasPlainParameters(digestAlgorithm) && hasPlainParameters(algorithm), "the time stamp has an algorithm with parameters");
  const [, hash] = signatureOf(algorithm);
  need(!hash || hash === DIGESTS[digestAlgorithm.id], "the time stamp's digest is not that of its signature");
  need(attributes.has(ATTRIBUTE.messageDigest), say("no signed attribute {names}", { names: "messageDigest" }));
  await checkDigest(signer, content, "the time stamp's digest is not that of what it says");
  await checkValue(signer, "the time stamp's signature is broken");
}

const isStrongDigest = (hash) => !!hash && hash !== "SHA-1";
const another = () =>
  new Refusal("NO_SIGNING_CERTIFICATE_FOUND", say("the time stamp names another certificate than its signer's"));

function isPlace(certificate, names, number) {
  const isIssuer = names.length === 1 && names[0].tag === 0xa4 && isSameName(expect(inside(names[0]), SEQUENCE).der, certificate.issuer);
  return isIssuer && number && serial(number) === certificate.serial;
}

/** ESSCertIDv2 (RFC 5035, 3), as RFC 5816 has it for time stamps. */
async function checkId({ certificate }, value) {
  const named = readCertificateId(value);
  const hash = DIGESTS[named.algorithm];
  if (!isStrongDigest(hash))
    throw weak(say("time stamp's certificate named by {digest}", { digest: shown(hash) ?? named.algorithm }));
  if (!equal(await digest(hash, certificate.der), named.digest)) throw another();
  if (named.issuers && !isPlace(certificate, named.issuers, named.serial)) throw another();
}

/** ESSCertID (RFC 2634, 5.4); SHA-1 only says which one it is. */
async function checkOldId({ certificate }, value) {
  const first = new Fields(new Fields(new Fields(value).take(SEQUENCE)).take(SEQUENCE));
  const named = first.take(OCTET_STRING).body;
  const told = first.optional(SEQUENCE);
  first.end();
  const place = told && new Fields(told);
  const [names, number] = place ? [place.take(SEQUENCE).children, place.take(INTEGER)] : [];
  place?.end();
  if (!equal(await digest("SHA-1", certificate.der), named)) throw another();
  if (place && !isPlace(certificate, names, number)) throw another();
}

function checkAuthority(certificate, info) {
  rule(purposes(certificate)?.join() === STAMPING, "the time-stamp authority's certificate is not for stamps alone");
  rule(find(certificate, "extendedKeyUsage").isCritical, "the time-stamp authority's extendedKeyUsage is not critical");
  rule(!constraints(certificate).isAuthority, "the time stamp is by a certification authority");
  const used = usages(certificate);
  rule(!used || used.has(0) || used.has(1), "the time-stamp authority's key is not for signatures");
  rule(!used || [...used].every((bit) => bit <= 1), "the time-stamp authority's key is for more than signatures");
  if (info.authority?.tag === 0xa4) {
    const name = inside(info.authority).der;
    const isCalled = [certificate.subject, ...directoryNames(certificate)].some((one) => isSameName(one, name));
    need(isCalled, "the time stamp names another authority than its signer");
  }
}

/** Stamped within the life of the certificate; Refusal. */
function checkLife({ start, end }, info, tolerance) {
  if (info.at.getTime() + tolerance < start.getTime() || info.at > end)
    throw new Refusal(
      "TIMESTAMP_ORDER_FAILURE",
      say("stamped at {at:%Y-%m-%d %H:%M:%S%z} with a certificate from {start:%Y-%m-%d} to {end:%Y-%m-%d}", {
        at: info.at,
        start,
        end,
      }),
    );
}
