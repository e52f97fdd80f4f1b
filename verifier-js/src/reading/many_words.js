// Which of many words stand in a long text: each place is looked at once.

import { need, say } from "../texts.js";

/** Places at which one begins, and words that end there; letters have some hundreds. */
const MAX_STEPS = 50_000;
/** Characters by which it is told that none begins at a place. */
const HEAD = 8;
/** Characters to be looked through, and of a word: little enough to look one by one. */
const FEW = 2_000_000,
  SHORT = 1000;

/** Whether each may as well be looked for by itself. */
export const areFew = (text, wanted) =>
  wanted.size * text.length <= FEW && [...wanted].every(({ length }) => length <= SHORT);

/** Words in their order; of each the longest other one that it begins with. */
class Wanted {
  constructor(wanted) {
    this.words = [...new Set(wanted)].sort();
    this.longest = this.words.reduce((most, { length }) => Math.max(most, length), 0);
    this.heads = new Set(this.words.map((one) => one.slice(0, HEAD)));
    this.sizes = [...new Set([...this.heads].map(({ length }) => length))];
    const above = [];
    this.within = this.words.map((one, at) => {
      while (above.length && !one.startsWith(this.words[above.at(-1)])) above.pop();
      above.push(at);
      return above.at(-2) ?? -1;
    });
  }
  mayBegin(text, place) {
    return this.sizes.some((size) => this.heads.has(text.slice(place, place + size)));
  }
  /** Each that stands there, the longest first; null for one that does not. */
  *at(text, place) {
    const there = text.slice(place, place + this.longest);
    const next = firstFrom(this.words, there);
    const last = this.words[next] === there ? next : next - 1;
    for (let at = last; at >= 0; at = this.within[at])
      yield there.startsWith(this.words[at]) ? this.words[at] : null;
  }
}

/** Those that begin at a place and end at an end. */
export function standing(text, places, wanted, isEnd) {
  const sought = new Wanted(wanted),
    found = new Set();
  let steps = 0;
  for (const place of places) {
    if (!sought.mayBegin(text, place)) continue;
    steps++;
    for (const one of sought.at(text, place)) {
      steps++;
      if (one !== null && !found.has(one) && isEnd(place + one.length)) found.add(one);
    }
    need(steps <= MAX_STEPS, say("more than {most} places to look for words", { most: MAX_STEPS }));
    if (found.size === sought.words.length) break;
  }
  return found;
}

/** The place of the first of `sorted` that is not below. */
export function firstFrom(sorted, least) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
