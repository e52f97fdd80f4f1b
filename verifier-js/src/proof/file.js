// What `notices ledger prove` hands out (formats.md, 11), read strictly.

import { isObject, readWhole } from "../reading/json.js";
import { decodeBase64, unhex } from "../reading/octets.js";
import { need, say } from "../texts.js";

const OF_RECORD = ["notice", "artifacts", "events", "ledger", "others"],
  OF_TREE = ["size", "root"],
  OF_EVENT = ["leaf", "leaf_bytes", "inclusion_proof", "salts"],
  OF_OTHER = ["leaf_bytes", "inclusion_proof"];
const OF_NOTICE = [
  ...["number", "case_id", "rung", "ordinal", "form", "date", "recipient"],
  ...["mailbox", "state", "message_id", "message_sha256", "envid", "channel"],
  ...["signer_certificate_sha256", "again_reason", "rung_reason", "test"],
];

/** Tells the output of `ledger prove` from other JSON, by how it begins. */
export const isProof = (head) => /^[ \t\r\n]*\{[ \t\r\n]*"checkpoint"[ \t\r\n]*:/.test(head);

const requireText = (name, value) => need(typeof value === "string", say("{name} is no text", { name }));

function array(what, value) {
  need(Array.isArray(value), say("{what} is no array", { what }));
  return value;
}

function members(what, value, known, needed = known) {
  need(isObject(value), say("{what} is no object", { what }));
  const names = Object.keys(value);
  const isOurs = needed.every((one) => names.includes(one)) && names.every((one) => known.includes(one));
  need(isOurs, say("{what} has the members {names}", { what, names: names.join(", ") }));
}

function octetsOf(name, text) {
  const found = decodeBase64(text);
  need(found, say("{name} is no base64", { name }));
  return found;
}

/** `checkpoint`, `log_key`, `records` not read yet; FORMAT_FAILURE. */
export function readProof(octets) {
  const found = readWhole(octets);
  const names = Object.keys(found);
  need([...names].sort().join() === "checkpoint,log_key,records", say("it has {names}", { names: names.join(", ") }));
  requireText("checkpoint", found.checkpoint);
  requireText("log_key", found.log_key);
  return found;
}

export const recordsOf = (document) => array("records", document.records).map(recordOf);

function recordOf(shown) {
  members("records[]", shown, OF_RECORD, ["notice", "events", "ledger"]);
  const { ledger, notice, artifacts = {}, events, others = [] } = shown;
  members("ledger", ledger, OF_TREE);
  members("notice", notice, OF_NOTICE, ["number"]);
  requireText("number", notice.number);
  need(isObject(artifacts) && Array.isArray(events), "artifacts or events have another form");
  need(Number.isInteger(ledger.size), say("{name} is no whole number", { name: "size" }));
  return {
    notice,
    artifacts,
    size: ledger.size,
    root: octetsOf("root", ledger.root),
    events: events.map(eventOf),
    others: array("others", others).map(otherOf),
  };
}

function eventOf(shown) {
  members("events[]", shown, OF_EVENT, OF_EVENT.slice(0, 3));
  const { leaf: told, salts = {} } = shown;
  need(isObject(told), say("{what} is no object", { what: "leaf" }));
  const steps = array("inclusion_proof", shown.inclusion_proof);
  const proof = steps.map((one) => octetsOf("inclusion_proof", one));
  const leaf = octetsOf("leaf_bytes", shown.leaf_bytes);
  need(isObject(salts), say("{what} is no object", { what: "salts" }));
  return { told, leaf, proof, salts: new Map(Object.entries(salts).map(([name, salt]) => [name, saltOf(name, salt)])) };
}

function saltOf(name, salt) {
  const isHex = typeof salt === "string" && /^([0-9a-f]{2})*$/.test(salt);
  need(isHex, say("the salt of {name} is no hexadecimal", { name }));
  return unhex(salt);
}

function otherOf(shown) {
  members("others[]", shown, OF_OTHER);
  return eventOf({ ...shown, leaf: Object.create(null) });
}
