// What others saw of a log: checks that bundles and proofs have in common (B29, B30; L04, L05).

import { equal, hex } from "../reading/octets.js";
import { NotApplicable, Refusal, listed, say } from "../texts.js";
import { openCheckpoint } from "./log.js";
import { cosignaturesOf, readNote } from "./note.js";

/** Enough of the witnesses cosigned the note; keeps them in `e.cosigned`. */
export async function checkCosigned(e, note) {
  const { witnesses, quorum } = e.policy.witnesses;
  if (!witnesses.length)
    throw new NotApplicable(say("no --witness-key was given: another history may have been shown to others"));
  const found = await cosignaturesOf(note, witnesses);
  if (found.length < quorum)
    throw new Refusal(
      "SIGNED_DATA_NOT_FOUND",
      say("{count} of the {known} witnesses cosigned it, and {quorum} are wanted", {
        count: found.length,
        known: witnesses.length,
        quorum,
      }),
    );
  e.cosigned = found;
  return listed(found.map((one) => say("{name} at {at:%Y-%m-%d %H:%M:%S%z}", one)));
}

/** No checkpoint that others hold has another root at the same size. */
export async function checkHeld(e, own, key) {
  const { checkpoints } = e.policy;
  if (!checkpoints.length) throw new NotApplicable(say("no --checkpoint was given"));
  const held = [];
  for (const note of checkpoints) held.push(await opened(note, key));
  const fork = held.find((one) => one.size === own.size && !equal(one.root, own.root));
  if (fork)
    throw new Refusal(
      "HASH_FAILURE",
      say("the log is forked: at {size} entries somebody else was shown the root {other}, not {root}", {
        size: own.size,
        other: hex(fork.root),
        root: hex(own.root),
      }),
    );
  const count = held.filter((one) => one.size === own.size).length;
  if (count) return say("{count} are the same", { count });
  throw new NotApplicable(
    say("they are of {sizes} entries, this one of {size}: compare them with notices ledger consistency", {
      sizes: listed(held.map((one) => say("{t0}", { t0: one.size }))),
      size: own.size,
    }),
  );
}

async function opened(note, key) {
  try {
    return await openCheckpoint(readNote(note), key);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal("GENERIC", say("one that was given: {why}", { why: error.text }));
  }
}

/** What cosignatures tell in a notice's story. */
export const cosignedLines = (found) =>
  found.map(({ name, at }) => ({
    at,
    text: say("the checkpoint was cosigned by {name}", { name }),
    source: say("cosignature"),
  }));
