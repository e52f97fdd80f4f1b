// The door: octets and a policy in, a report out. No network, no clock, no key.

import { verdict } from "./checks.js";
import { judgeBundle } from "./files/bundle.js";
import { judgeLetter } from "./files/letter.js";
import { judgeMail } from "./files/mail.js";
import { judgeNotice } from "./files/notice_file.js";
import { readGlyphs } from "./pages/glyphs.js";
import { hex, latin1, sha256 } from "./reading/octets.js";
import { mailboxes, pemBlocks, readCertificates } from "./signatures/certificate.js";
import { signingTime } from "./signatures/cms_checks.js";
import { readList } from "./signatures/lists.js";
import { say } from "./texts.js";

const KINDS = { mail: judgeMail, pdf: judgeLetter, bundle: judgeBundle, notice: judgeNotice };

/** `mail`, `pdf`, `bundle`, `notice`, or "" for none of these. */
export function kindOf(octets) {
  const head = latin1(octets.subarray(0, 1024));
  if (head.startsWith("PK\x03\x04")) return "bundle";
  if (head.includes("%PDF-")) return "pdf";
  if (/^\s*\{/.test(head)) return "notice";
  return /^(?:From [^\n]*\n)?[!-9;-~]+[ \t]*:/.test(head) ? "mail" : "";
}

/**
 * policy: `trust` and `trustStamps` (certificates), `at` (Date), `tolerance` (ms),
 * `signers` (mailboxes or fingerprints), `logKeys` (texts), `lists` (CRLs in DER).
 * null for a file that is none of ours.
 */
export async function verify(octets, policy) {
  const kind = kindOf(octets);
  if (!kind) return null;
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

const factsOf = (e) => e.facts ?? e.notice?.statement ?? e.xmp?.statement ?? null;

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

/** A policy from what a person gives; FORMAT_FAILURE for certificates that are none. */
export function makePolicy({
  trust,
  trustStamps = null,
  at,
  toleranceSeconds = 60,
  signers = [],
  logKeys = [],
  evidence = [],
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
    glyphs: glyphs ? readGlyphs(glyphs) : null,
    certificates: [],
    notices: evidence.filter(isNotice),
    ...answersOf(evidence.filter((one) => !isNotice(one))),
  };
}

/** Of a notice that another follows: a mail or its `notice.json`. */
const isNotice = (octets) => ["mail", "notice"].includes(kindOf(octets));

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
