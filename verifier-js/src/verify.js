// The door: octets and a policy in, a report out. No network, no clock, no key.

import { verdict } from "./checks.js";
import { judgeBundle } from "./bundle/bundle.js";
import { judgeLetter } from "./files/letter.js";
import { judgeMail } from "./files/mail.js";
import { judgeNotice } from "./files/notice_file.js";
import { readParty } from "./approval/assertion.js";
import { readVerifierKey, readWitnesses } from "./ledger/note.js";
import { judgeProof } from "./proof/checks.js";
import { isProof } from "./proof/file.js";
import { readGlyphs } from "./pages/glyphs.js";
import { hex, latin1, sha256 } from "./reading/octets.js";
import { mailboxes, pemBlocks, readCertificates } from "./signatures/certificate.js";
import { signingTime } from "./signatures/cms_checks.js";
import { readList } from "./signatures/lists.js";
import { plain, say } from "./texts.js";

const KINDS = { mail: judgeMail, pdf: judgeLetter, bundle: judgeBundle, notice: judgeNotice, proof: judgeProof };
const FIELD = /^(?:From [^\r\n]*\r?\n)?[!-9;-~]+[ \t]*:/;
const OF_BUNDLES = ["application/vnd.etsi.asic-e+zip", "META-INF/ASiCManifest.xml"];

/** `mail`, `pdf`, `bundle`, `notice`, `proof`, or "" for none of these. */
export function kindOf(octets) {
  const head = latin1(octets.subarray(0, 65_536));
  if (isBundle(octets)) return "bundle";
  if (/^[ \t\r\n]*\{/.test(head)) return isProof(head) ? "proof" : "notice";
  if (FIELD.test(head)) return "mail";
  return head.slice(0, 1024).includes("%PDF-") ? "pdf" : "";
}

/** A ZIP that means to be one of ours; others, such as DOCX, are none. */
function isBundle(octets) {
  if (latin1(octets.subarray(0, 4)) !== "PK\x03\x04") return false;
  const whole = latin1(octets);
  return OF_BUNDLES.some((one) => whole.includes(one));
}

/**
 * policy: `trust` and `trustStamps` (certificates), `at` (Date), `tolerance` (ms),
 * `signers` (mailboxes or fingerprints), `logKeys` (texts), `lists` (CRLs in DER),
 * `witnessKeys`, `quorum`, `checkpoints` (texts), `parties` (of approvals by passkeys).
 * null for a file that is none of ours; Refusal for a policy that is none.
 */
export async function verify(octets, given) {
  const kind = kindOf(octets);
  if (!kind) return null;
  const policy = await readKeys(given);
  const { findings, evidence } = await KINDS[kind](octets, policy);
  const [told, indication] = verdict(findings);
  const certificate = evidence.signer?.certificate;
  return {
    kind,
    certificate: certificate ?? null,
    verdict: told,
    sub_indication: indication,
    findings,
    subject_sha256: hex(await sha256(octets)),
    signer: certificate
      ? {
          subject: certificate.subjectName,
          mailbox: mailboxesOf(certificate)[0] ?? "",
          serial: certificate.serial,
          issuer: certificate.issuerName,
        }
      : null,
    signing_time: evidence.signer ? claimed(evidence.signer) : null,
    best_signature_time: evidence.proven ?? null,
    notice: factsOf(evidence),
    validation_time: policy.at,
    clock_tolerance_seconds: policy.tolerance / 1000,
    conditions: told === "TOTAL-PASSED" ? conditions(kind, policy, certificate, evidence) : [],
    story: evidence.story ?? [],
    delivery: evidence.delivery ?? "",
  };
}

async function readKeys(given) {
  const keys = await Promise.all(given.logKeys.map((one) => readVerifierKey(one)));
  const witnesses = await readWitnesses(given.witnessKeys, given.quorum);
  return { ...given, logKeys: keys.map((one) => one.text), witnesses };
}

function mailboxesOf(certificate) {
  try {
    return mailboxes(certificate);
  } catch {
    return [];
  }
}

function claimed(signer) {
  try {
    return signingTime(signer);
  } catch {
    return null;
  }
}

/** Which notice it is, with nothing in it unseen. */
function factsOf(e) {
  const told = e.facts ?? e.notice?.statement ?? e.xmp?.statement ?? null;
  const shown = (value) => (typeof value === "string" ? plain(value, Infinity) : value);
  return told && Object.fromEntries(Object.entries(told).map(([name, value]) => [name, shown(value)]));
}

function conditions(kind, policy, certificate, evidence) {
  const open = [];
  if (certificate && !policy.signers.length)
    open.push(
      say(
        "nobody was expected as the signer: that {signer} is the centre, only you can say; compare the certificate with what the centre publishes, and name it with --signer",
        { signer: mailboxesOf(certificate)[0] ?? say("the signer") },
      ),
    );
  if (kind === "bundle" && !policy.logKeys.length)
    open.push(
      say(
        "the log's key was not given: that its history is the one that others were shown, the signer of the bundle alone says; name the key with --log-key",
      ),
    );
  if (evidence.isOldRecord)
    open.push(
      say(
        "nothing proves that all is shown: the ledger of version 1 has no chains, so a bounce or a withdrawal may have been left out",
      ),
    );
  return open;
}

const TABLES = new WeakMap();

/** The table of glyphs, read once for all files. */
function tableOf(octets) {
  if (!TABLES.has(octets)) TABLES.set(octets, readGlyphs(octets));
  return TABLES.get(octets);
}

/** A policy from what a person gives; FORMAT_FAILURE for certificates that are none. */
export function makePolicy({
  trust,
  trustStamps = null,
  at,
  toleranceSeconds = 60,
  signers = [],
  logKeys = [],
  evidence = [],
  witnessKeys = [],
  quorum = null,
  checkpoints = [],
  approvalOrigins = [],
  glyphs = null,
}) {
  const roots = trust.flatMap((one) => readCertificates(one));
  return {
    trust: roots,
    trustStamps: trustStamps ? trustStamps.flatMap((one) => readCertificates(one)) : roots,
    at,
    tolerance: toleranceSeconds * 1000,
    signers,
    logKeys,
    witnessKeys,
    quorum,
    checkpoints,
    parties: approvalOrigins.map(readParty),
    glyphs: glyphs ? tableOf(glyphs) : null,
    certificates: [],
    notices: evidence.filter(isNotice),
    ...answersOf(evidence.filter((one) => !isNotice(one))),
  };
}

/** Of a notice that another follows: a mail, its `notice.json`, a bundle. */
const isNotice = (octets) => ["mail", "notice", "bundle"].includes(kindOf(octets));

/** Lists in DER or PEM are read; anything else is taken for an OCSP answer. */
function answersOf(evidence) {
  const lists = [];
  const ocsps = [];
  for (const octets of evidence.flatMap((one) => pemBlocks(one, "X509 CRL"))) {
    try {
      lists.push(readList(octets).der);
    } catch {
      ocsps.push(octets);
    }
  }
  return { lists, ocsps };
}
