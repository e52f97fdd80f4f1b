"""The structure tree of a letter and its outline (ISO 32000-1, 12.3.3 and 14.7)."""

from collections.abc import Iterator
from itertools import pairwise

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from notices.letters.pdf.drawing import Drawn, Mark
from notices.letters.pdf.page import Node


class Structure:
    """Writes StructTreeRoot, ParentTree, IDTree and Outlines into one file."""

    def __init__(self, pdf: Pdf, drawn: Drawn) -> None:
        self.pdf, self.drawn = pdf, drawn
        self.parents: list[dict[int, Object]] = [{} for _ in range(drawn.pages)]
        self.identifiers = _identifiers(drawn.root)
        self.elements: dict[str, Object] = {}

    def put(self) -> None:
        """The tree, the pages' keys into it, the bookmarks."""
        pdf = self.pdf
        tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        tree.K = Array([self.element(self.drawn.root, tree)])
        numbers = Array()
        for index, (page, marks) in enumerate(
            zip(pdf.pages, self.parents, strict=True)
        ):
            page.obj.StructParents = index
            page.obj.Tabs = Name.S
            if "/Trans" in page.obj:
                del page.obj.Trans  # reportlab's empty page transition
            owners = Array([marks[mark] for mark in range(len(marks))])
            numbers.append(index)
            numbers.append(pdf.make_indirect(owners))
        tree.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
        tree.ParentTreeNextKey = self.drawn.pages
        if self.elements:
            tree.IDTree = pdf.make_indirect(Dictionary(Names=self._names()))
        pdf.Root.StructTreeRoot = tree
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        self._put_outline()

    def _names(self) -> Array:
        names = Array()
        for identifier, element in sorted(self.elements.items()):
            names.append(String(identifier))
            names.append(element)
        return names

    def element(self, node: Node, parent: Object) -> Object:
        """An element and all below it."""
        element = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{node.role}"), P=parent)
        )
        if node.language:
            element.Lang = String(node.language)
        if identifier := self.identifiers.get(node):
            element.ID = String(identifier)
            self.elements[identifier] = element
        if node.alternative:
            element.Alt = String(node.alternative)
        if node.box:
            element.A = _place(node)
        elif node.attributes or node.headers:
            element.A = self._attributes(node)
        kids = Array()
        for mark in self.drawn.marks.get(node, ()):
            kids.append(self._drawn(mark, element))
        for kid in node.kids:
            kids.append(self.element(kid, element))
        element.K = kids
        return element

    def _drawn(self, mark: Mark, element: Object) -> Object:
        """What was drawn; words of the other language in a Span of their own."""
        on = self.pdf.pages[mark.page].obj
        content = Dictionary(Type=Name.MCR, Pg=on, MCID=mark.mcid)
        if not mark.language:
            self.parents[mark.page][mark.mcid] = element
            return content
        span = self.pdf.make_indirect(
            Dictionary(
                Type=Name.StructElem,
                S=Name.Span,
                P=element,
                Lang=String(mark.language),
                K=Array([content]),
            )
        )
        self.parents[mark.page][mark.mcid] = span
        return span

    def _attributes(self, node: Node) -> Dictionary:
        values = {
            f"/{key}": Name(f"/{value}") if isinstance(value, str) else value
            for key, value in node.attributes.items()
        }
        attributes = Dictionary({"/O": Name.Table, **values})
        if node.headers:
            attributes.Headers = Array(
                [String(self.identifiers[heading]) for heading in node.headers]
            )
        return attributes

    def _put_outline(self) -> None:
        """The titles, and below each the headings of its table."""
        outline = self.pdf.make_indirect(Dictionary(Type=Name.Outlines))
        tops = [
            (top, [one for one in below if one is not top])
            for section in self.drawn.root.kids
            for below in [[one for one in _bookmarked(section) if self.is_drawn(one)]]
            for top in below[:1]
        ]
        items = [self._item(top, outline) for top, _ in tops]
        for item, (_, below) in zip(items, tops, strict=True):
            kids = [self._item(node, item) for node in below]
            _chain(item, kids)
        _chain(outline, items)
        if items:
            self.pdf.Root.Outlines = outline

    def is_drawn(self, node: Node) -> bool:
        """Whether any word of it stands on a page."""
        return bool(self.drawn.marks.get(node))

    def _item(self, node: Node, parent: Object) -> Object:
        page = self.drawn.marks[node][0].page
        place = Array(
            [self.pdf.pages[page].obj, Name.FitH, round(self.drawn.tops[node])]
        )
        return self.pdf.make_indirect(
            Dictionary(Title=String(node.bookmark), Parent=parent, Dest=place)
        )


def _place(node: Node) -> Dictionary:
    """Where a figure stands (ISO 14289-1, 7.3)."""
    box = Array([round(one, 2) for one in node.box])
    return Dictionary({"/O": Name.Layout, "/BBox": box, "/Placement": Name.Block})


def _chain(parent: Object, items: list[Object]) -> None:
    for before, after in pairwise(items):
        before.Next, after.Prev = after, before
    if items:
        parent.First, parent.Last, parent.Count = items[0], items[-1], len(items)


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
