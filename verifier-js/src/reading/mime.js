// A mail in the one shape that we send (formats.md, 3.3). Nothing is repaired.

import { malformed, need, say } from "../texts.js";
import { ascii, decodeBase64, latin1, trimmed } from "./octets.js";

const MAX_MAIL = 32 * 1024 * 1024,
  MAX_HEADER = 1_000_000,
  MAX_TEXT = 4_000_000,
  MAX_LINE = 998;
export const PROTECTED = ["date", "from", "to", "subject", "message-id"];
export const OPTIONAL = ["reply-to", "in-reply-to", "references"];
const MICALGS = { "sha-256": "SHA-256", "sha-384": "SHA-384" };
const SIGNATURE = "application/pkcs7-signature";
const BOUNDARY = /^[A-Za-z0-9_.=-]{16,70}$/;

/** Header fields, the signed part's octets and leaves, the signature; FORMAT_FAILURE. */
export function splitMail(octets) {
  const text = withCrlf(octets);
  const [head, body] = headAndBody(text, "the message");
  const headers = fieldsOf(head, "the message");
  for (const [name] of headers)
    need(
      !/^(sender|cc|bcc|resent-.*|content-(?!(?:type|language|length|transfer-encoding)$).*)$/i.test(name),
      say("the message has a field {name}, ours have none", { name }),
    );
  counts(headers, [...PROTECTED, "content-type"], "the message");
  const versions = valuesOf(headers, "mime-version");
  need(!versions.length || (versions.length === 1 && versions[0] === "1.0"), "MIME-Version is not 1.0, or there twice");
  const [type, { boundary = "", micalg = "", ...others }] = contentType(headers, "the message");
  need(
    type === "multipart/signed" && boundary,
    say("the message is {media_type}, not multipart/signed", { media_type: type }),
  );
  const isOurs = MICALGS[micalg] && Object.keys(others).join() === "protocol" && others.protocol === SIGNATURE;
  need(
    isOurs,
    say('multipart/signed needs protocol="{signature}" and micalg=sha-256 (or sha-384) and nothing else', {
      signature: SIGNATURE,
    }),
  );
  const parts = between(body, boundary, "the message");
  need(parts.length === 2, say("multipart/signed has {count} parts, not two", { count: parts.length }));
  return {
    headers,
    digest: MICALGS[micalg],
    micalg,
    content: ascii(parts[0]),
    ...entity(parts[0]),
    signature: signatureOf(parts[1]),
  };
}

/** One character for each octet; CRLF throughout, and below the header plain short lines. */
function withCrlf(octets) {
  need(octets.length <= MAX_MAIL, say("the message has more than {max_message} octets", { max_message: MAX_MAIL }));
  let text = latin1(octets);
  if (!text.includes("\r")) text = text.replaceAll("\n", "\r\n");
  const at = text.indexOf("\r\n\r\n");
  const head = at < 0 ? text : text.slice(0, at);
  const rest = at < 0 ? "" : text.slice(at);
  need(head.length <= MAX_HEADER, say("the header has more than {most} octets", { most: MAX_HEADER }));
  const odd = head.replaceAll("\r\n", "").replace(/[\t\x20-\x7e\x80-\xff]+/g, "");
  need(!/^[\r\n]/.test(odd), "the header has a line end that is not CRLF");
  need(!odd, "the header has a control character");
  const lines = rest.split("\r\n");
  need(lines.every((line) => /^[\t\x20-\x7e]*$/.test(line)), fragile(say(oddOctet(rest))));
  const isShort = lines.every((line) => line.length <= MAX_LINE);
  need(isShort, fragile(say("a line of more than {max_line} octets", { max_line: MAX_LINE })));
  return text;
}

const fragile = (what) =>
  say("the mail holds {what} and would be rewritten on its way; it must not be signed", { what });

function oddOctet(text) {
  if (/[\x80-\xff]/.test(text)) return "an octet that is not ASCII";
  return /[^\t\r\n\x20-\x7e]/.test(text) ? "a control character" : "a line end that is not CRLF";
}

function headAndBody(text, where) {
  const at = text.indexOf("\r\n\r\n");
  need(at >= 0, say("{where} has no blank line after its header", { where: say(where) }));
  return [text.slice(0, at), text.slice(at + 4)];
}

/** Name and unfolded value of each field, in their order. */
function fieldsOf(head, where) {
  return head.split(/\r\n(?![ \t])/).map((line) => {
    const found = /^([!-9;-~]+):([^]*)$/.exec(line);
    need(found, say("{where} has no header field in {line!r}", { where: say(where), line: line.slice(0, 60) }));
    const isBlank = line.includes("\r\n") && line.split("\r\n").some((one) => !one.trim());
    need(!isBlank, say("{where} has a folded line of blanks alone", { where: say(where) }));
    return [found[1], trimmed(found[2].replaceAll("\r\n", ""), " \t")];
  });
}

