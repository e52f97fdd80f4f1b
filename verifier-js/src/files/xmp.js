// The XMP packet of a letter: its own account of the notice, in Dublin Core (P17).

import { ownText, readXml, walk } from "../reading/xml.js";
import { need, say } from "../texts.js";
import { statement } from "./content.js";

const MAX_XMP = 100_000;
const DC = "{http://purl.org/dc/elements/1.1/}",
  XMP = "{http://ns.adobe.com/xap/1.0/}",
  RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}";

/** Namespace to properties of our letters; those of RDF and XML included. */
const PROPERTIES = {
  "http://purl.org/dc/elements/1.1/":
    `format title identifier source date relation type description publisher creator language`,
  "http://www.w3.org/1999/02/22-rdf-syntax-ns#": `RDF Description Seq Bag Alt li about parseType resource`,
  "http://ns.adobe.com/pdf/1.3/": `Producer Trapped`,
  "http://ns.adobe.com/xap/1.0/": `CreateDate ModifyDate MetadataDate CreatorTool`,
  "http://www.aiim.org/pdfa/ns/id/": `part conformance rev`,
  "http://www.aiim.org/pdfua/ns/id/": `part rev`,
  xml: `lang`,
  "adobe:ns:meta/": `xmpmeta xmptk`,
};

/** Refuse a property that no letter of ours has: two accounts could differ. */
function checkProperties(all) {
  const names = all.flatMap((one) => [one.tag, ...one.attributes.keys()]);
  for (const name of [...new Set(names)].sort()) {
    const [, space, own] = /^(?:\{([^}]*)\})?([^]*)$/.exec(name);
    const isOurs = Object.hasOwn(PROPERTIES, space ?? "") && PROPERTIES[space].split(" ").includes(own);
    need(isOurs, say("the XMP has a property {name}", { name: own || name }));
  }
}

/** The letter's own account, in Dublin Core. */
export function readXmp(packet) {
  const odd = "the XMP packet is too long or declares entities";
  need(packet.length <= MAX_XMP, odd);
  const root = readXml(packet, "XMP", MAX_XMP);
  const all = [...walk(root)];
  checkProperties(all);
  const property = (name, isNeeded = true) => {
    const found = all.filter((one) => one.tag === DC + name).flatMap(valuesOf);
    for (const one of all)
      if (one.tag === `${RDF}Description` && one.attributes.has(DC + name)) found.push(one.attributes.get(DC + name));
    if (!found.length && !isNeeded) return "";
    need(found.length === 1, say("the letter's XMP has {count} values of dc:{name}", { count: found.length, name }));
    return found[0];
  };
  const dates = (...names) =>
    names.flatMap((name) =>
      all.flatMap((one) => [
        ...(one.tag === XMP + name ? [ownText(one)] : []),
        ...(one.attributes.has(XMP + name) ? [one.attributes.get(XMP + name)] : []),
      ]),
    );
  const source = property("source", false);
  return {
    statement: statement(
      property("identifier"),
      property("relation"),
      property("date").slice(0, 10),
      property("type"),
      property("description"),
    ),
    sha256: source.replace(/^urn:sha-256:/, ""),
    title: property("title", false),
    author: property("creator", false),
    made: dates("CreateDate"),
    changed: dates("ModifyDate", "MetadataDate"),
  };
}

function valuesOf(element) {
  const items = [...walk(element)].filter((one) => one.tag === `${RDF}li`);
  return (items.length ? items : [element]).map((one) => (typeof one.children[0] === "string" ? one.children[0] : ""));
}

/** What a program that adds a time stamp writes anew, and its name. */
const MAY_DIFFER = [
  `${XMP}ModifyDate`,
  `${XMP}MetadataDate`,
  "{http://ns.adobe.com/pdf/1.3/}Producer",
  "{adobe:ns:meta/}xmptk",
];

/** Every property of a packet, in whichever spelling; what tells two accounts apart. */
export function accountOf(packet) {
  const properties = [];
  for (const one of walk(readXml(packet, "XMP", MAX_XMP))) {
    if (one.tag === `${RDF}Description`) {
      for (const [name, value] of one.attributes)
        one.children.push({ tag: name, attributes: new Map(), children: value ? [value] : [] });
      one.attributes.clear();
      one.children = one.children
        .filter((child) => typeof child !== "string")
        .sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));
    }
    const attributes = new Map(one.attributes);
    const resource = attributes.get(`${RDF}resource`) ?? "";
    const told = (typeof one.children[0] === "string" ? one.children[0] : "").trim();
    if (!told) attributes.delete(`${RDF}resource`);
    const words = told || resource;
    if (/^https?:\/\//.test(words)) attributes.delete("{xml}lang");
    properties.push([one.tag, words], ...[...attributes].sort());
  }
  return JSON.stringify(properties.filter(([name]) => !MAY_DIFFER.includes(name)));
}
