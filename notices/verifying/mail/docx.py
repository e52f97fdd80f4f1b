"""The letter as DOCX, where one goes along: the same notice, and nothing that acts.

Word processors run macros, fetch templates and pictures, and show what another one
hides. So accepted is only a package of the parts that our writer makes (ECMA-376),
whose words stand in plain paragraphs and tables, and which leads nowhere.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from posixpath import basename, dirname, join, normpath
from xml.etree import ElementTree as ET

from notices.letters.template.dates import english_date, japanese_date
from notices.messages import Text
from notices.printed import spellings
from notices.signs import read_back
from notices.verifying.checks import malformed
from notices.verifying.content import NoticeJson, stands_alone
from notices.verifying.mail.docx_pictures import check_pictures
from notices.verifying.mail.docx_shape import FIXED, check_fixed, check_shape
from notices.verifying.mail.docx_words import check_heads, check_properties, check_title
from notices.verifying.zip_reader import MalformedContainer, read_members

MAX_PART = 16_000_000
"""Octets of one part; ours have ten thousand and what the notice brings, in both
languages, `&` as five."""
BODY, TITLE = "word/document.xml", "docProps/core.xml"
URL_STYLE = "NoticeURL"
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml"
    r"|word/(document|styles|settings|fontTable|(footer|header)[1-9])\.xml"
    r"|word/_rels/document\.xml\.rels|word/theme/theme1\.xml"
)
_WORDS = re.compile(r"word/(document|(footer|header)[1-9])\.xml")
_RELATION = (
    "http://schemas.openxmlformats.org/{}/2006/relationships/",
    ("officeDocument", "package"),
)
_RELATIONS = frozenset(
    {
        "officeDocument",
        "extended-properties",
        "metadata/core-properties",
        "styles",
        "settings",
        "fontTable",
        "theme",
        "footer",
        "header",
        "image",
    }
)
_PICTURE = re.compile(r"word/media/image[12]\.png")
_CONTENT_TYPE = re.compile(
    r"application/xml|image/png|application/vnd\.openxmlformats-(package|officedocument)\."
    r"(relationships|extended-properties|core-properties|theme"
    r"|wordprocessingml\.(document\.main|styles|settings|fontTable|footer|header))"
    r"\+xml"
)
_TITLE_TAG = "{http://purl.org/dc/elements/1.1/}title"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FIELDS = frozenset({"PAGE", "NUMPAGES"})


def check(data: bytes, file_name: str, notice: NoticeJson) -> str:
    """A plain package whose words are about this notice; Refusal."""
    if not file_name.endswith(".docx"):
        raise malformed(Text("the DOCX is called {file_name}", file_name=file_name))
    try:
        parts = read_members(data)
    except MalformedContainer as error:
        raise malformed(
            Text("{file_name}: {error}", file_name=file_name, error=error)
        ) from error
    pictures = {name for name in parts if _PICTURE.fullmatch(name)}
    trees = {
        name: _parsed(name, content)
        for name, content in parts.items()
        if name not in pictures | FIXED.keys()
    }
    if BODY not in trees or TITLE not in trees:
        raise malformed(
            Text(
                "{file_name} has no {body} or no {title}",
                file_name=file_name,
                body=BODY,
                title=TITLE,
            )
        )
    check_fixed(parts)
    for name, tree in trees.items():
        _check_part(name, tree, parts)
    check_pictures(
        trees[BODY],
        trees.get(f"word/_rels/{basename(BODY)}.rels"),
        {name: parts[name] for name in pictures},
        notice.images,
    )
    _check_words(trees, notice)
    check_properties(trees[TITLE], notice)
    title = "".join(one.text or "" for one in trees[TITLE] if one.tag == _TITLE_TAG)
    check_title(title, _text(trees[BODY]), notice.statement.number)
    for name in sorted(trees):
        if name.startswith(("word/header", "word/footer")):
            check_heads(name, trees[name], trees[BODY], notice.statement.number)
    return Text(
        "{count} parts; number, recipient, date, {count2} URLs",
        count=len(parts),
        count2=len(notice.urls),
    )


def text(data: bytes) -> str:
    """The words of a DOCX that `check` found in order, a line a paragraph."""
    return _text(_parsed(BODY, read_members(data)[BODY]))


def _parsed(name: str, content: bytes) -> ET.Element:
    if not _PARTS.fullmatch(name):
        raise malformed(Text("the DOCX has a part {name}, ours never have", name=name))
    # no entities: refused before the parser, so that nothing can be expanded
    if len(content) > MAX_PART or b"<!" in content or b"<?" in content[1:]:
        raise malformed(Text("{name} is too long or declares something", name=name))
    try:
        content.decode("utf-8")  # not UTF-16, where that would be spelt otherwise
        return ET.fromstring(content)  # noqa: S314 - no declarations, see above
    except (ET.ParseError, ValueError) as error:
        # in words that another reader has as well
        is_octets = isinstance(error, UnicodeDecodeError)
        why = Text("it is no UTF-8" if is_octets else "it is no XML of ours")
        raise malformed(
            Text("{name} cannot be read: {error}", name=name, error=why)
        ) from error


def _check_part(name: str, tree: ET.Element, parts: Collection[str]) -> None:
    if name.endswith(".rels"):
        _check_relations(name, tree, parts)
    elif name == "[Content_Types].xml":
        _check_content_types(tree)
    elif _WORDS.fullmatch(name):
        _check_elements(name, tree)


def _check_relations(name: str, tree: ET.Element, parts: Collection[str]) -> None:
    """ECMA-376-2, 6.5: each leads to a part that is there, none to the outside."""
    base = dirname(dirname(name))
    prefixes = tuple(_RELATION[0].format(one) for one in _RELATION[1])
    for relation in tree:
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        if set(relation.keys()) - {"Id", "Type", "Target"}:
            raise malformed(
                Text("{name} leads outside: {target!r}", name=name, target=target[:80])
            )
        if not kind.startswith(prefixes) or _after(kind, prefixes) not in _RELATIONS:
            raise malformed(
                Text(
                    "{name}: a relation of another kind: {kind!r}",
                    name=name,
                    kind=kind[-80:],
                )
            )
        if normpath(join(base, target)) not in parts:
            raise malformed(
                Text(
                    "{name} leads to {target!r}, which is not there",
                    name=name,
                    target=target[:80],
                )
            )


def _after(text: str, prefixes: tuple[str, ...]) -> str:
    return next(text.removeprefix(one) for one in prefixes if text.startswith(one))


def _check_content_types(tree: ET.Element) -> None:
    for one in tree:
        kind = one.get("ContentType", "")
        if not _CONTENT_TYPE.fullmatch(kind):
            raise malformed(Text("a part of type {kind!r} in the DOCX", kind=kind[:80]))


def _check_elements(name: str, tree: ET.Element) -> None:
    check_shape(name, tree)
    for field in tree.iter(f"{_W}instrText"):
        if (field.text or "").strip() not in _FIELDS:
            raise malformed(
                Text(
                    "{name} has a field {text!r}",
                    name=name,
                    text=(field.text or "")[:80],
                )
            )


def _check_words(trees: Mapping[str, ET.Element], notice: NoticeJson) -> None:
    facts, body = notice.statement, trees[BODY]
    for name in [TITLE, *(one for one in trees if _WORDS.fullmatch(one))]:
        words = "".join(trees[name].itertext())
        if name.startswith("word/header") and not words.strip():
            continue  # the head of a first page
        if not stands_alone(facts.number, words):
            raise malformed(
                Text(
                    "{name} of the DOCX does not name {number}",
                    name=name,
                    number=facts.number,
                )
            )
    text = _text(body)
    if not any(stands_alone(day, text) for day in _days(facts.date)):
        raise malformed(Text("the DOCX does not have the date {date}", date=facts.date))
    if not _names(text, facts.recipient):
        raise malformed(
            Text(
                "the DOCX does not name the recipient {recipient}",
                recipient=facts.recipient,
            )
        )
    _check_urls(set(_urls(body)), notice.urls)


def _text(body: ET.Element) -> str:
    """The words, a line a paragraph."""
    return "\n".join(
        "".join(one.text or "" for one in paragraph.iter(f"{_W}t"))
        for paragraph in body.iter(f"{_W}p")
    )


def _urls(body: ET.Element) -> Iterator[str]:
    """What the letter shows as URLs: the words in that style."""
    for run in body.iter(f"{_W}r"):
        style = run.find(f"{_W}rPr/{_W}rStyle")
        if style is not None and style.get(f"{_W}val") == URL_STYLE:
            yield _flowed("".join(one.text or "" for one in run.iter(f"{_W}t")))


def _check_urls(shown: set[str], urls: Sequence[str]) -> None:
    allowed = [set(map(_flowed, spellings(url))) for url in urls]
    for url, spelt in zip(urls, allowed, strict=True):
        if not spelt & shown:
            raise malformed(Text("the DOCX does not name the URL {url}", url=url))
    if others := shown - set().union(*allowed):
        raise malformed(Text("the DOCX names the URL {min}", min=min(others)))


def _names(text: str, name: str) -> bool:
    """Whether a name stands there; what fonts lack is spelt out, and read back."""
    return any(_flowed(name) in _flowed(words) for words in (text, read_back(text)))


def _flowed(text: str) -> str:
    """Without white space."""
    return "".join(text.split())


def _days(day: date) -> tuple[str, str]:
    return japanese_date(day), english_date(day)