export const valuesOf = (fields, name) =>
  fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);

function counts(fields, once, where) {
  const count = (name) => valuesOf(fields, name).length;
  for (const name of once)
    need(
      count(name) === 1,
      say("{where} has {counts} {name} fields, not 1", { where: say(where), counts: count(name), name }),
    );
  for (const name of OPTIONAL)
    need(
      count(name) <= 1,
      say("{where} has {counts} {name} fields, not 0 or 1", { where: say(where), counts: count(name), name }),
    );
}

function contentType(fields, where) {
  const values = valuesOf(fields, "content-type");
  need(
    values.length === 1,
    say("{where} has {count} content-type fields, not 1", { where: say(where), count: values.length }),
  );
  const found = /^([a-z0-9-]+\/[a-z0-9!#$&^_.+-]+)((?:; ?.*)?)$/i.exec(values[0]);
  need(
    found,
    say("{where}: no Content-Type of our kind: {value!r}", { where: say(where), value: values[0].slice(0, 80) }),
  );
  const parameters = {};
  const pattern = /;[ \t]*([A-Za-z0-9-]+)=(?:"([^"\\]*)"|([^\s";=]+))/y;
  let at = 0;
  while (at < found[2].length) {
    pattern.lastIndex = at;
    const one = pattern.exec(found[2]);
    const name = one?.[1].toLowerCase();
    need(
      one && !Object.hasOwn(parameters, name),
      say("{where}: a parameter is broken or there twice", { where: say(where) }),
    );
    parameters[name] = one[2] ?? one[3];
    at = pattern.lastIndex;
  }
  return [found[1].toLowerCase(), parameters];
}

/** The parts of a multipart with nothing before, between and after. */
function between(body, boundary, where) {
  const fail = (holds, text) => need(holds, say(text, { where: say(where) }));
  fail(BOUNDARY.test(boundary), "{where} has a boundary of another kind");
  const chunks = `\r\n${body}`.split(`\r\n--${boundary}`);
  fail(chunks.length > 1, "{where} has no part that its boundary begins");
  const [before, end] = [chunks[0], chunks.at(-1)];
  fail(end.startsWith("--"), "{where} does not end with its closing delimiter");
  for (const chunk of chunks.slice(1, -1)) {
    fail(!chunk.startsWith("--"), "{where} goes on after its closing delimiter");
    fail(chunk.startsWith("\r\n"), "{where} has a line that looks like its delimiter");
  }
  fail(!before, "{where} has text before its first part");
  fail(!end.slice(2).replace(/[\r\n]/g, ""), "{where} has text after its last part");
  return chunks.slice(1, -1).map((chunk) => chunk.slice(2));
}

function entity(text) {
  const [head, body] = headAndBody(text, "the signed part");
  const fields = fieldsOf(head, "the signed part");
  const [type, { boundary = "", ...others }] = contentType(fields, "the signed part");
  const isOurs = type === "multipart/mixed" && boundary && Object.keys(others).join() === "hp" && others.hp === "clear";
  need(isOurs, 'the signed part is no multipart/mixed with hp="clear"');
  const inner = fields.filter(([name]) => name.toLowerCase() !== "content-type");
  counts(inner, PROTECTED, "the signed part");
  for (const [name] of inner)
    need(
      [...PROTECTED, ...OPTIONAL].includes(name.toLowerCase()),
      say("the signed part has a field {name}, ours none", { name }),
    );
  const leaves = between(body, boundary, "the signed part").map(leafOf);
  need(
    leaves.length && !leaves[0].fileName && leaves[0].type === "text/plain",
    "the signed part does not begin with its text",
  );
  need(leaves[0].content.length <= MAX_TEXT, say("the text has more than {most} octets", { most: MAX_TEXT }));
  const names = leaves.slice(1).map((leaf) => leaf.fileName.toLowerCase());
  need(names.every(Boolean) && new Set(names).size === names.length, "an attachment has no name, or two have the same");
  return { inner, leaves };
}

function leafOf(text) {
  const [head, body] = headAndBody(text, "a leaf");
  const fields = fieldsOf(head, "a leaf");
  const [type, parameters] = contentType(fields, "a leaf");
  const fileName = fileNameOf(fields);
  const told = JSON.stringify(parameters);
  need(
    told === (fileName ? "{}" : '{"charset":"utf-8"}'),
    say("a leaf {media_type} has parameters that ours have not", { media_type: type }),
  );
  need(
    !/^(multipart|message)\//.test(type),
    say("a leaf is {media_type}; ours hold no mail in a mail", { media_type: type }),
  );
  return { type, fileName, content: decoded(fields, body) };
}

