// A text without white space, in which a long URL may be broken over lines.

import { spellings } from "../files/urls.js";
import { areFew, firstFrom, standing } from "./many_words.js";

const SPACE = /[\s\x1c-\x1f\x85]+/gu;
const OF_URLS = /[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/;

export const withoutSpace = (told) => told.replace(SPACE, "");

/** Text without white space, and where white space was. */
export class Flowed {
  constructor(told) {
    const parts = told.split(SPACE).filter(Boolean);
    this.text = parts.join("");
    this.places = [0];
    for (const part of parts) this.places.push(this.places.at(-1) + part.length);
    this.starts = new Set(this.places);
  }
  /** The first URL of which no spelling stands there; undefined: all of them do. */
  firstMissing(urls) {
    const spelt = urls.map((url) => [...spellings(url)].map(withoutSpace));
    const there = this.standing(spelt.flat());
    return urls.find((_, at) => !spelt[at].some((one) => there.has(one)));
  }
  /** Those that stand there, and not as a part of a longer one. */
  standing(told) {
    const wanted = new Set(told);
    if (areFew(this.text, wanted)) return new Set([...wanted].filter((one) => this.stands(one)));
    return standing(this.text, this.edges(), wanted, (end) => this.isEnd(end));
  }
  stands(url) {
    for (let at = this.text.indexOf(url); at >= 0; at = this.text.indexOf(url, at + 1)) {
      if (this.isEdge(at, at - 1) && this.isEnd(at + url.length)) return true;
      if (!url) break;
    }
    return false;
  }
  /** Places at which a URL may begin, those at white space first. */
  *edges() {
    yield* this.places;
    for (let at = 1; at <= this.text.length; at++)
      if (!OF_URLS.test(this.text[at - 1]) && !this.starts.has(at)) yield at;
  }
  isEnd(end) {
    const last = this.endOfSentence(end);
    const place = this.places[Math.min(firstFrom(this.places, end), this.places.length - 1)];
    return (end <= place && place <= last) || this.isEdge(last, last);
  }
  /** Behind the signs that may end a sentence: each run of them is gone through once. */
  endOfSentence(at) {
    this.runs ??= [...this.text.matchAll(/[.,;:!?)\]']+/g)];
    this.begins ??= this.runs.map(({ index }) => index);
    const run = this.runs[firstFrom(this.begins, at + 1) - 1];
    return run ? Math.max(at, run.index + run[0].length) : at;
  }
  isEdge(place, beside) {
    return this.starts.has(place) || beside < 0 || beside >= this.text.length || !OF_URLS.test(this.text[beside]);
  }
}
