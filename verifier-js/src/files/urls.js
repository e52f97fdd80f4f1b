// URLs as letters and mails print them: verification.md, "URLs in print".

import { spelt } from "../texts.js";
import { encode } from "../reading/octets.js";

const URL_PARTS = /^((?:[^:/?#]*:)?\/\/)([^/?#]*)([^]*)$/;
const AUTHORITY = /^((?:.*@)?)(\[[^\]]*\]|[^:]*)([^]*)$/;

const encoded = (text) =>
  Array.from(text, (char) => {
    if (char >= "!" && char <= "~") return char;
    if (char.codePointAt(0) < 0x80) return spelt(char);
    return Array.from(encode(char), (octet) => `%${octet.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  }).join("");

/** The host as the DNS has it; an ASCII one stays as it was found. */
function dnsName(host) {
  if (/^[\x00-\x7f]*$/.test(host)) return host;
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

/** Every way in which letters and mails of ours write a URL. */
export function spellings(url) {
  const found = URL_PARTS.exec(url);
  if (!found) return new Set([url, encoded(url), defanged(url), defanged(encoded(url))]);
  const [, begin, authority, rest] = found;
  const [, user, host, port] = AUTHORITY.exec(authority);
  const address = (name) => `${encoded(begin + user)}${name}${encoded(port + rest)}`;
  const exact = [url, address(dnsName(host)), address(encoded(host))];
  return new Set([...exact, ...exact.map(defanged)]);
}
