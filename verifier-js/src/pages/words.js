// What people read is what `notice.json` says: words of the letter against it (P18, M24).

import { days, escaped } from "../files/content.js";
import { spellings } from "../files/urls.js";
import { Flowed, withoutSpace } from "../reading/flowed.js";
import { areFew, firstFrom, standing } from "../reading/many_words.js";
import { trimmedEnd } from "../reading/octets.js";
import { need, readBack, say } from "../texts.js";

const SELECTORS = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u180b-\u180d\u180f]/gu;
const URLS = /(?:h(?:tt|xx)ps?|ftp):\/\/[!-~]+/gi;
/** URLs of the centre's own in a letter: its verification page. */
const BESIDES = 1;

/** For comparing: hidden characters read back, NFC, no white space, no selectors. */
export const flowed = (text) => withoutSpace(readBack(withoutSpace(text)).normalize("NFC")).replace(SELECTORS, "");

/** The pages name number, date and recipient. */
export function checkNamed(text, { number, date, recipient }) {
  const words = flowed(text);
  const isNamed = new RegExp(`(?<![A-Za-z0-9-])${escaped(number)}(?![A-Za-z0-9-])`, "u").test(text);
  need(isNamed, say("the pages do not name {number}", { number }));
  need(words.includes(flowed(recipient)), say("the pages do not name the recipient {name}", { name: recipient }));
  const isDated = days(date).some((day) => words.includes(flowed(day)));
  need(isDated, say("the pages do not have the date {day}", { day: date }));
}

/** Every page names the number in its margin, none another or a new URL. */
export function checkMargins(margins, number, text) {
  const alike = new RegExp(escaped(number).replace(/\d+/g, "\\d+"), "gu");
  margins.forEach((words, place) => {
    const page = place + 1;
    need(words.includes(withoutSpace(number)), say("page {page} does not name {number}", { page, number }));
    const others = [
      ...(words.match(alike) ?? []).filter((found) => found !== number),
      ...(words.match(URLS) ?? []).filter((found) => !text.includes(found)),
    ];
    need(!others.length, say("the margin of page {page} says {told}", { page, told: others.sort()[0] }));
  });
}

/** What stands beside and above the pages stands on them, too. */
export function checkBeside(text, bookmarks, titles) {
  const words = flowed(text);
  const cut = (told) => [...told].slice(0, 80).join("");
  for (const told of bookmarks)
    need(words.includes(flowed(told)), say("a bookmark of other words: {told}", { told: cut(told) }));
  for (const told of titles.filter(Boolean)) {
    const named = /^([^\n]*?)(?:（([^（）]*)）)?$/.exec(flowed(told));
    const isShown = named?.slice(1).every((part) => !part || words.includes(part));
    need(isShown, say("a title of other words: {told}", { told: cut(told) }));
  }
}

/** Whoever is told as author is the centre. */
export function checkAuthor(notice, told) {
  const center = flowed(new Map(notice.shown).get("center.name") ?? "");
  for (const name of told.filter(Boolean))
    need(flowed(name) === center, say("the author is {name}", { name: [...name].slice(0, 80).join("") }));
}

/** Everything that the form shows of `notice.json` stands in the text. */
export function checkValues(text, notice) {
  const words = flowed(text);
  for (const [name, value] of notice.shown)
    need(
      stands(value, words),
      say("{name} of notice.json is not what the letter says: {value}", {
        name,
        value: [...value].slice(0, 80).join(""),
      }),
    );
  checkUrls(text, notice);
}

function stands(value, words) {
  if (words.includes(flowed(value))) return true;
  // prose keeps a 〔U+XXXX〕 of its own as it is
  const kept = withoutSpace(value).normalize("NFC").replace(SELECTORS, "");
  return words.includes(kept) || words.includes(readBack(kept));
}

/** Each URL as a whole, and no other but one: the centre's verification page. */
function checkUrls(text, notice) {
  const missing = new Flowed(text).firstMissing(notice.urls);
  need(missing === undefined, say("the letter does not name the URL {url}", { url: missing }));
  const others = otherUrls(text, notice);
  need(others.size <= BESIDES, say("the letter names the URL {url}", { url: [...others].sort()[0] }));
}

/** Mail and letter name no other host than one, the centre's. */
export function checkHosts(texts, notice) {
  const others = new Set(texts.flatMap((text) => [...otherUrls(text, notice)]));
  const hosts = new Set([...others].map((url) => url.split("/")[2].toLowerCase()));
  need(hosts.size <= BESIDES, say("the mail names the URL {url}", { url: [...others].sort()[0] }));
}

/** Looked for in the values of notice.json; prose names a handful. */
const MAX_OTHERS = 1000;
/** What ends a sentence behind a URL; one of the notice's own may end with it, too. */
const AFTER = ".,;:)]'\"";

/** What looks like a URL and is none of the notice's, whole or broken off. */
function otherUrls(text, notice) {
  const own = notice.urls.flatMap((url) => [...spellings(url)].map((one) => trimmedEnd(withoutSpace(one), AFTER)));
  const known = new Set(own),
    beginnings = [...known].sort();
  const said = notice.shown.map(([, value]) => withoutSpace(value)).join("");
  const others = new Set();
  for (const { found, goesOn } of urlsIn(text))
    if (!known.has(found) && !(goesOn && beginsOne(found, beginnings))) others.add(found);
  // each is looked for in all that is said
  need(others.size <= MAX_OTHERS, say("more than {most} URLs that are none of its own", { most: MAX_OTHERS }));
  const there = saidOf(said, others);
  return new Set([...others].filter((found) => !there.has(found)));
}

function saidOf(said, others) {
  if (areFew(said, others)) return new Set([...others].filter((one) => said.includes(one)));
  const places = [...said.matchAll(/(?=(?:h(?:tt|xx)ps?|ftp):\/\/)/gi)].map(({ index }) => index);
  return standing(said, places, others, () => true);
}

/** Whether one of `sorted` goes on from `found`. */
function beginsOne(found, sorted) {
  const next = firstFrom(sorted, found);
  return next < sorted.length && sorted[next].startsWith(found);
}

/** Each URL, and whether it may go on in the next line. */
function* urlsIn(text) {
  for (const line of text.split("\n")) {
    const end = line.trimEnd().length;
    for (const match of line.matchAll(URLS))
      yield { found: trimmedEnd(match[0], AFTER), goesOn: match.index + match[0].length === end };
  }
}

/** A DOCX says what the pages say, word for word. */
export function checkSame(text, shown) {
  const [theirs, ours] = [[...withoutSpace(text)], [...withoutSpace(shown)]];
  const shorter = Math.min(theirs.length, ours.length);
  let at = 0;
  while (at < shorter && theirs[at] === ours[at]) at++;
  const around = (words) => words.slice(Math.max(at - 5, 0), at + 30).join("");
  need(
    at === theirs.length && at === ours.length,
    say("the DOCX says {theirs!r}, the pages {ours!r}", { theirs: around(theirs), ours: around(ours) }),
  );
}
