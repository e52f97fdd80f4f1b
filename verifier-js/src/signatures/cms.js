// CMS SignedData (RFC 5652, 5) as notices have it: formats.md, 3.3.

import {
  Fields,
  INTEGER,
  NotDer,
  OCTET_STRING,
  OID,
  SEQUENCE,
  SET,
  expect,
  inside,
  oid,
  readDer,
  serial,
  small,
  time,
} from "../reading/der.js";
import { concat, hex } from "../reading/octets.js";
import { Refusal, malformed, need, say } from "../texts.js";
import { carriedAnswers } from "./carried.js";
import { isSameName, readCertificate, subjectKey } from "./certificate.js";
import { readAlgorithm } from "./keys.js";

export const DATA = "1.2.840.113549.1.7.1";
export const SIGNED_DATA = "1.2.840.113549.1.7.2";
export const TST_INFO = "1.2.840.113549.1.9.16.1.4";
export const ATTRIBUTE = {
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  timeStamp: "1.2.840.113549.1.9.16.2.14",
  algorithmProtection: "1.2.840.113549.1.9.52",
};
const MAX_CERTIFICATES = 10,
  MAX_ATTRIBUTES = 64;

/** One CMS value in strict DER, nothing after it; FORMAT_FAILURE. */
export function strictDer(octets, text = "the signature is not strict DER: {error}") {
  try {
    return readDer(octets);
  } catch (error) {
    if (error instanceof NotDer) throw malformed(say(text, { error: error.text }));
    throw error;
  }
}

/** SignedData by its fields; nothing is interpreted yet. */
export function readSignedData(value) {
  const outer = new Fields(value);
  const kind = oid(outer.take(OID));
  need(kind === SIGNED_DATA, say("content type {kind}, not SignedData", { kind }));
  const fields = new Fields(inside(outer.take(0xa0)));
  outer.end();
  const version = small(fields.take(INTEGER));
  const digests = expect(fields.any(), SET).children;
  const content = new Fields(fields.take(SEQUENCE));
  const contentType = oid(content.take(OID));
  const enclosed = content.optional(0xa0);
  content.end();
  const certificates = fields.optional(0xa0)?.children ?? [];
  const answers = fields.optional(0xa1)?.children ?? [];
  const signers = expect(fields.any(), SET).children;
  fields.end();
  return {
    version,
    digests,
    contentType,
    content: enclosed ? expect(inside(enclosed), OCTET_STRING).body : null,
    certificates,
    answers,
    signers,
  };
}

/** By issuer and serial number; an authority for stamps also by its key identifier. */
function readIdentifier(fields, type) {
  const key = type === TST_INFO ? fields.optional(0x80) : null;
  if (key) return { key: hex(key.body) };
  const name = new Fields(fields.take(SEQUENCE));
  return { issuer: name.take(SEQUENCE).der, serial: serial(name.take(INTEGER)) };
}

/** By its key identifier only a certificate is named whose extensions can be read. */
function isNamed(one, { key, issuer, serial: number }) {
  if (key === undefined) return one.serial === number && isSameName(one.issuer, issuer);
  if (one.broken) throw one.broken;
  return subjectKey(one) === key;
}

function readSigner(value, type) {
  const fields = new Fields(value);
  const version = small(fields.take(INTEGER));
  const identifier = readIdentifier(fields, type);
  const digestAlgorithm = readAlgorithm(fields.take(SEQUENCE));
  const attributes = fields.optional(0xa0);
  const algorithm = readAlgorithm(fields.take(SEQUENCE));
  const signature = fields.take(OCTET_STRING).body;
  const unsigned = fields.optional(0xa1);
  fields.end();
  if (type === TST_INFO)
    need(version === ("key" in identifier ? 3 : 1), "the time stamp's signer is of another version");
  else need(version === 1, say("SignedData of version {number}", { number: version }));
  return {
    identifier,
    digestAlgorithm,
    attributes,
    algorithm,
    signature,
    unsigned: unsigned ? unsigned.children.map(readAttribute) : [],
  };
}

