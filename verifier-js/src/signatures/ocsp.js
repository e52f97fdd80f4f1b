// OCSP answers (RFC 6960, 4.2) about one certificate, by its issuer or by whom that one
// named. What is about the certificate and has any other shape is left out by name.

import {
  BIT_STRING,
  Fields,
  GENERALIZED_TIME,
  INTEGER,
  NotDer,
  OCTET_STRING,
  OID,
  SEQUENCE,
  bits,
  expect,
  inside,
  oid,
  readDer,
  serial,
  time,
} from "../reading/der.js";
import { digest, equal } from "../reading/octets.js";
import { say } from "../texts.js";
import { constraints, extension, isSameName, purposes, readCertificate, usages } from "./certificate.js";
import { DIGESTS, isSigned, isStrongKey, isStrongSignature, readAlgorithm } from "./keys.js";

const BASIC = "1.3.6.1.5.5.7.48.1.1",
  NO_CHECK = "1.3.6.1.5.5.7.48.1.5",
  SIGNING = "1.3.6.1.5.5.7.3.9",
  NONCE = "1.3.6.1.5.5.7.48.1.2";
const KNOWN = ["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.35", "2.5.29.37", NO_CHECK];
const WITHOUT_END = 30 * 60_000;

/** The BasicOCSPResponse of an OCSPResponse, or the one that is given; null for a refusal. */
export function basicResponse(octets) {
  const value = readDer(octets);
  if (value.children[0]?.tag !== 0x0a) return value;
  const fields = new Fields(value);
  const status = fields.any().body;
  const bytes = fields.optional(0xa0);
  if (status.length !== 1 || status[0] !== 0 || !bytes) return null;
  fields.end();
  const inner = new Fields(inside(bytes));
  if (oid(inner.take(OID)) !== BASIC) return null;
  const basic = inner.take(OCTET_STRING).body;
  inner.end();
  return readDer(basic);
}

function readResponse(value) {
  const fields = new Fields(value);
  const signed = fields.take(SEQUENCE);
  const algorithm = readAlgorithm(fields.take(SEQUENCE));
  const signature = bits(fields.take(BIT_STRING));
  const listed = fields.optional(0xa0);
  fields.end();
  const data = new Fields(signed);
  data.optional(0xa0);
  const responder = data.any();
  const produced = time(data.take(GENERALIZED_TIME)).date;
  const answers = data.take(SEQUENCE).children.map(readAnswer);
  const extensions = data.optional(0xa1);
  data.end();
  return {
    signed: signed.der,
    algorithm,
    signature,
    responder,
    produced,
    answers,
    certificates: listed ? expect(inside(listed), SEQUENCE).children.map((one) => readCertificate(one.der)) : [],
    isPlain:
      !extensions ||
      inside(extensions)
        .children.map(extension)
        .every((one) => !one.isCritical || one.id === NONCE),
  };
}

function readAnswer(value) {
  const fields = new Fields(value);
  const id = new Fields(fields.take(SEQUENCE));
  const algorithm = readAlgorithm(id.take(SEQUENCE)).id;
  const [name, key] = [id.take(OCTET_STRING).body, id.take(OCTET_STRING).body];
  const number = serial(id.take(INTEGER));
  const status = fields.any();
  const since = time(fields.take(GENERALIZED_TIME)).date;
  const until = fields.optional(0xa0);
  const extensions = fields.optional(0xa1);
  fields.end();
  return {
    algorithm,
    name,
    key,
    number,
    status: { 0x80: "good", 0xa1: "revoked", 0x82: "unknown" }[status.tag],
    revoked: status.tag === 0xa1 ? time(status.children[0]).date : null,
    reason: status.tag === 0xa1 && status.children[1] ? inside(status.children[1]).body.at(-1) : null,
    since,
    until: until ? time(inside(until)).date : null,
    isPlain:
      !extensions ||
      (status.tag !== 0xa1 &&
        inside(extensions)
          .children.map(extension)
          .every((one) => !one.isCritical)),
  };
}

