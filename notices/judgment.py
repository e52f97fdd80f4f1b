"""The finalised judgment: what an assessor found and a second person checked.

Values only. What must hold between them is in `notices.rules`;
what may be cited on which date is in `notices.catalogue`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

JST = timezone(timedelta(hours=9), "JST")
"""Japan standard time: the days of findings, letters and deadlines are days there."""


class Facility(StrEnum):
    """Where the information stands (guideline 第3の5(1))."""

    BULLETIN_BOARD = "bulletin_board"
    """電子掲示板, blogs included (footnote 9)."""
    WEBSITE = "website"
    """ウェブサイト."""


class Rung(StrEnum):
    """Who may be asked, in the order of the guideline (第3の5(1))."""

    BOARD_ADMINISTRATOR = "board_administrator"
    """ア① 電子掲示板の管理者."""
    WEBSITE_ADMINISTRATOR = "website_administrator"
    """イ① ウェブサイトの管理者."""
    SERVER_ADMINISTRATOR = "server_administrator"
    """ア②a, イ②a サーバの管理者."""
    IP_ALLOCATION_HOLDER = "ip_allocation_holder"
    """ア②b, イ②b IPアドレスを割り振られている者."""


class Skip(StrEnum):
    """Why a rung of the ladder was passed over."""

    NOT_IDENTIFIED = "not_identified"
    NO_ACTION = "no_action"


class Scope(StrEnum):
    """How much of what the URLs lead to the request is about."""

    ITEM = "item"
    """The information at these URLs."""
    SITE = "site"
    """The website as a whole."""
    APP = "app"
    """An application as a whole; the URLs are its entries in stores."""


class Measure(StrEnum):
    """What is asked for with form 1."""

    STOP_TRANSMISSION = "stop_transmission"
    """送信を防止する措置 (guideline 第2の1)."""
    BLOCK_ACCESS_FROM_JAPAN = "block_access_from_japan"
    """That it cannot be reached from Japan; of operators abroad."""


class Language(StrEnum):
    """The languages of a letter; the Japanese text is always the original."""

    JAPANESE = "ja"
    BILINGUAL = "ja+en"


class Source(StrEnum):
    """Who reported the information to the centre."""

    PUBLIC = "public"
    CYBER_PATROL_CENTER = "cyber_patrol_center"
    POLICE = "police"
    FOREIGN_HOTLINE = "foreign_hotline"
    OWN_PATROL = "own_patrol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statute:
    """A provision as the judgment names it."""

    law: str
    """Key of the law in the catalogue, such as `hanshu`."""
    article: str
    """The article as it is printed, such as `第26条第4項`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetElement:
    """An element of the category that is fulfilled (guideline 第3の3(2), 第4の3)."""

    id: str
    """Its id in the catalogue, such as `transfer`."""
    met_by: str
    """By what: words that stand in `content` or `reason`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """その他情報の特定に必要な情報: what finds the item within its page."""

    board_name: str = ""
    """掲示板の名称."""
    thread: str = ""
    """Thread number or name."""
    post_number: str = ""
    """投稿番号, as the board counts."""
    posted_at: datetime | None = None
    """When it was posted, as the page shows it, with its offset."""
    poster_id: str = ""
    """投稿者ID, as the page shows it."""
    file_names: tuple[str, ...] = ()
    """ファイル名."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the request is about, and where it was found."""

    facility: Facility
    """Bulletin board or website."""
    urls: tuple[str, ...]
    """One or more http or https addresses, exactly as found."""
    scope: Scope = Scope.ITEM
    """The information there, or the whole site or app."""
    locator: Locator = field(default_factory=Locator)
    """What else is needed to find it."""
    ip_addresses: tuple[str, ...] = ()
    """What the host's name resolved to."""
    ip_checked_at: datetime | None = None
    """When it was looked up."""
    provider_location: str | None = None
    """Country of the provider (ISO 3166-1 alpha-2), None if unknown."""
    server_location: str | None = None
    """Country of the server (ISO 3166-1 alpha-2), None if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who answers for the judgment; the form prints the name."""

    name: str
    """氏名."""
    name_en: str = ""
    """The name in Latin letters; empty: the Japanese name is printed."""
    role: str
    """担当者 for the assessor, 責任者 for the checker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """An expert's advice on a hard case (guideline 第3の4)."""

    consulted: str
    """Who was asked, by role."""
    at: datetime
    """When."""
    result: str
    """The advice in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceReport:
    """Report to the police, and whether they asked to wait."""

    reported_at: datetime | None = None
    """When it was reported; None: not reported."""
    hold: bool = False
    """True: evidence is being secured, nothing may be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """One rung of the checked recipient ladder: stood on, or passed over."""

    rung: Rung
    """Which rung."""
    recipient: str = ""
    """Name of an entry in `recipients.toml`; fills what is empty below."""
    name: str = ""
    """Whom the letter addresses."""
    name_en: str = ""
    """The same for the English part; empty: the name stands there, too."""
    mailbox: str = ""
    """One address, `local@domain`."""
    language: Language | None = None
    """Language of the letter; None: the entry's, else Japanese."""
    country: str | None = None
    """Where the recipient is; None: the target's location tells."""
    is_person: bool = False
    """True: a named person, 様 instead of 御中."""
    skipped: Skip | None = None
    """Why the rung was passed over; None: it stands."""
    reason: str = ""
    """The fact behind `skipped`, in a sentence, for the record."""
    earlier_number: str = ""
    """With `no_action`: 整理番号 of the request that was not acted on."""
    rechecked_at: datetime | None = None
    """With `no_action`: when it was seen that nothing had been done."""
    abroad_reason: str = ""
    """Why form 1 goes abroad all the same (guideline 第2の3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """A finalised judgment, as a case system hands it over."""

    case_id: str
    """The case system's id: `[A-Z0-9][A-Z0-9-]{2,31}`."""
    category: str
    """Slug of the category in the catalogue."""
    found_on: date
    """The day on which the information was seen online; it selects the law."""
    statutes: tuple[Statute, ...] | None = None
    """Form 1: the provisions; None: the one that the catalogue has for that day."""
    sub_type: str = ""
    """The type below the category, where it has them."""
    substance: str = ""
    """The drug, where the category tells drugs apart."""
    elements: tuple[MetElement, ...] = ()
    """The elements that are fulfilled, and by what."""
    doubted: str = ""
    """Slug of the category that it is hard to judge as illegal by (第3の4)."""
    csam_classification: str = ""
    """XARF v4 classification, where the judgment carries one; never invented."""
    csam_detection_method: str = ""
    """XARF v4 detection method, with the classification."""
    target: Target
    """What and where."""
    measure: Measure = Measure.STOP_TRANSMISSION
    """What is asked for; form 1 only."""
    content: str
    """掲載されている情報: what is posted, in words."""
    reason: str
    """Why the provision or the class applies."""
    content_en: str = ""
    """English rendering of `content`."""
    reason_en: str = ""
    """English rendering of `reason`."""
    assessor: Person
    """担当者."""
    checker: Person
    """確認者: another person, 責任者."""
    judged_at: datetime
    """When the assessor judged."""
    checked_at: datetime
    """When the checker confirmed; not before `judged_at`."""
    consultation: Consultation | None = None
    """Expert advice, if there was any."""
    edition: str
    """Edition of the guideline, by its first day: `2025-09-25`."""
    source: Source
    """Who reported it."""
    hotline_country: str | None = None
    """Which country's hotline reported it, where the source is one."""
    source_id: str = ""
    """The reporter's or reporting body's number for it; never printed."""
    police: PoliceReport = field(default_factory=PoliceReport)
    """Report to the police, and hold."""
    ladder: tuple[LadderStep, ...]
    """Who may be asked, in order."""
