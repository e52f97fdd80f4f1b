// XARF v4 reports beside `notice.json`: they say nothing else than it does (M21).

import { canonical, readJson } from "../reading/json.js";
import { hex, sha256 } from "../reading/octets.js";
import { need, say } from "../texts.js";
import { dnsHost, domainName, uri } from "./urls.js";

const MAX_REPORT = 100_000,
  FULL_DESCRIPTION = 1000;
const REQUIRED =
  "xarf_version report_id timestamp reporter sender source_identifier category type evidence_source tags description url verified_at verification_method notice".split(
    " ",
  );
const OPTIONAL = "domain country_code classification detection_method".split(" ");
const TYPES = ["phishing", "csam"];
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** One report for each URL, each in agreement; FORMAT_FAILURE. */
export async function checkReports(reports, { notice, json, sender }) {
  const { urls } = notice;
  const usual = urls.length === 1 ? ["xarf.json"] : urls.map((_, index) => `xarf-${index + 1}.json`);
  const names = reports.map((report) => report.fileName);
  need(
    names.join() === usual.join(),
    say("{count} URLs, but the reports are {names}", { count: urls.length, names: names.join(", ") }),
  );
  const wanted = wantedOf(notice, hex(await sha256(json)), sender);
  const ids = reports.map((report, index) => checkOne(report, urls[index], notice, wanted));
  need(new Set(ids).size === ids.length, "two reports have one report_id");
  return say("{count} reports: number, form, sha256, URL, sender, category, times", { count: names.length });
}

function wantedOf(notice, digest, sender) {
  const contact = { org: notice.center, contact: sender, domain: sender.slice(sender.lastIndexOf("@") + 1) };
  const { number, form } = notice.statement;
  return {
    category: "content",
    verification_method: "manual",
    tags: [`hotline:${notice.category}`],
    reporter: contact,
    sender: contact,
    notice: { number, form, sha256: digest },
  };
}

const shown = (value) =>
  (value === undefined ? "" : typeof value === "string" ? value : (canonical(value) ?? "?")).slice(0, 200);

function checkOne({ fileName: name, content }, url, notice, wanted) {
  const { value: said } = readJson(content, name, MAX_REPORT);
  need(said !== null && typeof said === "object" && !Array.isArray(said), say("{name} is no object", { name }));
  const lacking = REQUIRED.filter((key) => !(key in said));
  need(!lacking.length, say("{name} has no {lacking}", { name, lacking: lacking.join(", ") }));
  const odd = Object.keys(said).filter((key) => !REQUIRED.includes(key) && !OPTIONAL.includes(key));
  need(!odd.length, say("{name} has {odd}, ours never have", { name, odd: odd.join(", ") }));
  need(
    said.url === url || said.url === uri(url),
    say("{name}: url is {said!r}, must be {wanted!r}", { name, said: shown(said.url), wanted: uri(url) }),
  );
  for (const [key, told] of Object.entries(wanted))
    need(
      canonical(said[key]) === canonical(told),
      say("{name}: {key} is {said!r}, must be {wanted!r}", { name, key, said: shown(said[key]), wanted: shown(told) }),
    );
  const hosts = [domainName(url), dnsHost(url)];
  need(
    hosts.includes(said.domain ?? ""),
    say("{name}: domain is {said!r}, must be {dns_host!r}", { name, said: shown(said.domain), dns_host: hosts[0] }),
  );
  checkKind(name, said);
  const allowed = notice.addresses.length ? notice.addresses.slice(0, 1) : [dnsHost(url), said.domain ?? dnsHost(url)];
  need(
    allowed.includes(said.source_identifier),
    say("{name}: source_identifier is {said!r}, must be {wanted!r}", {
      name,
      said: shown(said.source_identifier),
      wanted: allowed[0],
    }),
  );
  checkTimes(name, said, notice);
  const isNamed = String(said.description).includes(notice.statement.number);
  need(
    isNamed || String(said.description).length >= FULL_DESCRIPTION,
    say("{name}: the description does not name {number}", { name, number: notice.statement.number }),
  );
  return String(said.report_id);
}

function checkKind(name, said) {
  need(
    String(said.xarf_version).startsWith("4."),
    say("{name} is XARF {said!r}, ours are 4", { name, said: shown(said.xarf_version) }),
  );
  need(
    TYPES.includes(said.type),
    say("{name}: type {said!r}, ours are {types}", { name, said: shown(said.type), types: TYPES.join(", ") }),
  );
  const isPlain = said.type === "csam" || !("classification" in said || "detection_method" in said);
  need(isPlain, say("{name}: a classification beside type {said}", { name, said: said.type }));
}

/** Judged between the day on which it was found and the day of the letter. */
function checkTimes(name, said, { foundOn, statement: { date } }) {
  need(said.timestamp === said.verified_at, say("{name}: timestamp and verified_at differ", { name }));
  need(MOMENT.test(String(said.timestamp)), say("{name}: timestamp has no offset", { name }));
  const judged = new Date(String(said.timestamp).replace(" ", "T"));
  need(!Number.isNaN(judged.getTime()), say("{name}: timestamp has no offset", { name }));
  const day = new Date(judged.getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
  const earliest = foundOn ?? "0001-01-01";
  need(
    earliest <= day && day <= date,
    say("{name}: judged on {day}, found on {earliest}, the letter is of {date}", { name, day, earliest, date }),
  );
}
