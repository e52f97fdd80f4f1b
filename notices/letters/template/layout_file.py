"""`layout.toml`: what legal staff set of a letter's layout, and its fixed sentences.

A key that a site leaves out is that of the package. Every fault names file and key.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from notices.codec.toml import parse_toml
from notices.errors import ConfigError, Fault, InvalidTemplate
from notices.letters.template.checks.clauses import breaches
from notices.letters.template.checks.tried import was_tried
from notices.letters.template.folders.names import KIND_NAME, LAYOUT_NAME, PARTS
from notices.messages import Text
from notices.signs import is_hidden

MAX_TEXT = 200
"""Characters of a fixed sentence."""
MAX_URLS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedTexts:
    """The sentences of one language that no template has."""

    draft: str
    """At the head of a draft."""
    test: str
    """At the head of a test."""
    test_mail: str
    """The first sentence of a test's mail."""
    continued: str
    """Behind the heading of a row that goes on."""
    board: str
    """掲示板の名称."""
    place: str
    """掲示板内の書き込み場所."""
    posted: str
    """日付."""
    file: str
    """ファイル名."""
    address: str
    """IPアドレス."""
    annex: str
    """Title of the table of URLs behind the letter."""
    see_annex: str
    """What stands in the row of the form then; `{count}`: how many URLs."""
    electronic: str
    """In the box for checking."""
    check_at: str
    """Before the address of the verification page."""
    sha256: str
    """Before the hash of `notice.json`."""
    root: str
    """Before the fingerprint of the centre's root certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What `layout.toml` sets."""

    head_from_page_2: bool
    """True: number and addressee stand at the head of the pages that go on."""
    sender_line: str
    """A line below the sender, such as （公印省略）; empty: none."""
    urls_in_annex_from: int
    """More URLs than this stand in an annex; 0: all in the form."""
    checking: bool
    """True: a box for checking stands at the end."""
    logo: str
    """Name of a PNG beside `layout.toml`, at the head of the letter; empty: none."""
    logo_alt: str
    """What it shows, for those who do not see it."""
    seal: str
    """The same of the centre's seal, beside the sender; empty: none."""
    seal_alt: str
    """What it shows."""
    second_person: tuple[str, ...]
    """Files whose change a second person accepts before a letter is made with it."""
    ja: FixedTexts
    """Japanese sentences."""
    en: FixedTexts
    """English sentences."""

    def texts(self, language: str) -> FixedTexts:
        """The sentences of that language."""
        return self.en if language == "en" else self.ja


_SHAPE: Mapping[str, Mapping[str, type]] = {
    "page": {"head_from_page_2": bool, "sender_line": str, "urls_in_annex_from": int},
    "box": {"checking": bool},
    "second_person": {"files": list},
    "images": {"logo": str, "logo_alt": str, "seal": str, "seal_alt": str},
    "texts.ja": {field.name: str for field in fields(FixedTexts)},
    "texts.en": {field.name: str for field in fields(FixedTexts)},
}
_MARKS = {
    "texts.ja": {"draft": "見本", "test": "試験", "test_mail": "試験"},
    "texts.en": {"draft": "DRAFT", "test": "TEST", "test_mail": "test"},
}
"""What a mark must say, so that no draft passes for a letter."""
_MAY_BE_EMPTY = frozenset({"sender_line", "logo", "logo_alt", "seal", "seal_alt"})
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}\.png")
"""A picture's name: it lies beside `layout.toml`."""
_TEMPLATE = re.compile(
    r"layout\.toml|[a-z][a-z0-9-]*/"
    f"({'|'.join(map(re.escape, (*PARTS, KIND_NAME)))})"
)
"""A file of a folder; `notices template check` tells whether it is there."""


@lru_cache(maxsize=8)
def read_layout(text: str, path: str, usual: str) -> Layout:
    """The layout of a site's file over the package's own; InvalidTemplate."""
    own, faults = _sections(text, path)
    base, _ = _sections(usual, path)
    faults += [] if was_tried(LAYOUT_NAME, text) else list(_faults(own, path))
    if faults:
        raise InvalidTemplate(
            Text("{path} cannot be used", path=path),
            faults=faults,
            hint="correct the file, then `notices template check`",
        )
    whole = {name: base[name] | own.get(name, {}) for name in _SHAPE}
    return Layout(
        **whole["page"],
        **whole["box"],
        **whole["images"],
        second_person=tuple(whole["second_person"]["files"]),
        ja=FixedTexts(**whole["texts.ja"]),
        en=FixedTexts(**whole["texts.en"]),
    )


