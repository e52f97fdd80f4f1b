// CMS SignedData (RFC 5652, 5) as notices have it: formats.md, 3.3.

import {
  BIT_STRING,
  Fields,
  GENERALIZED_TIME,
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
import { isSameName, readCertificate, subjectKey } from "./certificate.js";
import { readList } from "./lists.js";
import { readAlgorithm } from "./keys.js";
import { basicResponse } from "./ocsp.js";

export const DATA = "1.2.840.113549.1.7.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";
export const TST_INFO = "1.2.840.113549.1.9.16.1.4";
export const ATTRIBUTE = {
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  timeStamp: "1.2.840.113549.1.9.16.2.14",
  revocationValues: "1.2.840.113549.1.9.16.2.24",
  algorithmProtection: "1.2.840.113549.1.9.52",
};
const OCSP_INFO = "1.3.6.1.5.5.7.16.2";
const MAX_CERTIFICATES = 10,
  MAX_ATTRIBUTES = 64,
  MAX_ANSWERS = 64,
  MAX_OCSP = 65536;

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

const isNamed = (one, { key, issuer, serial: number }) =>
  key ? !one.broken && subjectKey(one) === key : one.serial === number && isSameName(one.issuer, issuer);

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
    need(version === (identifier.key ? 3 : 1), "the time stamp's signer is of another version");
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

/** A list that is carried is read to its end, whether or not anybody asks for it; NotDer. */
export function readWhole(octets) {
  const list = readList(octets);
  if (list.broken || list.brokenInside) throw list.broken ?? list.brokenInside;
  return list.der;
}

/** CRLs and how many OCSP answers are carried: verification.md, "Where revocation answers stand". */
function carriedAnswers(signed, signer) {
  const lists = [];
  const ocsps = [];
  for (const one of signed.answers) {
    if (one.tag === SEQUENCE) lists.push(readWhole(one.der));
    else {
      const fields = new Fields(one, 0xa1);
      if (oid(fields.take(OID)) !== OCSP_INFO) continue;
      const response = fields.take(SEQUENCE).der;
      fields.end();
      checkAnswer(() => basicResponse(response), "SignedData.crls");
      ocsps.push(response);
    }
  }
  need(
    signed.answers.length <= MAX_ANSWERS,
    say("{count} answers in {where}, at most {max_answers}", {
      count: signed.answers.length,
      where: "SignedData.crls",
      max_answers: MAX_ANSWERS,
    }),
  );
  const values = signer.unsigned.filter((one) => one.id === ATTRIBUTE.revocationValues);
  if (values.length) revocationValues(values, lists, ocsps);
  return { lists, ocsps };
}

function revocationValues(attributes, lists, ocsps) {
  const counts = { count: attributes.length, length: attributes[0].values.length };
  need(
    counts.count === 1 && counts.length === 1,
    say("revocation-values {count} times with {length} values, must be one", counts),
  );
  const members = expect(attributes[0].values[0], SEQUENCE).children;
  need(members.length, "revocation-values holds no answer, or a member without one");
  const tags = members.map((one) => one.tag);
  for (const odd of tags)
    need(
      odd === 0xa0 || odd === 0xa1,
      say("revocation-values has a member {odd:02X}: neither lists nor OCSP", { odd }),
    );
  need(tags.join() === [...new Set(tags)].sort().join(), "revocation-values has a member twice or out of order");
  for (const member of members) {
    const answers = expect(inside(member), SEQUENCE).children;
    need(answers.length, "revocation-values holds no answer, or a member without one");
    need(
      answers.length <= MAX_ANSWERS,
      say("{count} answers in {where}, at most {max_answers}", {
        count: answers.length,
        where: "revocation-values",
        max_answers: MAX_ANSWERS,
      }),
    );
    for (const answer of answers) {
      if (member.tag === 0xa0) lists.push(readWhole(expect(answer, SEQUENCE).der));
      else {
        const { length } = answer.der;
        need(
          length <= MAX_OCSP,
          say("an OCSP answer of {count} bytes, at most {max_ocsp}", { count: length, max_ocsp: MAX_OCSP }),
        );
        need(answer.children[0]?.tag !== 0x0a, "revocation-values has an OCSPResponse, not what is in it");
        checkAnswer(() => answer, "revocation-values");
        ocsps.push(answer.der);
      }
    }
  }
}

/** A BasicOCSPResponse (RFC 6960, 4.2.1) as far as every answer needs it. */
export function checkAnswer(read, where) {
  const odd = malformed(say("{where} has something that is no answer by OCSP", { where }));
  try {
    const basic = read();
    if (!basic) throw odd;
    const fields = new Fields(basic);
    const data = new Fields(fields.take(SEQUENCE));
    fields.take(SEQUENCE);
    fields.take(BIT_STRING);
    fields.optional(0xa0);
    fields.end();
    data.optional(0xa0);
    if (![0xa1, 0xa2].includes(data.any().tag)) throw odd;
    time(data.take(GENERALIZED_TIME));
    const answers = data.take(SEQUENCE).children;
    data.optional(0xa1);
    data.end();
    for (const one of answers) {
      const told = new Fields(one);
      told.take(SEQUENCE);
      if (![0x80, 0xa1, 0x82].includes(told.any().tag)) throw odd;
      time(told.take(GENERALIZED_TIME));
      told.optional(0xa0);
      told.optional(0xa1);
      told.end();
    }
  } catch (error) {
    throw error instanceof NotDer ? odd : error;
  }
}
