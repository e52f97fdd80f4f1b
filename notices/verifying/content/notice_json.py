"""`notice.json`, read as strictly as it is compared."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from notices.codec.notice_shape import MAX_NOTICE_JSON
from notices.judgment import JST
from notices.messages import Text
from notices.report import NoticeFacts
from notices.signs import plain
from notices.verifying.checks import malformed, refuse_later
from notices.verifying.content.form_values import FormValues, read_form_values

NOTICE_SCHEMA = "urn:notices:notice:2"
"""The newest that is known; version 1 is read as well."""
MAX_URLS = 1_000
"""Of one notice; a judgment that is sent has a hundred at most."""
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
    looked_up_at: datetime | None = None
    """When the addresses were looked up; aware."""
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
    form: FormValues = field(default_factory=FormValues)
    """What the form says in words of its own."""

    @property
    def facts(self) -> NoticeFacts:
        """For the report; plain text."""
        return replace(self.statement.facts, kind=self.kind)


def read_json(data: bytes, name: str, limit: int) -> Any:
    """Parse JSON of that file; a repeated key is refused."""
    if len(data) > limit:
        raise malformed(
            Text("{name} is longer than {limit} bytes", name=name, limit=limit)
        )
    try:
        text = data.decode("utf-8")
        return json.loads(text, object_pairs_hook=_no_repeats)
    except _Repeated as error:
        raise malformed(Text("{name} has a key twice", name=name)) from error
    except (ValueError, RecursionError) as error:
        # in words that another reader has as well
        is_octets = isinstance(error, UnicodeDecodeError)
        why = Text("it is no UTF-8" if is_octets else "it is no JSON")
        raise malformed(
            Text("{name} cannot be read: {error}", name=name, error=why)
        ) from error


def read_notice_json(data: bytes) -> NoticeJson:
    """Parse `notice.json`; a repeated key or a missing one is refused."""
    document = read_json(data, "notice.json", MAX_NOTICE_JSON)
    try:
        return _read_notice_json(document)
    except KeyError as error:
        missing = str(error.args[0])
        raise malformed(Text("notice.json has no {error}", error=missing)) from error
    except (ValueError, TypeError) as error:
        raise malformed("notice.json has a value of another kind") from error


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
        statement=make_statement(
            number=document["number"],
            case_id=document["case_id"],
            day=document["date"],
            form=document["form"],
            recipient=recipient["name"],
        ),
        mailbox=_text(recipient["mailbox"], "recipient.mailbox"),
        urls=tuple(_text(url, "urls") for url in urls),
        found_on=_day(document.get("found_on"), "found_on"),
        looked_up_at=_moment(document.get("ip_checked_at"), "ip_checked_at"),
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
        form=read_form_values(document),
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


def _moment(value: Any, name: str) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(_text(value, name))
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)


def _within(document: dict[str, Any], name: str, key: str) -> str:
    """Empty where there is none: only attachments that ask for it need it."""
    part = document.get(name)
    return "" if part is None else _text(part[key], f"{name}.{key}")


def make_statement(
    *, number: Any, case_id: Any, day: Any, form: Any, recipient: Any
) -> Statement:
    """One part's account, of whatever was read; Refusal for what is none."""
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
