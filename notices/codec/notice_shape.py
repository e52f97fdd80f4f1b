"""The fields of `notice.json`, and whether bytes keep to them.

The published schema is written from these classes by a tool of the tests; an outside
validator with that schema refuses the same documents.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from notices.codec.parsing import Unreadable, parse
from notices.codec.reading import read
from notices.judgment import Facility, Language, Rung
from notices.notice import Form, Managed

MAX_NOTICE_JSON = 4_000_000
"""Octets of a `notice.json`, for whoever reads one. The longest texts and URLs that a
judgment may have, each character escaped, make three million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCenter:
    """The hotline centre."""

    name: str
    """Japanese name."""
    name_en: str
    """English name."""
    mailbox: str
    """The address that the mail comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecipient:
    """The one who is asked."""

    name: str
    """As addressed."""
    mailbox: str
    """The address that the mail goes to."""
    rung: Rung
    """Its place in the recipient ladder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCategory:
    """The category by the date of the finding."""

    slug: str
    """Key in the catalogue."""
    name: str
    """Japanese name."""
    name_en: str
    """English name."""
    group: str
    """Key of the group."""
    group_name: str
    """Japanese name of the group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStatute:
    """A provision; form 1 only."""

    law: str
    """Key of the law in the catalogue."""
    official: str
    """Title on the day of the finding."""
    short: str
    """Short title on that day."""
    law_number: str
    """Number of the law."""
    article: str
    """The article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLocator:
    """What finds the item within its page."""

    board_name: str | None = None
    """掲示板の名称."""
    thread: str | None = None
    """Thread number or name."""
    post_number: str | None = None
    """投稿番号."""
    posted_at: dt.datetime | None = None
    """When it was posted, as the page shows it."""
    poster_id: str | None = None
    """投稿者ID."""
    file_names: tuple[str, ...] | None = None
    """ファイル名."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFollowed:
    """The notice that this one follows, to the same recipient."""

    number: str
    """Its 整理番号."""
    date: dt.date
    """The letter's date in Japan."""
    kind: Literal["request", "reminder", "withdrawal", "correction"]
    """What sort of notice it was."""
    notice_sha256: str
    """SHA-256 of its `notice.json`, lower-case hexadecimal."""
    message_id: str
    """Its Message-ID with angle brackets; also in In-Reply-To."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeElement:
    """An element of the category that is fulfilled."""

    id: str
    """Key in the catalogue."""
    name: str
    """The guideline's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeImage:
    """A picture in the letter that is the centre's."""

    role: Literal["logo", "seal"]
    """What it is."""
    sha256: str
    """SHA-256 of its octets, lower-case hexadecimal."""
    alt: str
    """What it shows, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFields:
    """What both versions have."""

    number: str
    """整理番号; please keep it in replies."""
    date: dt.date
    """The letter's date in Japan."""
    case_id: str
    """The centre's id of the case."""
    form: Form
    """Reference form of the guideline."""
    language: Language
    """Languages of the letter; the Japanese text is the original."""
    ordinal: int
    """1 for the first notice of the case to this rung."""
    previous: str | None = None
    """Number of the earlier request that was not acted on."""
    center: NoticeCenter
    """Who asks."""
    recipient: NoticeRecipient
    """Who is asked."""
    facility: Facility
    """Where the information stands."""
    managed: Managed
    """What the recipient manages."""
    category: NoticeCategory
    """What kind of information it is."""
    statutes: tuple[NoticeStatute, ...]
    """Provisions; empty in form 2, which alleges no violation."""
    found_on: dt.date
    """The day on which the information was seen online."""
    urls: tuple[str, ...]
    """Where it is posted, exactly as found."""
    locator: NoticeLocator
    """What else is needed to find it."""
    ip_addresses: tuple[str, ...]
    """What the host's name resolved to."""
    ip_checked_at: dt.datetime | None = None
    """When that was looked up."""
    content: str
    """What is posted, in words."""
    reason: str
    """Why the provision or the class applies."""
    content_en: str | None = None
    """English rendering of `content`."""
    reason_en: str | None = None
    """English rendering of `reason`."""
    requested_action: str
    """What is asked; acting on it is voluntary."""
    requested_action_en: str | None = None
    """The same in English."""
    test: bool | None = None
    """True: made as a test, and no request; otherwise left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDocument1(NoticeFields):
    """A request of an internet hotline centre to take information down.

    At most 4,000,000 octets.
    """

    schema: Literal["urn:notices:notice:1"]
    """Name and version of this format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDocument(NoticeFields):
    """A request of an internet hotline centre to take information down.

    At most 4,000,000 octets.
    """

    schema: Literal["urn:notices:notice:2"]
    """Name and version of this format."""
    kind: Literal["request", "reminder", "withdrawal", "correction"]
    """What sort of notice it is; only a request asks for the first time."""
    follows: NoticeFollowed | None = None
    """The notice before; in all kinds but `request`."""
    elements: tuple[NoticeElement, ...]
    """Elements of the category that are fulfilled, in the catalogue's order."""
    images: tuple[NoticeImage, ...]
    """Pictures of the centre that are in the letter."""
    warnings: tuple[str, ...]
    """Codes of what the centre was told when it was made, and accepted; sorted."""


_OF_VERSION_1 = "urn:notices:notice:1"


def notice_faults(data: bytes) -> list[str]:
    """What keeps `data` from being a `notice.json`; empty if it is one."""
    try:
        document, faults = parse(data, MAX_NOTICE_JSON)
    except Unreadable as wrong:
        return [str(wrong)]
    is_first = document.get("schema") == _OF_VERSION_1
    shape: type[NoticeDocument1 | NoticeDocument]
    shape = NoticeDocument1 if is_first else NoticeDocument
    notice, structural = read(shape, document)
    told = [str(fault) for fault in (*faults, *structural)]
    return told or list(_faults(notice))


def _faults(notice: NoticeDocument1 | NoticeDocument) -> Iterator[str]:
    """What no type tells."""
    if notice.ordinal < 1:
        yield "ordinal: must be 1 or more"
    if not notice.urls:
        yield "urls: is empty; at least one URL is needed"
    if isinstance(notice, NoticeDocument1):
        return
    if (notice.kind == "request") != (notice.follows is None):
        yield "follows: must be there for every kind but `request`, and for no request"
    if list(notice.warnings) != sorted(set(notice.warnings)):
        yield "warnings: must be sorted, each once"
