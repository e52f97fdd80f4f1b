// The judgment in a bundle against `notice.json`, and within itself: B23.

import { readJson } from "../reading/json.js";
import { NotApplicable, listed, malformed, need, say } from "../texts.js";
import { JUDGMENT, NOTICE, member } from "../bundle/bundle_members.js";

const MAX = 64 * 1024 * 1024;
const LOCATOR = ["board_name", "thread", "post_number", "poster_id"];
const differs = (what) => say("{what} of the judgment is not that of notice.json", { what });

export function judgment(e) {
  if (!e.members.has(JUDGMENT)) throw new NotApplicable(say("the judgment was left out"));
  const { value: judged } = readJson(member(e, JUDGMENT), "judgment.json", MAX);
  const { value: told } = readJson(member(e, NOTICE), "notice.json", MAX);
  const pairs = [...named(judged, told), ...found(judged, told)];
  for (const [what, one, other] of pairs)
    need(one !== undefined && JSON.stringify(one) === JSON.stringify(other), differs(what));
  checkRecipient(judged, told);
  checkPersons(judged, told);
  checkDays(judged, told);
  return say("{case_id}, {count} URLs; {pairs}", {
    case_id: judged.case_id,
    count: told.urls.length,
    pairs: listed(pairs.map(([what]) => what)),
  });
}

function named(judged, told) {
  return [
    ["case", judged.case_id, told.case_id],
    ["URLs", judged.target.urls, told.urls],
    ["category", judged.category, told.category.slug],
    [say("day of the finding"), judged.found_on, told.found_on],
    ["content", judged.content, told.content],
    ["reason", judged.reason, told.reason],
    ...["content_en", "reason_en"].filter((name) => told[name]).map((name) => [name, judged[name], told[name]]),
  ];
}

/** Where it is, the law, the elements. */
function found({ target, statutes, elements }, told) {
  const locator = target.locator ?? {};
  const pairs = [
    ["facility", target.facility, told.facility],
    ...LOCATOR.map((name) => [`locator.${name}`, locator[name] || "", told.locator[name] ?? ""]),
    ["locator.file_names", locator.file_names ?? [], told.locator.file_names ?? []],
    ["locator.posted_at", moment(locator.posted_at), moment(told.locator.posted_at)],
    ["ip_addresses", target.ip_addresses ?? [], told.ip_addresses],
    ["ip_checked_at", moment(target.ip_checked_at), moment(told.ip_checked_at)],
  ];
  if (statutes?.length) pairs.push(["statutes", provisions(statutes), provisions(told.statutes)]);
  if (told.elements) pairs.push(["elements", ids(elements ?? []), ids(told.elements)]);
  return pairs;
}

const provisions = (rows) => rows.map(({ law, article }) => [law, article]);
const ids = (rows) => rows.map(({ id }) => id).sort();

function checkRecipient({ ladder }, told) {
  if ((told.kind ?? "request") !== "request") return; // it goes to whom the notice before went to
  const { recipient } = told;
  const steps = ladder.filter(({ rung }) => rung === recipient.rung);
  need(steps.length, say("the judgment names no {rung}", { rung: String(recipient.rung) }));
  for (const name of told.test ? ["name"] : ["name", "mailbox"])
    need(
      steps.some((one) => (one[name] || recipient[name]) === recipient[name]),
      differs(`recipient.${name}`),
    );
}

function checkPersons({ assessor, checker }, { test }) {
  const [one, other] = [assessor, checker].map(({ name }) => name.replace(/\s+/gu, ""));
  need(one !== other || test, "the judgment's assessor is its checker");
}

function checkDays({ found_on: found, judged_at, checked_at }, { date: letter }) {
  const [judged, checked] = [moment(judged_at), moment(checked_at)];
  if (judged === null || checked === null) throw malformed(say("the judgment does not say when it was made"));
  need(
    judged <= checked && found <= dayInJapan(judged) && dayInJapan(checked) <= letter,
    say(
      "found on {found}, judged at {judged}, checked at {checked}, the letter is of {letter}: these are in no order",
      { found, judged: judged_at, checked: checked_at, letter },
    ),
  );
}

const dayInJapan = (time) => new Date(time + 9 * 3_600_000).toISOString().slice(0, 10);

/** Milliseconds since 1970; without a zone it is of Japan. */
function moment(told) {
  if ((told ?? null) === null) return null;
  const time = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(told) ? told : `${told}+09:00`);
  if (Number.isNaN(time)) throw new RangeError(String(told));
  return time;
}
