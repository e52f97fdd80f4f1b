"""Tables beyond the centre's report: time until done, providers, asking again."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from notices.casework import RequestKind
from notices.statistics.counting import GONE, CountedCase, KnownOutcome
from notices.statistics.figures import percentile, share
from notices.statistics.tables import ILLEGAL, SERIOUS, SUICIDE, Year

Row = dict[str, Any]
HALF, MOST = 50, 90


def days_until_done(year: Year) -> Row:
    """How long it took, with what is still there told apart."""
    return {
        "title_ja": "依頼から削除までの日数",
        "rows": [
            {
                "name_ja": year.catalogue.groups[group].name,
                "group": group,
                **_days(year.of(group)),
            }
            for group in (ILLEGAL, SERIOUS, SUICIDE)
        ],
        "total": _days(year.cases),
    }


def _days(cases: Sequence[CountedCase]) -> Row:
    asked = [case for case in cases if case.is_requested]
    days = [case.days_until_done for case in asked if case.days_until_done is not None]
    return {
        "requested": len(asked),
        "done": len(days),
        "median_days": percentile(days, HALF),
        "percentile_90_days": percentile(days, MOST),
        "not_done": len(asked) - len(days),
    }


def providers(year: Year) -> Row:
    """By the key of the recipient's entry; `null`: not in the directory.

    The five days are those of the first request to that recipient.
    """
    by_key: dict[str | None, list[KnownOutcome]] = defaultdict(list)
    for case in year.cases:
        for key, known in case.at_five_of:
            by_key[key].append(known)
    rows = [{"provider": key, **_answered(known)} for key, known in by_key.items()]
    rows.sort(
        key=lambda row: (
            row["provider"] is None,
            -row["requested"],
            row["provider"] or "",
        )
    )
    return {"title_ja": "依頼先別の処理結果", "rows": rows}


def _answered(five: Sequence[KnownOutcome]) -> Row:
    removed = sum(known in GONE for known in five)
    return {
        "requested": len(five),
        "removed_at_5_business_days": removed,
        "unconfirmed": five.count(KnownOutcome.UNCONFIRMED),
        "rate_percent": share(removed, len(five)),
    }


def asking_again(year: Year) -> Row:
    """Reminders and escalations, and what they brought."""
    again = [
        case
        for case in year.cases
        if [kind for kind, _ in case.notices].count(RequestKind.REQUEST) > 1
    ]
    reminded = [
        case
        for case in year.cases
        if any(kind is RequestKind.REMINDER for kind, _ in case.notices)
    ]
    return {
        "title_ja": "再度の依頼及び上位の管理者への依頼",
        "reminded": len(reminded),
        "done_after_reminder": sum(case.is_done_after_reminder for case in reminded),
        "escalated": len(again),
        "done_after_escalation": sum(case.is_done_after_escalation for case in again),
    }


def objects_and_notices(year: Year) -> Row:
    """What was asked about, and how many notices it took."""
    asked = [case for case in year.cases if case.is_requested]
    kinds = [kind for case in year.cases for kind, _ in case.notices]
    return {
        "title_ja": "対象及び通知の件数",
        "cases_requested": len(asked),
        "urls_requested": sum(case.urls for case in asked),
        "notices": {kind.value: kinds.count(kind) for kind in RequestKind},
    }
