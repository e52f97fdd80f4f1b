// What holds between a signer, its attributes and the content (RFC 5652, 5.4 and 11).

import { Fields, INTEGER, OCTET_STRING, SEQUENCE, expect, inside, oid, serial, time } from "../reading/der.js";
import { digest, equal, hex, sha256 } from "../reading/octets.js";
import { Refusal, need, say } from "../texts.js";
import { DIGESTS, isKey, isSigned, readAlgorithm, refuseLeftOut, signatureOf } from "./keys.js";
import { isSameName } from "./certificate.js";
import { ATTRIBUTE, DATA } from "./cms.js";

const SHA_256 = "2.16.840.1.101.3.4.2.1";

/** Digest and key, strong and fitting; the text for the report. */
export async function suite(signer, allowed) {
  const { digestAlgorithm, algorithm, certificate } = signer;
  const hash = DIGESTS[digestAlgorithm.id];
  const { key } = certificate;
  const weak = (text) => new Refusal("CRYPTO_CONSTRAINTS_FAILURE", text);
  if (!allowed.includes(hash))
    throw weak(say("digest {digest}", { digest: hash?.toLowerCase().replace("-", "") ?? digestAlgorithm.id }));
  refuseLeftOut(algorithm);
  if (key.kind !== "rsa" && key.kind !== "ec") throw weak(say("a key that is neither RSA nor ECDSA"));
  need((key.kind === "ec" && !key.curve) || (await isKey(key)), "a key of no known kind");
  if (key.kind === "rsa" && key.bits < 2048)
    throw weak(say("RSA key of {key_size} bits, at least {min_rsa_bits}", { key_size: key.bits, min_rsa_bits: 2048 }));
  const shown = { algorithm: algorithm.id, digest: hash.toLowerCase().replace("-", ""), name: key.name };
  if (key.kind === "ec" && !key.curve) throw weak(say("{algorithm} with {digest} and {name}", shown));
  const known = signatureOf(algorithm);
  need(
    known && known[0] === key.kind && (!known[1] || known[1] === hash),
    say("{algorithm} with {digest} and {name}", shown),
  );
  const isNull = (one) => one === null || one.tag === 0x05;
  need(isNull(digestAlgorithm.parameters), say("{name} algorithm with parameters", { name: "digest" }));
  need(
    key.kind === "ec" ? algorithm.parameters === null : isNull(algorithm.parameters),
    say("{name} algorithm with parameters", { name: "signature" }),
  );
  const suited = key.kind === "rsa" ? `RSA ${key.bits}` : key.name;
  return say("{t0}, {t1}", { t0: suited, t1: shown.digest });
}

/** Which certificate, of which type: each attribute that must be there, fits. */
export async function checkAttributesOf(signer, required, type = DATA) {
  const missing = required.filter((name) => !signer.attributes.has(ATTRIBUTE[name]));
  need(!missing.length, say("no signed attribute {names}", { names: missing.join(", ") }));
  need(oid(signer.attributes.get(ATTRIBUTE.contentType)) === type, "signed attribute contentType is not id-data");
  await checkCertificateId(signer, signer.attributes.get(ATTRIBUTE.signingCertificateV2));
  checkProtection(signer, signer.attributes.get(ATTRIBUTE.algorithmProtection));
  return say(
    required.map((_, index) => `{t${index}}`).join(", "),
    Object.fromEntries(required.map((name, index) => [`t${index}`, name])),
  );
}

/** The first, the signer's, of a SigningCertificateV2 (RFC 5035, 3); `issuers` is null if that is not said. */
export function readCertificateId(value) {
  const fields = new Fields(new Fields(new Fields(value).take(SEQUENCE)).take(SEQUENCE));
  const named = fields.optional(SEQUENCE);
  const algorithm = named ? readAlgorithm(named).id : SHA_256;
  const told = fields.take(OCTET_STRING).body;
  const place = fields.optional(SEQUENCE);
  fields.end();
  if (!place) return { algorithm, digest: told, issuers: null, serial: null };
  const parts = new Fields(place);
  const found = { algorithm, digest: told, issuers: parts.take(SEQUENCE).children, serial: parts.take(INTEGER) };
  parts.end();
  return found;
}

async function checkCertificateId({ certificate }, value) {
  const named = readCertificateId(value);
  const hash = DIGESTS[named.algorithm];
  need(hash && hash !== "SHA-1", say("signingCertificateV2 uses {algorithm}", { algorithm: hash ?? named.algorithm }));
  need(equal(await digest(hash, certificate.der), named.digest), "signingCertificateV2 names another certificate");
  if (!named.issuers) return;
  const [name, ...more] = named.issuers;
  need(serial(named.serial) === certificate.serial, "signingCertificateV2 names another serial number");
  const isOurs = name?.tag === 0xa4 && !more.length && isSameName(inside(name).der, certificate.issuer);
  need(isOurs, "signingCertificateV2 names another issuer");
}

/** cmsAlgorithmProtection (RFC 6211), where it is there. */
export function checkProtection(signer, value) {
  if (!value) return;
  const fields = new Fields(value);
  const isSame = equal(fields.take(SEQUENCE).der, signer.digestAlgorithm.der);
  const algorithm = fields.optional(0xa1);
  const told = algorithm && readAlgorithm({ ...algorithm, tag: SEQUENCE, children: algorithm.children });
  need(isSame && told?.id === signer.algorithm.id, "cmsAlgorithmProtection differs from the algorithms used");
}

export async function checkDigest(signer, octets, broken = "") {
  const hash = DIGESTS[signer.digestAlgorithm.id];
  const made = await digest(hash, octets);
  const told = expect(signer.attributes.get(ATTRIBUTE.messageDigest), OCTET_STRING).body;
  if (!equal(made, told))
    throw new Refusal(
      "HASH_FAILURE",
      broken
        ? say(broken)
        : say("the content has {digest}, the signature says {claimed}", { digest: hex(made), claimed: hex(told) }),
    );
  return say("{t0} {t1}", { t0: hash.toLowerCase().replace("-", ""), t1: hex(made) });
}

export async function checkValue(signer, broken = "the signature value does not belong to this certificate's key") {
  const hash = DIGESTS[signer.digestAlgorithm.id];
  if (!(await isSigned(signer.certificate.key, signer.algorithm, hash, signer.signedOctets, signer.signature)))
    throw new Refusal("SIG_CRYPTO_FAILURE", say(broken));
  return say("signature value holds");
}

/** signingTime of the attributes; null without. */
export function signingTime(signer) {
  const value = signer.attributes.get(ATTRIBUTE.signingTime);
  return value ? time(value).date : null;
}

export const fingerprint = async (certificate) => hex(await sha256(certificate.der));
