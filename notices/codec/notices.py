"""`notice.json`: the notice for machines, attached to the mail.

It says what letter and mail say and nothing else: nothing about the reporter, nothing
about the police, nothing from the record of how the ladder was checked.
"""

import datetime as dt
import json
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from notices.judgment import Facility, Language, Locator, Rung
from notices.notice import Form, Managed, Notice

SCHEMA: Final = "urn:notices:notice:1"

_ACTION = {
    1: (
        "当該情報の送信を防止する措置",
        "measures to stop the transmission of this information",
    ),
    2: (
        "利用者との間の契約や利用に関する取決め等に基づく対応",
        "action under your terms of service or other agreements with your users",
    ),
}
"""What is asked (guideline 第2の1 and 2), in Japanese and English."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class NoticeCenter(_Part):
    """The hotline centre."""

    name: str
    """Japanese name."""
    name_en: str
    """English name."""
    mailbox: str
    """The address that the mail comes from."""


class NoticeRecipient(_Part):
    """The one who is asked."""

    name: str
    """As addressed."""
    mailbox: str
    """The address that the mail goes to."""
    rung: Rung
    """Its place in the recipient ladder."""


class NoticeCategory(_Part):
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


class NoticeStatute(_Part):
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


class NoticeLocator(_Part):
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
    file_names: list[str] | None = None
    """ファイル名."""


class NoticeDocument(_Part):
    """A request of an internet hotline centre to take information down."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, title="Notice"
    )

    schema_: Literal["urn:notices:notice:1"] = Field(alias="schema")
    """Name and version of this format."""
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
    ordinal: int = Field(ge=1)
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
    statutes: list[NoticeStatute]
    """Provisions; empty in form 2, which alleges no violation."""
    found_on: dt.date
    """The day on which the information was seen online."""
    urls: list[str] = Field(min_length=1)
    """Where it is posted, exactly as found."""
    locator: NoticeLocator
    """What else is needed to find it."""
    ip_addresses: list[str]
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


def notice_json(notice: Notice) -> bytes:
    """Write a notice as canonical JSON: UTF-8, keys in order, no blanks (RFC 8785)."""
    document = _document(notice).model_dump(
        mode="json", by_alias=True, exclude_none=True
    )
    text = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode("utf-8")


def notice_schema() -> dict[str, Any]:
    """Make the JSON Schema (2020-12) of `notice.json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        **NoticeDocument.model_json_schema(by_alias=True),
    }


def notice_faults(data: bytes) -> list[str]:
    """What keeps `data` from being a `notice.json`; empty if it is one."""
    try:
        NoticeDocument.model_validate_json(data)
    except ValidationError as error:
        return [
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        ]
    return []


def _document(notice: Notice) -> NoticeDocument:
    judgment, target = notice.judgment, notice.judgment.target
    action, action_en = _ACTION[notice.form.digit]
    english = notice.is_bilingual
    return NoticeDocument(
        schema=SCHEMA,
        number=notice.number,
        date=notice.date,
        case_id=judgment.case_id,
        form=notice.form,
        language=notice.recipient.language,
        ordinal=notice.ordinal,
        previous=_previous(notice),
        center=_center(notice),
        recipient=_recipient(notice),
        facility=target.facility,
        managed=notice.managed,
        category=_category(notice),
        statutes=_statutes(notice),
        found_on=judgment.found_on,
        urls=list(target.urls),
        locator=_locator(target.locator),
        ip_addresses=list(target.ip_addresses),
        ip_checked_at=target.ip_checked_at,
        content=judgment.content,
        reason=judgment.reason,
        content_en=judgment.content_en if english else None,
        reason_en=judgment.reason_en if english else None,
        requested_action=action,
        requested_action_en=action_en if english else None,
        test=notice.is_test or None,
    )


def _previous(notice: Notice) -> str | None:
    numbers = [step.earlier_number for step in notice.passed_over if step.no_action]
    return numbers[-1] if numbers else None


def _center(notice: Notice) -> NoticeCenter:
    center = notice.center
    return NoticeCenter(
        name=center.name, name_en=center.name_en, mailbox=center.mailbox
    )


def _recipient(notice: Notice) -> NoticeRecipient:
    recipient = notice.recipient
    return NoticeRecipient(
        name=recipient.name, mailbox=recipient.mailbox, rung=recipient.rung
    )


def _category(notice: Notice) -> NoticeCategory:
    found = notice.classification
    return NoticeCategory(
        slug=found.slug,
        name=found.name,
        name_en=found.name_en,
        group=found.group,
        group_name=found.group_name,
    )


def _statutes(notice: Notice) -> list[NoticeStatute]:
    return [
        NoticeStatute(
            law=row.law,
            official=row.official,
            short=row.short,
            law_number=row.law_number,
            article=row.article,
        )
        for row in notice.citations
    ]


def _locator(found: Locator) -> NoticeLocator:
    return NoticeLocator(
        board_name=found.board_name or None,
        thread=found.thread or None,
        post_number=found.post_number or None,
        posted_at=found.posted_at,
        poster_id=found.poster_id or None,
        file_names=list(found.file_names) or None,
    )
