// URLs as letters and mails print them: verification.md, "URLs in print".

import { spelt } from "../texts.js";
import { encode } from "../reading/octets.js";

/** Of a label as it was found; what the DNS has of it is shorter still. */
const MAX_LABEL = 1000;
const URL_PARTS = /^((?:[^:/?#]*:)?\/\/)([^/?#]*)([^]*)$/;
const AUTHORITY = /^((?:.*@)?)(\[[^\]]*\]|[^:]*)([^]*)$/;

const PERCENT = Array.from({ length: 256 }, (_, octet) => `%${octet.toString(16).toUpperCase().padStart(2, "0")}`);
const encoded = (text) =>
  text.replace(/[\x00-\x20\x7f]|[^\x00-\x7f]+/gu, (run) =>
    run <= "\x7f"
      ? spelt(run)
      : Array.from(encode(run), (octet) => PERCENT[octet]).join(""),
  );

/** The host as the DNS has it; an ASCII one stays as it was found. */
function dnsName(host) {
  if (/^[\x00-\x7f]*$/.test(host)) return host;
  if (host.split(".").some(({ length }) => length > MAX_LABEL)) return encoded(host);
  try {
    return new URL(`http://${host}/`).hostname || encoded(host);
  } catch {
    return encoded(host);
  }
}

function defanged(address) {
  const at = address.indexOf("://");
  if (at < 0) return address;
  const rest = address.slice(at + 3);
  const slash = rest.indexOf("/");
  const host = slash < 0 ? rest : rest.slice(0, slash);
  const scheme = address.slice(0, at).replaceAll("tt", "xx").replaceAll("TT", "XX");
  return `${scheme}://${host.replaceAll(".", "[.]")}${slash < 0 ? "" : rest.slice(slash)}`;
}

const KEPT = 4096;
const kept = new Map();

/** Every way in which letters and mails of ours write a URL. */
export function spellings(url) {
  if (kept.size > KEPT) kept.clear();
  if (!kept.has(url)) kept.set(url, spelledOut(url));
  return kept.get(url);
}

function spelledOut(url) {
  const { begin, host, port, rest } = parts(url);
  const address = (name) => `${encoded(begin)}${name}${encoded(port + rest)}`;
  const exact = [url, address(dnsName(host)), address(encoded(host))];
  return new Set([...exact, ...exact.map(defanged)]);
}

const parts = (url) => {
  const [, begin, authority, rest] = URL_PARTS.exec(url) ?? ["", "", "", url];
  const [, user, host, port] = AUTHORITY.exec(authority);
  return { begin: begin + user, host, port, rest };
};

/** The host as the DNS has it, in small letters; empty without one. */
export const dnsHost = (url) => dnsName(parts(url).host.replace(/^\[|\]$/g, "")).toLowerCase();

/** The host as a name of letters, digits and single hyphens; empty if it is none. */
export function domainName(url) {
  const host = dnsHost(url).replace(/\.$/, "");
  return /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}$/.test(host) ? host : "";
}

const allowed = (text) =>
  text.replace(
    /[^A-Za-z0-9._~:/?@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})/g,
    (odd) => `%${odd.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );

/** The URL in print as RFC 3986 allows it. */
export function uri(url) {
  const { begin, host, port, rest } = parts(url);
  const name = encoded(dnsName(host));
  const [before, ...fragment] = encoded(rest).split("#");
  const told = `${allowed(encoded(begin))}${name.startsWith("[") ? name : allowed(name)}${allowed(encoded(port) + before)}`;
  return fragment.length ? `${told}#${allowed(fragment.join("#"))}` : told;
}
