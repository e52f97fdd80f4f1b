// Whether a page shows its words in the order in which they are read, and all of them:
// each line below or right of every line before it, none covered, none off the paper.

import { withoutSpace } from "../reading/flowed.js";
import { malformed, need, say } from "../texts.js";

export const WIDTH = 595.276;
export const HEIGHT = 841.89;
const EDGE = 15,
  LOW = 0.1,
  HIGH = 0.6,
  CLOSEST = 0.9,
  SLACK = 1.5;
/** Above and below are the margins, in which pages are numbered and marked. */
const HEAD = 788,
  FOOT = 50;
const CONTINUED = 30,
  MAX_RULES = 2000;
const ARTIFACT = "Artifact";

const begin = (text) => [...text].slice(0, 40).join("");
const isInside = ({ y }) => FOOT < y && y < HEAD;

/** What a page's elements say, a line of the page a line. */
export function readPage(marks) {
  need(marks.rules.length <= MAX_RULES, say("{count} lines on a page", { count: marks.rules.length }));
  for (const { x, y, end, text } of marks.lines) {
    const isOn = EDGE <= x && x <= end && end <= WIDTH - EDGE && EDGE <= y && y <= HEIGHT - EDGE;
    need(isOn, say("{text!r} leaves the paper", { text: begin(text) }));
  }
  const words = marks.lines.filter((line) => line.element !== ARTIFACT);
  checkOrder(words);
  checkUncovered(marks);
  return words.map((line) => line.text).join("\n");
}

/** What stands in the margins, each line without white space. */
export const margins = (marks) =>
  marks.lines
    .filter((line) => line.element === ARTIFACT && !isInside(line))
    .map((line) => withoutSpace(line.text))
    .join(" ");

/** The headings of rows and groups, without white space. */
export const headings = (marks) => grouped(marks, (line) => line.element === "TH");

/** What only decorates within the page is a heading that goes on. */
export function checkDecorations(marks, known) {
  for (const words of grouped(marks, (line) => line.element === ARTIFACT && isInside(line)))
    need(
      known.some((one) => words.startsWith(one) && [...words].length - [...one].length <= CONTINUED),
      say("{words!r} belongs to no element", { words: begin(words) }),
    );
}

/** The words of each marked content, without white space. */
function grouped(marks, isWanted) {
  const groups = new Map();
  for (const line of marks.lines.filter(isWanted))
    groups.set(line.group, (groups.get(line.group) ?? "") + withoutSpace(line.text));
  return [...groups.values()];
}

function checkOrder(lines) {
  let lowest = HEIGHT;
  lines.forEach((line, at) => {
    if (line.y > lowest - CLOSEST * line.size) checkBeside(line, lines.slice(0, at));
    lowest = Math.min(lowest, line.y);
  });
}

function checkBeside(line, before) {
  for (const one of before) {
    const isAbove = one.y - line.y >= CLOSEST * Math.max(one.size, line.size) - SLACK;
    need(
      isAbove || one.end <= line.x + SLACK,
      say("{second!r} stands before {first!r}, which is read first", { first: begin(one.text), second: begin(line.text) }),
    );
  }
}

function checkUncovered({ lines: drawn, rules, pictures }) {
  const lines = [...drawn].sort((one, other) => other.y - one.y);
  lines.forEach((line, at) => {
    const near = nearBelow(line, lines.slice(at + 1));
    need(!near.some((other) => touch(line, other)), say("words over {text!r}", { text: begin(line.text) }));
  });
  for (const { x1, y1, x2, y2 } of rules)
    need(x1 === x2 || y1 === y2, "a line that is neither level nor upright");
  for (const line of lines)
    for (const kind of covering(line, rules, pictures))
      throw malformed(say("{kind} over {text!r}", { kind, text: begin(line.text) }));
}

function nearBelow(line, below) {
  const end = below.findIndex((other) => line.y - other.y > (LOW + HIGH) * Math.max(line.size, other.size));
  return end < 0 ? below : below.slice(0, end);
}

function touch(one, other) {
  const isBeside = one.end <= other.x + SLACK || other.end <= one.x + SLACK;
  return !isBeside && one.y - other.y < LOW * one.size + HIGH * other.size;
}

function* covering(line, rules, pictures) {
  const [low, high] = [line.y - LOW * line.size, line.y + HIGH * line.size];
  const [left, right] = [line.x + SLACK, line.end - SLACK];
  for (const { x1, y1, x2, y2 } of rules) {
    if (y1 === y2 && low < y1 && y1 < high && meet(x1, x2, left, right)) yield say("a line");
    if (x1 === x2 && left < x1 && x1 < right && meet(y1, y2, low, high)) yield say("a line");
  }
  for (const { x, y, width, height } of pictures)
    if (meet(x, x + width, left, right) && meet(y, y + height, low, high)) yield say("a picture");
}

const meet = (one, other, low, high) => Math.min(one, other) < high && low < Math.max(one, other);
