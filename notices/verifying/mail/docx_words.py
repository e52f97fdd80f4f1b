"""What a DOCX says around its text: heads, feet, title, author and dates."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from xml.etree import ElementTree as ET

from notices.judgment import JST
from notices.messages import Text
from notices.signs import read_back
from notices.verifying.checks import malformed
from notices.verifying.content import NoticeJson

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKS = ("", "見本DRAFT", "試験TEST")
"""Of a draft and of a test, without white space."""
_LABEL = "整理番号"
_EMPTY = frozenset({"subject", "keywords", "description", "category"})
_KNOWN = _EMPTY | {
    *("title", "creator", "lastModifiedBy", "revision", "created", "modified"),
    "language",
}
_BEFORE_DATES = "1980-01-01T00:00:00Z"
"""What the first releases had."""


def check_heads(name: str, tree: ET.Element, body: ET.Element, number: str) -> None:
    """Head and foot name the number, and the addressee as the letter does; Refusal."""
    words = _flowed("".join(_shown(tree)))
    lines = {_flowed("".join(one.itertext())) for one in body.iter(f"{_W}p")}
    if name.startswith("word/footer"):
        is_ours = words == f"{_LABEL}{_flowed(number)}/"
    else:
        rests = (
            words.removeprefix(f"{mark}{_flowed(number)}")
            for mark in _MARKS
            if words.startswith(f"{mark}{_flowed(number)}")
        )
        is_ours = not words or any(not rest or rest in lines for rest in rests)
    if not is_ours:
        raise malformed(
            Text("{name} of the DOCX says {words!r}", name=name, words=words[:80])
        )


def _shown(tree: ET.Element) -> Iterator[str]:
    """The words but those of fields, which programs count anew."""
    within = False
    for element in tree.iter():
        if element.tag == f"{_W}fldChar":
            within = element.get(f"{_W}fldCharType") != "end"
        elif element.tag == f"{_W}t" and not within:
            yield element.text or ""


def check_properties(core: ET.Element, notice: NoticeJson) -> None:
    """Author and dates are those of the letter, and nothing else is said; Refusal."""
    told: dict[str, str] = {}
    for element in core:
        name = element.tag.rpartition("}")[2]
        if name not in _KNOWN or name in told or len(element):
            raise malformed(Text("the DOCX has a property {name}", name=name))
        told[name] = element.text or ""
    said = dict(notice.shown)
    center = said.get("center.name", "")
    allowed = {
        **dict.fromkeys(_EMPTY, frozenset({""})),
        **dict.fromkeys(("creator", "lastModifiedBy"), frozenset({"", center})),
        "revision": frozenset({"1"}),
        **dict.fromkeys(
            ("created", "modified"),
            frozenset({_BEFORE_DATES, _midnight(notice.statement.date)}),
        ),
        "language": frozenset({"ja-JP"}),
    }
    for name, values in allowed.items():
        value = told.get(name, "")
        # what does not show in the centre's name is spelt out there
        if value and values.isdisjoint({value, read_back(value)}):
            raise malformed(
                Text("the DOCX's {name} is {value}", name=name, value=value[:80])
            )


def check_title(title: str, text: str, number: str) -> None:
    """A title is a line of the letter with the number behind it; Refusal."""
    told, behind = _flowed(title), f"（{_flowed(number)}）"
    if not (told.endswith(behind) and told.removesuffix(behind) in _flowed(text)):
        raise malformed(
            Text("the title is no line of the letter: {title}", title=title[:80])
        )


def _midnight(day: date) -> str:
    """Of the letter's day in Japan, as UTC."""
    begin = datetime.combine(day, time(), JST).astimezone(UTC)
    return f"{begin:%Y-%m-%dT%H:%M:%SZ}"


def _flowed(text: str) -> str:
    return "".join(text.split())
