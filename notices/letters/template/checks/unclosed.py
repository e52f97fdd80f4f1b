"""What an editor got wrong in the braces of a template, in plain words.

The parser of the templates says it to programmers, and names the last line of the file
where something was opened and never closed.
"""

import re
from collections.abc import Iterator

from notices.messages import Text

Found = tuple[int, str]
"""A line, and what is wrong in it."""

_COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
_BRACES = re.compile(r"{[{%]-?|-?[%}]}")
_TAG = re.compile(r"{%-?\s*(\w*)(.*?)-?%}", re.DOTALL)
_CLOSING = {"{{": "}}", "{%": "%}"}
_ENDS = {"endif": "if", "endfor": "for"}
_WITHIN = {"elif": ("if",), "else": ("if", "for")}


def syntax_faults(text: str, line: int) -> tuple[Found, ...]:
    """Every fault that shows in the braces; else one of that line that says so.

    line: where the parser stopped.
    """
    plain = _COMMENT.sub(_same_lines, text)
    found = tuple(_braces(plain)) or tuple(_tags(plain))
    return found or ((line, "syntax: what stands in these braces cannot be read"),)


def _same_lines(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")


def _braces(text: str) -> Iterator[Found]:
    """Braces that are opened and not closed, or closed and not opened."""
    if "{#" in text:
        yield _line_at(text, text.index("{#")), _never("{#", "#}")
    opened: re.Match[str] | None = None
    for brace in _BRACES.finditer(text):
        sign = brace[0].strip("-")
        if opened and sign in _CLOSING.values():
            first = opened[0].strip("-")
            if sign != _CLOSING[first]:
                yield _line_at(text, opened.start()), _never(first, _CLOSING[first])
            opened = None
        elif opened:
            first = opened[0].strip("-")
            yield _line_at(text, opened.start()), _never(first, _CLOSING[first])
            opened = brace
        elif sign in _CLOSING:
            opened = brace
    if opened:
        first = opened[0].strip("-")
        yield _line_at(text, opened.start()), _never(first, _CLOSING[first])


def _never(opening: str, closing: str) -> str:
    return Text(
        "syntax: {opening} is never closed; {closing} belongs behind it",
        opening=opening,
        closing=closing,
    )


def _tags(text: str) -> Iterator[Found]:
    """Conditions and loops that do not end where they must."""
    opened: list[tuple[str, int]] = []
    for tag in _TAG.finditer(text):
        word, line = tag[1], _line_at(text, tag.start())
        if word in _ENDS.values():
            opened.append((word, line))
        elif word in _ENDS:
            if opened and opened[-1][0] == _ENDS[word]:
                opened.pop()
            else:
                yield line, _lonely(f"{{% {word} %}}", _ENDS[word])
        elif word in _WITHIN:
            if not opened or opened[-1][0] not in _WITHIN[word]:
                yield line, _lonely(f"{{% {word} %}}", "if")
        else:
            yield (
                line,
                Text(
                    "syntax: {word}: the instructions are if, elif, else, endif, "
                    "for and endfor",
                    word=word or "{%",
                ),
            )
    for word, line in opened:
        yield line, _never(f"{{% {word} … %}}", f"{{% end{word} %}}")


def _lonely(tag: str, begins: str) -> str:
    return Text(
        "syntax: {tag} stands alone; {begins} belongs before it",
        tag=tag,
        begins=f"{{% {begins} … %}}",
    )


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
