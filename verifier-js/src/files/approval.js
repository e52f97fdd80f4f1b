// The checks on an approval: skipped where the policy wanted none, failed where it wanted
// one and there is none; one that is there is left out by name.

import { check } from "../checks.js";
import { hex } from "../reading/octets.js";
import { NotApplicable, Refusal, leftOut, malformed, say } from "../texts.js";

const STATED = say("checker stated, not proven: the policy wanted no approval");
const NAMES = [
  ["A01", "enrolled by the ledger"],
  ["A02", "the signature"],
  ["A03", "user verification"],
  ["A04", "origin and rp id"],
  ["A05", "what was signed"],
  ["A06", "what was sent"],
  ["A07", "two persons"],
  ["A08", "in time"],
];

/** The newest event of a kind before a place of the log; undefined for none. */
const newest = (events, kind, until = Infinity) =>
  events.filter((event) => event.kind === kind && event.seq < until).at(-1);

/** Whether the policy that `queued` names wanted an approval; Refusal if it is not shown. */
function isWanted(queued, others) {
  const link = queued?.previous?.policy ?? null;
  if (link === null) return false;
  const policy = others.find((event) => event.seq === link.seq && hex(event.hash) === link.leaf);
  if (!policy)
    throw new Refusal("SIGNED_DATA_NOT_FOUND", say("entry {seq} of the ledger is not shown", { seq: link.seq }));
  return policy.facts.required === "checker";
}

function judge(id, { record }) {
  const queued = newest(record.events, "queued");
  if (newest(record.events, "approved", queued?.seq)) throw leftOut(say("the approval of a second person"));
  if (!isWanted(queued, record.others ?? [])) throw new NotApplicable(STATED);
  if (id === "A01") throw malformed(say("the policy wanted an approval, and there is none"));
  throw new NotApplicable(say("there is no approval"));
}

export const APPROVAL = NAMES.map(([id, name]) =>
  check(id, name, ["A06", "A07"].includes(id) ? ["B17", "B19"] : ["B17"], (e) => judge(id, e)),
);
