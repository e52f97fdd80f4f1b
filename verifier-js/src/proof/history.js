// The events of each notice in a proof, against the checkpoint's tree (L06).

import { flatOf, readLeaf } from "../ledger/leaf.js";
import { isIncluded } from "../ledger/log.js";
import { OF_OTHERS, commitment } from "../ledger/record_2.js";
import { isSameJson } from "../reading/json.js";
import { encode, equal } from "../reading/octets.js";
import { need, say } from "../texts.js";

const REPORT = "document/report.eml",
  DOCUMENT = "document/";

/** `number`, `events`, `others`, `texts` (place to what is opened); FORMAT_FAILURE. */
export async function historyOf(record, checkpoint) {
  const isTree = record.size === checkpoint.size && equal(record.root, checkpoint.root);
  need(isTree, "its proofs lead to another tree than that of the checkpoint");
  need(record.events.length, "it shows no event");
  const events = await provenOf(record.events, checkpoint);
  const isOrdered = events.every((event, at) => !at || event.seq > events[at - 1].seq);
  need(isOrdered, "the events are not in the order of the ledger");
  const { number } = record.notice;
  events.forEach((event, at) => checkAsTold(event, record.events[at], number));
  const others = await provenOf(record.others, checkpoint);
  for (const { kind, seq } of others)
    need(OF_OTHERS.includes(kind), say("entry {seq} is of no policy and no person", { seq }));
  const texts = new Map();
  for (const [at, event] of events.entries()) texts.set(event.seq, await opened(event, record.events[at]));
  return { number, events, others, texts };
}

async function provenOf(shown, { size, root }) {
  const events = [];
  for (const one of shown) {
    const event = await readLeaf(one.leaf);
    const isThere = await isIncluded(event.hash, event.seq, size, one.proof, root);
    need(isThere, say("entry {seq} is not in the ledger of that root", { seq: event.seq }));
    events.push(event);
  }
  return events;
}

/** What is told beside the leaf are its values; texts are another check's. */
function checkAsTold(event, { told }, number) {
  const beside = Object.keys(event.beside ?? {});
  if (beside.includes(REPORT)) beside.push("report_sha256");
  const values = Object.fromEntries(Object.entries(told).filter(([name]) => !beside.includes(name)));
  const isAsTold = isSameJson(values, flatOf(event)) && event.number === number;
  need(isAsTold, say("entry {seq} is told other than it was recorded", { seq: event.seq }));
}

/** The texts that are shown with their salts; FORMAT_FAILURE for another text. */
async function opened(event, { told, salts }) {
  const { seq, beside = {} } = event;
  const found = Object.create(null);
  for (const [name, salt] of salts) {
    const isOwed = Object.hasOwn(beside, name) && salt.length === 32;
    need(isOwed, say("entry {seq} has no salt of {name}", { seq, name }));
    if (name.startsWith(DOCUMENT) || !(name in told)) continue;
    need(typeof told[name] === "string", say("{name} of entry {seq} is no text", { seq, name }));
    const made = await commitment(salt, name, encode(told[name]));
    need(made === beside[name], say("{name} is not the text that entry {seq} commits to", { seq, name }));
    found[name] = told[name];
  }
  return found;
}

/** Texts that are told and not proven: no salt is shown for them. */
export function unopened(record, { events, texts }) {
  const open = events.flatMap((event, at) =>
    Object.keys(event.beside ?? {}).filter(
      (name) => name in record.events[at].told && !(name in texts.get(event.seq)),
    ),
  );
  return [...new Set(open)].sort();
}
