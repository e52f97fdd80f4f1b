"""What one case counts for: every table is a sum over these."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from notices.casework import (
    DONE,
    Analysed,
    Case,
    Gone,
    Looked,
    LookOutcome,
    NotRequested,
    PoliceHold,
    PoliceReported,
    Requested,
    RequestKind,
)
from notices.casework.calendar import business_days_after
from notices.casework.case import end_of, telling_look
from notices.casework.facts import Fact
from notices.casework.words import TELLING, How
from notices.judgment import JST, Source
from notices.rules.calendar import Calendar

FIVE = 5
"""Business days after the request (statistics of the centre: 5営業日後)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The section `[statistics]`: how what the report leaves open is read."""

    grace_business_days: int = 0
    """Business days after the fifth within which a look still counts for it."""
    abroad_removed_at: str = "business_days"
    """Table 2-3 of the hotlines abroad: `business_days` or `january`; the report of
    2024 is silent."""
    police_by_category: bool = False
    """True: table processing-2 shows the police's figure by category; the report of
    2024 has it in the sentence only."""
    january_by_category: bool = False
    """True: table processing-1 shows the end of January by category; the report of
    2024 has it in the note only."""
    hotlines_abroad: str = "inside"
    """`inside`: what hotlines abroad reported is within tables 1 to processing-1;
    `apart`: it is in their own tables only. The report of 2024 is silent."""


class KnownOutcome(StrEnum):
    """What was known of a case that was asked for."""

    REMOVED = "removed"
    """Gone, by a look that counts as 削除; blocked in Japan is told apart."""
    BLOCKED_IN_JAPAN = "blocked_in_japan"
    """Counts as 削除 too."""
    STILL_THERE = "still_there"
    """Seen, in part or in another place perhaps."""
    UNCONFIRMED = "unconfirmed"
    """未確認: no look tells. Never counted as removed."""


GONE = frozenset({KnownOutcome.REMOVED, KnownOutcome.BLOCKED_IN_JAPAN})
"""What counts as 削除完了."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCase:
    """A case, reduced to what is counted of it."""

    category: str
    """Slug."""
    group: str
    """Key of its group."""
    year: int
    """Of the judgment, in Japan."""
    source: Source
    """Who reported it."""
    is_foreign: bool
    """国外: provider unknown or abroad, and server unknown or abroad."""
    is_reported: bool
    """The police were told."""
    is_requested: bool
    """Somebody was asked, at least once."""
    gone: str | None
    """`police_report` or `request`: gone before it; None: not told."""
    not_requested: str | None
    """Why nobody was asked, as told."""
    is_on_hold: bool
    """The police asked to wait, and gave no word since."""
    at_five: KnownOutcome | None
    """Known at the close of the fifth business day; None: not asked."""
    at_five_of: tuple[tuple[str | None, KnownOutcome], ...]
    """Each recipient's key, and what was known at the close of the fifth business day
    after the first request to it."""
    at_january: KnownOutcome | None
    """Known at the close of 31 January of the next year; None: not asked, or the
    day of the count lies before it."""
    days_until_done: int | None
    """Whole days of 24 hours from the first request until it was known to be gone;
    None: it is not known to be gone."""
    urls: int
    """How many addresses, 1 where it was not told."""
    notices: tuple[tuple[RequestKind, str | None], ...]
    """Kind and provider's key of every notice that was sent."""
    is_done_after_reminder: bool
    """Seen to be gone after a reminder went out."""
    is_done_after_escalation: bool
    """Seen to be gone after a second request went out."""


def count_case(
    case: Case, group: str, *, as_of: date, calendar: Calendar, settings: Settings
) -> CountedCase | None:
    """Count a case as it was known at the close of a day in Japan; None: not judged.

    The case has no facts of a later day. group: that of the newest judgment.
    """
    analysed = case.analysed
    if analysed is None or not isinstance(analysed.details, Analysed):
        return None
    judged = analysed.details
    year = analysed.at.astimezone(JST).year
    kinds = {type(fact.details) for fact in case.facts}
    is_asked = Requested in kinds  # most are not: at home few are asked
    first, january = case.first_request if is_asked else None, date(year + 1, 1, 31)
    looks = case.looks_since(first.at) if first else ()
    at_five = _known(looks, _fifth(first, calendar, settings)) if first else None
    return CountedCase(
        category=judged.category,
        group=group,
        year=year,
        source=judged.source,
        is_foreign=_is_abroad(judged.provider_location)
        and _is_abroad(judged.server_location),
        is_reported=PoliceReported in kinds,
        is_requested=first is not None,
        gone=_gone(case) if Gone in kinds else None,
        not_requested=_not_requested(case) if NotRequested in kinds else None,
        is_on_hold=PoliceHold in kinds and case.is_on_hold,
        at_five=at_five,
        at_five_of=_at_five_of(case, at_five, calendar, settings) if at_five else (),
        at_january=_known(looks, end_of(january))
        if first and as_of >= january
        else None,
        days_until_done=_days_until_done(looks, first) if first else None,
        urls=judged.urls or 1,
        notices=_notices(case) if is_asked else (),
        is_done_after_reminder=is_asked
        and _done_after(case, case.sent(RequestKind.REMINDER)),
        is_done_after_escalation=is_asked
        and _done_after(case, case.sent(RequestKind.REQUEST)[1:]),
    )


