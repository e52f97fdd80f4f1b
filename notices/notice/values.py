"""The notice: one judgment, one recipient, one number, one date."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from notices.catalogue import Element, ProvisionText, StandingReason
from notices.judgment import Judgment, Language, Rung
from notices.rules import Channel


class Form(StrEnum):
    """The reference forms (guideline, pages 20 and 21)."""

    FORM_1 = "form1"
    """違法情報に関する送信防止措置依頼書."""
    FORM_2 = "form2"
    """公序良俗に反する情報に関する対応依頼書, categories since 2023."""
    FORM_2_2006 = "form2-2006"
    """The same with the classes ①②③ of 2006."""

    @property
    def digit(self) -> int:
        """1 or 2, as numbers and statistics count."""
        return 1 if self is Form.FORM_1 else 2


class RequestKind(StrEnum):
    """What a notice is to the ones before it."""

    REQUEST = "request"
    """依頼."""
    REMINDER = "reminder"
    """再度の依頼."""
    WITHDRAWAL = "withdrawal"
    """取下げのお知らせ."""
    CORRECTION = "correction"
    """訂正."""


class CorrectedPart(StrEnum):
    """What a correction says otherwise than the notice before."""

    LOCATION = "location"
    """掲載されている場所."""
    CONTENT = "content"
    """掲載されている情報."""
    CLASSIFICATION = "classification"
    """違反する法令名等, 分類の種類."""
    GROUNDS = "grounds"
    """判断した理由."""
    MEASURE = "measure"
    """依頼する措置."""


class Managed(StrEnum):
    """What the addressee manages, as the form's sentence names it."""

    BULLETIN_BOARD = "電子掲示板"
    WEBSITE = "ウェブサイト"
    SERVER = "サーバ"
    IP_ALLOCATION = "IPアドレス"
    """The holder of an IP allocation manages no server: the sentence differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Center:
    """The hotline centre, as letters and mails name it."""

    name: str
    """Official Japanese name."""
    name_en: str
    """English name."""
    address: str
    """住所."""
    address_en: str
    """The address in English."""
    phone: str
    """連絡先（電話番号）."""
    phone_international: str
    """The number with the country code, for recipients abroad."""
    mailbox: str
    """The address that sends and that the certificate names."""
    verification_page: str
    """https address of the page that tells how to check a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """The one whom this notice asks."""

    rung: Rung
    """Which rung of the ladder."""
    name: str
    """As addressed."""
    mailbox: str
    """The forward path."""
    language: Language
    """Japanese, or Japanese with English."""
    name_en: str = ""
    """As an English letter addresses it; empty: by `name`."""
    is_person: bool = False
    """True: 様, false: 御中."""
    is_abroad: bool = False
    """True: English comes first in the mail."""
    attachments: tuple[str, ...] = ()
    """What goes along besides PDF and `notice.json`: `docx`, `xarf`."""
    provision_texts: bool = False
    """True: form 1 has what the cited articles say as an annex."""
    channel: Channel = Channel.SMTP
    """How the request goes out."""
    form_url: str = ""
    """Address of the recipient's form, for `webform`."""
    template: str = ""
    """Folder of the further kind of notice that its requests are; empty: the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A provision as the letter prints it, by the date of the finding."""

    law: str
    """Key of the law in the catalogue."""
    official: str
    """Title of the law on that day."""
    short: str
    """Its short title on that day; equal to `official` if there is none."""
    law_number: str
    """Such as 平成19年法律第22号; for `notice.json`, not for the letter."""
    article: str
    """Such as 第26条第4項."""
    english: str = ""
    """The whole in English, as far as sourced."""

    def __str__(self) -> str:
        bracket = "" if self.short == self.official else f"（{self.short}）"
        return f"{self.official}{bracket}{self.article}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What the category is called on the day of the finding."""

    slug: str
    """Key in the catalogue."""
    name: str
    """Japanese name on that day."""
    name_en: str
    """English name for print."""
    group: str
    """Key of the group: `illegal`, `serious-crime`, `suicide`, `public-order-2006`."""
    group_name: str
    """Japanese name of the group."""
    group_name_en: str
    """English name of the group."""
    class_2006: int | None = None
    """1, 2 or 3 for the classes of 2006."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A rung above the addressee, and why it was passed over; for the mail's text."""

    rung: Rung
    """Which rung."""
    no_action: bool
    """True: asked before without effect; false: not identified."""
    earlier_number: str = ""
    """The earlier request's number."""
    rechecked_at: datetime | None = None
    """When the lack of action was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The notice that one of another kind than `request` follows."""

    number: str
    """Its 整理番号."""
    date: date
    """The letter's date."""
    kind: RequestKind
    """What it was to the ones before it."""
    notice_sha256: str
    """SHA-256 of its `notice.json`, lower-case hexadecimal."""
    message_id: str
    """With angle brackets; also in In-Reply-To."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What makes a notice one that follows another, to the same recipient."""

    kind: RequestKind
    """Any but `request`."""
    follows: Followed
    """The notice before."""
    thread: tuple[str, ...]
    """Message-IDs of the notices before, the oldest first, that of `follows` last."""
    seen_on: date | None = None
    """A reminder: the day in Japan on which it was seen to be still there."""
    corrected: tuple[CorrectedPart, ...] = ()
    """A correction: what it says otherwise, in the order of the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Everything that letter, mail and `notice.json` say; nothing else goes in."""

    number: str
    """整理番号."""
    date: date
    """The letter's date in Japan."""
    form: Form
    """Which form."""
    center: Center
    """Who asks."""
    recipient: Recipient
    """Who is asked."""
    managed: Managed
    """What the recipient manages; follows the rung."""
    judgment: Judgment
    """The frozen judgment."""
    classification: Classification
    """The category by the date of the finding."""
    citations: tuple[Citation, ...] = ()
    """Form 1: the provisions; form 2: always empty."""
    annex: tuple[ProvisionText, ...] = ()
    """What the cited articles said on the day of the finding, if it is asked for."""
    elements: tuple[Element, ...] = ()
    """The elements that the judgment says are fulfilled, in the catalogue's order."""
    passed_over: tuple[PassedOver, ...] = ()
    """The rungs above, in order."""
    ordinal: int = 1
    """1 for the first notice of the case to this rung; `--again` counts on."""
    again_reason: str = ""
    """Why it is asked again."""
    rung_reason: str = ""
    """Why another rung than the first that stands."""
    standing_reason: StandingReason | None = None
    """Form 1 abroad: the reason of the site's configuration, for the record; None: the
    judgment has its own, or none is needed."""
    following: Following | None = None
    """What it follows; None: it is a request."""
    is_draft: bool = False
    """True: a preview, marked 見本; never signed or sent."""
    is_test: bool = False
    """True: made in test mode, marked 試験; it goes to an address of our own."""

    @property
    def kind(self) -> RequestKind:
        """What it is to the ones before it."""
        return self.following.kind if self.following else RequestKind.REQUEST

    @property
    def is_bilingual(self) -> bool:
        """True if the letter has an English part."""
        return self.recipient.language is Language.BILINGUAL
