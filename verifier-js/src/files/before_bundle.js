// A bundle of the notice before, handed over besides. It is not judged here: hashes are compared.

import { readLeaf } from "../ledger/leaf.js";
import { readJson } from "../reading/json.js";
import { latin1, unbase64 } from "../reading/octets.js";
import { readZip } from "../reading/zip.js";

const MAX = 64 * 1024 * 1024;
const isZip = (octets) => latin1(octets.subarray(0, 4)) === "PK\x03\x04";

/** Mails and `notice.json`: a bundle stands for the mail in it, or for that file. */
export async function noticesIn(known) {
  const found = [];
  for (const octets of known) {
    const members = isZip(octets) ? await membersOf(octets) : null;
    const shown = members ? (members.get("documents/message.eml") ?? members.get("documents/notice.json")) : octets;
    if (shown) found.push(shown);
  }
  return found;
}

/** The event `prepared` of each bundle among them, as its record has it. */
export async function madeBy(known) {
  const found = [];
  for (const octets of known.filter(isZip)) {
    const record = (await membersOf(octets)).get("ledger/record.json");
    if (record) found.push(...(await prepared(record)));
  }
  return found;
}

/** Nothing for what cannot be read: it is judged where it is asked about. */
async function membersOf(octets) {
  try {
    return await readZip(octets);
  } catch {
    return new Map();
  }
}

async function prepared(record) {
  try {
    const { value } = readJson(record, "record.json", MAX);
    const events = [];
    for (const one of value.notice) events.push(await readLeaf(unbase64(one.leaf)));
    return events.filter((event) => event.kind === "prepared");
  } catch {
    return [];
  }
}
