// `approval.json` and the draft in it (formats.md, 5.1 and 5.2), strictly.

import { isMoment } from "../ledger/moments.js";
import { NotCanonical, canonical, isObject, readWhole, requireCanonical } from "../reading/json.js";
import { concat, encode, hex, sha256 } from "../reading/octets.js";
import { malformed, say } from "../texts.js";

export const PREFIX = encode("notices/approval/v1\n");
const DRAFT = encode("notices/draft/v1\n");
const MAX = 65_536;
const SCHEMA = "urn:notices:approval:1";
const ROLES = ["assessor", "checker", "operator", "auditor", "administrator"];
const MEMBERS = ["approver", "at", "decision", "draft", "draft_sha256", "log", "nonce", "reason", "schema"];
const OF_APPROVER = "enrolled,key_sha256,name,person,role";

const isText = (value) => typeof value === "string";
const isGiven = (value) => isText(value) && value !== "";
const isSha256 = (value) => isText(value) && /^[0-9a-f]{64}$/.test(value);
const keysOf = (value) => (isObject(value) ? Object.keys(value).sort().join() : "");
const odd = (member) => malformed(say("what was signed is no statement of ours: {member}", { member }));

const OF_APPROVAL = [
  ["log", isGiven],
  ["reason", isText],
  ["at", isMoment],
  ["nonce", isSha256],
  ["draft_sha256", isSha256],
  ["decision", (value) => value === "approve" || value === "reject"],
];

/** Members of a draft in their order, each with what it must be. */
const OF_DRAFT = {
  ...Object.fromEntries(
    ["case_id", "number", "kind", "rung", "form", "language", "channel", "subject", "assessor"].map((name) => [name, isText]),
  ),
  templates: isText,
  catalogue: isText,
  recipient: (value) => keysOf(value) === "mailbox,name" && Object.values(value).every(isText),
  documents: (value) => isObject(value) && Object.values(value).every(isSha256),
  ordinal: (value) => Number.isSafeInteger(value) && value >= 1,
  pdf_bytes: (value) => Number.isSafeInteger(value) && value >= 0,
  test: (value) => typeof value === "boolean",
};

/** The approval by its members; `octets` of the draft besides. FORMAT_FAILURE names the member. */
export async function readApproval(octets) {
  const value = read(octets);
  for (const [name, fits] of OF_APPROVAL) if (!fits(value[name])) throw odd(name);
  const draft = checkDraft(value.draft);
  const hash = hex(await sha256(concat(DRAFT, draft)));
  if (value.draft_sha256 !== hash) throw odd("draft_sha256");
  if (value.decision === "reject" && !value.reason.trim()) throw odd("reason");
  checkApprover(value.approver);
  return { ...value, draftOctets: draft };
}

function read(octets) {
  if (octets.length > MAX) throw odd("length");
  let value;
  try {
    value = readWhole(octets);
    requireCanonical(value, octets);
  } catch (error) {
    throw error instanceof NotCanonical ? odd(error.reason) : error;
  }
  if (!isObject(value) || value.schema !== SCHEMA) throw odd("schema");
  const names = Object.keys(value);
  const differ = [...names.filter((one) => !MEMBERS.includes(one)), ...MEMBERS.filter((one) => !names.includes(one))];
  if (differ.length) throw odd(differ.sort().join(", "));
  return value;
}

function checkDraft(value) {
  const names = Object.keys(OF_DRAFT);
  if (keysOf(value) !== [...names].sort().join()) throw odd("draft.draft");
  for (const name of names) if (!OF_DRAFT[name](value[name])) throw odd(`draft.${name}`);
  return encode(canonical(value));
}

function checkApprover(value) {
  if (keysOf(value) !== OF_APPROVER) throw odd("approver");
  const { person, name, role, key_sha256, enrolled } = value;
  if (enrolled !== null && !isLink(enrolled)) throw odd("approver.enrolled");
  const isPerson = isText(person) && /^[a-z0-9][a-z0-9-]{0,39}$/.test(person);
  if (!isPerson || !isGiven(name) || !ROLES.includes(role) || !isSha256(key_sha256)) throw odd("approver");
}

const isLink = (value) =>
  keysOf(value) === "leaf,seq" && isSha256(value.leaf) && Number.isSafeInteger(value.seq) && value.seq >= 0;
