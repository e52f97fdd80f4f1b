"""`notice.json`: the notice for machines, attached to the mail.

It says what letter and mail say and nothing else: nothing about the reporter, nothing
about the police, nothing from the record of how the ladder was checked. What each field
means stands in `notices.codec.notice_shape`.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from notices.judgment import Locator, Measure
from notices.notice import Followed, Notice, RequestKind

SCHEMA: Final = "urn:notices:notice:2"
_ACTION = {
    Measure.STOP_TRANSMISSION: (
        "当該情報の送信を防止する措置",
        "measures to stop the transmission of this information",
    ),
    Measure.BLOCK_ACCESS_FROM_JAPAN: (
        "日本国内から当該情報を閲覧することができないようにする措置",
        "measures to make this information inaccessible from Japan",
    ),
}
"""What form 1 asks for (guideline 第2の1), in Japanese and English."""
_NOTHING = (
    "なし（先の依頼を取り下げ、今後の対応を求めません。）",
    "nothing: our earlier request is withdrawn, and no further action is asked for",
)
"""What a withdrawal asks for."""
_ACTION_2 = (
    "利用者との間の契約や利用に関する取決め等に基づく対応",
    "action under your terms of service or other agreements with your users",
)
"""What form 2 asks for (guideline 第2の2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that the centre puts into its letters."""

    role: str
    """`logo` or `seal`."""
    sha256: str
    """Of the image's octets, lower-case hexadecimal."""
    alt: str
    """What it shows, in words."""


def notice_json(
    notice: Notice,
    *,
    images: Sequence[Image] = (),
    warnings: Collection[str] = (),
) -> bytes:
    """Write a notice as canonical JSON: UTF-8, keys in order, no blanks (RFC 8785).

    warnings: codes of what the centre was told and accepted.
    """
    of_version_2 = {
        "kind": notice.kind,
        "follows": notice.following and _followed(notice.following.follows),
        "elements": [{"id": one.id, "name": one.ja} for one in notice.elements],
        "images": [asdict(image) for image in images],
        "warnings": sorted(set(warnings)),
    }
    text = json.dumps(
        _without_none({**_document(notice), **of_version_2}),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return text.encode("utf-8")


def requested_action(notice: Notice) -> tuple[str, str]:
    """What is asked, in Japanese and English."""
    if notice.kind is RequestKind.WITHDRAWAL:
        return _NOTHING
    is_first = notice.form.digit == 1
    return _ACTION[notice.judgment.measure] if is_first else _ACTION_2


def _without_none(part: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known, here and in the objects below."""
    return {
        key: _without_none(value) if isinstance(value, dict) else value
        for key, value in part.items()
        if value is not None
    }


def _document(notice: Notice) -> dict[str, Any]:
    judgment, target = notice.judgment, notice.judgment.target
    action, action_en = requested_action(notice)
    english = notice.is_bilingual
    return {
        "schema": SCHEMA,
        "number": notice.number,
        "date": notice.date.isoformat(),
        "case_id": judgment.case_id,
        "form": notice.form,
        "language": notice.recipient.language,
        "ordinal": notice.ordinal,
        "previous": _previous(notice),
        "center": _center(notice),
        "recipient": _recipient(notice),
        "facility": target.facility,
        "managed": notice.managed,
        "category": _category(notice),
        "statutes": _statutes(notice),
        "found_on": judgment.found_on.isoformat(),
        "urls": list(target.urls),
        "locator": _locator(target.locator),
        "ip_addresses": list(target.ip_addresses),
        "ip_checked_at": _moment(target.ip_checked_at),
        "content": judgment.content,
        "reason": judgment.reason,
        "content_en": judgment.content_en if english else None,
        "reason_en": judgment.reason_en if english else None,
        "requested_action": action,
        "requested_action_en": action_en if english else None,
        "test": notice.is_test or None,
    }


def _followed(follows: Followed) -> dict[str, Any]:
    return {**asdict(follows), "date": follows.date.isoformat()}


def _previous(notice: Notice) -> str | None:
    numbers = [step.earlier_number for step in notice.passed_over if step.no_action]
    return numbers[-1] if numbers else None


def _center(notice: Notice) -> dict[str, Any]:
    center = notice.center
    return {"name": center.name, "name_en": center.name_en, "mailbox": center.mailbox}


def _recipient(notice: Notice) -> dict[str, Any]:
    recipient = notice.recipient
    return {
        "name": recipient.name,
        "mailbox": recipient.mailbox,
        "rung": recipient.rung,
    }


def _category(notice: Notice) -> dict[str, Any]:
    classification = notice.classification
    return {
        "slug": classification.slug,
        "name": classification.name,
        "name_en": classification.name_en,
        "group": classification.group,
        "group_name": classification.group_name,
    }


def _statutes(notice: Notice) -> list[dict[str, Any]]:
    return [
        {
            "law": row.law,
            "official": row.official,
            "short": row.short,
            "law_number": row.law_number,
            "article": row.article,
        }
        for row in notice.citations
    ]


def _locator(locator: Locator) -> dict[str, Any]:
    return {
        "board_name": locator.board_name or None,
        "thread": locator.thread or None,
        "post_number": locator.post_number or None,
        "posted_at": _moment(locator.posted_at),
        "poster_id": locator.poster_id or None,
        "file_names": list(locator.file_names) or None,
    }


def _moment(at: datetime | None) -> str | None:
    """RFC 3339, 5.6; Z for an offset of zero."""
    return None if at is None else re.sub(r"\+00:00$", "Z", at.isoformat())
