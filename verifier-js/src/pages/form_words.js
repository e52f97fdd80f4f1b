// What the form says in words of its own is what `notice.json` says in fields (M16, M24).
// Templates are the centre's: a sentence is compared where the letter has it. What the
// judgment says in prose is taken out before.

import { Flowed } from "../reading/flowed.js";
import { spellings } from "../files/urls.js";
import { wordsOf } from "../reading/written_anew.js";
import { malformed, need, say } from "../texts.js";
import {
  ADDRESS,
  ASKED,
  ASKED_EN,
  ASKS,
  CIRCLED,
  CLASSES,
  DRAFT_HEAD,
  HOLDS,
  HOLDS_EN,
  LONG,
  MANAGED,
  MARKS,
  NUMBERED,
  OF_DRAFTS,
  OF_FORMS,
  OF_KINDS,
  SENTENCES,
  SENTENCES_EN,
  SHORT,
  TEST_HEAD,
  TITLES,
  TYPED,
} from "./form_tables.js";
import { flowed } from "./words.js";

const WHOLE = 7; // colons of an IPv6 address without ::

const other = (name, told) =>
  malformed(
    say("{name} of notice.json is another than the letter's: {told}", { name, told: [...told].slice(0, 80).join("") }),
  );

const contradiction = (name, value, second, said) =>
  malformed(
    say("notice.json contradicts itself: {name} is {value}, {other} is {said}", { name, value, other: second, said }),
  );

/** Mark of a test, sentence of the rung, class, addresses, what is asked. */
export function checkFormWords(text, margins, notice) {
  const words = flowed(text);
  const isTest = notice.document.test === true;
  for (const told of margins)
    if (told.includes(DRAFT_HEAD) || told.includes(TEST_HEAD) !== isTest) throw other("test", told);
  checkType(words, notice);
  checkAsked(words, notice);
  const there = new Flowed(text).standing(notice.addresses);
  for (const address of notice.addresses) if (!there.has(address)) throw other("ip_addresses", address);
  checkNothingElse(text, notice);
}

/** No sentence of ours that belongs to another notice. */
function checkNothingElse(text, notice) {
  const rest = withoutProse(text, notice);
  checkSentences(rest, notice);
  checkManaged(rest, notice.document);
  checkClass(rest, notice);
  checkOtherRequests(rest, notice);
  const own = new Set(notice.addresses);
  for (const found of addressesIn(rest, notice)) if (!own.has(found)) throw other("ip_addresses", found);
}

/** Subject and first sentence say that it is a test, or do not; nor is the text another's. */
export function checkMailWords(subject, text, notice) {
  const told = wordsOf(subject) || subject;
  const isTest = notice.document.test === true;
  for (const words of [told, text])
    if (MARKS.some((mark) => words.trim().startsWith(mark)) !== isTest)
      throw other("test", [...words].slice(0, 20).join(""));
  const others = [...OF_DRAFTS, ...(isTest ? [] : MARKS)];
  if (others.some((mark) => told.includes(mark))) throw other("test", told);
  checkNothingElse(text, notice);
}

/** Fields that follow from each other do. */
export function checkConsistent({ document, follows, kind, statement }) {
  const { rung } = document.recipient;
  const { group, group_name: named } = document.category ?? {};
  const [facility, managed] = MANAGED[rung] ?? ["", document.managed];
  if (document.managed !== managed) throw contradiction("managed", document.managed, "recipient.rung", rung);
  if (facility && document.facility !== facility)
    throw contradiction("facility", document.facility, "recipient.rung", rung);
  const count = (document.statutes ?? []).length;
  if (count && statement.form !== "form1") throw contradiction("statutes", String(count), "form", statement.form);
  if (group in CLASSES && named !== CLASSES[group])
    throw contradiction("category.group_name", named, "category.group", group);
  if (document.ordinal === 1 && follows && follows.kind === kind)
    throw contradiction("ordinal", "1", "follows.kind", kind);
}

/** The letter's words but for those of the judgment. */
function withoutProse(text, { shown }) {
  const values = shown.map(([, value]) => value).filter((value) => [...value].length >= LONG);
  values.sort((one, two) => [...two].length - [...one].length);
  return values.reduce((words, value) => words.split(flowed(value)).join("\n"), flowed(text));
}

