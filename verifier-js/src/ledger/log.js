// The log: proofs in its tree (RFC 9162, 2.1.3.2) and its signed checkpoint (formats.md, 2.3, 2.4).

import { concat, encode, equal, hex, sha256, unbase64, utf8 } from "../reading/octets.js";
import { isEd25519 } from "../signatures/keys.js";
import { leftOut, malformed, need, say } from "../texts.js";

const MAX_NOTE = 65_536,
  MAX_SIGNATURES = 100;
const NAME = /^[^\s+\p{Cc}]+$/u;

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

/** NAME+HEX+BASE64 (2.4): its parts; FORMAT_FAILURE. */
export async function readLogKey(text) {
  const [name, hash, ...rest] = text.trim().split("+");
  const fail = () => malformed(say("the log's key: {message}", { message: say("this is no Ed25519 key of {what}", { what: say("a log") }) }));
  if (!NAME.test(name) || !/^[0-9a-f]{8}$/.test(hash ?? "")) throw fail();
  const octets = unbase64(rest.join("+"));
  const made = hex((await sha256(concat(encode(`${name}\n`), octets))).subarray(0, 4));
  if (octets.length !== 33 || octets[0] !== 1 || made !== hash) throw fail();
  return { name, hash, raw: octets.subarray(1), text: text.trim() };
}

/** `origin`, `size`, `root` of a note that the key signed; Refusal. */
export async function openCheckpoint(octets, key) {
  const text = utf8(octets, "checkpoint.txt");
  const gap = text.lastIndexOf("\n\n");
  need(gap >= 0 && text.endsWith("\n") && text.length <= MAX_NOTE, "a note is text, an empty line and signature lines");
  need(!/[\x00-\x09\x0b-\x1f]/.test(text), "a note has no control characters");
  const body = text.slice(0, gap + 1);
  const lines = text.slice(gap + 2, -1).split("\n");
  need(
    lines.length <= MAX_SIGNATURES,
    say("a note has at most {max_signatures} signatures", { max_signatures: MAX_SIGNATURES }),
  );
  const signatures = lines
    .map(readLine)
    .filter((one) => one.name === key.name && hex(one.octets.subarray(0, 4)) === key.hash);
  const isSigned =
    signatures.length === 1 && (await isEd25519(key.raw, signatures[0].octets.subarray(4), encode(body)));
  if (isSigned === null) throw leftOut(say("Ed25519, which this browser does not have"));
  need(isSigned, say("the checkpoint is not signed by the log's key {name}", { name: key.name }));
  return readBody(body, key);
}

function readLine(line) {
  const found = /^— (\S+) (\S+)$/u.exec(line);
  need(
    found && !found[1].includes("+"),
    say("this is no signature line of a note: {line!r}", { line: line.slice(0, 80) }),
  );
  const octets = unbase64(found[2]);
  need(octets.length > 4, say("this is no signature line of a note: {line!r}", { line: line.slice(0, 80) }));
  return { name: found[1], octets };
}

function readBody(body, key) {
  const [origin, size, root] = body.split("\n");
  need(
    /^(?:0|[1-9][0-9]*)$/.test(size ?? "") && Number.isSafeInteger(Number(size)),
    "a checkpoint has origin, size and root",
  );
  const octets = unbase64(root ?? "");
  need(octets.length === 32, "a checkpoint has origin, size and root");
  need(origin === key.name, say("the checkpoint is of {origin!r}, the key of {name!r}", { origin, name: key.name }));
  return { origin, size: Number(size), root: octets };
}
