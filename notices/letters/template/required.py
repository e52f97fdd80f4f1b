"""What each letter and mail holds without fail: headings and values of the forms."""

import re
import unicodedata
from typing import NamedTuple

from notices.letters.template.classes import class_rows
from notices.letters.template.dates import english_date, japanese_date
from notices.notice import Form, Managed, Notice


class Required(NamedTuple):
    """Something that stands in a letter exactly `times` times."""

    name: str
    """What it is, for the message: a heading's words or a value's name."""
    text: str
    """Its words on paper."""
    times: int = 1
    is_heading: bool = False
    """True: it stands at the beginning of a paragraph or is a row's label."""


def squeezed(text: str) -> str:
    """For comparing with the reference forms: NFKC, no white space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


_HEAD = {
    "ja": (
        "整理番号",
        "住所",
        "連絡先（電話番号）",
        "（e-mail アドレス）",
        "担当者氏名",
        "確認者氏名",
        "記",
        "掲載されている場所",
        "その他情報の特定に必要な情報",
        "掲載されている情報",
        "以上",
    ),
    "en": (
        "English rendering. If the two differ, the Japanese text is the original.",
        "Reference No.",
        "To:",
        "Address",
        "Telephone",
        "E-mail",
        "Case officer",
        "Checked by",
        "Details",
        "Where it is posted",
        "Other details to identify it",
        "What is posted",
        "End",
    ),
}
_TITLE_1_EN = (
    "Notice of Illegal Information, and Request for Measures to Stop Its Transmission"
)
_TITLE_2_EN = (
    "Notice of Information Contrary to Public Order or Good Morals, "
    "and Request for Action"
)
_FORM_1 = {
    "ja": (
        "【違法情報】の通知書兼送信防止措置依頼書",
        "違法情報該当性の判断理由等",
        "違反する法令名等",
        "上記法令の構成要件に該当すると判断した理由",
    ),
    "en": (
        _TITLE_1_EN,
        "Grounds for the judgment that it is illegal",
        "Law and provision",
        "Why it meets the elements of that provision",
    ),
}
_FORM_2 = {
    "ja": (
        "【公序良俗に反する情報】の通知書兼対応依頼書",
        "公序良俗に反するか否かの判断理由等",
        "分類の種類",
        "上記分類にあてはまると判断した理由",
    ),
    "en": (
        _TITLE_2_EN,
        "Grounds for the judgment",
        "Classification",
        "Why it falls under this classification",
    ),
}
_VOLUNTARY = {
    "ja": "対応を行うか否かは任意であり、対応を行わなかったことのみを理由として"
    "法的責任を問われることはありません。",
    "en": "Whether you act on it is your choice, and not acting on it does not in "
    "itself lead to any legal liability.",
}


def headings(form: Form, language: str) -> tuple[Required, ...]:
    """Title and labels of the reference form, in its order but for the title."""
    own = _FORM_1 if form is Form.FORM_1 else _FORM_2
    words = (*_HEAD[language], *own[language])
    return tuple(Required(word, word, is_heading=True) for word in words)


def letter_values(
    notice: Notice, language: str, *, voluntary_note: bool = True
) -> tuple[Required, ...]:
    """The values of a notice whose texts all differ from each other."""
    judgment = notice.judgment
    boxes = () if notice.form is Form.FORM_1 else _boxes(notice, language)
    return (
        *_head_values(notice, language),
        *_managed(notice, language),
        *(Required("対象URL", url) for url in judgment.target.urls),
        Required("特定情報", judgment.target.locator.board_name),
        Required(
            "掲載情報", judgment.content_en if language == "en" else judgment.content
        ),
        Required("理由", judgment.reason_en if language == "en" else judgment.reason),
        *(Required("法令", str(citation)) for citation in notice.citations),
        *boxes,
        Required("任意の注記", _VOLUNTARY[language], int(voluntary_note)),
    )


def _head_values(notice: Notice, language: str) -> tuple[Required, ...]:
    center, judgment = notice.center, notice.judgment
    common = (
        Required("整理番号", notice.number),
        Required("宛先", notice.recipient.name),
        Required("センターメール", center.mailbox),
    )
    if language == "en":
        return (
            *common,
            Required("日付", english_date(notice.date)),
            Required("センター名", center.name_en),
            Required("センター住所", center.address_en),
            Required("センター電話", center.phone_international),
            Required("担当者", judgment.assessor.name_en),
            Required("確認者", judgment.checker.name_en),
        )
    return (
        *common,
        Required("日付", japanese_date(notice.date)),
        Required("敬称", "様" if notice.recipient.is_person else "御中"),
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
        return (Required("managed", "website that you manage"),)
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
        *(Required("対象URL", url) for url in notice.judgment.target.urls),
        Required("特定情報", notice.judgment.target.locator.board_name),
        Required("確認ページ", notice.center.verification_page),
        Required("任意の注記", _VOLUNTARY[language]),
    )
