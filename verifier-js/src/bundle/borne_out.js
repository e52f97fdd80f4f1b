// Whether mail and documents bear out what the log tells of them: B33.

import { oneEvent } from "../ledger/history.js";
import { micros } from "../ledger/moments.js";
import { isObject, readJson } from "../reading/json.js";
import { equal } from "../reading/octets.js";
import { ATTRIBUTE } from "../signatures/cms.js";
import { fingerprint, signingTime } from "../signatures/cms_checks.js";
import { claimedTime } from "../signatures/timestamp.js";
import { malformed, need, say } from "../texts.js";
import { DOCX, NOTICE, WARNINGS, member } from "./bundle_members.js";
import { DOCX_TYPE, isXarf } from "../files/mail.js";

const MAX = 64 * 1024 * 1024;

/** mail: the evidence of the mail inside. FORMAT_FAILURE for what it does not bear out. */
export async function borneOut(e, { mail, signer }) {
  const prepared = oneEvent(e.record.events, "prepared");
  const compared = [];
  for (const [name, told, shown] of await pairs(e, signer, prepared)) {
    if ((told ?? null) === null) continue;
    need(
      told === shown,
      say("{name}: entry {seq} has {told}, the mail {shown}", { name, seq: prepared.seq, told, shown: shown ?? "-" }),
    );
    compared.push(name);
  }
  checkAttachments(e, mail.leaves);
  checkOrder(e, signer, prepared);
  return say("{t0}", { t0: compared.join(", ") });
}

const tokensOf = (signer) =>
  signer.unsigned.filter((one) => one.id === ATTRIBUTE.timeStamp).flatMap((one) => one.values);

function stampOf(signer) {
  const [token] = tokensOf(signer);
  return token ? claimedTime(token.der) : null;
}

async function pairs(e, signer, { facts, version }) {
  const { value: notice } = readJson(member(e, NOTICE), "notice.json", MAX);
  const found = [
    ["signer_certificate_sha256", facts.signer_certificate_sha256, await fingerprint(signer.certificate)],
    ["rung", facts.rung, notice.recipient.rung],
    ["ordinal", facts.ordinal, notice.ordinal],
    ["test", facts.test, notice.test ?? false],
  ];
  if (version !== 2) return found;
  const stamped = stampOf(signer);
  found.push(
    ["timestamped", facts.timestamped, stamped !== null],
    ["timestamp_time", facts.timestamp_time && second(facts.timestamp_time), stamped && second(stamped)],
    ["warnings", facts.warnings, warningsOf(e, notice).length],
  );
  for (const { kind, facts: drafted } of e.record.events)
    if (kind === "drafted") found.push(["language", drafted.language, notice.language]);
  return found;
}

/** To the second: fractions are written in several ways. */
function second(told) {
  const isZoned = told instanceof Date || /(?:Z|[+-]\d\d:\d\d)$/.test(told);
  const time = isZoned ? new Date(told).getTime() : NaN;
  return Number.isNaN(time) ? "-" : String(Math.floor(time / 1000));
}

function warningsOf(e, notice) {
  if (!e.members.has(WARNINGS)) return [];
  const { value: warnings } = readJson(member(e, WARNINGS), "warnings.json", MAX);
  const isOurs =
    Array.isArray(warnings) &&
    warnings.every(
      (one) =>
        isObject(one) &&
        Object.keys(one).sort().join() === "code,message,path" &&
        Object.values(one).every((value) => typeof value === "string"),
    );
  if (!isOurs) throw malformed(say("warnings.json is no list of code, path and message"));
  const accepted = new Set(warnings.map(({ code }) => code));
  const lacking = [...new Set(notice.warnings ?? [])].filter((code) => !accepted.has(code)).sort();
  need(!lacking.length, say("warnings.json lacks {names}", { names: lacking.join(", ") }));
  return warnings;
}

function checkAttachments({ members }, leaves) {
  const sent = new Map();
  for (const leaf of leaves) {
    if (leaf.type === DOCX_TYPE) sent.set(DOCX, leaf.content);
    else if (isXarf(leaf)) sent.set(`documents/${leaf.fileName}`, leaf.content);
  }
  const other = (name) => say("{name} is not what the mail has", { name });
  for (const [name, content] of sent)
    need(!members.has(name) || equal(members.get(name), content), other(name));
  for (const name of members.keys()) need(!name.startsWith("documents/xarf") || sent.has(name), other(name));
}

/** Nothing was written down, or sent, before it was there. */
function checkOrder({ record, policy }, signer, prepared) {
  const isEarly = ({ at }, time) => micros(at) + policy.tolerance * 1000 < time.getTime() * 1000;
  const early = ({ seq, kind }) =>
    malformed(say("entry {seq}, {kind}, was written down before the mail was signed", { seq, kind }));
  const [signed, stamped] = [signingTime(signer), stampOf(signer)];
  if (prepared.version === 2 && signed && isEarly(prepared, signed)) throw early(prepared);
  if (!stamped) return;
  for (const event of record.events)
    if (event.kind === "armed" && event.version === 2 && isEarly(event, stamped)) throw early(event);
}