function signatureOf(text) {
  const [head, body] = headAndBody(text, "the signature part");
  const fields = fieldsOf(head, "the signature part");
  const [type, parameters] = contentType(fields, "the signature part");
  need(
    type === SIGNATURE && JSON.stringify(parameters) === '{"name":"smime.p7s"}',
    say("the second part is no {signature}", { signature: SIGNATURE }),
  );
  need(
    fileNameOf(fields) === "smime.p7s",
    say("the signature is not called {signature_file}", { signature_file: "smime.p7s" }),
  );
  return decoded(fields, body);
}

function fileNameOf(fields) {
  const told = valuesOf(fields, "content-disposition");
  need(told.length <= 1 && fields.length === 2 + told.length, "a leaf has header fields that ours have not");
  if (!told.length) return "";
  const found = /^attachment; filename="([A-Za-z0-9._-]+)"$/.exec(told[0]);
  need(found, "a Content-Disposition is not of our kind");
  return found[1];
}

/** Base64 in lines of 76 digits, in its one spelling. */
function decoded(fields, body) {
  const told = valuesOf(fields, "content-transfer-encoding");
  need(told.length === 1 && told[0] === "base64", "a leaf is not base64");
  const digits = body.replace(/[\r\n]/g, "");
  const content = decodeBase64(digits);
  need(content, "the base64 of a leaf is broken");
  const lines = digits.match(/.{1,76}/g) ?? [];
  need(lines.join("\r\n") === body, "the base64 of a leaf is not in lines of 76");
  return content;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** RFC 5322, 3.3; null for anything else. */
export function readDate(value) {
  const found =
    /^(?:[A-Za-z]{3}, ?)?\s*(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? ([+-]\d{4}|GMT|UT)(?: \([^()]*\))?$/.exec(
      value,
    );
  // names in any case (RFC 5234, 2.3)
  const place = MONTHS.findIndex((name) => name.toLowerCase() === found?.[2].toLowerCase());
  if (place < 0) return null;
  const [, day, , year, hour, minute, second = "00", zone] = found;
  const shift = /^[+-]/.test(zone)
    ? Number(zone.slice(0, 1) + "1") * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)))
    : 0;
  const at = Date.UTC(Number(year), place, Number(day), Number(hour), Number(minute), Number(second));
  const isReal =
    new Date(at).getUTCDate() === Number(day) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  return isReal ? new Date(at - shift * 60_000) : null;
}

/** The moment of a Date field as it was told, in its own zone. */
export function shownDate(value) {
  const zone = /([+-])(\d\d)(\d\d)/.exec(value);
  const minutes = zone ? Number(`${zone[1]}1`) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
  const here = new Date(readDate(value).getTime() + minutes * 60_000).toISOString();
  return `${here.slice(0, 10)} ${here.slice(11, 19)}${zone ? `${zone[1]}${zone[2]}:${zone[3]}` : "+00:00"}`;
}

/** The one mailbox of From or To: `a@b`, or a name and `<a@b>`; FORMAT_FAILURE. */
export function readMailbox(value, name) {
  const fail = (text, parameters) => {
    throw malformed(say("{name}: {reason}", { name, reason: say(text, parameters) }));
  };
  const failWhole = () => fail("no single address of our kind: {value!r}", { value: value.slice(0, 80) });
  const found = /^(?:(?:([^<>]+) )?<([^<> ]+)>|([^<> ]+))$/.exec(value);
  const mailbox = found?.[2] ?? found?.[3] ?? failWhole();
  if (
    !/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(
      mailbox,
    )
  )
    failWhole();
  const shown = found[1] ?? "";
  if (shown.includes("=?")) shown.split(" ").forEach((word) => checkWord(word, fail));
  else if (!/^(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)?$/.test(shown))
    fail("a display name of another kind: {phrase!r}", { phrase: shown.slice(0, 80) });
  return mailbox;
}

/** An encoded word of ours: whole characters of UTF-8 in base64. */
function checkWord(word, fail) {
  const shown = { word: word.slice(0, 80) };
  const found = /^=\?utf-8\?B\?([A-Za-z0-9+/]+={0,2})\?=$/.exec(word);
  if (!found) fail("an encoded word of another kind: {word!r}", shown);
  if (found[1].length % 4) fail("a broken encoded word: {word!r}", shown);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(ascii(atob(found[1])));
  } catch {
    fail("a broken encoded word: {word!r}", shown);
  }
}
