// Values of a PDF: followed, inflated, walked through, compared.

import { leftOut, need, say } from "../texts.js";
import { Name, PdfText, Ref } from "./pdf.js";

const MAX_STREAM = 4_000_000;

/** What a reference leads to, through one step. */
export function follow(revision, value) {
  return value instanceof Ref ? (revision.objects.get(value.number)?.value ?? null) : value;
}

/** The octets of a stream; plain or deflated. */
export async function inflated(stream) {
  const filter = stream.dictionary.get("Filter");
  const names = filter === undefined ? [] : [filter].flat().map((one) => one.name);
  if (!names.length) return stream.octets;
  if (names.join() !== "FlateDecode" || stream.dictionary.has("DecodeParms"))
    throw leftOut(say("streams that are packed another way"));
  const parts = [];
  let count = 0;
  const reader = new Blob([stream.octets]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    count += step.value.length;
    need(count <= MAX_STREAM, say("longer than {max_size} bytes", { max_size: MAX_STREAM }));
    parts.push(step.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Every value within, dictionaries of streams included. */
export function* within(value) {
  yield value;
  if (Array.isArray(value)) for (const one of value) yield* within(one);
  else if (value instanceof Map) for (const one of value.values()) yield* within(one);
  else if (value?.dictionary) yield* within(value.dictionary);
}

/** Whether two values are written with the same meaning. */
export function isSame(one, other) {
  if (one instanceof Name && other instanceof Name) return one.name === other.name;
  if (one instanceof Ref && other instanceof Ref) return one.number === other.number;
  if (one instanceof PdfText && other instanceof PdfText) return one.text === other.text;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, at) => isSame(each, other[at]));
  if (one instanceof Map && other instanceof Map)
    return one.size === other.size && [...one].every(([key, value]) => other.has(key) && isSame(value, other.get(key)));
  return one === other;
}

/** What a string says (ISO 32000-2, 7.9.2.2). */
export function textOf(value) {
  const octets = Uint8Array.from(value.text, (char) => char.charCodeAt(0));
  if (value.text.startsWith("\xfe\xff")) return new TextDecoder("utf-16be").decode(octets.subarray(2));
  if (value.text.startsWith("\xef\xbb\xbf")) return new TextDecoder().decode(octets.subarray(3));
  return value.text;
}
