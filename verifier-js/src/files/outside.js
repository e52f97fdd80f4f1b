// The outside of a mail, which nobody signs: what a relay changed, by name (M03, M23).

import { OPTIONAL, PROTECTED, valuesOf } from "../reading/mime.js";
import { BY_VALUE, isTrace, isUnknown } from "../reading/relay_fields.js";
import { isSameAddress, isSameMoment, isSameWords, wordsOf } from "../reading/written_anew.js";
import { say } from "../texts.js";

const OURS = [...PROTECTED, ...OPTIONAL, "mime-version", "content-type"];

/** Fields that are harmless by what stands in them, each time that they are there. */
function saysNothing(name, headers, inner) {
  const every = (says) => valuesOf(headers, name).every(says);
  if (name === "thread-topic") return every((one) => isSameWords(one, valuesOf(inner, "subject")[0] ?? ""));
  return Object.hasOwn(BY_VALUE, name) && every((one) => BY_VALUE[name].test(one));
}

/** `harmless`, `changed` (signed, and told otherwise outside), `foreign` and `unknown` fields. */
export function judgeOutside({ headers, inner }) {
  const harmless = [],
    changed = [],
    foreign = [],
    unknown = [];
  const counts = new Map();
  const isHarmless = (name) => isTrace(name) || saysNothing(name, headers, inner);
  for (const [name] of headers) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  const trace = [...counts]
    .filter(([name]) => isHarmless(name))
    .sort()
    .map(([name, count]) => (count === 1 ? name : `${name} (${count})`));
  if (trace.length) harmless.push(say("trace fields were added: {names}", { names: trace.join(", ") }));
  for (const name of [...counts.keys()].sort()) {
    if (OURS.includes(name) || isHarmless(name)) continue;
    if (isUnknown(name)) unknown.push(say("a field {name} was added that nobody here knows", { name }));
    else foreign.push(say("a field {name} was added", { name }));
  }
  const octets = headers.filter(([, value]) => /[^\x00-\x7f]/.test(value)).map(([name]) => name);
  if (octets.length) harmless.push(say("octets that are not ASCII in {names}", { names: octets.join(", ") }));
  if (!counts.has("mime-version")) harmless.push(say("MIME-Version was dropped"));
  for (const name of [...PROTECTED, ...OPTIONAL])
    compare(name, valuesOf(headers, name)[0], valuesOf(inner, name)[0], harmless, changed);
  return { harmless, changed, foreign, unknown };
}

function compare(name, told, inner, harmless, changed) {
  if (told === inner) return;
  const flat = (value) => value.replace(/[ \t]+/g, " ");
  if (told === undefined || inner === undefined)
    changed.push(say(inner === undefined ? "{name} was added" : "{name} was dropped", { name }));
  else if (flat(told) === flat(inner)) harmless.push(say("{name} was folded anew", { name }));
  else if (name === "message-id" && /^<[!-;=?-~]{1,900}>$/.test(told))
    harmless.push(say("Message-ID was replaced by {told}", { told }));
  else if (name === "date" && isSameMoment(told, inner))
    harmless.push(say("Date is told in another zone: {told}", { told }));
  else if (name === "subject" && tagOf(told, inner))
    harmless.push(say("the subject was tagged: {tag}", { tag: tagOf(told, inner) }));
  else if ((name === "subject" && isSameWords(told, inner)) || (["from", "to"].includes(name) && isSameAddress(told, inner)))
    harmless.push(say("{name} was written anew, with the same words", { name }));
  else changed.push(say("{name} is {told}, the signed copy is {inner}", { name, told, inner }));
}

/** What stands in brackets before the protected subject; empty: another one. */
function tagOf(told, inner) {
  const [shown, signed] = [wordsOf(told), wordsOf(inner)];
  if (shown === null || signed === null || !shown.endsWith(signed)) return "";
  const before = shown.slice(0, shown.length - signed.length);
  const isTag = /^(?:\[[^[\]]{1,60}\] ?)+$/.test(before) && [...before].length <= 60;
  // what no client shows, or what turns the line
  return isTag && !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(before) ? before.trim() : "";
}
