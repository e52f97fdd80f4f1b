// The ten checks on a signature, the same for a mail, a letter and a bundle.

import { check } from "../checks.js";
import { NotApplicable, Refusal, malformed, need, say } from "../texts.js";
import { constraints, mailboxes, purposes, usages } from "./certificate.js";
import { ATTRIBUTE, oneSigner, readSignedData, strictDer } from "./cms.js";
import { checkAttributesOf, checkDigest, checkValue, fingerprint, signingTime, suite } from "./cms_checks.js";
import { findPath } from "./path.js";
import { judgeStamp } from "./timestamp.js";

const HOUR = 3_600_000;
export const EMAIL = "1.3.6.1.5.5.7.3.4";
export const DOCUMENTS = "1.3.6.1.5.5.7.3.36";

/**
 * numbers: `encoding` (six follow on it), `stamp`, `path` (usage follows), `expected`.
 * evidence has: `der`, `content`, `policy`, and gets `signer`, `proven`, `path`.
 */
export function signatureChecks(
  letter,
  numbers,
  { needs, content, required, wanted, allowed = ["SHA-256", "SHA-384"], besides = () => {} },
) {
  const id = (number) => `${letter}${String(number).padStart(2, "0")}`;
  const [encoding, signer, algorithms, attributes, hashed, value] = [0, 1, 2, 3, 4, 5].map((step) =>
    id(numbers.encoding + step),
  );
  return [
    check(encoding, "encoding of the signature", needs, (e) => {
      if (e.brokenStore) throw e.brokenStore;
      e.value = readSignedData(strictDer(e.der));
      return say("strict DER, {count} bytes", { count: e.der.length });
    }),
    check(signer, "one detached signer", [encoding], (e) => {
      e.signer = oneSigner(e.value);
      return say("one signer, certificate {serial_number:x}", { serial_number: e.signer.certificate.serial });
    }),
    check(algorithms, "algorithms and key", [signer], async (e) => {
      const told = await suite(e.signer, allowed);
      besides(e);
      return told;
    }),
    check(attributes, "signed attributes", [signer], (e) => checkAttributesOf(e.signer, required)),
    check(hashed, say("digest of {content}", { content: say(content) }), [algorithms, attributes], (e) =>
      checkDigest(e.signer, e.content),
    ),
    check(value, "signature value", [algorithms, attributes], (e) => checkValue(e.signer)),
    check(id(numbers.stamp), "signature time stamp", [value], signatureStamp),
    check(id(numbers.path), "certificate path and revocation", [value], (e) => path(e, wanted)),
    check(id(numbers.path + 1), "certificate usage", [signer], (e) => usage(e.signer.certificate, wanted)),
    check(id(numbers.expected), "expected signer", [signer], expectedSigner),
  ];
}

/** What a path and a stamp are judged with: the policy's and what the file carries. */
export function material(e) {
  const { policy } = e;
  const own = e.signer
    ? { certificates: e.signer.certificates, ...e.signer.answers }
    : { certificates: [], lists: [], ocsps: [] };
  return {
    trust: policy.trust,
    trustStamps: policy.trustStamps,
    tolerance: policy.tolerance,
    clock: policy.at,
    certificates: [...own.certificates, ...policy.certificates, ...(e.besides?.certificates ?? [])],
    answers: {
      lists: [...own.lists, ...policy.lists, ...(e.besides?.lists ?? [])],
      ocsps: [...own.ocsps, ...policy.ocsps, ...(e.besides?.ocsps ?? [])],
    },
  };
}

async function signatureStamp(e) {
  const stamps = e.signer.unsigned.filter((one) => one.id === ATTRIBUTE.timeStamp).flatMap((one) => one.values);
  if (!stamps.length) throw new NotApplicable(say("no time stamp in the signature"));
  need(stamps.length === 1, say("{count} time stamps, at most one", { count: stamps.length }));
  const { proven } = await judgeStamp(stamps[0].der, e.signer.signature, material(e), e.stampedBefore ?? e.policy.at);
  const claimed = signingTime(e.signer);
  if (claimed && proven.getTime() < claimed.getTime() - HOUR)
    throw new Refusal(
      "TIMESTAMP_ORDER_FAILURE",
      say("signingTime {claimed} is after the time stamp {proven}", { claimed, proven }),
    );
  e.proven = proven;
  return say("existed at {proven:%Y-%m-%d %H:%M:%S%z}", { proven });
}

async function path(e, wanted) {
  const moment = e.proven ?? e.policy.at;
  const { certificate } = e.signer;
  const claimed = signingTime(e.signer);
  e.path = await findPath(certificate, material(e), moment, wanted);
  if (claimed) checkClaim(claimed, certificate, e.policy);
  const subjects = say(
    e.path.map((_, index) => `{t${index}}`).join(" < "),
    Object.fromEntries(e.path.map((one, index) => [`t${index}`, one.subjectName])),
  );
  return say("{subjects}, at {moment:%Y-%m-%d %H:%M:%S%z} ({basis})", {
    subjects,
    moment,
    basis: say(e.proven ? "proven time" : "given clock"),
  });
}

function checkClaim(claimed, { start, end }, { at, tolerance }) {
  if (claimed.getTime() > at.getTime() + tolerance)
    throw new Refusal(
      "TIMESTAMP_ORDER_FAILURE",
      say("signingTime {claimed} is after the time of judging, {at}; clocks may differ by {seconds:g} s", {
        claimed,
        at,
        seconds: tolerance / 1000,
      }),
    );
  if (claimed.getTime() < start.getTime() - tolerance || claimed > end)
    throw new Refusal(
      "SIG_CONSTRAINTS_FAILURE",
      say("signingTime {claimed} is outside the certificate's life, {start:%Y-%m-%d} to {end:%Y-%m-%d}", {
        claimed,
        start,
        end,
      }),
    );
}

function usage(certificate, wanted) {
  const rule = (holds, text) => {
    if (!holds) throw new Refusal("CHAIN_CONSTRAINTS_FAILURE", text);
  };
  rule(!constraints(certificate).isAuthority, say("the signer is a certification authority"));
  const used = usages(certificate);
  rule(used?.has(0) || used?.has(1), say("keyUsage does not allow signatures"));
  const found = (purposes(certificate) ?? []).filter((one) => wanted.includes(one));
  rule(found.length, say("extendedKeyUsage has none of {names}", { names: [...wanted].sort().join(", ") }));
  return say("{t0}", { t0: found.sort().join(", ") });
}

export async function expectedSigner(e) {
  const { signers } = e.policy;
  if (!signers.length) throw new NotApplicable(say("no expected signers were given"));
  const print = await fingerprint(e.signer.certificate);
  const names = mailboxes(e.signer.certificate);
  if (!isExpected(signers, names, print))
    throw malformed(
      say("signed by {mailboxes} (SHA-256 {fingerprint}), who is not expected", {
        mailboxes: names.join(", "),
        fingerprint: print,
      }),
    );
  return say("{t0}", { t0: names.join(", ") });
}

export const isExpected = (signers, names, print) =>
  signers.some(
    (one) => one.replace(/:/g, "").toLowerCase() === print || names.some((name) => isSameMailbox(one, name)),
  );

/** The domain without regard to case, the local part as it is. */
export function isSameMailbox(one, other) {
  const [a, b] = [one, other].map((each) => [
    each.slice(0, each.lastIndexOf("@")),
    each.slice(each.lastIndexOf("@") + 1).toLowerCase(),
  ]);
  return a[0] === b[0] && a[1] === b[1];
}
