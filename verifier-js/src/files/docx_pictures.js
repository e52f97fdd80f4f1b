// The pictures of a DOCX: those that notice.json declares, each in the one shape that our
// writer makes, in the line; none floats over words (M22).

import { hex, sha256 } from "../reading/octets.js";
import { elements, walk } from "../reading/xml.js";
import { need, say } from "../texts.js";

export const PICTURE = /^word\/media\/image[12]\.png$/;
const W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}";
const R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}";
const A = "{http://schemas.openxmlformats.org/drawingml/2006/main}";
const SPACES = {
  wp: "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}",
  a: A,
  pic: "{http://schemas.openxmlformats.org/drawingml/2006/picture}",
};
const SHAPE = `wp:inline wp:extent wp:docPr a:graphic a:graphicData pic:pic pic:nvPicPr pic:cNvPr
  pic:cNvPicPr pic:blipFill a:blip a:stretch a:fillRect pic:spPr a:xfrm a:off a:ext a:prstGeom a:avLst`
  .split(/\s+/)
  .map((one) => SPACES[one.split(":")[0]] + one.split(":")[1]);
const ATTRIBUTES = new Set([..."distT distB distL distR cx cy id name descr uri x y prst".split(" "), `${R}embed`]);
const LARGEST = 3_600_000;

/** Every element but drawings and what is in them. */
export function* withoutPictures(tree) {
  yield tree;
  for (const child of elements(tree)) if (child.tag !== `${W}drawing`) yield* withoutPictures(child);
}

export async function checkPictures(trees, parts, declared) {
  const relations = trees.get("word/_rels/document.xml.rels");
  const told = relations ? elements(relations) : [];
  const targets = new Map(told.map((one) => [one.attributes.get("Id"), one.attributes.get("Target") ?? ""]));
  const drawings = [...walk(trees.get("word/document.xml"))].filter((one) => one.tag === `${W}drawing`);
  const shown = drawings.map((one) => `word/${targets.get(embedded(one)) ?? ""}`);
  const names = [...parts.keys()].filter((name) => PICTURE.test(name));
  need(isSame(shown, names), say("the DOCX shows {count} pictures", { count: shown.length }));
  const found = await Promise.all(shown.map(async (name) => hex(await sha256(parts.get(name)))));
  need(isSame(found, declared), "the DOCX has other pictures than notice.json");
}

const isSame = (one, other) => JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

/** The relation of a drawing of the one shape. */
function embedded(drawing) {
  const inside = [...walk(drawing)].slice(1);
  const odd = "a drawing in the DOCX of another shape than ours";
  need(JSON.stringify(inside.map((one) => one.tag)) === JSON.stringify(SHAPE), odd);
  for (const one of inside) {
    need(
      [...one.attributes.keys()].every((name) => ATTRIBUTES.has(name)),
      odd,
    );
    for (const size of [one.attributes.get("cx"), one.attributes.get("cy")])
      need(
        !size || (/^[0-9]{1,9}$/.test(size) && Number(size) > 0 && Number(size) <= LARGEST),
        "a drawing in the DOCX of another size than ours",
      );
  }
  return inside.find((one) => one.tag === `${A}blip`).attributes.get(`${R}embed`) ?? "";
}
