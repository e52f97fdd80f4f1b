"""Whether those who hear a letter hear what others see (ISO 32000-1, 14.7 and 14.8).

Programs that read aloud go through the tree of elements, not over the page. So each
marked content of a page belongs to exactly one element, of the same kind, in the order
in which it stands, and a picture alone has words instead of what it shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.pdf.shown.marks import Content

MAX_ELEMENTS = 20_000
MAX_DEPTH = 20
_FIGURE = "Figure"


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A marked content as the tree names it."""

    page: int
    content: Content
    element: tuple[int, int]
    """The object that it belongs to."""


def read_alternatives(
    pdf: pikepdf.Pdf,
    pages: Sequence[pikepdf.Object],
    shown: Sequence[Sequence[Content]],
) -> tuple[str, ...]:
    """What is said instead of each picture; Refusal where the tree tells another story.

    pages: the pages, in order. shown: of each page its marked contents, in order.
    """
    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None:
        raise malformed("a letter without elements")
    reader = _Reader({page.objgen: number for number, page in enumerate(pages)})
    spoken = list(reader.read(tree, 0))
    _check_complete(spoken, shown)
    _check_owners(spoken, tree, pages)
    return tuple(reader.alternatives)


def _check_complete(
    spoken: Sequence[_Spoken], shown: Sequence[Sequence[Content]]
) -> None:
    on_pages = [(n, one) for n, contents in enumerate(shown) for one in contents]
    in_tree = [(one.page, one.content) for one in spoken]
    words = [
        [at for at in told if at[1].role != _FIGURE] for told in (on_pages, in_tree)
    ]
    if words[0] != words[1] or sorted(map(str, on_pages)) != sorted(map(str, in_tree)):
        raise malformed("its elements, read in order, are not what the pages show")


def _check_owners(
    spoken: Sequence[_Spoken], tree: pikepdf.Object, pages: Sequence[pikepdf.Object]
) -> None:
    """Programs that begin with a page come to the same elements."""
    numbers = list(tree.ParentTree.Nums)
    owners = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    keys = [int(page.StructParents) for page in pages]
    if len(set(keys)) != len(keys) or len(owners) * 2 != len(numbers):
        raise malformed("two pages with the elements of one")
    for one in spoken:
        if owners[keys[one.page]][one.content.number].objgen != one.element:
            raise malformed("its elements, read in order, are not what the pages show")


class _Reader:
    """Goes through the tree, depth first."""

    def __init__(self, pages: dict[tuple[int, int], int]) -> None:
        self.pages = pages
        self.alternatives: list[str] = []
        self.count = 0

    def read(self, element: pikepdf.Object, depth: int) -> Iterator[_Spoken]:
        self.count += 1
        if self.count > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise malformed(Text("more than {count} elements", count=MAX_ELEMENTS))
        role = str(element.get("/S", "")).removeprefix("/")
        found = element.get("/K", pikepdf.Array())
        kids = list(found) if isinstance(found, pikepdf.Array) else [found]
        if role == _FIGURE or "/Alt" in element:
            _check_figure(role, kids)
            self.alternatives.append(str(element.Alt))
        for kid in kids:
            kind = str(kid.get("/Type", ""))
            if kind == "/MCR":
                content = Content(role, int(kid.MCID))
                yield _Spoken(self.pages[kid.Pg.objgen], content, element.objgen)
            elif kind == "/StructElem":
                yield from self.read(kid, depth + 1)
            elif kind != "/OBJR" or role != "Form":
                raise malformed(Text("an element with {kind}", kind=kind))


def _check_figure(role: str, kids: Sequence[pikepdf.Object]) -> None:
    """A picture is all that is in it, and nothing else has words instead."""
    if role != _FIGURE or [str(kid.get("/Type", "")) for kid in kids] != ["/MCR"]:
        raise malformed("words that are read out otherwise")