/** Whether an answer names this certificate of this issuer (4.1.1). */
async function isAbout(answer, certificate, issuer) {
  const hash = DIGESTS[answer.algorithm];
  if (answer.number !== certificate.serial || !hash) return false;
  const key = bits(new Fields(readDer(issuer.key.spki)).left[1]).octets;
  const names = await Promise.all([certificate.issuer, issuer.subject].map((one) => digest(hash, one)));
  return names.some((one) => equal(one, answer.name)) && equal(await digest(hash, key), answer.key);
}

/** Whose key signed it: the issuer, or a responder that the issuer named; null for nobody. */
async function signerOf(response, issuer) {
  const by = (one) =>
    !response.signature.unused && isSigned(one.key, response.algorithm, "", response.signed, response.signature.octets);
  if (await by(issuer)) return issuer;
  for (const one of response.certificates.slice(0, 8)) if (await by(one)) return one;
  return null;
}

/** The issuer itself, or a responder to whom it gave that purpose and for whom nobody has to vouch. */
async function isNamed(responder, issuer, produced) {
  if (responder === issuer) return true;
  const isIssued =
    isSameName(responder.issuer, issuer.subject) &&
    !responder.signature.unused &&
    isStrongSignature(responder.algorithm) &&
    (await isSigned(issuer.key, responder.algorithm, "", responder.signed, responder.signature.octets));
  return (
    isIssued &&
    purposes(responder)?.includes(SIGNING) &&
    !constraints(responder).isAuthority &&
    (usages(responder)?.has(0) ?? true) &&
    responder.extensions.some((one) => one.id === NO_CHECK) &&
    responder.extensions.every((one) => !one.isCritical || KNOWN.includes(one.id)) &&
    responder.start <= produced &&
    produced <= responder.end
  );
}

/**
 * Clean answers `about` one certificate of one issuer, and `isOdd` if one that is about it
 * is not clean: by nobody whom the issuer named, weak, or with more in it than is known.
 */
export async function answersAbout(certificate, issuer, octetsOfAll) {
  const told = { about: [], isOdd: false };
  for (const octets of octetsOfAll) {
    let response;
    try {
      const value = basicResponse(octets);
      if (!value) continue;
      response = readResponse(value);
    } catch (error) {
      if (!(error instanceof NotDer)) throw error;
      told.isOdd = true;
      continue;
    }
    for (const answer of response.answers)
      // named by a digest that nobody here has: whose it is cannot be told, and not passed over
      if (answer.number === certificate.serial && !DIGESTS[answer.algorithm]) told.isOdd = true;
      else if (await isAbout(answer, certificate, issuer)) await take(answer, response, issuer, told);
  }
  return told;
}

async function take(answer, response, issuer, told) {
  const signer = await signerOf(response, issuer);
  if (!signer) return void (told.isOdd = true);
  const isClean =
    (await isNamed(signer, issuer, response.produced)) &&
    isStrongSignature(response.algorithm) &&
    isStrongKey(signer.key) &&
    response.isPlain &&
    answer.isPlain &&
    answer.status !== undefined;
  if (isClean) told.about.push({ ...answer, produced: response.produced, responder: signer });
  else told.isOdd = true;
}

/** Why a clean answer that does not say revoked proves nothing good; null: it does. */
export function whyNotGood(answer, certificate, { moment, tolerance, oldest, clock }) {
  if (answer.since.getTime() > clock.getTime() + tolerance) return say("it is newer than the time of judging");
  if (answer.status === "unknown") return say("it says that the certificate is unknown");
  if (answer.produced > certificate.end) return say("it is newer than the certificate's end");
  const until = answer.until ?? new Date(answer.since.getTime() + WITHOUT_END);
  const isFresh =
    until.getTime() >= moment.getTime() - tolerance && answer.since.getTime() >= moment.getTime() - oldest;
  return isFresh ? null : say("it is too old");
}
