// What the signed parts say about the notice: `notice.json`, the text, the XMP packet.

import { readJson } from "../reading/json.js";
import { hex, sha256 } from "../reading/octets.js";
import { Refusal, later, need, readBack, say } from "../texts.js";
import { Flowed } from "../reading/flowed.js";

const MAX_NOTICE = 4_000_000,
  MAX_URLS = 1000,
  HOUR = 3_600_000;
const FORMS = ["form1", "form2", "form2-2006"];
const LOCATORS = ["board_name", "thread", "post_number", "poster_id"];
const KINDS = ["request", "reminder", "withdrawal", "correction"];

/** Refuse what a later version of a format made: neither good nor bad. */
export function refuseLater(name, schema, known) {
  const at = known.lastIndexOf(":");
  const found = /^([^]*):([1-9][0-9]{0,5})$/.exec(String(schema));
  if (found && found[1] === known.slice(0, at) && Number(found[2]) > Number(known.slice(at + 1)))
    throw later(say("{name} is {schema}", { name, schema }));
}

export function text(value, name) {
  need(typeof value === "string" && value, say("{name} is no text", { name }));
  return value;
}

export function day(value, name) {
  const told = text(value, name);
  const date = new Date(`${told}T00:00:00Z`);
  need(
    /^\d{4}-\d\d-\d\d$/.test(told) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(told),
    say("{name} is no day", { name }),
  );
  return told;
}

export const statement = (number, caseId, date, form, recipient) => {
  need(FORMS.includes(form), say("form {form!r}, must be one of {forms}", { form, forms: FORMS.join(", ") }));
  return {
    number: text(number, "number"),
    case_id: text(caseId, "case_id"),
    date: day(date, "date"),
    form,
    recipient: text(recipient, "recipient"),
  };
};

/** `notice.json` as far as it is compared; FORMAT_FAILURE. */
export function readNotice(octets) {
  const { value } = readJson(octets, "notice.json", MAX_NOTICE);
  const isObject = (one) => one !== null && typeof one === "object" && !Array.isArray(one);
  need(isObject(value), say("{name} cannot be read: {error}", { name: "notice.json", error: say("it is no object") }));
  refuseLater("notice.json", value.schema, "urn:notices:notice:2");
  for (const name of ["recipient", "urls", "number", "case_id", "date", "form"])
    need(name in value, say("notice.json has no {error}", { error: name }));
  const { recipient, urls } = value;
  need(isObject(recipient), say("{name} is no text", { name: "recipient" }));
  need(Array.isArray(urls) && urls.length, "notice.json names no URL");
  need(
    urls.length <= MAX_URLS,
    say("notice.json names {count} URLs, at most {most}", { count: urls.length, most: MAX_URLS }),
  );
  const addresses = value.ip_addresses ?? [];
  need(Array.isArray(addresses), say("{name} is no text", { name: "ip_addresses" }));
  addresses.forEach((one) => text(one, "ip_addresses"));
  for (const [name, key] of [
    ["category", "slug"],
    ["center", "name_en"],
  ])
    if (value[name] !== undefined && value[name] !== null)
      need(
        isObject(value[name]) && text(value[name][key], `${name}.${key}`),
        say("notice.json has no {error}", { error: key }),
      );
  const kind = kindOf(value.kind ?? "request", "kind");
  return {
    document: value,
    kind,
    follows: followed(value, kind),
    images: imagesOf(value),
    shown: [...shownIn(value, kind)],
    statement: { ...statement(value.number, value.case_id, value.date, value.form, recipient.name), kind },
    mailbox: text(recipient.mailbox, "recipient.mailbox"),
    urls: urls.map((one) => text(one, "urls")),
    foundOn: value.found_on === undefined || value.found_on === null ? null : day(value.found_on, "found_on"),
    lookedUpAt: value.ip_checked_at ?? null,
    category: value.category?.slug ?? "",
    center: value.center?.name_en ?? "",
    addresses,
  };
}

function kindOf(value, name) {
  need(KINDS.includes(value), say("{name}: {value!r} is no kind of a notice", { name, value: String(value) }));
  return value;
}

/** What a reminder, a withdrawal or a correction says of the notice before; null for a request. */
function followed(value, kind) {
  const told = value.follows ?? null;
  need((told === null) === (kind === "request"), "follows: all but a request follow another notice");
  if (told === null) return null;
  const sha256 = text(told.notice_sha256, "follows.notice_sha256");
  need(/^[0-9a-f]{64}$/.test(sha256), "follows.notice_sha256 is no SHA-256");
  return {
    number: text(told.number, "follows.number"),
    date: day(told.date, "follows.date"),
    kind: kindOf(told.kind, "follows.kind"),
    sha256,
    messageId: text(told.message_id, "follows.message_id"),
  };
}

/** SHA-256 of each picture that the letter has. */
function imagesOf(value) {
  const told = value.images ?? [];
  need(Array.isArray(told), say("{name} is no text", { name: "images" }));
  return told.map((one) => text(one?.sha256, "images"));
}

