// What happened to a notice, and whether it can be so (formats.md, 6.2 and 9).

import { hex } from "../reading/octets.js";
import { malformed, need, say } from "../texts.js";
import { micros } from "./moments.js";

const LEGAL = {
  "": ["drafted", "held"],
  drafted: ["held", "withdrawn"],
  held: ["queued", "withdrawn", "sent", "delivered", "bounced"],
  queued: ["sending", "withdrawn", "sent", "delivered", "bounced"],
  sending: ["sent", "deferred", "failed", "in_doubt", "queued", "held"],
  deferred: ["sending", "withdrawn", "sent", "delivered", "bounced"],
  in_doubt: ["queued", "sent", "delivered", "bounced", "deferred", "failed"],
  failed: ["sent", "delivered"],
  sent: ["delivered", "bounced"],
};
const ONLY_FROM = { queued: "held", outcome: "sending", recovered: "sending", resolved: "in_doubt" };
const MOVES = { drafted: "drafted", prepared: "held", queued: "queued", attempted: "sending", withdrawn: "withdrawn" };
const DECISIONS = { sent: "sent", resend: "queued" };

export function oneEvent(events, kind) {
  const found = events.filter((event) => event.kind === kind);
  need(found.length === 1, say("{count} events {kind}, must be one", { count: found.length, kind }));
  return found[0];
}

function target({ kind, facts }) {
  if (["outcome", "recovered", "evidence"].includes(kind)) return String(facts.state ?? "None");
  if (kind === "resolved") return DECISIONS[facts.decision] ?? String(facts.decision ?? "None");
  return Object.hasOwn(MOVES, kind) ? MOVES[kind] : null;
}

/** The state to which all events lead; FORMAT_FAILURE for a step that may not be. */
export function finalState(events) {
  let state = "",
    attempts = 0,
    isArmed = false;
  for (const event of events) {
    const { kind, facts, seq } = event;
    const illegal = (to) =>
      malformed(
        say("entry {seq}, {kind}: a delivery that is {state} cannot become {to}", {
          seq,
          kind,
          state: state || say("not prepared"),
          to,
        }),
      );
    if (kind === "attempted") [attempts, isArmed] = [attempts + 1, false];
    if (kind === "armed") {
      if (state !== "sending" || isArmed) throw illegal("armed");
      isArmed = true;
    }
    const isOfOne = ["attempted", "armed", "outcome", "recovered"].includes(kind);
    need(
      !isOfOne || facts.attempt === attempts,
      say("entry {seq} is of attempt {attempt}, it should be {expected}", {
        seq,
        attempt: facts.attempt ?? "-",
        expected: attempts,
      }),
    );
    const to = target(event);
    if (Object.hasOwn(ONLY_FROM, kind) && state !== ONLY_FROM[kind]) throw illegal(to);
    if (to === null || (to === state && kind === "evidence")) continue;
    const isDoubted = state === "sending" && isArmed && to === "queued";
    const isEarly = kind === "evidence" && !attempts;
    const legal = Object.hasOwn(LEGAL, state) ? LEGAL[state] : [];
    if (to === state || !legal.includes(to) || isDoubted || isEarly) throw illegal(to);
    state = to;
  }
  return state;
}

/** Along the chain `at` does not run backwards, nor past a stamp over it, or the seal. */
export function checkTimes(events, until, sealed, tolerance) {
  const judged = events.filter((event) => event.version === 2);
  judged.forEach((event, index) => {
    const before = judged[index - 1];
    need(
      !before || event.at >= before.at,
      say("entry {seq} was written down before entry {before}", { seq: event.seq, before: before?.seq }),
    );
  });
  for (const event of judged) {
    const isAfter = (end) => end && micros(event.at) > (end.getTime() + tolerance) * 1000;
    need(
      !isAfter(until),
      say("entry {seq} was written down after the checkpoint's time stamp", { seq: event.seq }),
    );
    need(!isAfter(sealed), say("entry {seq} was written down after the bundle was signed", { seq: event.seq }));
  }
  return say("{count} times in order", { count: judged.length });
}

/** What keeps the history from being complete; FORMAT_FAILURE for what contradicts. */
export function missingOf(events, others) {
  const shown = new Map([...events, ...others].map((event) => [event.seq, event]));
  const missing = [];
  events.forEach((event, index) => {
    const before = events[index - 1] ?? null;
    if (event.version === 2) {
      checkNoticeLink(event, before, missing);
      checkOtherLinks(event, shown, missing);
    } else
      need(!before || before.version === 1, say("entry {seq} is of version 1, which had ended", { seq: event.seq }));
  });
  if (events.at(-1)?.kind !== "exported") missing.push(say("the last entry is not that of the export"));
  return missing;
}

const contradicts = (event, what) => malformed(say("entry {seq} names {what}", { seq: event.seq, what }));

function checkNoticeLink(event, before, missing) {
  const link = event.previous.notice ?? null;
  if (link === null) {
    if (before) throw contradicts(event, say("that nothing was before it"));
  } else if (!before || link.seq > before.seq) missing.push(say("entry {seq} of the ledger", { seq: link.seq }));
  else if (link.seq !== before.seq || link.leaf !== hex(before.hash))
    throw contradicts(event, say("entry {seq}, not the one before it", { seq: link.seq }));
}

function checkOtherLinks(event, shown, missing) {
  for (const chain of ["policy", "person"]) {
    const link = event.previous[chain] ?? null;
    if (link === null) continue;
    if (!shown.has(link.seq)) missing.push(say("entry {seq} of the ledger ({chain})", { seq: link.seq, chain }));
    else if (hex(shown.get(link.seq).hash) !== link.leaf)
      throw contradicts(event, say("another entry {seq} than is shown", { seq: link.seq }));
  }
}