/** Titles and sentences that only one form, one kind or a test has. */
function checkSentences(rest, { document, kind, statement }) {
  for (const mark of [...OF_DRAFTS, ...(document.test === true ? [] : MARKS)])
    if (rest.includes(mark)) throw other("test", mark);
  for (const [title, forms] of Object.entries(TITLES))
    if (rest.includes(title) && !forms.includes(statement.form)) throw other("form", title);
  for (const [sentence, its] of Object.entries(OF_KINDS))
    if (rest.includes(sentence) && kind !== its) throw other("kind", sentence);
}

function checkManaged(rest, { managed, recipient }) {
  const english = MANAGED[recipient.rung]?.[2] ?? "";
  for (const found of rest.matchAll(HOLDS))
    if (![found[1], found[2]].includes(managed)) throw other("managed", found[0]);
  for (const found of rest.matchAll(HOLDS_EN)) if (found[1] !== english) throw other("managed", found[0]);
}

/** The class that is marked, and the type below it. */
function checkClass(rest, { document, statement }) {
  const { slug, group, name } = document.category;
  const of2006 = slug.startsWith("2006-po-") ? slug.slice(8, 9) : "";
  if (statement.form === "form2-2006" && of2006)
    for (const [, mark] of rest.matchAll(NUMBERED))
      if ((CIRCLED[mark] ?? mark) !== of2006) throw other("category", "■");
  for (const [key, label] of Object.entries(CLASSES))
    if (key !== group && rest.includes(`■${label}`)) throw other("category.group", label);
  for (const { index, 0: label } of rest.matchAll(TYPED))
    if (!rest.startsWith(flowed(name), index + label.length))
      throw other("category.name", [...rest.slice(index)].slice(0, label.length + 40).join(""));
}

/** Form 2 names the type since 2023; a reminder and a withdrawal need not. */
function checkType(words, { document, kind, statement }) {
  if (statement.form !== "form2" || SHORT.includes(kind)) return;
  const { name, name_en: english } = document.category;
  for (const value of [name, document.language === "ja" ? "" : english])
    if (value && !words.includes(flowed(value))) throw other("category.name", value);
}

/** In each language of the letter: the field, its meaning, the letters' words. */
function asked({ document }) {
  const { requested_action: told, requested_action_en: english } = document;
  const both = [[told ?? "", ASKED, SENTENCES]];
  if (english) both.push([english, ASKED_EN, SENTENCES_EN]);
  return both.map(([field, known, sentences]) => [field, Object.hasOwn(known, field) ? known[field] : "", sentences]);
}

/** What is asked stands there, in the words of the letter or as it is. */
function checkAsked(words, notice) {
  const { form } = notice.statement;
  const allowed = notice.kind === "withdrawal" ? ["nothing"] : OF_FORMS[form];
  for (const [field, meaning, sentences] of asked(notice)) {
    if (meaning && !allowed.includes(meaning)) throw contradiction("requested_action", field, "form", form);
    const wanted = meaning ? sentences[meaning] : [field];
    if (!wanted.some((one) => words.includes(flowed(one)))) throw other("requested_action", field);
  }
}

function checkOtherRequests(rest, notice) {
  if (notice.kind === "withdrawal") {
    const found = ASKS.exec(rest);
    if (found) throw other("requested_action", found[0]);
    return;
  }
  for (const [, meaning, sentences] of asked(notice))
    for (const each of ["stop", "block", "deal"].filter((one) => one !== meaning))
      if (sentences[each].some((one) => rest.includes(flowed(one)))) throw other("requested_action", sentences[each][0]);
}

/** What is written as an address, but for what stands in URLs. */
function* addressesIn(rest, { urls }) {
  const named = urls.flatMap((url) => [url, ...spellings(url)].map(flowed)).join("\n");
  const known = new Set(named.match(ADDRESS));
  for (const found of new Set(rest.match(ADDRESS))) {
    const isWhole = found.includes(".") || found.includes("::") || found.split(":").length - 1 === WHOLE;
    if (isWhole && !known.has(found) && !named.includes(found)) yield found;
  }
}
