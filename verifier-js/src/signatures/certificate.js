// X.509 certificates (RFC 5280, 4): octets in, fields out.

import {
  BIT_STRING,
  BOOLEAN,
  Fields,
  INTEGER,
  NotDer,
  OCTET_STRING,
  OID,
  SEQUENCE,
  SET,
  bits,
  expect,
  inside,
  oid,
  readDer,
  serial,
  small,
  time,
} from "../reading/der.js";
import { equal, hex, latin1, unbase64 } from "../reading/octets.js";
import { malformed, say } from "../texts.js";
import { readAlgorithm, readKey } from "./keys.js";

const NAMES = {
  "2.5.4.3": "CN",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.9": "STREET",
  "0.9.2342.19200300.100.1.25": "DC",
  "0.9.2342.19200300.100.1.1": "UID",
};
export const EXTENSION = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  issuerAltName: "2.5.29.18",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  distributionPoints: "2.5.29.31",
  policies: "2.5.29.32",
  policyMappings: "2.5.29.33",
  authorityKeyIdentifier: "2.5.29.35",
  policyConstraints: "2.5.29.36",
  extendedKeyUsage: "2.5.29.37",
  anyPolicy: "2.5.29.54",
};

const cache = new Map();

/** A certificate by its octets; NotDer. Those read are remembered. */
export function readCertificate(octets) {
  const key = latin1(octets);
  let made = cache.get(key);
  if (!made) {
    made = read(octets);
    if (cache.size > 500) cache.clear();
    cache.set(key, made);
  }
  return made;
}

function read(octets) {
  const whole = new Fields(readDer(octets));
  const signed = whole.take(SEQUENCE);
  const outer = readAlgorithm(whole.take(SEQUENCE));
  const signature = bits(whole.take(BIT_STRING));
  if (signature.unused) throw new NotDer(say("the signature is no BIT STRING of whole octets"));
  whole.end();
  const fields = new Fields(signed);
  const version = fields.optional(0xa0);
  const serialNumber = fields.take(INTEGER);
  const algorithm = readAlgorithm(fields.take(SEQUENCE));
  const issuer = fields.take(SEQUENCE);
  const life = new Fields(fields.take(SEQUENCE));
  const [start, end] = [time(life.any()), time(life.any())];
  const subject = fields.take(SEQUENCE);
  const key = readKey(fields.take(SEQUENCE));
  fields.optional(0x81);
  fields.optional(0x82);
  const listed = fields.optional(0xa3);
  fields.end();
  return {
    der: octets,
    signed: signed.der,
    algorithm: outer,
    isOneAlgorithm: equal(outer.der, algorithm.der),
    signature,
    version: version ? versionOf(inside(version)) : 1,
    serial: serial(serialNumber),
    serialBody: serialNumber.body,
    issuer: issuer.der,
    subject: subject.der,
    issuerName: nameOf(issuer),
    subjectName: nameOf(subject),
    isNameless: !subject.children.length,
    start: start.date,
    end: end.date,
    times: [start, end],
    key,
    ...extensionsOf(listed),
  };
}

/** 1 to 3. */
function versionOf(value) {
  const number = small(expect(value, INTEGER));
  if (number > 2) throw new NotDer(say("a certificate of version {number}", { number }));
  return number + 1;
}

/** What is broken in them is told of the signer's certificate, and where a path needs another. */
function extensionsOf(listed) {
  try {
    return { extensions: listed ? expect(inside(listed), SEQUENCE).children.map(extension) : [] };
  } catch (error) {
    if (!(error instanceof NotDer)) throw error;
    return { extensions: [], broken: error };
  }
}

export function extension(value) {
  const fields = new Fields(value);
  const id = oid(fields.take(OID));
  const critical = fields.optional(BOOLEAN);
  const content = fields.take(OCTET_STRING).body;
  fields.end();
  return { id, isCritical: critical?.body[0] === 0xff, isOdd: critical?.body[0] === 0, content };
}

const said = new Map();

/** For comparing as RFC 5280, 7.1 does: case and blanks mean nothing, nor does the kind of string. */
function comparable(name) {
  const key = latin1(name);
  if (!said.has(key)) {
    if (said.size > 500) said.clear();
    said.set(key, nameOf(readDer(name)).normalize("NFKC").toLowerCase().replace(/\s+/g, " ").replace(/(?<==) | (?=[,+]|$)/g, ""));
  }
  return said.get(key);
}