def year_of(case: Case) -> int | None:
    """The year of the newest judgment, in Japan; None: not judged."""
    analysed = case.analysed
    return analysed.at.astimezone(JST).year if analysed else None


def source_of(case: Case) -> Source | None:
    """Who reported it, by the newest judgment; None: not judged."""
    analysed = case.analysed
    if analysed is None or not isinstance(analysed.details, Analysed):
        return None
    return analysed.details.source


def _is_abroad(country: str | None) -> bool:
    """所在地が不明又は国外."""
    return country != "JP"


def _gone(case: Case) -> str | None:
    fact = case.latest(Gone)
    return (
        fact.details.before.value if fact and isinstance(fact.details, Gone) else None
    )


def _not_requested(case: Case) -> str | None:
    fact = case.latest(NotRequested)
    if fact is None or not isinstance(fact.details, NotRequested):
        return None
    return fact.details.reason.value


def _fifth(first: Fact, calendar: Calendar, settings: Settings) -> datetime:
    """The close of the last day on which a look counts for the five days."""
    day = first.at.astimezone(JST).date()
    days = FIVE + settings.grace_business_days
    return end_of(business_days_after(day, days, calendar).day)


def _known(looks: Sequence[Fact], until: datetime) -> KnownOutcome:
    """What these looks tell at that moment; only those of before count."""
    look = telling_look([look for look in looks if look.at < until])
    outcome = _outcome(look)
    if outcome is None:
        return KnownOutcome.UNCONFIRMED
    if outcome is LookOutcome.BLOCKED_IN_JAPAN:
        return KnownOutcome.BLOCKED_IN_JAPAN
    return KnownOutcome.REMOVED if outcome in DONE else KnownOutcome.STILL_THERE


def _outcome(look: Fact | None) -> LookOutcome | None:
    return look.details.outcome if look and isinstance(look.details, Looked) else None


def _days_until_done(looks: Sequence[Fact], first: Fact) -> int | None:
    """Days until it was known to be gone, and stayed so; looks that tell nothing pass.

    looks: since the request, the oldest first. None: it is not known to be gone.
    """
    newest: dict[How, LookOutcome] = {}
    since: datetime | None = None
    for look in looks:
        if not isinstance(look.details, Looked) or look.details.outcome not in TELLING:
            continue
        newest[look.details.how] = look.details.outcome
        known = next(newest[how] for how in How if how in newest)
        since = (since or look.at) if known in DONE else None
    return (since - first.at) // timedelta(days=1) if since else None


def _at_five_of(
    case: Case, at_five: KnownOutcome, calendar: Calendar, settings: Settings
) -> tuple[tuple[str | None, KnownOutcome], ...]:
    """Each recipient's own five days begin with the first request to it.

    at_five: what was known after the first request of all.
    """
    outcomes: dict[str | None, KnownOutcome] = {}
    for fact in case.sent(RequestKind.REQUEST):
        if (
            isinstance(fact.details, Requested)
            and fact.details.provider not in outcomes
        ):
            outcomes[fact.details.provider] = (
                at_five
                if not outcomes
                else _known(case.looks_since(fact.at), _fifth(fact, calendar, settings))
            )
    return tuple(outcomes.items())


def _notices(case: Case) -> tuple[tuple[RequestKind, str | None], ...]:
    return tuple(
        (fact.details.kind, fact.details.provider)
        for fact in case.of(Requested)
        if isinstance(fact.details, Requested)
    )


def _done_after(case: Case, sent: tuple[Fact, ...]) -> bool:
    """Whether it was still there when it was asked again, and is gone now."""
    if not sent or not case.is_done:
        return False
    then = replace(
        case, facts=tuple(fact for fact in case.facts if fact.at < sent[0].at)
    )
    return not then.is_done
