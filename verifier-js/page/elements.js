// What the page is made of: its state, its words, its elements. What is no element is
// text, never markup.

import { JAPANESE } from "../src/japanese.js";
import { Text, say, tell } from "../src/texts.js";

export const state = {
  language: navigator.language.startsWith("en") ? "en" : "ja",
  file: null,
  report: null,
  error: null,
  inputs: {},
  extra: { stamps: [], evidence: [], notes: [] },
};

export const words = (text, limit) =>
  tell(text instanceof Text ? text : say(text), state.language === "ja" ? JAPANESE : {}, limit);

/** An element; what is no element is text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(
    ...children
      .flat()
      .filter((one) => one !== null && one !== undefined)
      .map((one) => (one instanceof Text ? words(one) : one)),
  );
  return element;
}

const keep = (name) => ({ id: name, oninput: (event) => (state.inputs[name] = event.target.value) });

export function field(name, label, hint, isLong = false) {
  const input = isLong
    ? make("textarea", { ...keep(name), spellcheck: "false", autocomplete: "off" })
    : make("input", { ...keep(name), type: "text", spellcheck: "false", autocomplete: "off" });
  input.value = state.inputs[name] ?? "";
  return [make("label", { for: name }, say(label), make("span", { class: "hint" }, " ", say(hint))), input];
}

export function files(id, label, take) {
  const input = make("input", {
    id,
    type: "file",
    multiple: true,
    onchange: async (event) => take(await Promise.all([...event.target.files].map(octetsOf))),
  });
  return [make("label", { for: id }, say(label)), input];
}

export const octetsOf = async (file) => new Uint8Array(await file.arrayBuffer());