/** Whether two names, in DER, are one. */
export const isSameName = (one, other) => equal(one, other) || comparable(one) === comparable(other);

/** The extension's value, read; null if it is not there. */
export function find(holder, name) {
  const found = holder.extensions.find((one) => one.id === EXTENSION[name]);
  return found ? { ...found, value: readDer(found.content) } : null;
}

/** RFC 4514: the last first. */
export function nameOf(value) {
  const parts = value.children.map((set) =>
    expect(set, SET)
      .children.map((pair) => {
        const fields = new Fields(pair);
        const id = oid(fields.take(OID));
        const said = fields.any();
        fields.end();
        return `${NAMES[id] ?? id}=${escaped(stringOf(said))}`;
      })
      .join("+"),
  );
  return parts.reverse().join(",");
}

const escaped = (text) => text.replace(/[,+"\\<>;]/g, "\\$&").replace(/^[# ]|(?<!^) $/g, "\\$&");

/** DirectoryString, and IA5String of mail addresses (RFC 5280, appendix A.1). */
const STRINGS = [0x0c, 0x13, 0x14, 0x16, 0x1c, 0x1e];

function stringOf(value) {
  if (!STRINGS.includes(value.tag)) expect(value, 0x0c);
  if (value.tag === 0x16 && value.body.some((one) => one >= 0x80)) throw new NotDer(say("a field is missing"));
  if (value.tag !== 0x1e && value.tag !== 0x0c) return latin1(value.body);
  try {
    return new TextDecoder(value.tag === 0x1e ? "utf-16be" : "utf-8", { fatal: true, ignoreBOM: true }).decode(value.body);
  } catch {
    throw new NotDer(say("a field is missing"));
  }
}

/** Bits of keyUsage by their number; null if there is none. */
export function usages(certificate) {
  const found = find(certificate, "keyUsage");
  if (!found) return null;
  const { octets } = bits(found.value);
  return new Set([0, 1, 2, 3, 4, 5, 6, 7, 8].filter((bit) => (octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))));
}

/** Object identifiers of extendedKeyUsage; null if there is none. */
export const purposes = (certificate) => find(certificate, "extendedKeyUsage")?.value.children.map(oid) ?? null;

export function constraints(certificate) {
  const found = find(certificate, "basicConstraints");
  if (!found) return { isAuthority: false, length: null, isCritical: false, isThere: false };
  const fields = new Fields(found.value);
  const flag = fields.optional(BOOLEAN);
  const length = fields.optional(INTEGER);
  fields.end();
  return {
    isAuthority: flag?.body[0] === 0xff,
    length: length ? small(length) : null,
    isCritical: found.isCritical,
    isThere: true,
  };
}

export const subjectKey = (certificate) => {
  const found = find(certificate, "subjectKeyIdentifier");
  return found ? hex(found.value.body) : null;
};

export const authorityKey = (holder) => {
  const found = find(holder, "authorityKeyIdentifier");
  const key = found?.value.children.find((one) => one.tag === 0x80);
  return key ? hex(key.body) : null;
};

/** rfc822Name of the subjectAltName, in their order. */
export const mailboxes = (certificate) =>
  (find(certificate, "subjectAltName")?.value.children ?? [])
    .filter((one) => one.tag === 0x81)
    .map((one) => latin1(one.body));

/** directoryName of the subjectAltName, in DER. */
export const directoryNames = (certificate) =>
  (find(certificate, "subjectAltName")?.value.children ?? []).filter((one) => one.tag === 0xa4).map((one) => inside(one).der);

/** The values of a PEM text; the octets themselves where they are none. */
export function pemBlocks(octets, label) {
  const blocks = [
    ...latin1(octets).matchAll(new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`, "g")),
  ];
  return blocks.length ? blocks.map(([, body]) => unbase64(body.replace(/\s/g, ""))) : [octets];
}

/** Certificates of a PEM text or one in DER; FORMAT_FAILURE. */
export function readCertificates(octets) {
  try {
    return pemBlocks(octets, "CERTIFICATE").map(readCertificate);
  } catch {
    throw malformed(say("a root certificate cannot be read"));
  }
}
