"""The notice: one judgment, one recipient, one number, one date."""

import datetime as dt
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from notices import rules
from notices.catalogue import (
    Catalogue,
    Category,
    CheckedJudgment,
    StandingReason,
    cited,
)
from notices.judgment import Judgment, LadderStep, Language, Rung, Skip
from notices.rules import Channel, Directory, RecipientEntry
from notices.signs import is_blank


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
    channel: Channel = Channel.SMTP
    """How the request goes out."""
    form_url: str = ""
    """Address of the recipient's form, for `webform`."""


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
    is_draft: bool = False
    """True: a preview, marked 見本; never signed or sent."""
    is_test: bool = False
    """True: made in test mode, marked 試験; it goes to an address of our own."""

    @property
    def is_bilingual(self) -> bool:
        """True if the letter has an English part."""
        return self.recipient.language is Language.BILINGUAL


_NO_DIRECTORY: Directory = MappingProxyType({})


def compose(
    judgment: CheckedJudgment,
    *,
    center: Center,
    number: str,
    date: dt.date,
    rung: Rung | None = None,
    rung_reason: str = "",
    ordinal: int = 1,
    again_reason: str = "",
    directory: Directory = _NO_DIRECTORY,
    is_draft: bool = False,
) -> Notice:
    """Make the notice for the first rung that stands, or for the one that is named.

    `directory` has the entries of `recipients.toml` by name. A judgment on hold is
    composed like any other: who sends must ask `rules.is_on_hold`. InvalidJudgment
    if anything is wrong with the choice of the rung.
    """
    catalogue = judgment.catalogue
    index = rules.choose(judgment, rung, rung_reason)
    category = catalogue.categories[judgment.category]
    standing = catalogue.standing.get(category.slug)
    step, entry = rules.address(
        judgment,
        index,
        directory,
        asks_why_abroad=category.is_illegal and standing is None,
    )
    return Notice(
        number=number,
        date=date,
        form=_form(category),
        center=center,
        recipient=_recipient(judgment, step, entry),
        managed=_MANAGED[step.rung],
        judgment=judgment.plain,
        classification=_classification(judgment, category, catalogue),
        citations=_citations(judgment, catalogue),
        passed_over=_passed_over(judgment.ladder[:index]),
        ordinal=ordinal,
        again_reason=again_reason,
        rung_reason=rung_reason,
        standing_reason=_standing_reason(judgment, step, standing),
        is_draft=is_draft,
    )


def _standing_reason(
    judgment: Judgment, step: LadderStep, standing: StandingReason | None
) -> StandingReason | None:
    """The site's reason, where it is what lets form 1 go abroad."""
    is_own = not is_blank(step.abroad_reason)
    return None if is_own or not rules.is_abroad(judgment, step) else standing


_MANAGED = {
    Rung.BOARD_ADMINISTRATOR: Managed.BULLETIN_BOARD,
    Rung.WEBSITE_ADMINISTRATOR: Managed.WEBSITE,
    Rung.SERVER_ADMINISTRATOR: Managed.SERVER,
    Rung.IP_ALLOCATION_HOLDER: Managed.IP_ALLOCATION,
}


def _form(category: Category) -> Form:
    if category.is_illegal:
        return Form.FORM_1
    return Form.FORM_2 if category.class_2006 is None else Form.FORM_2_2006


def _recipient(
    judgment: Judgment, step: LadderStep, entry: RecipientEntry | None
) -> Recipient:
    return Recipient(
        rung=step.rung,
        name=step.name,
        mailbox=step.mailbox,
        name_en=step.name_en,
        language=step.language or Language.JAPANESE,
        is_person=step.is_person,
        is_abroad=rules.is_abroad(judgment, step),
        attachments=entry.attachments if entry else (),
        channel=entry.channel if entry else Channel.SMTP,
        form_url=entry.form_url if entry else "",
    )


def _classification(
    judgment: Judgment, category: Category, catalogue: Catalogue
) -> Classification:
    name = category.name_on(judgment.found_on)
    group = catalogue.groups[category.group]
    return Classification(
        slug=category.slug,
        name=name.ja,
        name_en=name.en,
        group=group.key,
        group_name=group.name,
        group_name_en=group.name_en,
        class_2006=category.class_2006,
    )


def _citations(judgment: Judgment, catalogue: Catalogue) -> tuple[Citation, ...]:
    rows = (
        catalogue.cite(row, judgment.found_on) for row in cited(judgment, catalogue)
    )
    return tuple(
        Citation(
            law=row.law.key,
            official=row.title.official,
            short=row.title.short,
            law_number=row.law.law_number,
            article=row.provision.article,
            english=row.english,
        )
        for row in rows
    )


def _passed_over(above: tuple[LadderStep, ...]) -> tuple[PassedOver, ...]:
    return tuple(
        PassedOver(
            rung=step.rung,
            no_action=step.skipped is Skip.NO_ACTION,
            earlier_number=step.earlier_number,
            rechecked_at=step.rechecked_at,
        )
        for step in above
        if not rules.stands(step)
    )
