// Signed notes, verifier keys and cosignatures (formats.md, 2.4; C2SP signed-note).

import { concat, decodeBase64, encode, equal, hex, sha256 } from "../reading/octets.js";
import { isEd25519 } from "../signatures/keys.js";
import { Refusal, leftOut, malformed, need, say } from "../texts.js";

const MAX_NOTE = 65_536,
  MAX_SIGNATURES = 100;
const LATEST = 253_402_300_799n; // 31 December 9999
const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const NAME = new RegExp(`^[^${BLANK}+]+$`, "u");
const LINE = new RegExp(`^— ([^${BLANK}]+) ([^${BLANK}]+)$`, "u");
const ENDS = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, "gu");
export const LOG = 1,
  WITNESS = 4;

/** NAME+HEX+BASE64: a key that signs notes, or with algorithm 4 one of a witness. */
export async function readVerifierKey(text, algorithm = LOG) {
  const told = text.replace(ENDS, "");
  const [name, hash, ...rest] = told.split("+");
  const octets = decodeBase64(rest.join("+")) ?? new Uint8Array();
  const what = say(algorithm === LOG ? "a log" : "a witness (cosignature/v1)");
  const isKey = NAME.test(name) && /^[0-9a-f]{8}$/.test(hash ?? "") && octets.length === 33 && octets[0] === algorithm;
  need(isKey, say("this is no Ed25519 key of {what}", { what }));
  const made = hex((await sha256(concat(encode(`${name}\n`), octets))).subarray(0, 4));
  need(made === hash, say("the hash of the verifier key {name} does not fit it", { name }));
  return { name, hash, raw: octets.subarray(1), text: told };
}

/** The log's own key, where a file names it; FORMAT_FAILURE. */
export async function readLogKey(text) {
  try {
    return await readVerifierKey(text);
  } catch (error) {
    throw error instanceof Refusal ? malformed(say("the log's key: {message}", { message: error.text })) : error;
  }
}

/** `body` with its last line feed, and `lines`; FORMAT_FAILURE. */
export function readNote(text) {
  const gap = text.lastIndexOf("\n\n");
  const tail = text.slice(gap + 2);
  const isWhole = gap >= 0 && tail.endsWith("\n") && (text.length <= MAX_NOTE || [...text].length <= MAX_NOTE);
  need(isWhole, "a note is text, an empty line and signature lines");
  need(!/[\x00-\x09\x0b-\x1f]/.test(text), "a note has no control characters");
  const lines = tail.slice(0, -1).split("\n");
  const most = { max_signatures: MAX_SIGNATURES };
  need(lines.length <= MAX_SIGNATURES, say("a note has at most {max_signatures} signatures", most));
  return { body: text.slice(0, gap + 1), lines: lines.map(readLine) };
}

function readLine(line) {
  const [, name, encoded] = LINE.exec(line) ?? [];
  const octets = decodeBase64(encoded ?? "") ?? new Uint8Array();
  const shown = { line: [...line].slice(0, 80).join("") };
  need(name && !name.includes("+") && octets.length > 4, say("this is no signature line of a note: {line!r}", shown));
  return { name, hash: hex(octets.subarray(0, 4)), signature: octets.subarray(4), text: line };
}

const isOf = (line, key) => line.name === key.name && line.hash === key.hash;

async function isMade(key, signature, octets) {
  const made = await isEd25519(key.raw, signature, octets);
  if (made === null) throw leftOut(say("Ed25519, which this browser does not have"));
  return made;
}

/** Whether the key signed the note, in exactly one line. */
export async function isSigned({ body, lines }, key) {
  const own = lines.filter((one) => isOf(one, key));
  return own.length === 1 && (await isMade(key, own[0].signature, encode(body)));
}

/** The note with that key's line alone, which a time stamp is about. */
export const ownNote = ({ body, lines }, key) =>
  `${body}\n${lines
    .filter((one) => isOf(one, key))
    .map((one) => `${one.text}\n`)
    .join("")}`;

/** Cosignatures of these witnesses in their order, each with `name` and `at`; SIG_CRYPTO_FAILURE. */
export async function cosignaturesOf(note, witnesses) {
  const found = [];
  for (const witness of witnesses) {
    const lines = note.lines.filter((one) => isOf(one, witness));
    const { name } = witness;
    if (lines.length > 1) throw untrue(say("the note has two lines of the witness {name}", { name }));
    if (lines.length) found.push(await cosignature(note, witness, lines[0].signature));
  }
  return found;
}

const untrue = (text) => new Refusal("SIG_CRYPTO_FAILURE", text);

async function cosignature({ body }, witness, octets) {
  const { name } = witness;
  if (octets.length !== 72) throw untrue(say("the line of {name} is no cosignature", { name }));
  const seconds = new DataView(octets.buffer, octets.byteOffset, 8).getBigUint64(0);
  if (seconds > LATEST) throw untrue(say("the cosignature of {name} is of no time", { name }));
  const signed = encode(`cosignature/v1\ntime ${seconds}\n${body}`);
  if (!(await isMade(witness, octets.subarray(8), signed)))
    throw untrue(say("the witness {name} did not cosign this note", { name }));
  return { name, at: new Date(Number(seconds) * 1000) };
}

/** Each witness once; a key under two names, and a quorum that is none, are refused. */
export async function readWitnesses(keys, quorum) {
  const all = await Promise.all(keys.map((one) => readVerifierKey(one, WITNESS)));
  const witnesses = all.filter((one, at) => all.findIndex((other) => other.text === one.text) === at);
  const isOnce = witnesses.every((one, at) => !witnesses.slice(0, at).some((other) => equal(other.raw, one.raw)));
  need(isOnce, "two of the witnesses have one key, and would be counted as two");
  const count = witnesses.length;
  const wanted = quorum ?? count;
  const isOne = Number.isInteger(wanted) && wanted >= 0 && wanted <= count && (!count || wanted > 0);
  need(isOne, say("a quorum of {quorum} of {count} witnesses is none", { quorum: wanted, count }));
  return { witnesses, quorum: wanted };
}
