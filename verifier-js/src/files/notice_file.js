// A `notice.json` alone: it has no signature of its own.

import { check, hasPassed, run } from "../checks.js";
import { hex, sha256 } from "../reading/octets.js";
import { Refusal, say } from "../texts.js";
import { readNotice } from "./content.js";
import { checkShape } from "./notice_shape.js";

const CHECKS = [
  check("N01", "its form", [], (e) => {
    e.notice = readNotice(e.octets);
    checkShape(e.notice.document);
    const { number, case_id, form } = e.notice.statement;
    return say("{t0}", { t0: [number, case_id, form].join(", ") });
  }),
  check("N02", "a signature", ["N01"], async (e) => {
    const digest = hex(await sha256(e.octets));
    throw new Refusal(
      "SIGNED_DATA_NOT_FOUND",
      say("notice.json has no signature; the mail with an attachment of sha256 {digest} proves it", { digest }),
    );
  }),
];

export async function judgeNotice(octets, policy) {
  const e = { octets, policy };
  const findings = await run(CHECKS, e);
  return { findings, evidence: hasPassed(findings, "N01") ? e : {} };
}
