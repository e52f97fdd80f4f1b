// The letter as DOCX: a package of the parts that our writer makes, whose words stand in
// plain paragraphs and tables, and which leads nowhere (verification.md, "The DOCX").

import { latin1 } from "../reading/octets.js";
import { elements, ownText, readXml, walk, words } from "../reading/xml.js";
import { readZip } from "../reading/zip.js";
import { Refusal, malformed, need, readBack, say } from "../texts.js";
import { days, escaped } from "./content.js";
import { withoutSpace } from "../reading/flowed.js";
import { PICTURE, checkPictures } from "./docx_pictures.js";
import { FIXED, checkFixed, checkShape } from "./docx_shape.js";
import { checkHeads, checkProperties, checkTitle } from "./docx_words.js";
import { spellings } from "./urls.js";

const BODY = "word/document.xml";
const MAX_PART = 16_000_000;
const W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}";
const PARTS =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|docProps\/(app|core)\.xml|word\/(document|styles|settings|fontTable|(footer|header)[1-9])\.xml|word\/_rels\/document\.xml\.rels|word\/theme\/theme1\.xml)$/;
const WITH_WORDS = /^word\/(document|(footer|header)[1-9])\.xml$/;
const RELATION =
  /^http:\/\/schemas\.openxmlformats\.org\/(?:officeDocument|package)\/2006\/relationships\/(officeDocument|extended-properties|metadata\/core-properties|styles|settings|fontTable|theme|footer|header|image)$/;
const TYPE =
  /^(application\/xml|image\/png|application\/vnd\.openxmlformats-(package|officedocument)\.(relationships|extended-properties|core-properties|theme|wordprocessingml\.(document\.main|styles|settings|fontTable|footer|header))\+xml)$/;
/** A plain package whose words are about this notice; FORMAT_FAILURE. */
export async function checkDocx(octets, fileName, notice) {
  need(fileName.endsWith(".docx"), say("the DOCX is called {file_name}", { file_name: fileName }));
  const { parts, trees } = await readParts(octets, fileName);
  const [body, title] = [BODY, "docProps/core.xml"];
  need(
    trees.has(body) && trees.has(title),
    say("{file_name} has no {body} or no {title}", { file_name: fileName, body, title }),
  );
  await checkFixed(parts);
  for (const [name, tree] of trees) checkPart(name, tree, parts);
  await checkPictures(trees, parts, notice.images);
  checkWords(trees, notice);
  checkProperties(trees.get(title), notice);
  const told = elements(trees.get(title)).filter((one) => one.tag === "{http://purl.org/dc/elements/1.1/}title");
  checkTitle(told.map(ownText).join(""), paragraphs(trees.get(body)), notice.statement.number);
  for (const name of [...trees.keys()].sort())
    if (/^word\/(header|footer)/.test(name))
      checkHeads(name, trees.get(name), trees.get(body), notice.statement.number);
  return say("{count} parts; number, recipient, date, {count2} URLs", {
    count: parts.size,
    count2: notice.urls.length,
  });
}

async function readParts(octets, fileName) {
  let parts;
  try {
    parts = await readZip(octets, { isOffice: true });
  } catch (error) {
    if (error instanceof Refusal)
      throw malformed(say("{file_name}: {error}", { file_name: fileName, error: error.text }));
    throw error;
  }
  const trees = new Map();
  for (const [name, content] of parts) {
    if (PICTURE.test(name) || FIXED.has(name)) continue;
    need(PARTS.test(name), say("the DOCX has a part {name}, ours never have", { name }));
    const isPlain = latin1(content).lastIndexOf("<?") <= 0;
    need(isPlain, say("{name} is too long or declares something", { name }));
    trees.set(name, readXml(content, name, MAX_PART));
  }
  return { parts, trees };
}

