// The page: asks for a root and a file, and shows what `verify` says. It reaches no
// network (its policy forbids it), stores nothing, and knows no root of its own.

import { field, files, make, octetsOf, state, words } from "./elements.js";
import { delivery, moment, notProven, proven, sentence } from "../src/in_words.js";
import { STORY, reportJson } from "../src/report.js";
import { fingerprint } from "../src/signatures/cms_checks.js";
import { unbase64, utf8 } from "../src/reading/octets.js";
import { Refusal, say } from "../src/texts.js";
import { kindOf, makePolicy, verify } from "../src/verify.js";

const MAX_FILE = 64 * 1024 * 1024;
const STATUS = {
  passed: say("passed"),
  failed: say("FAILED"),
  indeterminate: say("not decided"),
  skipped: say("not checked"),
};
function ask() {
  const drop = make(
    "div",
    {
      id: "drop",
      ondragover: (event) => (event.preventDefault(), drop.classList.add("over")),
      ondragleave: () => drop.classList.remove("over"),
      ondrop: dropped,
    },
    make(
      "label",
      { for: "file" },
      say("Drop a mail (.eml), a letter (.pdf), an evidence bundle (.asice) or a proof (.json) here, or choose it:"),
    ),
    make("input", {
      id: "file",
      type: "file",
      accept: ".eml,.pdf,.asice,.json,.zip,message/rfc822,application/pdf",
      onchange: (event) => take(event.target.files[0]),
    }),
  );
  return make(
    "section",
    { id: "ask" },
    make("h2", {}, say("1. The root certificate that you trust")),
    field(
      "roots",
      "Root certificate (PEM)",
      "Paste it from a place of your own, not from the mail or bundle that is judged.",
      true,
    ),
    files(
      "rootfile",
      "Or choose its file",
      (given) => ((state.inputs.roots = given.map((one) => pemOf(one)).join("\n")), draw()),
    ),
    make("ul", { class: "prints", id: "prints", "aria-live": "polite" }),
    make(
      "details",
      { open: state.isOpen ?? false, ontoggle: (event) => (state.isOpen = event.target.open) },
      make("summary", {}, say("More: log key, expected signer, time")),
      field("key", "The log's key", "One line, NAME+HASH+BASE64, as the centre publishes it; for bundles, and needed for proofs."),
      field("witnesses", "Keys of witnesses", "One a line; all of them must have cosigned, or as many as below.", true),
      field("quorum", "Witnesses wanted", "Empty: all of them."),
      field("origins", "Where passkeys approve", "Such as https://console.example.jp; of the centre, not of the bundle."),
      files("notefile", "Checkpoints of the log that others hold", (given) => (state.extra.notes = given)),
      field("signer", "Expected signer", "A mailbox, or the SHA-256 of the certificate."),
      field("at", "Judge as of", "Empty: this computer's clock. Else such as 2026-11-23T03:00:00Z."),
      files("stampfile", "Roots for time stamps, where they are others (PEM)", (given) => (state.extra.stamps = given)),
      files("evidencefile", "Newer revocation lists (CRL)", (given) => (state.extra.evidence = given)),
    ),
    make("h2", {}, say("2. The file")),
    drop,
  );
}

