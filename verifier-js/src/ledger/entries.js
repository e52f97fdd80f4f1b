// Whether the entries of a notice can all be true (formats.md, 9): B32.

import { malformed, need, say } from "../texts.js";
import { isMoment, micros } from "./moments.js";

const SAME = ["kind", "rung", "ordinal", "form", "channel", "test"];
const OF_REQUESTED = ["rung", "form", "channel"];
const OF_NOTICE = ["numbered", "drafted", "prepared"];
const OUTCOMES = ["outcome", "recovered"];
const STAGES = ["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "end_of_data"];
const PROVES = { delivered: "delivered", failed: "bounced", delayed: "sent", relayed: "sent", expanded: "sent" };
const SENT = ["sent", "delivered", "bounced"];
const IMPORTED = (event) => event.facts.imported === true;

const cannot = ({ seq, kind }, name, value) =>
  malformed(say("entry {seq}, {kind}: {name} cannot be {value}", { seq, kind, name, value: value ?? "-" }));

/** `texts`: what lies beside, by place. `tolerance` in ms. FORMAT_FAILURE for what cannot be. */
export function checkEntries(events, texts, isRedacted, tolerance) {
  checkBeginning(events);
  checkSame(events);
  checkCourse(events, texts, tolerance);
  const last = events.at(-1);
  if (last?.kind === "exported" && last.facts.redacted !== isRedacted)
    throw cannot(last, "redacted", last.facts.redacted);
  return say("{count} entries agree", { count: events.length });
}

function checkBeginning(events) {
  events.forEach(({ seq, kind, version, previous }, place) => {
    const isFirst = place === 0 && version === 2 && !(previous.notice ?? null);
    need(
      !isFirst || kind === "numbered",
      say("entry {seq}, {kind}: a notice begins with its number", { seq, kind }),
    );
    need(!place || kind !== "numbered", say("entry {seq} gives the number a second time", { seq }));
  });
}

function checkSame(events) {
  const first = new Map();
  for (const event of events)
    for (const [name, value] of unchanging(event)) {
      if (!first.has(name)) first.set(name, [event.seq, value]);
      const [before, told] = first.get(name);
      need(
        value === told,
        say("{name} is {value} in entry {seq}, {told} in entry {before}", {
          name,
          value,
          seq: event.seq,
          told,
          before,
        }),
      );
    }
}

function* unchanging(event) {
  const { kind, facts, caseId } = event;
  if (caseId) yield ["case_id", caseId];
  let names = OF_NOTICE.includes(kind) ? SAME : [];
  if (kind === "requested" && !IMPORTED(event)) {
    names = OF_REQUESTED;
    yield ["kind", facts.kind === "request" ? "notice" : (facts.kind ?? null)];
  }
  for (const name of names) if ((facts[name] ?? null) !== null) yield [name, facts[name]];
}

const codeOf = ({ facts }) => (Number.isSafeInteger(facts.reply_code) ? facts.reply_code : 0);
const behind = ({ facts }) => (Number.isSafeInteger(facts.clock_behind_ms) ? facts.clock_behind_ms : 0);

function momentOf(event, name) {
  const told = event.facts[name] ?? null;
  if (told === null) return null;
  if (!isMoment(told)) throw cannot(event, name, told);
  return micros(told);
}

/** The attempts one after the other, and what is told of each. */
function checkCourse(events, texts, tolerance) {
  const at = { began: null, isArmed: false, armedAt: null, state: "", tolerance: tolerance * 1000 };
  at.channel = events.map((event) => event.facts.channel).find(Boolean) ?? null;
  for (const event of events) {
    const { kind, facts, seq } = event;
    if (kind === "attempted") [at.began, at.isArmed] = [event, false];
    if (kind === "armed") [at.isArmed, at.armedAt] = [true, at.armedAt ?? event.at];
    if (event.version !== 2) continue;
    if (OUTCOMES.includes(kind)) {
      checkOutcome(event, at);
      checkTimes(event, at);
    } else if (kind === "evidence") checkEvidence(event, at);
    else if (kind === "requested" && !IMPORTED(event)) checkRequested(event, at);
    checkReply(event, texts.get(seq) ?? {});
    if (OUTCOMES.includes(kind) || kind === "evidence") at.state = String(facts.state ?? "None");
    if (kind === "resolved") at.state = String(facts.decision ?? "None");
  }
}

function checkOutcome(event, { channel, isArmed }) {
  const { state = null, stage = null } = event.facts;
  const code = codeOf(event),
    digit = Math.floor(code / 100);
  if (!STAGES.includes(stage)) throw cannot(event, "stage", stage);
  const isEnd = stage === "end_of_data";
  const isTaken = isEnd && digit === 2;
  const isByHand = code === 0 && channel !== null && channel !== "smtp";
  const isTold = isEnd && [2, 4, 5].includes(digit);
  const holds =
    state === "sent"
      ? isEnd && isArmed && (isTaken || isByHand)
      : state === "in_doubt"
        ? isArmed && !isTold
        : !isTaken;
  if (!holds) throw cannot(event, "state", state);
}

function checkTimes(event, { began, channel, tolerance }) {
  const [started, ended] = [momentOf(event, "started_at"), momentOf(event, "ended_at")];
  if (started === null || ended === null) return;
  if (started > ended || ended > micros(event.at) + tolerance) throw cannot(event, "ended_at", event.facts.ended_at);
  if (!began || channel !== "smtp") return;
  const earliest = micros(began.at) - tolerance - 1000 * (behind(began) + behind(event));
  if (started < earliest) throw cannot(event, "started_at", event.facts.started_at);
}

function checkReply(event, { reply }) {
  const code = codeOf(event),
    enhanced = event.facts.reply_enhanced;
  if (reply === undefined || !code) return;
  const begins = [String(code), ...(enhanced ? [String(enhanced)] : [])];
  if (reply.split(" ").slice(0, begins.length).join(" ") !== begins.join(" ")) throw cannot(event, "reply", reply);
}

function checkEvidence(event, { state: before }) {
  const { state = null, report, action, proves = null } = event.facts;
  if (state === before) return;
  const holds = ["delivery_status", "bounce"].includes(report)
    ? Object.hasOwn(PROVES, String(action)) && state === PROVES[action] && (proves === null || proves === state)
    : report === "late_reply" || (report === "archive_copy" && state === "sent");
  if (!holds) throw cannot(event, "state", state);
}

function checkRequested(event, { armedAt, state, tolerance }) {
  need(
    armedAt !== null && SENT.includes(state),
    say("entry {seq} says that somebody was asked, and nothing was sent", { seq: event.seq }),
  );
  const told = momentOf(event, "at");
  if (told !== null && told < micros(armedAt) - tolerance) throw cannot(event, "at", event.facts.at);
}
