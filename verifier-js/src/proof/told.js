// What a proof tells beside the leaves (L08): compared, or named as only told.

import { finalState, oneEvent } from "../ledger/history.js";
import { flatOf } from "../ledger/leaf.js";
import { isSameJson } from "../reading/json.js";
import { listed, malformed, need, plain, say } from "../texts.js";

/** Events that say what the notice is, the later ones more. */
const BASES = ["numbered", "drafted", "prepared"];
const OF_BASE = [
  ...["case_id", "form", "rung", "ordinal", "channel", "test"],
  ...["message_id", "signer_certificate_sha256", "again_reason", "rung_reason"],
  ...["recipient", "mailbox"],
];
const MAIL = "message.eml";

export function checkTold(records, histories) {
  const said = histories.map((history, at) => {
    const { notice } = records[at];
    const known = knownOf(history);
    for (const [name, value] of known)
      need(
        name in notice && isSameJson(notice[name], value),
        say("{name} of {number} is told other than the ledger has it", { name, number: history.number }),
      );
    const names = onlyTold(records[at], known).sort().join(", ");
    const { number } = history;
    return names ? say("{number}; only told, and not proven: {names}", { number, names }) : say("{t0}", { t0: number });
  });
  return listed(said, "; ");
}

function knownOf({ number, events, texts }) {
  const known = new Map();
  for (const event of events) {
    if (BASES.includes(event.kind)) {
      const flat = flatOf(event, texts.get(event.seq));
      // version 1 had the mailbox under this name, or nothing
      const names = OF_BASE.filter((name) => name in flat && (event.version === 2 || name !== "recipient"));
      for (const name of names) known.set(name, flat[name]);
    }
    if (event.kind === "armed") known.set("message_sha256", event.facts.message_sha256 ?? null);
  }
  return known.set("number", number).set("state", finalState(events));
}

/** Names of what nobody has proven; FORMAT_FAILURE for what contradicts itself. */
function onlyTold({ notice, artifacts }, known) {
  const names = Object.keys(notice).filter((name) => !known.has(name) && notice[name] !== "" && notice[name] !== null);
  for (const [name, digest] of Object.entries(artifacts)) {
    const isHash = typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest);
    need(isHash, say("the hash of {name} is none", { name }));
  }
  const { number, message_sha256: sent = null } = notice;
  const mail = artifacts[MAIL];
  need(mail === undefined || mail === sent, say("the mail of {number} has two hashes", { number }));
  const isOther = (name) => name !== MAIL || !known.has("message_sha256");
  if (Object.keys(artifacts).some(isOther)) names.push("artifacts");
  return names;
}

/** Which notice it is, as far as the log says. */
export function factsOf({ number, events, texts }) {
  const kind = [...BASES].reverse().find((one) => events.some((event) => event.kind === one));
  if (!kind) throw malformed(say("no event says what the notice is"));
  const event = oneEvent(events, kind);
  const flat = flatOf(event);
  const shown = (value) => plain(String(value || ""), Infinity);
  return {
    number: shown(number),
    case_id: shown(flat.case_id),
    date: null,
    recipient: shown(texts.get(event.seq)?.recipient),
    form: shown(flat.form),
  };
}