const pemOf = (octets) => {
  const text = new TextDecoder("latin1").decode(octets);
  if (text.includes("-----BEGIN")) return text;
  return `-----BEGIN CERTIFICATE-----\n${btoa(text).replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
};

function dropped(event) {
  event.preventDefault();
  event.currentTarget.classList.remove("over");
  take(event.dataTransfer.files[0]);
}

async function take(file) {
  if (!file) return;
  state.file = { name: file.name, octets: file.size > MAX_FILE ? null : await octetsOf(file) };
  await judge();
}

/** What our fonts draw; it stands in the page, as this page asks nobody. */
const GLYPHS = unbase64(document.getElementById("glyphs").textContent.trim());

function policyOf() {
  const at = state.inputs.at?.trim() ? new Date(state.inputs.at.trim()) : new Date();
  if (Number.isNaN(at.getTime())) throw new Refusal("", say("The time to judge as of cannot be read."));
  const roots = state.inputs.roots?.trim() ?? "";
  const isProof = kindOf(state.file.octets ?? new Uint8Array()) === "proof";
  if (!isProof && !roots.includes("-----BEGIN CERTIFICATE-----"))
    throw new Refusal("", say("Paste the root certificate first: without one that you trust nothing can be judged."));
  const lines = (name) => (state.inputs[name] ?? "").split(/\s+/).filter(Boolean);
  return makePolicy({
    trust: roots ? [new TextEncoder().encode(roots)] : [],
    trustStamps: state.extra.stamps.length ? state.extra.stamps : null,
    at,
    signers: lines("signer"),
    logKeys: lines("key"),
    witnessKeys: lines("witnesses"),
    quorum: lines("quorum").length ? Number(lines("quorum")[0]) : null,
    checkpoints: state.extra.notes.map((one) => utf8(one, "checkpoint.txt")),
    approvalOrigins: lines("origins"),
    evidence: state.extra.evidence,
    glyphs: GLYPHS,
  });
}

async function judge() {
  state.report = state.error = null;
  try {
    if (!crypto?.subtle)
      throw new Refusal("", say("This browser offers no cryptography to a page from a disk; take another one."));
    const policy = policyOf();
    if (!state.file.octets) throw new Refusal("", say("The file is larger than 64 MiB; the centre's never are."));
    state.report = await verify(state.file.octets, policy);
    if (!state.report) state.error = say("this is neither a mail nor a PDF, evidence bundle or notice.json");
  } catch (error) {
    state.error =
      error instanceof Refusal
        ? error.text
        : say("The page has failed: {error}", { error: String(error?.message ?? error) });
  }
  draw();
  document.getElementById("result").focus();
}

const row = (name, value) => (value ? [make("dt", {}, say(name)), make("dd", {}, value)] : []);

function summary(report) {
  const isGood = report.verdict === "TOTAL-PASSED";
  const { signer, notice } = report;
  return make(
    "dl",
    {},
    row("File", state.file.name),
    row("Kind", report.kind),
    row(isGood ? "Signer" : "Signer, as claimed", signer && `${signer.subject} <${signer.mailbox}>`),
    row("Issuer", signer?.issuer),
    report.print ? row("SHA-256 of the certificate", make("code", {}, report.print)) : [],
    row("Existed by", report.best_signature_time && moment(report.best_signature_time)),
    row("Signer's clock", report.signing_time && moment(report.signing_time)),
    row("Judged as of", moment(report.validation_time)),
    row(
      isGood ? "Notice" : "Notice, as claimed",
      notice && [notice.number, notice.case_id, notice.date, notice.form].filter(Boolean).join(", "),
    ),
    row("Recipient", notice?.recipient),
    row("SHA-256 of the file", make("code", {}, report.subject_sha256)),
  );
}

const list = (title, sentences) =>
  sentences.length
    ? [
        make("h2", {}, say(title)),
        make(
          "ul",
          { class: "told" },
          sentences.map((one) => make("li", {}, one)),
        ),
      ]
    : [];

function checks(report) {
  const rows = report.findings.map((one) =>
    make(
      "tr",
      { class: one.status },
      make("td", { class: "id" }, one.id),
      make("td", { class: "status" }, STATUS[one.status]),
      make("td", {}, one.name),
      make("td", { class: "detail" }, one.sub_indication ? `${one.sub_indication}: ` : "", one.detail),
    ),
  );
  const head = make(
    "thead",
    {},
    make(
      "tr",
      {},
      ["No.", "Result", "Check", "What was compared"].map((one) => make("th", { scope: "col" }, say(one))),
    ),
  );
  return [
    make("h2", {}, say("What was checked, and what was compared:")),
    make("table", { class: "checks" }, head, make("tbody", {}, rows)),
  ];
}

function story(report) {
  if (!report.story.length) return [];
  const rows = report.story.map((one) =>
    make("tr", {}, make("td", {}, moment(one.at)), make("td", {}, words(one.text, STORY)), make("td", {}, one.source)),
  );
  return [
    make("h2", {}, say("What happened, and what it rests on:")),
    make("table", { class: "story" }, make("tbody", {}, rows)),
  ];
}

function result() {
  const box = make("section", { id: "result", tabindex: "-1", "aria-live": "polite" });
  const { report } = state;
  if (state.error) box.append(make("p", { class: "error" }, state.error));
  if (!report) return box;
  const kind = { "TOTAL-PASSED": "passed", "TOTAL-FAILED": "failed", INDETERMINATE: "indeterminate" }[report.verdict];
  const why = report.sub_indication ? `/${report.sub_indication}` : "";
  const end = delivery(report);
  box.append(
    make(
      "div",
      { class: `verdict ${kind}` },
      make("strong", {}, say("Verdict"), `: ${report.verdict}${why}`),
      make("p", {}, sentence(report)),
    ),
    summary(report),
    ...list("What is proven:", proven(report)),
    ...list("What is not proven:", notProven(report)),
    ...(end ? [make("p", {}, end)] : []),
    ...story(report),
    ...checks(report),
    make(
      "details",
      {},
      make("summary", {}, "JSON"),
      make("pre", {}, JSON.stringify({ file: state.file.name, ...reportJson(report, {}) }, null, 2)),
    ),
    make(
      "p",
      { class: "hint" },
      say(
        "Names, verdicts and sub-indications are those of ETSI EN 319 102-1. This report is not signed; whoever doubts it verifies the file again.",
      ),
    ),
  );
  return box;
}

async function showPrints() {
  const shown = document.getElementById("prints");
  try {
    const { trust } = makePolicy({ trust: [new TextEncoder().encode(state.inputs.roots ?? "")], at: new Date() });
    const prints = await Promise.all(trust.map(fingerprint));
    shown.replaceChildren(...prints.map((print, at) => make("li", {}, `${trust[at].subjectName}: SHA-256 ${print}`)));
  } catch {
    shown.replaceChildren();
  }
}

async function draw() {
  document.documentElement.lang = state.language;
  document.title = words("Is this request of the hotline centre genuine?");
  if (state.report?.certificate) state.report.print ??= await fingerprint(state.report.certificate);
  const language = (code, name) =>
    make(
      "button",
      {
        type: "button",
        lang: code,
        "aria-pressed": String(state.language === code),
        onclick: () => ((state.language = code), draw()),
      },
      name,
    );
  document
    .getElementById("main")
    .replaceChildren(
      make(
        "header",
        {},
        make("h1", {}, say("Is this request of the hotline centre genuine?")),
        make("div", { class: "languages" }, language("ja", "日本語"), language("en", "English")),
      ),
      make(
        "p",
        {},
        say(
          "This page judges a file on this computer. It reaches no network and keeps nothing: what you drop here goes nowhere.",
        ),
      ),
      make(
        "p",
        { class: "hint" },
        say(
          "It is the second verifier of notices, written from its published formats. It leaves out constraints of names and policies, and rarer answers and algorithms. Where one is needed, it says so and decides nothing.",
        ),
      ),
      ask(),
      result(),
    );
  document.getElementById("roots").addEventListener("input", showPrints);
  if (state.file)
    document
      .getElementById("result")
      .before(
        make(
          "p",
          {},
          make("button", { type: "button", onclick: judge }, say("Judge {name} again", { name: state.file.name })),
        ),
      );
  await showPrints();
}

draw();
