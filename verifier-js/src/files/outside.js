// The outside of a mail, which nobody signs: what a relay changed, by name (M03, M23).

import { OPTIONAL, PROTECTED, readDate, readWords, valuesOf } from "../reading/mime.js";
import { say } from "../texts.js";

const OURS = [...PROTECTED, ...OPTIONAL, "mime-version", "content-type"];
const TRACE =
  "authentication-results delivered-to delivery-date domainkey-signature envelope-to lines original-recipient received received-spf return-path status".split(
    " ",
  );
const OF_SERVERS = /^(?:(?:arc|dkim)-[a-z-]+|x-[a-z0-9-]+|ms-exchange-[a-z0-9-]+)$/;
const ACTED_ON = "x-confirm-reading-to x-face x-image-url x-msmail-priority x-priority x-unsubscribe".split(" ");

const isTrace = (name) => (TRACE.includes(name) || OF_SERVERS.test(name)) && !ACTED_ON.includes(name);

/** `harmless`, `changed` (signed, and told otherwise outside), `foreign` fields. */
export function judgeOutside({ headers, inner }) {
  const harmless = [],
    changed = [],
    foreign = [];
  const counts = new Map();
  for (const [name] of headers) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  const trace = [...counts]
    .filter(([name]) => isTrace(name))
    .sort()
    .map(([name, count]) => (count === 1 ? name : `${name} (${count})`));
  if (trace.length) harmless.push(say("trace fields were added: {names}", { names: trace.join(", ") }));
  for (const name of [...counts.keys()].sort())
    if (!OURS.includes(name) && !isTrace(name)) foreign.push(say("a field {name} was added", { name }));
  const octets = headers.filter(([, value]) => /[^\x00-\x7f]/.test(value)).map(([name]) => name);
  if (octets.length) harmless.push(say("octets that are not ASCII in {names}", { names: octets.join(", ") }));
  if (!counts.has("mime-version")) harmless.push(say("MIME-Version was dropped"));
  for (const name of [...PROTECTED, ...OPTIONAL])
    compare(name, valuesOf(headers, name)[0], valuesOf(inner, name)[0], harmless, changed);
  return { harmless, changed, foreign };
}

function compare(name, told, inner, harmless, changed) {
  if (told === inner) return;
  const flat = (value) => value.replace(/[ \t]+/g, " ");
  if (told === undefined || inner === undefined)
    changed.push(say(inner === undefined ? "{name} was added" : "{name} was dropped", { name }));
  else if (flat(told) === flat(inner)) harmless.push(say("{name} was folded anew", { name }));
  else if (name === "message-id") harmless.push(say("Message-ID was replaced by {told}", { told }));
  else if (name === "date" && readDate(told) && readDate(told).getTime() === readDate(inner)?.getTime())
    harmless.push(say("Date is told in another zone: {told}", { told }));
  else if (name === "subject" && tagOf(told, inner))
    harmless.push(say("the subject was tagged: {tag}", { tag: tagOf(told, inner) }));
  else changed.push(say("{name} is {told}, the signed copy is {inner}", { name, told, inner }));
}

/** What stands in brackets before the protected subject; empty: another one. */
function tagOf(told, inner) {
  try {
    const [shown, signed] = [readWords(told), readWords(inner)];
    const before = shown.endsWith(signed) ? shown.slice(0, shown.length - signed.length) : "";
    return /^(?:\[[^[\]\r\n]{1,60}\] ?)+$/.test(before) ? before.trim() : "";
  } catch {
    return "";
  }
}
