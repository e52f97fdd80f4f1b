"""The schema of `notice.json`, and whether bytes keep to it."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from notices.codec.notices import SCHEMA
from notices.judgment import Facility, Language, Rung
from notices.notice import Form, Managed


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
