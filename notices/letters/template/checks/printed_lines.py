"""What a line of a template may print, as far as its own words go; pure.

A condition or a text in quotes may stand amid a word: `必{% if … %}要{% else %}ず{%
endif %}` prints 必ず. So a line is read once with everything, and once for each branch
and each text that it may take.
"""

import re
from collections.abc import Iterator

_CODE = re.compile(r"({#.*?#}|{%.*?%}|{{.*?}})", re.DOTALL)
_QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'')
_TAG = re.compile(r"{%[-+]?\s*(\w+)")
_WITHIN = "\v"
"""A line end within a part of Jinja's."""
MOST = 4
"""Branches of a condition, and texts of an expression, that are told apart."""


def printed_lines(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Number of each line, and what it may print; first with all that stands there.

    A line end within a part of Jinja's ends no line in print.
    """
    number = 1
    marked = _CODE.sub(lambda code: code[0].replace("\n", _WITHIN), text)
    for line in marked.split("\n"):
        whole = _CODE.sub(lambda code: _texts(code[0]), line)
        yield number, tuple(dict.fromkeys((whole, *_chosen(line))))
        number += 1 + line.count(_WITHIN)


def _chosen(line: str) -> Iterator[str]:
    """The line for each branch of its conditions, and each text of its expressions."""
    pieces = _CODE.split(line)
    if len(pieces) == 1:
        return
    for branch in range(MOST):
        kept = _branch(pieces, branch)
        yield "".join(piece for piece in kept if not _CODE.fullmatch(piece))
        for text in range(MOST):
            yield "".join(_texts(piece, text) for piece in kept)


def _branch(pieces: list[str], branch: int) -> list[str]:
    """What is left if every condition takes that branch; none where it has fewer."""
    kept: list[str] = []
    opened: list[int] = []
    for piece in pieces:
        tag = _TAG.match(piece)
        word = tag[1] if tag else ""
        if word == "if":
            opened.append(0)
        elif word in ("elif", "else") and opened:
            opened[-1] += 1
        elif word == "endif" and opened:
            opened.pop()
        elif all(at == branch for at in opened):
            kept.append(piece)
    return kept


def _texts(piece: str, only: int | None = None) -> str:
    """What stands in quotes, as `{{ "so" }}` prints it; a tag prints nothing.

    only: the place of the one text that is taken; None: all of them.
    """
    if not _CODE.fullmatch(piece):
        return piece
    if not piece.startswith("{{"):
        return ""
    texts = ["".join(found).replace(_WITHIN, "") for found in _QUOTED.findall(piece)]
    return "".join(texts if only is None else texts[only : only + 1])
