// XML as our writers write it: elements, attributes, text, the five entities. No
// declarations, so nothing can be expanded. Tags and attributes are `{namespace}name`.

import { malformed, say } from "../texts.js";
import { utf8 } from "./octets.js";

const DEPTH = 60,
  NODES = 400_000;
const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const NAME = "[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?";
const TOKEN = new RegExp(
  `<\\?(?:[^?]|\\?(?!>))*\\?>|</(${NAME})\\s*>|<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>|[^<]+`,
  "y",
);
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "g");
const ALLOWED = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** told: the sentence of which `error` is the reason. */
export function readXml(octets, name, limit, told = "{name} cannot be read: {error}") {
  const fail = (error) => {
    throw malformed(say(told, { name, error }));
  };
  if (octets.length > limit) throw malformed(say("{name} is too long or declares something", { name }));
  const text = utf8(octets, name).replace(/^\ufeff/, "");
  if (text.includes("<!")) throw malformed(say("{name} is too long or declares something", { name }));
  if (!ALLOWED.test(text)) fail(say("it has a character that XML has not"));
  const root = { tag: "", attributes: new Map(), children: [], prefixes: new Map([["xml", "xml"]]), raw: "" };
  let open = [root];
  let count = 0;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    if (!token || ++count > NODES) fail(say("it is no XML of ours"));
    const [whole, close, start, attributes, isEmpty] = token;
    const parent = open.at(-1);
    if (close) {
      if (open.length === 1 || parent.raw !== close) fail(say("it is no XML of ours"));
      open.pop();
    } else if (start) {
      if (open.length > DEPTH || (open.length === 1 && root.children.length)) fail(say("it is no XML of ours"));
      const made = element(start, attributes, parent, fail);
      parent.children.push(made);
      if (!isEmpty) open.push(made);
    } else if (whole.startsWith("<")) {
      if (whole.startsWith("<?xml ") && token.index) fail(say("it is no XML of ours"));
    } else if (open.length > 1) {
      parent.children.push(unescape(whole, fail));
    } else if (whole.trim()) {
      fail(say("it is no XML of ours"));
    }
  }
  if (open.length !== 1 || root.children.length !== 1) fail(say("it is no XML of ours"));
  return root.children[0];
}

function element(raw, told, parent, fail) {
  const pairs = [...told.matchAll(ATTRIBUTE)].map(([, key, one, other]) => [key, unescape(one ?? other, fail)]);
  const prefixes = new Map(parent.prefixes);
  for (const [key, value] of pairs) {
    if (key === "xmlns") prefixes.set("", value);
    if (key.startsWith("xmlns:")) prefixes.set(key.slice(6), value);
  }
  const named = (name, isAttribute) => {
    const [prefix, local] = name.includes(":") ? name.split(":") : ["", name];
    if (isAttribute && !prefix) return local;
    if (prefix && !prefixes.has(prefix)) fail(say("it is no XML of ours"));
    const space = prefixes.get(prefix);
    return space ? `{${space}}${local}` : local;
  };
  const attributes = new Map();
  for (const [key, value] of pairs.filter(([key]) => !/^xmlns(:|$)/.test(key))) {
    if (attributes.has(named(key, true))) fail(say("it is no XML of ours"));
    attributes.set(named(key, true), value);
  }
  return { tag: named(raw, false), raw, attributes, children: [], prefixes };
}

function unescape(text, fail) {
  return text.replace(/\r\n?/g, "\n").replace(/&([^;&]*);?/g, (whole, name) => {
    const code = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name);
    const made = code ? codePoint(parseInt(code[1] ?? code[2], code[1] ? 16 : 10)) : ENTITIES[name];
    if (made === undefined || !whole.endsWith(";")) fail(say("it is no XML of ours"));
    return made;
  });
}

const codePoint = (code) => {
  const made = code <= 0x10ffff ? String.fromCodePoint(code) : "\0";
  return ALLOWED.test(made) ? made : undefined;
};

/** The element and all below it. */
export function* walk(node) {
  yield node;
  for (const child of node.children) if (typeof child !== "string") yield* walk(child);
}

export const elements = (node) => node.children.filter((child) => typeof child !== "string");

/** All words within, without any between. */
export const words = (node) =>
  node.children.map((child) => (typeof child === "string" ? child : words(child))).join("");

/** The words before the first element. */
export const ownText = (node) => (typeof node.children[0] === "string" ? node.children[0] : "");

export const local = (tag) => tag.slice(tag.lastIndexOf("}") + 1);
