// The events of a notice as sentences, each with what it rests on.

import { Text, say } from "../texts.js";

const TELLING = {
  numbered: say("the number was reserved"),
  drafted: say("letter and mail were written, not signed"),
  approved: say("approved by {approver} at {at}"),
  rejected: say("rejected by {approver}: {reason}"),
  person_enrolled: say("{person} was enrolled by {enrolled_by}: {roles}"),
  person_revoked: say("the key of {person} was revoked by {revoked_by}"),
  people_recovered: say("WITHOUT ANOTHER PERSON, on the machine itself, {person} was made an administrator"),
  policy_changed: say("the policy of {section} changed: required {required}"),
  prepared: say("letter and mail were made and signed"),
  queued: say("someone said: send"),
  attempted: say("attempt {attempt} began"),
  armed: say("attempt {attempt}: the message was about to go over the wire"),
  outcome: say("attempt {attempt} to {remote} ended as {state}: {reply}"),
  recovered: say("attempt {attempt} was put in order, as {state}"),
  resolved: say("an operator decided: {decision} ({reason})"),
  evidence: say("evidence came in ({report}): {state}"),
  withdrawn: say("taken back: {reason}"),
  exported: say("an evidence bundle was asked for"),
  send_asked: say("to be sent as soon as it is signed"),
  requested: say("recorded in the case: asked ({kind})"),
  answered: say("recorded in the case: the provider answered ({answer})"),
  returned: say("recorded in the case: it came back ({reason})"),
};
const USED = [
  ...["attempt", "remote", "state", "reply", "decision", "reason", "report", "approver", "at"],
  ...["person", "enrolled_by", "revoked_by", "roles", "section", "required"],
  ...["kind", "answer"],
];
const DASH = [undefined, null, ""];

/** Lines of `at`, `text`, `source`; texts: place to what is shown beside it. */
export const storyOf = (events, others, texts) =>
  [...others, ...events].sort((one, other) => one.seq - other.seq).map((event) => line(event, texts.get(event.seq)));

function line(event, beside = {}) {
  const told = { ...event.facts, ...beside };
  // a text that was left out, where the reply's code is in the leaf
  if (told.reply === undefined && !DASH.slice(0, 2).includes(told.reply_code)) {
    const [code, enhanced] = [told.reply_code, told.reply_enhanced].map((one) => (DASH.includes(one) ? "-" : one));
    told.reply = enhanced === "-" ? code : `${code} ${enhanced}`;
  }
  const facts = Object.fromEntries(USED.map((name) => [name, DASH.includes(told[name]) ? "-" : told[name]]));
  // what is not ours is never a pattern
  const isKnown = Object.hasOwn(TELLING, event.kind);
  const text = isKnown ? new Text(TELLING[event.kind].template, facts) : say("{t0}", { t0: event.kind });
  const isSomebody = event.by && !event.by.startsWith("program:");
  return {
    at: new Date(event.at),
    order: event.at,
    text: isSomebody ? say("{text}, by {by}", { text, by: event.by }) : text,
    source: say("ledger entry {seq}", { seq: event.seq }),
  };
}

const placeOf = (line) => line.order ?? line.at.toISOString().replace("Z", "000Z");

/** In the order of time, to the microsecond; what is of one time stays as it was. */
export const inOrder = (lines) =>
  [...lines].sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : placeOf(one) > placeOf(other) ? 1 : 0));

export const existed = (at, what) => ({
  at,
  text: say("{what} existed", { what: say(what) }),
  source: say("time stamp"),
});
