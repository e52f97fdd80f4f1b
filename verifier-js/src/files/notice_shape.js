// The members of `notice.json` and their types (formats.md, 3.2 and 8). Lengths and
// patterns of the published schema are left out: a file alone is never passed anyway.

import { need, say } from "../texts.js";
import { day } from "./content.js";

/** Also an empty one, where the judgment has none. */
const isText = (value) => typeof value === "string";
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isMoment = (value) =>
  isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/.test(value);
const isDay = (value) => isText(value) && day(value, "day") === value;
const isHash = (value) => isText(value) && /^[0-9a-f]{64}$/.test(value);
const oneOf =
  (...words) =>
  (value) =>
    words.includes(value);
const listOf =
  (is, least = 0) =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.every(is);
const optional = (is) => Object.assign((value) => is(value), { isOptional: true });
const object = (members) => (value) => isObject(value) && fits(value, members) === "";

const RUNGS = oneOf("board_administrator", "website_administrator", "server_administrator", "ip_allocation_holder");
const KINDS = ["request", "reminder", "withdrawal", "correction"];
const LOCATOR = Object.fromEntries(
  "board_name thread post_number poster_id".split(" ").map((name) => [name, optional(isText)]),
);

const FIRST = {
  schema: isText,
  number: isText,
  case_id: isText,
  date: isDay,
  form: oneOf("form1", "form2", "form2-2006"),
  language: oneOf("ja", "ja+en"),
  ordinal: (value) => Number.isSafeInteger(value) && value >= 1,
  previous: optional(isText),
  center: object({ name: isText, name_en: optional(isText), mailbox: isText }),
  recipient: object({ name: isText, mailbox: isText, rung: RUNGS }),
  facility: oneOf("bulletin_board", "website"),
  managed: oneOf("電子掲示板", "ウェブサイト", "サーバ", "IPアドレス"),
  category: object({ slug: isText, name: isText, name_en: isText, group: isText, group_name: isText }),
  statutes: listOf(
    object({ law: isText, official: isText, short: optional(isText), law_number: isText, article: isText }),
  ),
  found_on: isDay,
  urls: listOf(isText, 1),
  locator: object({ ...LOCATOR, posted_at: optional(isMoment), file_names: optional(listOf(isText)) }),
  ip_addresses: listOf(isText),
  ip_checked_at: optional(isMoment),
  content: isText,
  reason: isText,
  content_en: optional(isText),
  reason_en: optional(isText),
  requested_action: isText,
  requested_action_en: optional(isText),
  test: optional(oneOf(true)),
};
const SECOND = {
  ...FIRST,
  kind: oneOf(...KINDS),
  follows: optional(
    object({ number: isText, date: isDay, kind: oneOf(...KINDS), notice_sha256: isHash, message_id: isText }),
  ),
  elements: listOf(object({ id: isText, name: isText })),
  images: listOf(object({ role: oneOf("logo", "seal"), sha256: isHash, alt: isText })),
  warnings: listOf(isText),
};

/** The first member that is wrong; empty if none is. */
function fits(value, members) {
  const odd = Object.keys(value).find((name) => !Object.hasOwn(members, name));
  if (odd !== undefined) return odd;
  return (
    Object.keys(members).find((name) => (name in value ? !members[name](value[name]) : !members[name].isOptional)) ?? ""
  );
}

const MAX_DEPTH = 20,
  MAX_VALUES = 5000;

/** No more values, nor deeper ones, than anybody writes. */
function isSmall(document) {
  let count = 0,
    depth = 0;
  for (let row = [document]; row.length; depth++) {
    const below = row.flatMap((holder) => Object.values(holder));
    count += below.length;
    if (depth > MAX_DEPTH || count > MAX_VALUES) return false;
    row = below.filter((one) => one !== null && typeof one === "object");
  }
  return true;
}

/** Exactly the members of its version; FORMAT_FAILURE. */
export function checkShape(document) {
  need(isSmall(document), "it is nested too deeply or has too many values");
  const members = { "urn:notices:notice:1": FIRST, "urn:notices:notice:2": SECOND }[document.schema];
  const wrong = members ? fits(document, members) : "schema";
  need(!wrong, say("{name} cannot be read: {error}", { name: "notice.json", error: wrong }));
}