function checkPart(name, tree, parts) {
  if (name.endsWith(".rels")) return checkRelations(name, tree, parts);
  if (name === "[Content_Types].xml") {
    for (const one of elements(tree)) {
      const kind = one.attributes.get("ContentType") ?? "";
      need(TYPE.test(kind), say("a part of type {kind!r} in the DOCX", { kind: kind.slice(0, 80) }));
    }
  } else if (WITH_WORDS.test(name)) {
    checkShape(name, tree);
    for (const one of walk(tree)) {
      const isField = one.tag !== `${W}instrText` || ["PAGE", "NUMPAGES"].includes(ownText(one).trim());
      need(isField, say("{name} has a field {text!r}", { name, text: ownText(one).slice(0, 80) }));
    }
  }
}

/** Each relation leads to a part that is there, none to the outside. */
function checkRelations(name, tree, parts) {
  const base = name.split("/").slice(0, -2);
  for (const one of elements(tree)) {
    const [kind, target] = [one.attributes.get("Type") ?? "", one.attributes.get("Target") ?? ""];
    const isPlain = [...one.attributes.keys()].every((key) => ["Id", "Type", "Target"].includes(key));
    need(isPlain, say("{name} leads outside: {target!r}", { name, target: target.slice(0, 80) }));
    need(RELATION.test(kind), say("{name}: a relation of another kind: {kind!r}", { name, kind: kind.slice(-80) }));
    need(
      parts.has([...base, target].join("/")),
      say("{name} leads to {target!r}, which is not there", { name, target: target.slice(0, 80) }),
    );
  }
}

const has = (told, what) => new RegExp(`(?<![A-Za-z0-9-])${escaped(what)}(?![A-Za-z0-9-])`, "u").test(told);

/** The words of a DOCX that `checkDocx` found in order, a line a paragraph. */
export async function docxText(octets) {
  const content = (await readZip(octets, { isOffice: true })).get(BODY);
  return paragraphs(readXml(content, BODY, MAX_PART));
}

function checkWords(trees, notice) {
  const facts = notice.statement;
  const body = trees.get(BODY);
  for (const [name, tree] of trees) {
    if (name !== "docProps/core.xml" && !WITH_WORDS.test(name)) continue;
    const told = words(tree);
    if (name.startsWith("word/header") && !told.trim()) continue;
    need(has(told, facts.number), say("{name} of the DOCX does not name {number}", { name, number: facts.number }));
  }
  const told = paragraphs(body);
  need(
    days(facts.date).some((one) => has(told, one)),
    say("the DOCX does not have the date {date}", { date: facts.date }),
  );
  const isNamed = [told, readBack(told)].some((one) => withoutSpace(one).includes(withoutSpace(facts.recipient)));
  need(isNamed, say("the DOCX does not name the recipient {recipient}", { recipient: facts.recipient }));
  checkUrls(body, notice.urls);
}

const runText = (node) =>
  [...walk(node)]
    .filter((one) => one.tag === `${W}t`)
    .map(ownText)
    .join("");
const paragraphs = (body) =>
  [...walk(body)]
    .filter((one) => one.tag === `${W}p`)
    .map(runText)
    .join("\n");

function checkUrls(body, urls) {
  const shown = new Set();
  for (const run of walk(body)) {
    if (run.tag !== `${W}r`) continue;
    const style = elements(run)
      .filter((one) => one.tag === `${W}rPr`)
      .flatMap(elements)
      .find((one) => one.tag === `${W}rStyle`);
    if (style?.attributes.get(`${W}val`) === "NoticeURL") shown.add(withoutSpace(runText(run)));
  }
  const allowed = urls.map((url) => new Set([...spellings(url)].map(withoutSpace)));
  urls.forEach((url, at) =>
    need(
      [...allowed[at]].some((one) => shown.has(one)),
      say("the DOCX does not name the URL {url}", { url }),
    ),
  );
  for (const min of shown)
    need(
      allowed.some((one) => one.has(min)),
      say("the DOCX names the URL {min}", { min }),
    );
}
