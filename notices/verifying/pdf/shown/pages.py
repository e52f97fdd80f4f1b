"""Whether a page shows its words in the order in which they are read, and all of them.

Each line stands below or right of every line before it, so that what is extracted is
what a reader reads; no line or picture lies over words; nothing leaves the paper.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.pdf.shown.marks import Marks, ShownLine, ShownPicture, ShownRule

WIDTH, HEIGHT = 595.276, 841.89
EDGE = 15.0
"""Free margin, in points."""
_LOW, _HIGH = 0.1, 0.6
"""How far letters reach around their base line, in shares of their size."""
_CLOSEST = 0.9
"""From base line to base line, in shares of the larger size."""
_SLACK = 1.5
"""Points by which places may differ: they are written with two decimals."""
_HEAD, _FOOT = 788.0, 50.0
"""Above and below are the margins, in which pages are numbered and marked."""
_CONTINUED = 30
"""Characters behind a heading that goes on."""
MAX_RULES = 2_000
_ARTIFACT = "Artifact"


def read_page(marks: Marks) -> str:
    """What a page's elements say, in order; Refusal where it hides or mixes it."""
    if len(marks.rules) > MAX_RULES:
        raise malformed(Text("{count} lines on a page", count=len(marks.rules)))
    words = [line for line in marks.lines if line.element != _ARTIFACT]
    for line in marks.lines:
        if not (EDGE <= line.x <= line.end <= WIDTH - EDGE):
            raise malformed(Text("{text!r} leaves the paper", text=line.text[:40]))
        if not EDGE <= line.y <= HEIGHT - EDGE:
            raise malformed(Text("{text!r} leaves the paper", text=line.text[:40]))
    _check_order(words)
    _check_uncovered(marks)
    return "\n".join(line.text for line in words)


def margins(marks: Marks) -> str:
    """The margins, each line without white space: number, page, marks."""
    return " ".join(
        "".join(line.text.split())
        for line in marks.lines
        if line.element == _ARTIFACT and not _FOOT < line.y < _HEAD
    )


def headings(marks: Marks) -> set[str]:
    """The headings of rows and groups on a page, without white space."""
    return set(_grouped(marks, lambda line: line.element == "TH"))


def check_decorations(marks: Marks, known: Collection[str]) -> None:
    """What only decorates within the page is a heading that goes on.

    known: the headings so far, those of this page included.
    """
    for words in _grouped(marks, _is_within):
        goes_on = any(
            words.startswith(one) and len(words) - len(one) <= _CONTINUED
            for one in known
        )
        if not goes_on:
            raise malformed(Text("{words!r} belongs to no element", words=words[:40]))


def _is_within(line: ShownLine) -> bool:
    return line.element == _ARTIFACT and _FOOT < line.y < _HEAD


def _grouped(marks: Marks, wanted: Callable[[ShownLine], bool]) -> Iterable[str]:
    """The words of each marked content, without white space."""
    groups: dict[int, str] = {}
    for line in filter(wanted, marks.lines):
        groups[line.group] = groups.get(line.group, "") + "".join(line.text.split())
    return groups.values()


def _check_order(lines: Sequence[ShownLine]) -> None:
    lowest = HEIGHT
    for number, line in enumerate(lines):
        if line.y > lowest - _CLOSEST * line.size:
            _check_beside(line, lines[:number])
        lowest = min(lowest, line.y)


def _check_beside(line: ShownLine, before: Sequence[ShownLine]) -> None:
    for earlier in before:
        is_above = (
            earlier.y - line.y >= _CLOSEST * max(earlier.size, line.size) - _SLACK
        )
        if not is_above and earlier.end > line.x + _SLACK:
            raise malformed(
                Text(
                    "{second!r} stands before {first!r}, which is read first",
                    first=earlier.text[:40],
                    second=line.text[:40],
                )
            )


def _check_uncovered(marks: Marks) -> None:
    lines = sorted(marks.lines, key=lambda line: -line.y)
    for line, others in _neighbours(lines):
        if any(_touch(line, other) for other in others):
            raise malformed(Text("words over {text!r}", text=line.text[:40]))
    for rule in marks.rules:
        if rule.x1 != rule.x2 and rule.y1 != rule.y2:
            raise malformed("a line that is neither level nor upright")
    for text, kind in _covered(lines, marks.rules, marks.pictures):
        raise malformed(Text("{kind} over {text!r}", kind=kind, text=text[:40]))


def _neighbours(
    lines: Sequence[ShownLine],
) -> Iterator[tuple[ShownLine, list[ShownLine]]]:
    """Each line and those below it that are near."""
    for number, line in enumerate(lines):
        near = []
        for other in lines[number + 1 :]:
            if line.y - other.y > (_LOW + _HIGH) * max(line.size, other.size):
                break
            near.append(other)
        yield line, near


def _touch(one: ShownLine, other: ShownLine) -> bool:
    beside = one.end <= other.x + _SLACK or other.end <= one.x + _SLACK
    return not beside and one.y - other.y < _LOW * one.size + _HIGH * other.size


def _covered(
    lines: Sequence[ShownLine],
    rules: Sequence[ShownRule],
    pictures: Sequence[ShownPicture],
) -> Iterator[tuple[str, str]]:
    level = [rule for rule in rules if rule.y1 == rule.y2]
    upright = [rule for rule in rules if rule.x1 == rule.x2]
    for line in lines:
        low, high = line.y - _LOW * line.size, line.y + _HIGH * line.size
        begin, end = line.x + _SLACK, line.end - _SLACK
        for rule in level:
            if low < rule.y1 < high and _meet(rule.x1, rule.x2, begin, end):
                yield line.text, Text("a line")
        for rule in upright:
            if begin < rule.x1 < end and _meet(rule.y1, rule.y2, low, high):
                yield line.text, Text("a line")
        for one in pictures:
            beside = not _meet(one.x, one.x + one.width, begin, end)
            if not beside and _meet(one.y, one.y + one.height, low, high):
                yield line.text, Text("a picture")


def _meet(one: float, other: float, begin: float, end: float) -> bool:
    low, high = min(one, other), max(one, other)
    return low < end and begin < high