/** Texts that stand in the letter as they are: field and value, as far as there are any. */
function* shownIn(value, kind) {
  const isForm = kind === "request" || kind === "correction";
  for (const name of ["content", "content_en", ...(isForm ? ["reason", "reason_en"] : [])])
    if (value[name]) yield [name, text(value[name], name)];
  for (const [key, told] of Object.entries(value.follows ?? {}))
    if (key === "number" || key === "notice_sha256") yield [`follows.${key}`, text(told, `follows.${key}`)];
  for (const key of ["name", "mailbox"])
    if (value.center && key in value.center) yield [`center.${key}`, text(value.center[key], `center.${key}`)];
  for (const [place, row] of Object.entries(isForm ? (value.statutes ?? []) : []))
    for (const key of ["official", "article"]) yield [`statutes[${place}].${key}`, text(row?.[key], `statutes.${key}`)];
  for (const [key, told] of Object.entries(value.locator ?? {})) {
    if (LOCATORS.includes(key)) yield [`locator.${key}`, text(told, `locator.${key}`)];
    if (key === "file_names") for (const name of told) yield ["locator.file_names", text(name, key)];
  }
}

export function checkFound({ foundOn, statement: { date } }) {
  need(
    foundOn === null || foundOn <= date,
    say("found on {found_on}, after the letter's date {day}", { found_on: foundOn, day: date }),
  );
}

/** Addresses that a letter names were looked up before it, or on that day. */
export function checkLookedUp({ lookedUpAt, statement: { date } }) {
  if (lookedUpAt === null) return;
  const at = new Date(/(?:Z|[+-]\d\d:\d\d)$/i.test(lookedUpAt) ? lookedUpAt : `${lookedUpAt}+09:00`);
  need(
    !Number.isNaN(at.getTime()) && inJapan(at) <= date,
    say("the addresses were looked up at {moment}, after the letter's date {day}", { moment: at, day: date }),
  );
}

/** The letter's date is a day in Japan. */
const inJapan = (moment) => new Date(moment.getTime() + 9 * HOUR).toISOString().slice(0, 10);

export function checkDated(date, signed) {
  const isBefore = date <= inJapan(new Date(signed.getTime() + HOUR));
  need(isBefore, say("the letter is dated {day}, and was signed before that, {signed}", { day: date, signed }));
}

export function checkNotAhead(date, moment, tolerance) {
  if (date > inJapan(new Date(moment.getTime() + tolerance)))
    throw new Refusal(
      "TIMESTAMP_ORDER_FAILURE",
      say("the letter is dated {day}, after {moment}", { day: date, moment }),
    );
}

export const escaped = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether the number stands there as a whole. */
export const namesNumber = (told, number) =>
  new RegExp(`(?<![A-Za-z0-9._-])${escaped(number)}(?![A-Za-z0-9_-])`, "u").test(told);

/** Controls, and what turns, joins or hides words: ours spells such signs out. */
const TURNING =
  /[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]|\r(?!\n)/u;

/** The text names the notice and every URL, each as a whole, and none is turned. */
export function checkText(told, notice) {
  const odd = TURNING.exec(told)?.[0];
  const code = odd?.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  need(odd === undefined, say("the text has {sign}", { sign: `〔U+${code}〕` }));
  const { number } = notice.statement;
  need(namesNumber(told, number), say("the text does not name {number}", { number }));
  const missing = new Flowed(told).firstMissing(notice.urls);
  need(missing === undefined, say("the text does not name {url}", { url: missing }));
  return say("number and {count} URLs", { count: notice.urls.length });
}

/** The letter and `notice.json` say the same. */
export async function compare(letter, notice, octets) {
  for (const name of ["number", "case_id", "date", "form", "recipient"]) {
    const [there, here] = [letter.statement[name], notice.statement[name]];
    need(
      here === there || here === readBack(there),
      say("{name}: the letter has {in_letter}, notice.json {in_json}", { name, in_letter: there, in_json: here }),
    );
  }
  const made = hex(await sha256(octets));
  need(
    letter.sha256 === made,
    say("the letter names notice.json {notice_sha256}, it has {notice_sha256_2}", {
      notice_sha256: letter.sha256 || "nowhere",
      notice_sha256_2: made,
    }),
  );
  return say("number, date, case, form, recipient; sha256 {sha256}", { sha256: made });
}

const ERAS = [
  ["2019-05-01", "令和", 2018],
  ["1989-01-08", "平成", 1988],
  ["1926-12-25", "昭和", 1925],
];
const MONTHS = "January February March April May June July August September October November December".split(" ");

/** A day as letters write it, in both languages. */
export function days(date) {
  const [year, month, day] = date.split("-").map(Number);
  const [, era, before] = ERAS.find(([since]) => date >= since) ?? ["", "", 0];
  const count = era && year - before === 1 ? "元" : String(year - before);
  return [`${era}${count}年${month}月${day}日`, `${day} ${MONTHS[month - 1]} ${year}`];
}
