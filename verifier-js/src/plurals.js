// "1 entry", not "1 entries": the words of an English template whose number is one.

export const NOUNS = {
  addresses: "address", answers: "answer", attachments: "attachment", attempts: "attempt",
  attributes: "attribute", authorities: "authority", bits: "bit", bookmarks: "bookmark",
  bundles: "bundle", bytes: "byte", cases: "case", certificates: "certificate",
  categories: "category", changes: "change", characters: "character", checkpoints: "checkpoint",
  copies: "copy", cosignatures: "cosignature", days: "day", deliveries: "delivery",
  documents: "document", domains: "domain", elements: "element", entries: "entry",
  events: "event", facts: "fact", faults: "fault", fields: "field", files: "file", fonts: "font",
  hours: "hour", items: "item", judgments: "judgment", keys: "key", leaves: "leaf",
  levels: "level", lines: "line", links: "link", looks: "look", mails: "mail",
  megabytes: "megabyte", members: "member", minutes: "minute", months: "month", names: "name",
  notices: "notice", numbers: "number", objects: "object", octets: "octet", pages: "page",
  parts: "part", people: "person", persons: "person", pictures: "picture", places: "place",
  points: "point",
  renewals: "renewal", replies: "reply", reports: "report", requests: "request",
  responses: "response", revisions: "revision", rows: "row", samples: "sample",
  seconds: "second", signatures: "signature", signers: "signer", stamps: "stamp",
  statutes: "statute", streams: "stream", texts: "text", tiles: "tile", times: "time",
  values: "value", weeks: "week", witnesses: "witness", workers: "worker", years: "year",
};

export const VERBS = {
  agree: "agrees", are: "is", continue: "continues", do: "does", fit: "fits", have: "has",
  lead: "leads", need: "needs", take: "takes", wait: "waits", were: "was",
};

export const BETWEEN = ["archive", "business", "content-type", "document", "earlier", "hard",
  "kept", "more", "new", "other", "private", "stray", "time"];

/** After these a number is a name: `entry 1 names another` counts nothing. */
export const NAMED_BEFORE = ["attempt", "byte", "entry", "event", "level", "line", "page"];

const named = NAMED_BEFORE.map((word) => `(?<!${word} )`).join("");
const NOUN = new RegExp(
  `${named}\\{(?<name>\\w+)(?::[^}]*)?\\}(?<between>(?: (?:${BETWEEN.join("|")}|\\{\\w+\\}))*?)` +
    `(?: (?<noun>${Object.keys(NOUNS).join("|")})\\b(?<after>(?: [a-z]+)*)| (?<verb>are|were|have)\\b)`,
  "g",
);
const VERB = new RegExp(`(?<= )(?:${Object.keys(VERBS).join("|")})\\b`, "g");

const isOne = (value) => String(value) === "1";

/** The template with the words of one wherever its number is one. */
export function forOne(template, parameters) {
  if (!Object.values(parameters).some(isOne)) return template;
  return template.replace(NOUN, (whole, ...rest) => {
    const { name, noun, after, verb } = rest.at(-1);
    if (!isOne(parameters[name])) return whole;
    if (verb) return whole.slice(0, whole.length - verb.length) + VERBS[verb];
    const start = whole.slice(0, whole.length - after.length - noun.length);
    return start + NOUNS[noun] + after.replace(VERB, (one) => VERBS[one]);
  });
}
