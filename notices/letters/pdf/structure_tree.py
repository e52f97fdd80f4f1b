"""The structure tree of a letter and its outline (ISO 32000-1, 12.3.3 and 14.7)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from notices.letters.pdf.drawing import Drawn, Mark
from notices.letters.pdf.file.objects import Dictionary, Indirect, Value, text_string
from notices.letters.pdf.page import Node


class Structure:
    """StructTreeRoot, ParentTree, IDTree and Outlines of one file."""

    def __init__(self, pages: Sequence[Indirect], drawn: Drawn) -> None:
        self.pages, self.drawn = pages, drawn
        self.parents: list[dict[int, Indirect]] = [{} for _ in pages]
        self.identifiers = _identifiers(drawn.root)
        self.elements: dict[str, Indirect] = {}

    def entries(self) -> Dictionary:
        """What the catalogue has of it; the pages get their keys into the tree."""
        tree = Indirect({})
        top = self.element(self.drawn.root, tree)
        content: Dictionary = {
            "Type": "/StructTreeRoot",
            "K": [top],
            "ParentTree": Indirect({"Nums": self._owners()}),
            "ParentTreeNextKey": len(self.pages),
        }
        if self.elements:
            content["IDTree"] = Indirect({"Names": self._names()})
        tree.entries = content
        return {
            "StructTreeRoot": tree,
            "MarkInfo": {"Marked": "true"},
            **self._outline(),
        }

    def _owners(self) -> list[Value]:
        """Whose each marked piece of each page is."""
        numbers: list[Value] = []
        for index, (page, marks) in enumerate(
            zip(self.pages, self.parents, strict=True)
        ):
            owners = [marks[mark] for mark in range(len(marks))]
            page.entries |= {"StructParents": index, "Tabs": "/S"}
            numbers += (index, Indirect({}, array=owners))
        return numbers

    def _names(self) -> list[Value]:
        names: list[Value] = []
        for identifier, element in sorted(self.elements.items()):
            names += (text_string(identifier), element)
        return names

    def element(self, node: Node, parent: Indirect) -> Indirect:
        """An element and all below it."""
        content: Dictionary = {"Type": "/StructElem", "S": f"/{node.role}", "P": parent}
        element = Indirect(content)
        if node.language:
            content["Lang"] = text_string(node.language)
        if identifier := self.identifiers.get(node):
            content["ID"] = text_string(identifier)
            self.elements[identifier] = element
        if node.alternative:
            content["Alt"] = text_string(node.alternative)
        if node.box:
            content["A"] = _place(node)
        elif node.attributes or node.headers:
            content["A"] = self._attributes(node)
        marks = self.drawn.marks.get(node, ())
        kids: list[Value] = [self._drawn(mark, element) for mark in marks]
        kids += (self.element(kid, element) for kid in node.kids)
        content["K"] = kids
        return element

    def _drawn(self, mark: Mark, element: Indirect) -> Value:
        """What was drawn; words of the other language in a Span of their own."""
        page, mcid, language = mark
        content: Dictionary = {"Type": "/MCR", "Pg": self.pages[page], "MCID": mcid}
        if not language:
            self.parents[page][mcid] = element
            return content
        span = Indirect(
            {
                "Type": "/StructElem",
                "S": "/Span",
                "P": element,
                "Lang": text_string(language),
                "K": [content],
            }
        )
        self.parents[page][mcid] = span
        return span

    def _attributes(self, node: Node) -> Dictionary:
        values: Dictionary = {
            key: f"/{value}" if isinstance(value, str) else value
            for key, value in node.attributes.items()
        }
        if node.headers:
            names = [self.identifiers[heading] for heading in node.headers]
            values["Headers"] = list(map(text_string, names))
        return {"O": "/Table", **values}

    def _outline(self) -> Dictionary:
        """The titles, and below each the headings of its table."""
        content: Dictionary = {"Type": "/Outlines"}
        outline = Indirect(content)
        tops = [
            (top, [one for one in below if one is not top])
            for section in self.drawn.root.kids
            for below in [[one for one in _bookmarked(section) if self.is_drawn(one)]]
            for top in below[:1]
        ]
        items = [self._item(top, outline) for top, _ in tops]
        for item, (_, below) in zip(items, tops, strict=True):
            _chain(item, [self._item(node, item) for node in below])
        _chain(outline, items)
        return {"Outlines": outline} if items else {}

    def is_drawn(self, node: Node) -> bool:
        """Whether any word of it stands on a page."""
        return bool(self.drawn.marks.get(node))

    def _item(self, node: Node, parent: Indirect) -> Indirect:
        page = self.pages[self.drawn.marks[node][0].page]
        place: list[Value] = [page, "/FitH", round(self.drawn.tops[node])]
        title = text_string(node.bookmark)
        return Indirect({"Title": title, "Parent": parent, "Dest": place})


def _place(node: Node) -> Dictionary:
    """Where a figure stands (ISO 14289-1, 7.3)."""
    box: list[Value] = [f"{round(one, 2):g}" for one in node.box]
    return {"O": "/Layout", "BBox": box, "Placement": "/Block"}


def _chain(parent: Indirect, items: Sequence[Indirect]) -> None:
    for before, after in pairwise(items):
        before.entries["Next"], after.entries["Prev"] = after, before
    if items:
        parent.entries |= {"First": items[0], "Last": items[-1], "Count": len(items)}


def _bookmarked(node: Node) -> Iterator[Node]:
    if node.bookmark:
        yield node
    for kid in node.kids:
        yield from _bookmarked(kid)


def _identifiers(root: Node) -> dict[Node, str]:
    """An ID for each heading that a cell names, in reading order."""
    identifiers: dict[Node, str] = {}
    for node in _all(root):
        for heading in node.headers:
            identifiers.setdefault(heading, f"heading-{len(identifiers) + 1:04}")
    return identifiers


def _all(node: Node) -> Iterator[Node]:
    yield node
    for kid in node.kids:
        yield from _all(kid)
