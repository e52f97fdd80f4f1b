// A report as a document: the fields of `notices verify --json`.

import { tell } from "./texts.js";

/** Characters of an event that are told. */
export const STORY = 300;

export function reportJson(report, catalogue) {
  const say = (text) => tell(text, catalogue);
  const moment = (date) => (date ? date.toISOString() : null);
  return {
    kind: report.kind,
    verdict: report.verdict,
    sub_indication: report.sub_indication,
    signer: report.signer,
    signing_time: moment(report.signing_time),
    best_signature_time: moment(report.best_signature_time),
    clock_tolerance_seconds: report.clock_tolerance_seconds,
    subject_sha256: report.subject_sha256,
    notice: report.notice ? pick(report.notice, ["number", "case_id", "date", "recipient", "form", "kind"]) : null,
    checks: report.findings.map((one) => ({
      id: one.id,
      name: say(one.name),
      status: one.status,
      sub_indication: one.sub_indication,
      detail: say(one.detail),
    })),
    story: report.story.map((one) => ({
      at: moment(one.at),
      text: tell(one.text, catalogue, STORY),
      source: say(one.source),
    })),
    delivery: report.delivery || null,
    conditions: report.conditions.map(say),
  };
}

const pick = (value, names) => Object.fromEntries(names.map((name) => [name, value[name] ?? null]));
