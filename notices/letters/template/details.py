"""Values that are more than a run of prose: ids, and details with sub-labels."""

from collections.abc import Iterable
from typing import Self

from notices.letters.model import Face, Para, Span


class Exact(str):
    """An id or a name in which every letter counts: it stands in the face of URLs."""

    __slots__ = ()


class Details(str):
    """Details below one label, each a paragraph of its own.

    A value cannot look like a sub-label: it stands in another face, and no value
    begins a paragraph.
    """

    __slots__ = ("paras",)
    paras: tuple[Para, ...]

    def __new__(cls, paras: tuple[Para, ...], none: str) -> Self:
        """`none`: what is said where there are no details."""
        self = super().__new__(cls, "\n".join(para.text for para in paras) or none)
        self.paras = paras
        return self


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Neighbours of one face joined."""
    result: list[Span] = []
    for span in spans:
        if result and result[-1].face is span.face and span.face is Face.PROSE:
            result[-1] = Span(result[-1].text + span.text, span.face)
        else:
            result.append(span)
    return tuple(result)


def detail(label: str, *values: Span) -> Para:
    """One paragraph: the sub-label, then its value."""
    return Para(merged((Span(label), *values)), is_detail=True)


def exact(text: str) -> Span:
    """A value in which every letter counts."""
    return Span(text, Face.EXACT)
