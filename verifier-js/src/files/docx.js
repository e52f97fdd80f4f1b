// The letter as DOCX: a package of the parts that our writer makes, whose words stand in
// plain paragraphs and tables, and which leads nowhere (verification.md, "The DOCX").

import { elements, local, ownText, readXml, walk, words } from "../reading/xml.js";
import { readZip } from "../reading/zip.js";
import { Refusal, malformed, need, readBack, say } from "../texts.js";
import { days, escaped, withoutSpace } from "./content.js";
import { PICTURE, checkPictures, withoutPictures } from "./docx_pictures.js";
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
const TEXT =
  "document body ftr hdr p r t br tab tabs fldChar instrText pPr pStyle pageBreakBefore jc spacing rPr rStyle sz szCs".split(
    " ",
  );
const TABLE = "tbl tblPr tblStyle tblW tblInd tblLayout tblGrid gridCol tr trPr cantSplit tc tcPr tcW vMerge shd".split(
  " ",
);
const PAGE = "sectPr footerReference headerReference pgSz pgMar cols titlePg docGrid".split(" ");
const ELEMENTS = new Set([...TEXT, ...TABLE, ...PAGE].map((name) => W + name));
const HIDING = new Set(
  "vanish webHidden specVanish attachedTemplate mailMerge dataSource linkStyles trackRevisions documentProtection embedRegular embedBold"
    .split(" ")
    .map((name) => W + name),
);
const OF_RUNS = new Set("rFonts sz szCs lang rStyle".split(" "));
const OF_PARAGRAPHS = new Set(
  "pageBreakBefore keepNext keepLines outlineLvl tabs jc spacing ind autoSpaceDE autoSpaceDN wordWrap pStyle pBdr shd rPr".split(
    " ",
  ),
);
const SMALLEST = 14,
  LOWEST = 200,
  THICKEST = 48,
  FURTHEST = 6000,
  LIGHT = 0xc0;

/** A plain package whose words are about this notice; FORMAT_FAILURE. */
export async function checkDocx(octets, fileName, notice) {
  need(fileName.endsWith(".docx"), say("the DOCX is called {file_name}", { file_name: fileName }));
  const { parts, trees } = await readParts(octets, fileName);
  const [body, title] = [BODY, "docProps/core.xml"];
  need(
    trees.has(body) && trees.has(title),
    say("{file_name} has no {body} or no {title}", { file_name: fileName, body, title }),
  );
  for (const [name, tree] of trees) checkPart(name, tree, parts);
  await checkPictures(trees, parts, notice.images);
  for (const [name, tree] of trees)
    if (name.startsWith("word/"))
      for (const odd of oddities(tree)) throw malformed(say("{name} has {odd}, which can hide text", { name, odd }));
  checkWords(trees, notice);
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
    if (PICTURE.test(name)) continue;
    need(PARTS.test(name), say("the DOCX has a part {name}, ours never have", { name }));
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
    for (const one of withoutPictures(tree)) {
      need(ELEMENTS.has(one.tag), say("{name} has {local}, ours never have", { name, local: local(one.tag) }));
      const isField = one.tag !== `${W}instrText` || ["PAGE", "NUMPAGES"].includes(ownText(one).trim());
      need(isField, say("{name} has a field {text!r}", { name, text: ownText(one).slice(0, 80) }));
    }
  } else {
    for (const one of walk(tree))
      need(!HIDING.has(one.tag), say("{name} has {local}, ours never have", { name, local: local(one.tag) }));
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

const number = (element, name) => {
  const told = element.attributes.get(W + name) ?? "";
  return /^-?[0-9]+$/.test(told) ? Number(told) : -FURTHEST - 1;
};

function* oddities(tree) {
  for (const one of walk(tree)) {
    const name = local(one.tag);
    if (one.tag !== W + name) continue;
    const allowed = { rPr: OF_RUNS, pPr: OF_PARAGRAPHS }[name];
    for (const child of allowed ? elements(one) : [])
      if (!allowed.has(local(child.tag))) yield say("a property {tag}", { tag: local(child.tag) });
    if ((name === "sz" || name === "szCs") && number(one, "val") < SMALLEST)
      yield say("letters of {told} half points", { told: one.attributes.get(`${W}val`) ?? "" });
    if (name === "spacing" && one.attributes.get(`${W}line`) && number(one, "line") < LOWEST)
      yield say("lines of {told}", { told: one.attributes.get(`${W}line`) });
    if (
      name === "ind" &&
      [...one.attributes.keys()].some((key) => !key.endsWith("Chars") && Math.abs(number(one, local(key))) > FURTHEST)
    )
      yield say("a paragraph that is moved away");
    if (name === "pBdr" && elements(one).some((side) => number(side, "sz") < 0 || number(side, "sz") > THICKEST))
      yield say("a border that can cover text");
    if (name === "shd" && !isLight(one)) yield say("a shade {told}", { told: one.attributes.get(`${W}fill`) ?? "" });
  }
}

function isLight(shade) {
  const [fill, value, color] = ["fill", "val", "color"].map((name) => shade.attributes.get(W + name) ?? "");
  if (value !== "clear" || color !== "auto") return false;
  if (fill === "auto") return true;
  return /^[0-9A-Fa-f]{6}$/.test(fill) && fill.match(/../g).every((pair) => parseInt(pair, 16) >= LIGHT);
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