def _sections(text: str, path: str) -> tuple[dict[str, dict[str, Any]], list[Fault]]:
    """Section to keys, `texts.ja` as one name."""
    try:
        found, _ = parse_toml(text, path)
    except ConfigError as wrong:
        return {}, [*(wrong.faults or (Fault(path, wrong.message),))]
    sections: dict[str, dict[str, Any]] = {}
    for name, value in found.items():
        if name == "texts" and isinstance(value, dict):
            sections |= {f"texts.{key}": kept for key, kept in value.items()}
        else:
            sections[name] = value
    return sections, []


def shape_faults(text: str) -> tuple[Fault, ...]:
    """What is wrong with the values of a layout that is TOML, tried in any case."""
    return tuple(_faults(_sections(text, LAYOUT_NAME)[0], LAYOUT_NAME))


def _faults(sections: Mapping[str, Any], path: str) -> Iterator[Fault]:
    for name, section in sections.items():
        if name not in _SHAPE or not isinstance(section, dict):
            known = ", ".join(_SHAPE)
            yield Fault(
                path, Text("[{name}]: known are {known}", name=name, known=known)
            )
            continue
        for key, value in section.items():
            for message in _value_faults(name, key, value):
                yield Fault(
                    path, Text("{key}: {why}", key=f"{name}.{key}", why=message)
                )
        if name == "images":
            yield from _picture_faults(section, path)


def _picture_faults(section: Mapping[str, Any], path: str) -> Iterator[Fault]:
    for role in ("logo", "seal"):
        name, alt = section.get(role, ""), section.get(f"{role}_alt", "")
        if name and not _FILE.fullmatch(str(name)):
            why = Text("must be the name of a .png file beside layout.toml")
            yield Fault(path, Text("{key}: {why}", key=f"images.{role}", why=why))
        if name and not str(alt).strip():
            why = Text("must say in words what the picture shows")
            yield Fault(path, Text("{key}: {why}", key=f"images.{role}_alt", why=why))


def _value_faults(name: str, key: str, value: object) -> Iterator[str]:
    kind = _SHAPE[name].get(key)
    if kind is None:
        yield Text("unknown; known are {known}", known=", ".join(_SHAPE[name]))
    elif type(value) is not kind:
        yield Text("must be {kind}", kind=_KINDS[kind])
    elif isinstance(value, list):
        yield from _file_faults(value)
    elif isinstance(value, str):
        yield from _text_faults(name, key, value)
    elif kind is int and not 0 <= int(str(value)) <= MAX_URLS:
        yield Text("must be 0 to {most}", most=MAX_URLS)


def _file_faults(names: list[Any]) -> Iterator[str]:
    for name in names:
        if not isinstance(name, str) or not (
            _TEMPLATE.fullmatch(name) or _FILE.fullmatch(name)
        ):
            yield Text("{name} is no file of this folder", name=name)


_KINDS = {
    list: Text("a list of file names"),
    bool: Text("true or false"),
    str: Text("a text in quotes"),
    int: Text("a whole number"),
}


def _text_faults(name: str, key: str, text: str) -> Iterator[str]:
    if not text.strip() and key not in _MAY_BE_EMPTY:
        yield Text("must not be empty")
    if len(text) > MAX_TEXT:
        yield Text("has more than {most} characters", most=MAX_TEXT)
    if any(map(is_hidden, text)):
        yield Text("has a character that does not show, or a line end")
    mark = _MARKS.get(name, {}).get(key, "")
    if mark not in text:
        yield Text("must say {mark}", mark=mark)
    if key == "see_annex" and text.replace("{count}", "", 1).count("{"):
        yield Text("the one brace is {brace}", brace="{count}")
    yield from breaches(text, "form2")
