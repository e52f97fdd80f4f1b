"""Where lines end, found at once, is where going from character to character ends them."""

import random
from collections.abc import Iterator

import pytest

from notices.letters.model import Face, Para, Span
from notices.letters.pdf import lines
from notices.letters.pdf.faces import faces

FACES = faces()
SIGNS = (
    "あいう違法情報、。「」（）第26条年月日 a b c iIl.,-/%3A  \u3000\n\u0301\u3099葛"
    "ABCdef12"
)
ROOMS = (0, 300, 500, 999, 1000, 1500, 3000, 9000, 32_000, 10**9)


def step_by_step(
    para: Para, language: str, room: int, indent: int
) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is the last line of its paragraph."""
    text = lines.measure(para, language, FACES)
    start, used, last_break, at = 0, indent, 0, 0
    while at < len(text.chars):
        if text.chars[at] == "\n":
            yield start, at + 1, True
            at += 1
            start, used, last_break = at, 0, at
        elif at == start or used + text.widths[at] <= room:
            if at > start and lines._may_break(text, at):
                last_break = at
            used += text.widths[at]
            at += 1
        elif text.chars[at] == " ":
            at += 1
        else:
            end = at if lines._may_break(text, at) else last_break
            if end <= start:
                end = lines._emergency(text, start, at)
            yield start, end, False
            start = last_break = at = end
            used = 0
    if start < len(text.chars) or not text.chars:
        yield start, len(text.chars), True


@pytest.mark.parametrize("seed", range(8))
def test_lines_end_where_each_character_was_asked(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - not a secret
    for _ in range(300):
        spans = tuple(
            Span(
                "".join(chance.choices(SIGNS, k=chance.choice((0, 2, 9, 60)))),
                chance.choice(list(Face)),
                chance.random() < 0.15,
            )
            for _ in range(chance.randrange(4))
        )
        para, language = Para(spans), chance.choice(("ja", "en"))
        room, indent = chance.choice(ROOMS), chance.choice((0, 0, 1000, -1000, 400))
        text = lines.measure(para, language, FACES)
        expected = list(step_by_step(para, language, room, indent))
        assert list(lines._cuts(text, room, indent)) == expected
        drawn = lines.break_lines(para, language, FACES, room=room, indent=indent)
        assert len(drawn) == len(expected)
