// The checks on what `notices ledger prove` hands out: L01 to L10.

import { check, hasPassed, run } from "../checks.js";
import { finalState, missingOf } from "../ledger/history.js";
import { openCheckpoint } from "../ledger/log.js";
import { readLogKey, readNote } from "../ledger/note.js";
import { inOrder, storyOf } from "../ledger/story.js";
import { checkCosigned, checkHeld, cosignedLines } from "../ledger/watched.js";
import { hex } from "../reading/octets.js";
import { NotApplicable, Refusal, listed, need, say } from "../texts.js";
import { readProof, recordsOf } from "./file.js";
import { historyOf, unopened } from "./history.js";
import { checkTold, factsOf } from "./told.js";

const ALWAYS_LAST = "the last entry is not that of the export";
async function logKey(e) {
  return (e.logKey ??= await readLogKey(e.document.log_key));
}

function form(e) {
  e.document = readProof(e.octets);
  e.records = recordsOf(e.document);
  const count = e.records.reduce((sum, one) => sum + one.events.length, 0);
  const numbers = e.records.map((one) => one.notice.number);
  need(numbers.length, "it is about no notice");
  need(new Set(numbers).size === numbers.length, "it tells of one notice twice");
  return say("{records} notices, {count} events", { records: numbers.length, count });
}

async function pinned(e) {
  const { logKeys } = e.policy;
  if (!logKeys.length)
    throw new Refusal(
      "NO_SIGNING_CERTIFICATE_FOUND",
      say("no --log-key was given, and nothing else vouches for the key in it"),
    );
  const { text } = await logKey(e);
  need(logKeys.includes(text), say("the key is {log_key}, which is not pinned", { log_key: text }));
  return say("{t0}", { t0: text });
}

async function checkpoint(e) {
  const key = await logKey(e);
  e.note = readNote(e.document.checkpoint);
  e.checkpoint = await openCheckpoint(e.note, key);
  const { origin, size, root } = e.checkpoint;
  return say("{origin}, {size} entries, root {root}", { origin, size, root: hex(root) });
}

async function included(e) {
  const histories = [];
  for (const record of e.records) histories.push(await historyOf(record, e.checkpoint));
  e.histories = histories;
  const count = histories.reduce((sum, one) => sum + one.events.length, 0);
  return say("{count} events in a log of {size}", { count, size: e.checkpoint.size });
}

function texts(e) {
  const open = e.histories.flatMap((history, at) => unopened(e.records[at], history));
  if (open.length)
    throw new NotApplicable(
      say("not proven, as no salts are shown: {names}", { names: listed(open.map((one) => say("{t0}", { t0: one }))) }),
    );
  const maps = e.histories.flatMap((history) => [...history.texts.values()]);
  return say("{count} texts", { count: maps.reduce((sum, one) => sum + Object.keys(one).length, 0) });
}

const moves = (e) =>
  listed(
    e.histories.map((history) =>
      say("{number}: {count} events lead to {state}", {
        number: history.number,
        count: history.events.length,
        state: finalState(history.events) || say("no delivery"),
      }),
    ),
    "; ",
  );

/** Links lead from each event to the one before; nothing closes the chain here. */
function complete(e) {
  for (const { events, others } of e.histories) {
    const gaps = missingOf(events, others).filter((one) => one.template !== ALWAYS_LAST);
    if (gaps.length)
      throw new Refusal("SIGNED_DATA_NOT_FOUND", say("not complete; missing: {what}", { what: listed(gaps) }));
  }
  const places = e.histories.map(({ events }) => events.at(-1).seq);
  return say("complete up to entry {seq} of the ledger; what came later may not be shown", { seq: listed(places) });
}

const CHECKS = [
  check("L01", "its form", [], form),
  check("L02", "the log's key", ["L01"], pinned),
  check("L03", "the checkpoint's signature", ["L01"], checkpoint),
  check("L04", "witnesses cosigned the checkpoint", ["L03"], (e) => checkCosigned(e, e.note)),
  check("L05", "checkpoints that others hold", ["L03"], (e) => checkHeld(e, e.checkpoint, e.logKey)),
  check("L06", "every event is in the log", ["L03"], included),
  check("L07", "the texts are those of the log", ["L06"], texts),
  check("L08", "what is told of the notice", ["L06"], (e) => checkTold(e.records, e.histories)),
  check("L09", "the moves are those of a delivery", ["L06"], moves),
  check("L10", "nothing was left out in between", ["L06"], complete),
];

/** All findings on one output of `ledger prove`. */
export async function judgeProof(octets, policy) {
  const e = { octets, policy };
  const findings = await run(CHECKS, e);
  const isTrusted = hasPassed(findings, "L02", "L06", "L08", "L09");
  const shown = isTrusted ? e.histories : [];
  const cosigned = isTrusted && hasPassed(findings, "L04") ? e.cosigned : [];
  const lines = shown.flatMap(({ events, others, texts: beside }) => storyOf(events, others, beside));
  const told = {
    facts: shown.length === 1 ? factsOf(shown[0]) : null,
    story: inOrder([...lines, ...cosignedLines(cosigned)]),
    delivery: shown.length === 1 ? finalState(shown[0].events) : "",
  };
  return { findings, evidence: told };
}
