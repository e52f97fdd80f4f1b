// Numbered checks in their order: verification.md says what each compares.

import { NotDer } from "./reading/der.js";
import { NotApplicable, Refusal, Text, malformed, say } from "./texts.js";

/** Sub-indications that make a verdict TOTAL-FAILED; all others are INDETERMINATE. */
const FAILING = ["FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED", "NOT_YET_VALID"];

/** One check: `judge` returns what was compared, or throws Refusal or NotApplicable. */
export const check = (id, name, needs, judge) => ({ id, name: name instanceof Text ? name : say(name), needs, judge });

/** Every check in its order; what cannot run is skipped with the reason. */
export async function run(checks, evidence) {
  const findings = [];
  const passed = new Set();
  for (const one of checks) {
    const unmet = one.needs.find((id) => !passed.has(id));
    const finding = unmet
      ? { status: "skipped", detail: say("not checked, because {unmet} did not pass", { unmet }) }
      : await judged(one, evidence);
    if (finding.status === "passed") passed.add(one.id);
    findings.push({ id: one.id, name: one.name, sub_indication: null, ...finding });
  }
  return findings;
}

async function judged(one, evidence) {
  try {
    return { status: "passed", detail: await one.judge(evidence) };
  } catch (error) {
    if (error instanceof NotApplicable) return { status: "skipped", detail: error.text };
    const refusal = error instanceof Refusal ? error : malformed(unreadable(error));
    const status = FAILING.includes(refusal.indication) ? "failed" : "indeterminate";
    return { status, sub_indication: refusal.indication, detail: refusal.text };
  }
}

/** Hostile octets end in a finding, whatever they made a reader do. */
function unreadable(error) {
  return error instanceof NotDer && error.text instanceof Text
    ? say("unreadable: {error}", { error: error.text })
    : say("unreadable: it is broken, or not as this program writes it");
}

/** TOTAL-FAILED if a check failed, else INDETERMINATE if one could not tell. */
export function verdict(findings) {
  const has = (status) => findings.find((one) => one.status === status);
  const decided = has("failed") ?? has("indeterminate");
  if (!findings.length || has("failed")) return ["TOTAL-FAILED", decided?.sub_indication ?? null];
  return decided ? ["INDETERMINATE", decided.sub_indication] : ["TOTAL-PASSED", null];
}

export const hasPassed = (findings, ...ids) =>
  ids.every((id) => findings.some((one) => one.id === id && one.status === "passed"));
