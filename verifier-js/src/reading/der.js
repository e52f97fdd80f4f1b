// DER (X.690) without repair: one encoding for each value, every bound checked.

import { say } from "../texts.js";
import { equal, hex, latin1 } from "./octets.js";

const DEPTH = 40;
const NULL = 0x05,
  UTC_TIME = 0x17;
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OID = 0x06;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
export const SET = 0x31;

export class NotDer extends Error {
  constructor(text) {
    super(String(text));
    this.name = "NotDER";
    this.text = text;
  }
}

const refuse = (text, parameters) => {
  throw new NotDer(say(text, parameters));
};

/** One value: `tag` (first octet), `body`, `der` (with its header), `children`. */
class Value {
  constructor(tag, der, body) {
    this.tag = tag;
    this.der = der;
    this.body = body;
    this.isConstructed = (tag & 0x20) !== 0;
  }

  get children() {
    return (this.parts ??= this.isConstructed ? sequence(this.body) : refuse("a field is missing"));
  }
}

function valueAt(octets, at) {
  if (octets.length - at < 2) refuse("cut off at {at}", { at });
  const tag = octets[at];
  if ((tag & 0x1f) === 0x1f) refuse("tag number above 30 at {at}", { at });
  let length = octets[at + 1];
  let start = at + 2;
  if (length & 0x80) {
    const count = length & 0x7f;
    if (!count || count > 6 || start + count > octets.length || !octets[start])
      refuse("indefinite or padded length at {at}", { at });
    length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + octets[start + index];
    start += count;
    if (length < 0x80) refuse("length in too long a form at {at}", { at });
  }
  if (start + length > octets.length) refuse("value at {at} runs over its end", { at });
  const end = start + length;
  return new Value(tag, octets.subarray(at, end), octets.subarray(start, end));
}

function sequence(octets) {
  const values = [];
  for (let at = 0; at < octets.length; at += values.at(-1).der.length) values.push(valueAt(octets, at));
  return values;
}

function checkPrimitive(value) {
  const { tag, body } = value;
  if (tag === 0x10 || tag === 0x11) refuse("SEQUENCE or SET without contents octets at {start}", { start: 0 });
  if (tag === BOOLEAN && (body.length !== 1 || (body[0] !== 0 && body[0] !== 0xff)))
    refuse("BOOLEAN is neither 00 nor FF at {start}", { start: 0 });
  if (tag === NULL && body.length) refuse("NULL with contents at {start}", { start: 0 });
  if (tag === INTEGER && !isShortest(body)) refuse("INTEGER not in its shortest form at {start}", { start: 0 });
  if (tag === OID && !isIdentifier(body)) refuse("OBJECT IDENTIFIER not in its shortest form at {at}", { at: 0 });
}

const isShortest = (body) =>
  body.length === 1 ||
  (body.length > 1 && !(body[0] === 0 && body[1] < 0x80) && !(body[0] === 0xff && body[1] >= 0x80));

const isIdentifier = (body) =>
  body.length > 0 && body.at(-1) < 0x80 && body.every((one, at) => one !== 0x80 || (at > 0 && body[at - 1] >= 0x80));

function checkAll(value, depth) {
  if (depth > DEPTH) refuse("nested deeper than {max_depth} at {at}", { max_depth: DEPTH, at: 0 });
  if (!value.isConstructed) return checkPrimitive(value);
  if (value.tag < 0x40 && value.tag !== SEQUENCE && value.tag !== SET)
    refuse("tag {value:02X} where {tag:02X} is expected", { value: value.tag, tag: value.tag & 0x1f });
  for (const child of value.children) checkAll(child, depth + 1);
}

/** The one value that fills `octets`, all of it in DER; NotDer. */
export function readDer(octets) {
  const value = valueAt(octets, 0);
  const count = octets.length - value.der.length;
  if (count) refuse("{count} bytes after the value", { count });
  checkAll(value, 0);
  return value;
}

/** The first value in `octets`, and how many octets follow it. */
export function firstDer(octets) {
  const value = valueAt(octets, 0);
  return { der: value.der, rest: octets.subarray(value.der.length) };
}

/** The fields of a SEQUENCE, taken one after the other. */
export class Fields {
  constructor(value, tag = SEQUENCE) {
    this.left = [...expect(value, tag).children];
  }
  take(tag) {
    if (!this.left.length) refuse("a field is missing");
    return expect(this.left.shift(), tag);
  }
  any() {
    if (!this.left.length) refuse("a field is missing");
    return this.left.shift();
  }
  optional(tag) {
    return this.left[0]?.tag === tag ? this.left.shift() : null;
  }
  end() {
    if (this.left.length) refuse("a field too many");
  }
}

export function expect(value, tag) {
  if (!value) refuse("a field is missing");
  if (value.tag !== tag) refuse("tag {value:02X} where {tag:02X} is expected", { value: value.tag, tag });
  return value;
}

/** The one value inside an explicit tag. */
export function inside(value) {
  if (value.children.length !== 1) refuse("{count} values in an explicit tag", { count: value.children.length });
  return value.children[0];
}

export function oid(value) {
  const { body } = expect(value, OID);
  const numbers = [];
  let number = 0;
  for (const octet of body) {
    number = number * 128 + (octet & 0x7f);
    if (octet < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const top = Math.min(Math.floor(numbers[0] / 40), 2);
  return [top, numbers[0] - top * 40, ...numbers.slice(1)].join(".");
}

/** A small whole number; NotDer above 2^31. */
export function small(value) {
  const { body } = value;
  if (body.length > 4 || body[0] >= 0x80) refuse("a field is missing");
  return body.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** A number of any size, to the base of 16: a negative one is another than what its octets say without a sign. */
export function serial(value) {
  const { body } = expect(value, INTEGER);
  const told = hex(body);
  if (body[0] < 0x80) return told.replace(/^0+(?=.)/, "");
  return (BigInt(`0x${told}`) - (1n << BigInt(8 * body.length))).toString(16);
}

export function bits(value) {
  const { body } = expect(value, BIT_STRING);
  if (!body.length || body[0] > 7 || (body[0] && body.length === 1)) refuse("a field is missing");
  return { unused: body[0], octets: body.subarray(1) };
}

/** UTCTime or GeneralizedTime in UTC; `isExact` if it is in whole seconds with Z. */
export function time(value) {
  const text = latin1(value.body);
  const short = value.tag === UTC_TIME;
  if (!short && value.tag !== GENERALIZED_TIME) expect(value, UTC_TIME);
  const found = (short ? /^(\d\d)(\d{10})Z$/ : /^(\d{4})(\d{10})(\.\d{1,9})?Z$/).exec(text);
  if (!found) refuse("a time that is not written in seconds of UTC");
  const year = short ? Number(found[1]) + (Number(found[1]) < 50 ? 2000 : 1900) : Number(found[1]);
  const [month, day, hour, minute, second] = found[2].match(/../g);
  const iso = `${String(year).padStart(4, "0")}-${month}-${day}T${hour}:${minute}:${second}`;
  const date = new Date(`${iso}${(short ? null : found[3]?.slice(0, 4)) ?? ""}Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 19) !== iso)
    refuse("a time that is not written in seconds of UTC");
  return { date, year, isShort: short, isExact: short || !found[3] };
}

export const same = (one, other) => equal(one.der, other.der);
