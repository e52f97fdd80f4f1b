// Whether those who hear a letter hear what others see: each marked content belongs to
// exactly one element of its kind, in the order of the page (P18; ISO 32000-1, 14.7).

import { follow, textOf } from "../reading/pdf_values.js";
import { malformed, need, say } from "../texts.js";

const MAX_ELEMENTS = 20_000,
  MAX_DEPTH = 20;
const OTHERWISE = "its elements, read in order, are not what the pages show";

/** What is said instead of each picture; `shown`: of each page its marked contents. */
export function readAlternatives(revision, root, pages, shown) {
  const at = (dictionary, key) => follow(revision, dictionary.get(key) ?? null);
  const tree = at(root, "StructTreeRoot");
  need(tree, "a letter without elements");
  const told = { spoken: [], alternatives: [], count: 0 };
  readElement(revision, tree, 0, pages, told);
  checkComplete(told.spoken, shown);
  const numbers = at(at(tree, "ParentTree"), "Nums");
  const owners = new Map();
  for (let place = 0; place < numbers.length; place += 2) owners.set(numbers[place], follow(revision, numbers[place + 1]));
  const keys = pages.map((page) => at(page, "StructParents"));
  const isOnce = new Set(keys).size === keys.length && owners.size * 2 === numbers.length;
  need(isOnce, "two pages with the elements of one");
  for (const { page, number, element } of told.spoken)
    need(follow(revision, owners.get(keys[page])[number]) === element, OTHERWISE);
  return told.alternatives;
}

function readElement(revision, element, depth, pages, told) {
  const at = (dictionary, key) => follow(revision, dictionary.get(key) ?? null);
  told.count += 1;
  const isMany = told.count > MAX_ELEMENTS || depth > MAX_DEPTH;
  if (isMany) throw malformed(say("more than {count} elements", { count: MAX_ELEMENTS }));
  const role = at(element, "S")?.name ?? "";
  const kids = [at(element, "K") ?? []].flat().map((one) => follow(revision, one));
  if (role === "Figure" || element.has("Alt")) {
    const isPicture = role === "Figure" && kids.length === 1 && at(kids[0], "Type")?.name === "MCR";
    need(isPicture, "words that are read out otherwise");
    told.alternatives.push(textOf(at(element, "Alt")));
  }
  for (const kid of kids) {
    const kind = at(kid, "Type")?.name ?? "";
    if (kind === "MCR") {
      const page = pages.indexOf(at(kid, "Pg"));
      need(page >= 0, OTHERWISE);
      told.spoken.push({ page, role, number: at(kid, "MCID"), element });
    } else if (kind === "StructElem") readElement(revision, kid, depth + 1, pages, told);
    else if (kind !== "OBJR" || role !== "Form") throw malformed(say("an element with {kind}", { kind: `/${kind}` }));
  }
}

function checkComplete(spoken, shown) {
  const named = ({ page, role, number }) => `${page} ${role} ${number}`;
  const onPages = shown.flatMap((contents, page) => contents.map((one) => named({ ...one, page })));
  const inTree = spoken.map(named);
  const words = (all) => all.filter((one) => !one.includes(" Figure ")).join("\n");
  const isSame = words(onPages) === words(inTree) && onPages.sort().join("\n") === inTree.sort().join("\n");
  need(isSame, OTHERWISE);
}