function readAttribute(value) {
  const fields = new Fields(value);
  const id = oid(fields.take(OID));
  const values = expect(fields.any(), SET).children;
  fields.end();
  return { id, values };
}

function isSorted(values) {
  for (let at = 1; at < values.length; at++) {
    const [one, other] = [values[at - 1].der, values[at].der];
    const length = Math.min(one.length, other.length);
    let index = 0;
    while (index < length && one[index] === other[index]) index++;
    if ((one[index] ?? 0) > (other[index] ?? 0)) return false;
  }
  return true;
}

/** The one signer of a signature, its certificate and its answers; FORMAT_FAILURE. */
const NOBODY = "{count} certificates for the signer identifier, must be one";

/** none: what is told where not one certificate is the signer's. */
export function oneSigner(signed, { type = DATA, isDetached = true, none = NOBODY } = {}) {
  // 5.1; of version 1 are those around id-data alone
  const versions = type === DATA ? [1, 3, 4, 5] : [3, 4, 5];
  need(versions.includes(signed.version), say("SignedData of version {number}", { number: signed.version }));
  need(
    signed.contentType === type,
    say("encapsulated content type {content_type}", { content_type: signed.contentType }),
  );
  need(!isDetached || signed.content === null, "the detached signature has content embedded in it");
  need(signed.signers.length === 1, say("{count} signers, must be exactly one", { count: signed.signers.length }));
  const count = signed.certificates.length;
  need(
    count <= MAX_CERTIFICATES,
    say("{count} certificates, at most {max_certificates}", { count, max_certificates: MAX_CERTIFICATES }),
  );
  need(
    signed.certificates.every((one) => one.tag === SEQUENCE),
    "something besides X.509 certificates among them",
  );
  const signer = readSigner(signed.signers[0], type);
  need(
    signer.attributes?.children.length,
    type === DATA ? "no signed attributes" : "the time stamp has no signed attributes",
  );
  const attributes = signer.attributes.children.map(readAttribute);
  checkAttributes([...attributes], type === DATA ? signer.attributes.children : []);
  need(
    // nobody signed them; of a stamp, whose signer names his own, they are not read
    !isDetached || (signed.digests.length === 1 && readAlgorithm(signed.digests[0]).id === signer.digestAlgorithm.id),
    "digestAlgorithms do not match the signer's",
  );
  need(
    signer.unsigned.length <= MAX_ATTRIBUTES,
    say("{count} attributes, at most {most}", { count: signer.unsigned.length, most: MAX_ATTRIBUTES }),
  );
  const certificates = signed.certificates.map((one) => readCertificate(one.der));
  const own = certificates.filter((one) => isNamed(one, signer.identifier));
  if (own.length !== 1)
    throw new Refusal(
      "NO_SIGNING_CERTIFICATE_FOUND",
      say(none, { count: own.length }),
    );
  // a stamp's signer is named by its digest, which is asked first
  need(type === TST_INFO || !own[0].broken, "the signer's certificate has an extension that cannot be read");
  return {
    ...signer,
    attributes: new Map(attributes.map((one) => [one.id, one.values[0]])),
    certificate: own[0],
    certificates,
    answers: carriedAnswers(signed, signer),
    signedOctets: concat(Uint8Array.of(SET), signer.attributes.der.subarray(1)),
  };
}

function checkAttributes(attributes, raw) {
  need(
    attributes.length <= MAX_ATTRIBUTES,
    say("{count} attributes, at most {most}", { count: attributes.length, most: MAX_ATTRIBUTES }),
  );
  for (const { id, values } of attributes) {
    need(attributes.filter((one) => one.id === id).length === 1, say("signed attribute {name} twice", { name: id }));
    need(values.length === 1, say("signed attribute {name} has not one value", { name: id }));
  }
  need(isSorted(raw), "signed attributes are not a DER SET OF");
}
