"""What each letter and mail holds without fail: headings and values of the forms."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from notices.judgment import Measure
from notices.letters.template.checks.required_words import (
    EARLIER,
    FOLLOWING,
    FORM_1,
    FORM_2,
    HEAD,
    NOTHING_ASKED,
    REQUEST,
    VOLUNTARY,
)
from notices.letters.template.citing import class_rows
from notices.letters.template.dates import english_date, japanese_date
from notices.letters.template.folders.kinds import FurtherKind
from notices.letters.template.history import corrected
from notices.letters.template.variables import MANAGED_EN, honorific, provision
from notices.letters.template.wanted import measure, requested
from notices.notice import Form, Managed, Notice, RequestKind


class Required(NamedTuple):
    """Something that stands in a letter exactly `times` times."""

    name: str
    """What it is, for the message: a heading's words or a value's name."""
    text: str
    """Its words on paper."""
    times: int = 1
    is_heading: bool = False
    """True: it stands at the beginning of a paragraph or is a row's label."""
    earlier: tuple[str, ...] = ()
    """Wordings of versions before; templates of a site that have them stay in use."""


@lru_cache(maxsize=4096)
def squeezed(text: str) -> str:
    """For comparing with the reference forms: NFKC, no white space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def headings(
    notice: Notice, language: str, further: FurtherKind | None = None
) -> tuple[Required, ...]:
    """Title and labels of the reference form, in its order but for the title.

    further: the kind of notice that has a title of its own instead.
    """
    form = FORM_1 if notice.form is Form.FORM_1 else FORM_2
    own = form[language]
    if further:
        own = (further.title(language), *own[1:])
    is_whole = notice.kind in {RequestKind.REQUEST, RequestKind.CORRECTION}
    words = (
        *HEAD[language],
        *(own if is_whole else ()),
        *FOLLOWING.get((notice.kind, language), ()),
    )
    return tuple(
        Required(word, word, is_heading=True, earlier=EARLIER.get(word, ()))
        for word in words
    )


def letter_values(
    notice: Notice,
    language: str,
    *,
    voluntary_note: bool = True,
    further: FurtherKind | None = None,
) -> tuple[Required, ...]:
    """The values of a notice whose texts all differ from each other.

    further: it is of this kind. Its recipient, such as a search engine, need not manage
    what the information is on, so the form's word for that may be left out.
    """
    judgment = notice.judgment
    return (
        *_head_values(notice, language),
        *(() if further else _managed(notice, language)),
        *_before(notice, language),
        _request(notice, language),
        *(Required("対象URL", url) for url in judgment.target.urls),
        Required("特定情報", judgment.target.locator.board_name),
        Required(
            "掲載情報", judgment.content_en if language == "en" else judgment.content
        ),
        *_grounds(notice, language),
        Required("任意の注記", VOLUNTARY[language], int(voluntary_note)),
    )


def _grounds(notice: Notice, language: str) -> tuple[Required, ...]:
    """What a reminder and a withdrawal leave to the notice before."""
    if notice.kind in {RequestKind.REMINDER, RequestKind.WITHDRAWAL}:
        return ()
    judgment = notice.judgment
    boxes = () if notice.form is Form.FORM_1 else _boxes(notice, language)
    return (
        Required("理由", judgment.reason_en if language == "en" else judgment.reason),
        *(Required("法令", provision(row, language)) for row in notice.citations),
        *boxes,
    )


def _before(notice: Notice, language: str) -> tuple[Required, ...]:
    """Number, day and hash of the notice before, and what of it is corrected."""
    if notice.following is None:
        return ()
    follows = notice.following.follows
    dated = english_date if language == "en" else japanese_date
    values = (
        Required("先の整理番号", follows.number),
        Required("先の日付", dated(follows.date)),
        Required("先のハッシュ値", follows.notice_sha256),
    )
    if notice.kind is RequestKind.CORRECTION:
        return (*values, Required("訂正箇所", corrected(notice, language)))
    return values


def _request(notice: Notice, language: str) -> Required:
    if notice.kind is RequestKind.WITHDRAWAL:
        return Required("取下げの文", NOTHING_ASKED[language])
    if notice.kind is RequestKind.REMINDER:
        return Required("依頼内容", requested(notice, language))
    if notice.judgment.measure is not Measure.STOP_TRANSMISSION:
        return Required("依頼の文", measure(notice, language))
    words, *others = REQUEST[notice.form.digit, language]
    return Required("依頼の文", words, earlier=tuple(others))


def _head_values(notice: Notice, language: str) -> tuple[Required, ...]:
    center, judgment = notice.center, notice.judgment
    common = (
        Required("整理番号", notice.number),
        Required("センターメール", center.mailbox),
    )
    if language == "en":
        return (
            *common,
            Required("宛先", notice.recipient.name_en or notice.recipient.name),
            Required("日付", english_date(notice.date)),
            Required("センター名", center.name_en),
            Required("センター住所", center.address_en),
            Required("センター電話", center.phone_international),
            Required("担当者", judgment.assessor.name_en),
            Required("確認者", judgment.checker.name_en),
        )
    return (
        *common,
        Required("宛先", notice.recipient.name),
        Required("日付", japanese_date(notice.date)),
        # behind its name: 様式 and 同様 hold the sign, too
        Required("敬称", f"{notice.recipient.name}{honorific(notice.recipient)}"),
        Required("センター名", center.name),
        Required("センター住所", center.address),
        Required("センター電話", center.phone),
        Required("担当者", judgment.assessor.name),
        Required("確認者", judgment.checker.name),
    )


def _managed(notice: Notice, language: str) -> tuple[Required, ...]:
    if notice.managed is Managed.IP_ALLOCATION:
        # In the sentence, and below その他情報の特定に必要な情報.
        addresses = notice.judgment.target.ip_addresses
        return tuple(Required("IPアドレス", address, 2) for address in addresses)
    if language == "en":
        words = f"{MANAGED_EN[notice.managed]} that you"
        return (Required("managed", f"{words} operate", earlier=(f"{words} manage",)),)
    return (Required("管理対象", notice.managed.value),)


def _boxes(notice: Notice, language: str) -> tuple[Required, ...]:
    rows = class_rows(notice)
    labels = (row.name_en if language == "en" else row.name for row in rows)
    kind = notice.classification
    name = kind.name_en if language == "en" else kind.name
    return (
        *(Required("分類一覧", label) for label in labels),
        Required("印", "■"),
        Required("印", "□", len(rows) - 1),
        *(() if kind.class_2006 else (Required("類型", name),)),
    )


def mail_values(notice: Notice, language: str) -> tuple[Required, ...]:
    """What the body of a mail holds; at least once each."""
    heads = [value for value in _head_values(notice, language) if value.name != "敬称"]
    return (
        *heads,
        *_before(notice, language),
        *withdrawn(notice, language),
        *(Required("対象URL", url) for url in notice.judgment.target.urls),
        Required("特定情報", notice.judgment.target.locator.board_name),
        Required("確認ページ", notice.center.verification_page),
        Required("任意の注記", VOLUNTARY[language]),
    )


def withdrawn(notice: Notice, language: str) -> tuple[Required, ...]:
    """What the first line of a withdrawal's mail says: that nothing more is asked."""
    if notice.kind is not RequestKind.WITHDRAWAL:
        return ()
    return (_request(notice, language),)
