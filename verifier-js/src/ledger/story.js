// The events of a notice as sentences, each with what it rests on.

import { say } from "../texts.js";

const TELLING = {
  numbered: () => say("the number was reserved"),
  prepared: () => say("letter and mail were made and signed"),
  queued: () => say("someone said: send"),
  attempted: (facts) => say("attempt {attempt} began", facts),
  armed: (facts) => say("attempt {attempt}: the message was about to go over the wire", facts),
  outcome: (facts) => say("attempt {attempt} to {remote} ended as {state}: {reply}", facts),
  recovered: (facts) => say("attempt {attempt} was put in order, as {state}", facts),
  resolved: (facts) => say("an operator decided: {decision} ({reason})", facts),
  evidence: (facts) => say("evidence came in ({report}): {state}", facts),
  withdrawn: (facts) => say("taken back: {reason}", facts),
  exported: () => say("an evidence bundle was asked for"),
};
const USED = ["attempt", "remote", "state", "reply", "decision", "reason", "report"];

/** Lines of `at`, `text`, `source`; texts: place to what is shown beside it. */
export function storyOf(events, texts = new Map()) {
  return events.map((event) => {
    const told = { ...event.facts, ...(texts.get(event.seq) ?? {}) };
    if (told.reply === undefined && told.reply_code !== undefined && told.reply_code !== null)
      told.reply =
        told.reply_enhanced && told.reply_enhanced !== "-"
          ? `${told.reply_code} ${told.reply_enhanced}`
          : told.reply_code;
    const facts = Object.fromEntries(
      USED.map((name) => [
        name,
        told[name] === undefined || told[name] === null || told[name] === "" ? "-" : told[name],
      ]),
    );
    const text = Object.hasOwn(TELLING, event.kind) ? TELLING[event.kind](facts) : say("{t0}", { t0: event.kind });
    const isSomebody = event.by && !event.by.startsWith("program:");
    return {
      at: new Date(event.at),
      text: isSomebody ? say("{text}, by {by}", { text, by: event.by }) : text,
      source: say("ledger entry {seq}", { seq: event.seq }),
    };
  });
}

export const existed = (at, what) => ({
  at,
  text: say("{what} existed", { what: say(what) }),
  source: say("time stamp"),
});
