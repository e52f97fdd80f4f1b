// What a DOCX says around its text: heads, feet, title, author and dates (M22).

import { elements, local, ownText, walk, words } from "../reading/xml.js";
import { malformed, need, readBack, say } from "../texts.js";
import { withoutSpace } from "../reading/flowed.js";

const W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}";
/** Of a draft and of a test, without white space. */
const MARKS = ["", "見本DRAFT", "試験TEST"];
const LABEL = "整理番号";
const EMPTY = ["subject", "keywords", "description", "category"];
const KNOWN = [...EMPTY, "title", "creator", "lastModifiedBy", "revision", "created", "modified", "language"];
/** What the first releases had. */
const BEFORE_DATES = "1980-01-01T00:00:00Z";

/** Head and foot name the number, and the addressee as the letter does; FORMAT_FAILURE. */
export function checkHeads(name, tree, body, number) {
  const told = withoutSpace(shown(tree).join(""));
  const lines = new Set([...walk(body)].filter((one) => one.tag === `${W}p`).map((one) => withoutSpace(words(one))));
  const named = withoutSpace(number);
  const rests = MARKS.map((mark) => mark + named)
    .filter((begin) => told.startsWith(begin))
    .map((begin) => told.slice(begin.length));
  const isOurs = name.startsWith("word/footer")
    ? told === `${LABEL}${named}/`
    : !told || rests.some((rest) => !rest || lines.has(rest));
  need(isOurs, say("{name} of the DOCX says {words!r}", { name, words: [...told].slice(0, 80).join("") }));
}

/** The words but those of fields, which programs count anew. */
function shown(tree) {
  const found = [];
  let within = false;
  for (const one of walk(tree)) {
    if (one.tag === `${W}fldChar`) within = one.attributes.get(`${W}fldCharType`) !== "end";
    else if (one.tag === `${W}t` && !within) found.push(ownText(one));
  }
  return found;
}

/** Author and dates are those of the letter, and nothing else is said; FORMAT_FAILURE. */
export function checkProperties(core, notice) {
  const told = new Map();
  for (const one of elements(core)) {
    const name = local(one.tag);
    const isOurs = KNOWN.includes(name) && !told.has(name) && !elements(one).length;
    need(isOurs, say("the DOCX has a property {name}", { name }));
    told.set(name, ownText(one));
  }
  const center = new Map(notice.shown).get("center.name") ?? "";
  const day = `${new Date(Date.parse(`${notice.statement.date}T00:00:00+09:00`)).toISOString().slice(0, 19)}Z`;
  const allowed = [
    ...EMPTY.map((name) => [name, []]),
    ...["creator", "lastModifiedBy"].map((name) => [name, [center]]),
    ["revision", ["1"]],
    ...["created", "modified"].map((name) => [name, [BEFORE_DATES, day]]),
    ["language", ["ja-JP"]],
  ];
  for (const [name, values] of allowed) {
    const value = told.get(name) ?? "";
    need(
      // what does not show in the centre's name is spelt out there
      value === "" || values.includes(value) || values.includes(readBack(value)),
      say("the DOCX's {name} is {value}", { name, value: [...value].slice(0, 80).join("") }),
    );
  }
}

/** A title is a line of the letter with the number behind it; FORMAT_FAILURE. */
export function checkTitle(title, text, number) {
  const told = withoutSpace(title);
  const end = `（${withoutSpace(number)}）`;
  if (!told.endsWith(end) || !withoutSpace(text).includes(told.slice(0, -end.length)))
    throw malformed(say("the title is no line of the letter: {title}", { title: [...title].slice(0, 80).join("") }));
}
