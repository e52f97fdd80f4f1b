// The log: proofs in its tree (RFC 9162, 2.1.3.2) and its signed checkpoint (formats.md, 2.3, 2.4).

import { concat, decodeBase64, equal, sha256 } from "../reading/octets.js";
import { need, say } from "../texts.js";
import { isSigned } from "./note.js";

const node = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** Whether `hash` is leaf `place` of the tree of `size` leaves with that root. */
export async function isIncluded(hash, place, size, proof, root) {
  if (place >= size || proof.length > 64 || proof.some((one) => one.length !== 32)) return false;
  let first = BigInt(place),
    last = BigInt(size - 1),
    made = hash;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (first & 1n || first === last) {
      made = await node(sibling, made);
      while (first !== 0n && !(first & 1n)) [first, last] = [first >> 1n, last >> 1n];
    } else {
      made = await node(made, sibling);
    }
    [first, last] = [first >> 1n, last >> 1n];
  }
  return last === 0n && equal(made, root);
}

/** `origin`, `size`, `root` of a note that the key signed; FORMAT_FAILURE. */
export async function openCheckpoint(note, key) {
  need(await isSigned(note, key), say("the checkpoint is not signed by the log's key {name}", { name: key.name }));
  const checkpoint = readBody(note.body);
  const { origin } = checkpoint;
  need(origin === key.name, say("the checkpoint is of {origin!r}, the key of {name!r}", { origin, name: key.name }));
  return checkpoint;
}

function readBody(body) {
  const lines = body.split("\n");
  const isWhole = lines.length >= 4 && lines.at(-1) === "" && lines.slice(0, -1).every(Boolean);
  need(isWhole, "a checkpoint has three lines or more, none of them empty");
  const [origin, size, root] = lines;
  const isSize = /^(?:0|[1-9][0-9]*)$/.test(size) && Number.isSafeInteger(Number(size));
  need(isSize, say("the checkpoint's second line is no tree size: {size!r}", { size }));
  const octets = decodeBase64(root);
  need(octets?.length === 32, "the checkpoint's root is not 32 bytes in base64");
  return { origin, size: Number(size), root: octets };
}
