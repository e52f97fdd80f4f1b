"""Whether a DOCX shows all that it says: no white, tiny, squeezed or displaced text.

By whitelist: our letters have a dozen properties of runs and paragraphs. Whatever else
Office programs know (colours, highlights, effects, positions) is refused, as any of it
could hide words that other checks have read. A thin line around a paragraph is none.
"""

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from notices.messages import Text
from notices.verifying.checks import malformed

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OF_RUNS = frozenset({"rFonts", "sz", "szCs", "lang", "rStyle"})
_PLACED = frozenset({"pageBreakBefore", "keepNext", "keepLines", "outlineLvl", "tabs"})
_SET = frozenset({"jc", "spacing", "ind", "autoSpaceDE", "autoSpaceDN", "wordWrap"})
_OF_PARAGRAPHS = _PLACED | _SET | {"pStyle", "shd", "rPr", "pBdr"}
SMALLEST = 14
"""Half points of a letter that people can read."""
LOWEST = 200
"""Twentieths of a point of a line that shows its letters."""
FURTHEST = 6000
"""Twentieths of a point by which a paragraph may be moved in."""
THICKEST = 8
"""Eighths of a point of a line around the box for checking."""
_LIGHT = 0xC0


def check_looks(trees: Mapping[str, ET.Element]) -> None:
    """Every part with words or styles; Refusal for what could hide text."""
    for name, tree in trees.items():
        if not name.startswith("word/"):
            continue
        for odd in _oddities(tree):
            raise malformed(
                Text("{name} has {odd}, which can hide text", name=name, odd=odd)
            )


def _oddities(tree: ET.Element) -> Iterator[str]:
    yield from _properties(tree, "rPr", _OF_RUNS)
    yield from _properties(tree, "pPr", _OF_PARAGRAPHS)
    yield from _sizes(tree)
    for indent in tree.iter(f"{_W}ind"):
        if any(abs(_number(indent, name)) > FURTHEST for name in _lengths(indent)):
            yield Text("a paragraph that is moved away")
    for borders in tree.iter(f"{_W}pBdr"):
        lines = list(borders)
        if not (lines and all(map(_is_thin, lines))):
            yield Text("a border that is no thin line")
    for shade in tree.iter(f"{_W}shd"):
        if not _is_light(shade):
            yield Text("a shade {told}", told=shade.get(f"{_W}fill"))


def _properties(tree: ET.Element, tag: str, allowed: frozenset[str]) -> Iterator[str]:
    for properties in tree.iter(f"{_W}{tag}"):
        for one in properties:
            if _local(one.tag) not in allowed:
                yield Text("a property {tag}", tag=_local(one.tag))


def _sizes(tree: ET.Element) -> Iterator[str]:
    for size in (*tree.iter(f"{_W}sz"), *tree.iter(f"{_W}szCs")):
        if _number(size, "val") < SMALLEST:
            told = size.get(f"{_W}val")
            yield Text("letters of {told} half points", told=told)
    for spacing in tree.iter(f"{_W}spacing"):
        if spacing.get(f"{_W}line") and _number(spacing, "line") < LOWEST:
            yield Text("lines of {told}", told=spacing.get(f"{_W}line"))


def _is_thin(line: ET.Element) -> bool:
    is_line = line.get(f"{_W}val") == "single" and line.get(f"{_W}color") == "auto"
    return is_line and 0 < _number(line, "sz") <= THICKEST


def _lengths(indent: ET.Element) -> list[str]:
    return [_local(name) for name in indent.attrib if not name.endswith("Chars")]


def _is_light(shade: ET.Element) -> bool:
    fill = shade.get(f"{_W}fill", "")
    is_plain = shade.get(f"{_W}val") == "clear" and shade.get(f"{_W}color") == "auto"
    if fill == "auto":
        return is_plain
    try:
        channels = bytes.fromhex(fill)
    except ValueError:
        return False
    return is_plain and len(channels) == 3 and min(channels) >= _LIGHT  # noqa: PLR2004


def _number(element: ET.Element, name: str) -> int:
    text = element.get(f"{_W}{name}", "")
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() else -FURTHEST - 1


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
