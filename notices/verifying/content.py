"""What the signed parts say about the notice: `notice.json`, XMP and the text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Any
from xml.etree import ElementTree as ET

from notices.codec.notice_shape import MAX_NOTICE_JSON
from notices.messages import Text
from notices.printed import spellings
from notices.report import NoticeFacts
from notices.signs import plain, read_back
from notices.verifying.checks import malformed, refuse_later

NOTICE_SCHEMA = "urn:notices:notice:2"
"""The newest that is known; version 1 is read as well."""
MAX_URLS = 1_000
"""Of one notice; a judgment that is sent has a hundred at most."""
MAX_XMP = 100_000
_DC = "{http://purl.org/dc/elements/1.1/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC_NAMES = """
format title identifier source date relation type description publisher creator language
"""
_RDF_NAMES = "RDF Description Seq Bag Alt li about parseType resource"
_PROPERTIES = {
    "http://purl.org/dc/elements/1.1/": frozenset(_DC_NAMES.split()),
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": frozenset(_RDF_NAMES.split()),
    "http://ns.adobe.com/pdf/1.3/": frozenset({"Producer", "Keywords", "Trapped"}),
    "http://ns.adobe.com/xap/1.0/": frozenset(
        {"CreateDate", "ModifyDate", "MetadataDate", "CreatorTool"}
    ),
    "http://www.aiim.org/pdfa/ns/id/": frozenset({"part", "conformance", "rev"}),
    "http://www.aiim.org/pdfua/ns/id/": frozenset({"part", "rev"}),
    "http://www.w3.org/XML/1998/namespace": frozenset({"lang"}),
    "adobe:ns:meta/": frozenset({"xmpmeta", "xmptk"}),
}
"""Namespace to properties; those of RDF and XML included."""
_FORMS = ("form1", "form2", "form2-2006")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One part's account of the notice."""

    number: str
    """整理番号."""
    case_id: str
    """The case system's id."""
    date: date
    """The letter's date."""
    form: str
    """Which form."""
    recipient: str
    """The recipient's name."""

    @property
    def facts(self) -> NoticeFacts:
        """For the report; plain text."""
        return NoticeFacts(
            number=plain(self.number),
            case_id=plain(self.case_id),
            date=self.date,
            recipient=plain(self.recipient),
            form=plain(self.form),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedStatement:
    """What a notice says of the one before it."""

    number: str
    """Its 整理番号."""
    date: date
    """The letter's date."""
    kind: str
    """`request`, `reminder`, `withdrawal` or `correction`."""
    notice_sha256: str
    """SHA-256 of its `notice.json`, lower-case hexadecimal."""
    message_id: str
    """With angle brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeJson:
    """`notice.json` as far as it is compared."""

    statement: Statement
    """What the PDF must say too."""
    mailbox: str
    """The recipient's mailbox; the mail goes to it and to nobody else."""
    urls: tuple[str, ...]
    """Every URL that the request is about."""
    found_on: date | None = None
    """When it was found."""
    ip_addresses: tuple[str, ...] = ()
    """Where it was found."""
    category: str = ""
    """The category's slug."""
    center: str = ""
    """The centre's English name."""
    kind: str = "request"
    """What it is to the notices before it; version 1 knows requests alone."""
    follows: FollowedStatement | None = None
    """The notice before; None: it is a request."""
    shown: tuple[tuple[str, str], ...] = ()
    """What the form shows besides: field and value."""
    images: tuple[str, ...] = ()
    """SHA-256 of each picture in the letter."""

    @property
    def facts(self) -> NoticeFacts:
        """For the report; plain text."""
        return replace(self.statement.facts, kind=self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Xmp:
    """The letter's own account, in its XMP metadata."""

    statement: Statement
    """What `notice.json` must say too."""
    notice_sha256: str
    """SHA-256 of `notice.json`, from dc:source; empty if it is not named."""


def read_json(data: bytes, name: str, limit: int) -> Any:
    """Parse JSON of that file; a repeated key is refused."""
    if len(data) > limit:
        raise malformed(
            Text("{name} is longer than {limit} bytes", name=name, limit=limit)
        )
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_no_repeats)
    except _Repeated as error:
        raise malformed(Text("{name} has a key twice", name=name)) from error
    except (ValueError, RecursionError) as error:
        raise malformed(
            Text("{name} cannot be read: {error}", name=name, error=error)
        ) from error


def read_notice_json(data: bytes) -> NoticeJson:
    """Parse `notice.json`; a repeated key or a missing one is refused."""
    document = read_json(data, "notice.json", MAX_NOTICE_JSON)
    try:
        return _read_notice_json(document)
    except KeyError as error:
        raise malformed(Text("notice.json has no {error}", error=error)) from error
    except (ValueError, TypeError) as error:
        raise malformed(
            Text("notice.json cannot be read: {error}", error=error)
        ) from error


def _read_notice_json(document: Any) -> NoticeJson:
    refuse_later("notice.json", document.get("schema"), NOTICE_SCHEMA)
    recipient = document["recipient"]
    urls = document["urls"]
    if not isinstance(urls, list) or not urls:
        raise malformed("notice.json names no URL")
    if len(urls) > MAX_URLS:
        raise malformed(
            Text(
                "notice.json names {count} URLs, at most {most}",
                count=len(urls),
                most=MAX_URLS,
            )
        )
    return NoticeJson(
        statement=_statement(
            number=document["number"],
            case_id=document["case_id"],
            day=document["date"],
            form=document["form"],
            recipient=recipient["name"],
        ),
        mailbox=_text(recipient["mailbox"], "recipient.mailbox"),
        urls=tuple(_text(url, "urls") for url in urls),
        found_on=_day(document.get("found_on"), "found_on"),
        ip_addresses=tuple(
            _text(one, "ip_addresses") for one in document.get("ip_addresses", ())
        ),
        category=_within(document, "category", "slug"),
        center=_within(document, "center", "name_en"),
        kind=_kind(document.get("kind", _REQUEST), "kind"),
        follows=_follows(document),
        shown=tuple(_shown(document)),
        images=tuple(
            _text(one["sha256"], "images") for one in document.get("images", ())
        ),
    )


_REQUEST = "request"
_KINDS = (_REQUEST, "reminder", "withdrawal", "correction")
_WHOLE_FORMS = (_REQUEST, "correction")
"""Kinds whose letter is the whole form."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def _kind(value: Any, name: str) -> str:
    if value not in _KINDS:
        raise malformed(
            Text("{name}: {value!r} is no kind of a notice", name=name, value=value)
        )
    return str(value)


def _follows(document: dict[str, Any]) -> FollowedStatement | None:
    told = document.get("follows")
    if (told is None) != (document.get("kind", _REQUEST) == _REQUEST):
        raise malformed("follows: all but a request follow another notice")
    if told is None:
        return None
    sha256 = _text(told["notice_sha256"], "follows.notice_sha256")
    if not _SHA256.fullmatch(sha256):
        raise malformed("follows.notice_sha256 is no SHA-256")
    return FollowedStatement(
        number=_text(told["number"], "follows.number"),
        date=date.fromisoformat(_text(told["date"], "follows.date")),
        kind=_kind(told["kind"], "follows.kind"),
        notice_sha256=sha256,
        message_id=_text(told["message_id"], "follows.message_id"),
    )


def _shown(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Texts that stand in the letter as they are, where the document has them.

    A reminder or withdrawal names the notice before instead of law and reasons.
    """
    is_form = document.get("kind", _REQUEST) in _WHOLE_FORMS
    reasons = ("reason", "reason_en") if is_form else ()
    for name in ("content", "content_en", *reasons):
        if document.get(name):
            yield name, _text(document[name], name)
    for key, value in (document.get("follows") or {}).items():
        if key in ("number", "notice_sha256"):
            yield f"follows.{key}", _text(value, f"follows.{key}")
    yield from _shown_parts(document, is_form=is_form)


def _shown_parts(
    document: dict[str, Any], *, is_form: bool
) -> Iterator[tuple[str, str]]:
    """The centre, the law of a form, and what finds the item."""
    center = document.get("center", {})
    for key in ("name", "mailbox"):
        if key in center:
            yield f"center.{key}", _text(center[key], f"center.{key}")
    for number, row in enumerate(document.get("statutes", ()) if is_form else ()):
        for key in ("official", "article"):
            yield f"statutes[{number}].{key}", _text(row[key], f"statutes.{key}")
    for key, value in document.get("locator", {}).items():
        if key in ("board_name", "thread", "post_number", "poster_id"):
            yield f"locator.{key}", _text(value, f"locator.{key}")
        elif key == "file_names":
            yield from (("locator.file_names", _text(one, key)) for one in value)


class _Repeated(ValueError):
    """A key twice."""


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # RFC 8259, 4: readers differ on which of two equal keys they take
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Repeated
    return found


def _day(value: Any, name: str) -> date | None:
    return None if value is None else date.fromisoformat(_text(value, name))


def _within(document: dict[str, Any], name: str, key: str) -> str:
    """Empty where there is none: only attachments that ask for it need it."""
    part = document.get(name)
    return "" if part is None else _text(part[key], f"{name}.{key}")


def _statement(
    *, number: Any, case_id: Any, day: Any, form: Any, recipient: Any
) -> Statement:
    if form not in _FORMS:
        raise malformed(
            Text(
                "form {form!r}, must be one of {forms}",
                form=form,
                forms=", ".join(_FORMS),
            )
        )
    return Statement(
        number=_text(number, "number"),
        case_id=_text(case_id, "case_id"),
        date=date.fromisoformat(_text(day, "date")),
        form=form,
        recipient=_text(recipient, "recipient"),
    )


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise malformed(Text("{name} is no text", name=name))
    return value


def read_xmp(packet: bytes) -> Xmp:
    """The Dublin Core properties of a letter's XMP packet.

    Raises Refusal if one is missing.
    """
    refuse_declarations(packet)
    root = ET.fromstring(packet)  # noqa: S314 - no declarations, see above
    _check_properties(root)
    source = _property(root, "source", required=False)
    return Xmp(
        statement=_statement(
            number=_property(root, "identifier"),
            case_id=_property(root, "relation"),
            day=_property(root, "date")[:10],
            form=_property(root, "type"),
            recipient=_property(root, "description"),
        ),
        notice_sha256=source.removeprefix("urn:sha-256:") if source else "",
    )


def _check_properties(root: ET.Element) -> None:
    """Refuse a property that no letter of ours has: two accounts could differ."""
    names = {element.tag for element in root.iter()}
    names |= {name for element in root.iter() for name in element.attrib}
    for name in sorted(names):
        space, _, local = name.removeprefix("{").partition("}")
        if local not in _PROPERTIES.get(space, ()):
            raise malformed(Text("the XMP has a property {name}", name=local or name))


def refuse_declarations(packet: bytes) -> None:
    """Refuse an XML document type, with which entities would be declared.

    Refused before the parser, so that nothing can be expanded or fetched.
    """
    if len(packet) > MAX_XMP or b"<!" in packet.replace(b"<!--", b""):
        raise malformed("the XMP packet is too long or declares entities")


def _property(root: ET.Element, name: str, *, required: bool = True) -> str:
    """The one value of a simple property or of a container with one item."""
    texts = [text for element in root.iter(f"{_DC}{name}") for text in _values(element)]
    texts += [
        element.attrib[f"{_DC}{name}"]
        for element in root.iter(f"{_RDF}Description")
        if f"{_DC}{name}" in element.attrib
    ]
    if not texts and not required:
        return ""
    if len(texts) != 1:
        raise malformed(
            Text(
                "the letter's XMP has {count} values of dc:{name}",
                count=len(texts),
                name=name,
            )
        )
    return texts[0]


def _values(element: ET.Element) -> list[str]:
    items = list(element.iter(f"{_RDF}li"))
    return [item.text or "" for item in items] or [element.text or ""]


def compare(letter: Xmp, notice: NoticeJson, notice_sha256: str) -> str:
    """The letter and `notice.json` say the same."""
    for name in ("number", "case_id", "date", "form", "recipient"):
        in_letter = getattr(letter.statement, name)
        in_json = getattr(notice.statement, name)
        # hidden characters of a name are spelt out in the letter
        if in_json not in (in_letter, _read_back(in_letter)):
            raise malformed(
                Text(
                    "{name}: the letter has {in_letter}, notice.json {in_json}",
                    name=name,
                    in_letter=in_letter,
                    in_json=in_json,
                )
            )
    if letter.notice_sha256 != notice_sha256:
        raise malformed(
            Text(
                "the letter names notice.json {notice_sha256}, "
                "it has {notice_sha256_2}",
                notice_sha256=letter.notice_sha256 or "nowhere",
                notice_sha256_2=notice_sha256,
            )
        )
    return Text(
        "number, date, case, form, recipient; sha256 {sha256}", sha256=notice_sha256
    )


def _read_back(value: object) -> object:
    return read_back(value) if isinstance(value, str) else value


def check_text(text: str, notice: NoticeJson) -> str:
    """The text names the notice and every URL, each as a whole."""
    if not names_number(text, notice.statement.number):
        raise malformed(
            Text("the text does not name {number}", number=notice.statement.number)
        )
    flowed = Flowed(text)
    for url in notice.urls:
        if not any(flowed.names("".join(one.split())) for one in spellings(url)):
            raise malformed(Text("the text does not name {url}", url=url))
    return Text("number and {count} URLs", count=len(notice.urls))


def names_number(text: str, number: str) -> bool:
    """Whether the number stands there as a whole."""
    whole = rf"(?<![A-Za-z0-9._-]){re.escape(number)}(?![A-Za-z0-9_-])"
    return re.search(whole, text) is not None


_OF_URLS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_ENDING = frozenset(".,;:!?)]'")
"""What may end a sentence behind a URL."""


class Flowed:
    """A text without white space: a long URL may be broken over lines."""

    def __init__(self, text: str) -> None:
        words = text.split()
        self._text = "".join(words)
        self._starts = set(accumulate(map(len, words), initial=0))
        """Places at which white space was."""

    def names(self, url: str) -> bool:
        """Whether the URL stands there, and not as a part of a longer one."""
        start = self._text.find(url)
        while start >= 0:
            end = start + len(url)
            if self._is_edge(start, start - 1) and self._is_end(end):
                return True
            start = self._text.find(url, start + 1)
        return False

    def _is_end(self, end: int) -> bool:
        while end not in self._starts and self._text[end : end + 1] in _ENDING:
            end += 1
        return self._is_edge(end, end)

    def _is_edge(self, place: int, beside: int) -> bool:
        if place in self._starts or not 0 <= beside < len(self._text):
            return True
        return not _OF_URLS.match(self._text[beside])
