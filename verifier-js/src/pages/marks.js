// A page's marks: lines of text, lines of the table, grey fields, pictures. Read is only
// what our writer writes, so nothing can colour, clip, cover or hide. Points, y upwards.

import { ascii } from "../reading/octets.js";
import { malformed, need, say } from "../texts.js";

const MAX_CONTENT = 4_000_000,
  SPACE = 32,
  SMALLEST = 8,
  LARGEST = 20;
const N = "(\\d{1,3}(?:\\.\\d{1,3})?)";
const S = "[ \\t\\n\\r\\f\\v]";
const KINDS = {
  words: `(/F\\d{1,2}\\+\\d{1,2}) ${N} Tf <((?:[0-9a-f]{2})*)> Tj`,
  place: `1 0 0 1 ${N} ${N} Tm ${N} Tc ${N} Tw`,
  rule: `${N} ${N} m ${N} ${N} l S`,
  field: `q 0\\.94 g ${N} ${N} ${N} ${N} re f Q`,
  picture: `q ${N} 0 0 ${N} ${N} ${N} cm (/Image\\d) Do Q`,
  begin: `/(?:P|H1|H2|TH|TD|Span|Figure|Artifact) <</(?:MCID \\d{1,5}|Type /(?:Layout|Pagination))>> BDC`,
  end: "EMC",
  open: "BT",
  close: "ET",
  width: "0\\.6 w 2 J",
};
const MARK = new RegExp(
  `${S}*(?:${Object.entries(KINDS)
    .map(([kind, pattern]) => `(?<${kind}>${pattern})`)
    .join("|")})(?=${S}|$)`,
  "y",
);
const BEGIN = "1 0 0 1 0 0 cm 0 g 0 G";
const BLANKS = /[ \u3000\u00a0]+$/u;

/** The marks of a page's content stream; fonts by their names on the page. */
export async function readMarks(content, fonts) {
  need(content.length <= MAX_CONTENT, say("a page of {count} bytes", { count: content.length }));
  need(content.startsWith(BEGIN), "a page does not begin as ours do");
  return new Reader(fonts).read(content, BEGIN.length);
}

class Reader {
  constructor(fonts) {
    Object.assign(this, { fonts, lines: [], rules: [], pictures: [], contents: [], element: "", group: 0, isText: false });
    Object.assign(this, { x: 0, y: 0, stretch: 0, wordStretch: 0, line: null, goesOn: false });
  }
  async read(content, at) {
    for (;;) {
      MARK.lastIndex = at;
      const found = MARK.exec(content);
      if (!found) break;
      at = MARK.lastIndex;
      const kind = Object.keys(KINDS).find((each) => found.groups[each] !== undefined);
      const told = found.slice(1).filter((one) => one !== undefined);
      if (kind in ACTS) await ACTS[kind](this, told.slice(1));
      else this.bracket(kind, told[0]);
    }
    const isOver = !/[^ \t\n\r\f\v]/.test(content.slice(at)) && !this.element && !this.isText;
    need(isOver, say("a page has {odd!r}, ours never have", { odd: content.slice(at, at + 40) }));
    const { lines, rules, pictures, contents } = this;
    return { lines, rules, pictures, contents };
  }
  /** The beginning or the end of an element or of text. */
  bracket(kind, words) {
    if (kind === "begin" && !this.element) this.begin(words);
    else if (kind === "end" && this.element) this.element = "";
    else if ((kind === "open" || kind === "close") && this.isText === (kind === "close")) {
      this.isText = !this.isText;
      this.goesOn = false;
    } else if (kind !== "width" || this.lines.length)
      throw malformed(say("a page with {words} out of order", { words }));
  }
  /** A marked content: one of an element has a number, one that decorates none. */
  begin(words) {
    this.element = words.slice(1).split(" ", 1)[0];
    this.group++;
    this.goesOn = false;
    const found = /MCID (\d+)/.exec(words);
    const isNext = !found || Number(found[1]) === this.contents.length;
    if ((found === null) !== (this.element === "Artifact") || !isNext)
      throw malformed(say("a page with {words} out of order", { words }));
    if (found) this.contents.push({ role: this.element, number: Number(found[1]) });
  }
  /** The line on which words go on, or a new one. */
  lineOf(size) {
    if (this.goesOn) {
      this.line.size = Math.max(this.line.size, size);
      return this.line;
    }
    const { x, y, element, group } = this;
    this.line = { x, y, end: x, size, text: "", element, group };
    this.lines.push(this.line);
    this.goesOn = true;
    return this.line;
  }
  below() {
    need(!this.isText && !this.lines.length && this.element, "a page draws over its words");
  }
}

const ACTS = {
  async words(reader, [name, points, codes]) {
    const [font, size] = [reader.fonts.get(name.slice(1)), Number(points)];
    need(font && reader.isText && !["", "Figure"].includes(reader.element), "words in no font, or in no element");
    need(size >= SMALLEST && size <= LARGEST, say("words of {size} points", { size }));
    const drawn = ascii(codes.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))));
    const { text, wide } = await font.read(drawn);
    const line = reader.lineOf(size);
    line.text += text;
    const begin = reader.x;
    reader.x += (wide * size) / 1000 + reader.stretch * drawn.length;
    reader.x += reader.wordStretch * spaces(drawn);
    const seen = [...text.replace(BLANKS, "")].length;
    if (seen) line.end = Math.max(begin, reader.x - hanging(reader, font, size, drawn, [...text].length - seen));
  },
  place(reader, told) {
    [reader.x, reader.y, reader.stretch, reader.wordStretch] = told.map(Number);
    reader.goesOn = false;
  },
  rule(reader, told) {
    const [x1, y1, x2, y2] = told.map(Number);
    reader.rules.push({ x1, y1, x2, y2 });
    reader.below();
  },
  field: (reader) => reader.below(),
  picture(reader, told) {
    need(reader.element === "Figure", "a picture that belongs to no element");
    const [width, height, x, y] = told.slice(0, 4).map(Number);
    reader.pictures.push({ name: told[4].slice(1), x, y, width, height });
    reader.below();
  },
};

const spaces = (codes) => codes.filter((code) => code === SPACE).length;

/** How wide the blanks at the end of a line are, and what is added to the last sign. */
function hanging(reader, font, size, drawn, blanks) {
  const codes = drawn.subarray(drawn.length - blanks);
  const wide = (codes.reduce((sum, code) => sum + font.width(code), 0) * size) / 1000;
  return wide + (reader.stretch * (codes.length + 1) + reader.wordStretch * spaces(codes));
}
