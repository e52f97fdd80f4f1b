"""What is due on a day: each with how it was counted (design, section 4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from notices.casework.calendar import DueDay, business_days_after, last_business_day
from notices.casework.case import Case, as_of
from notices.casework.facts import Answered, Fact, Looked, Returned
from notices.casework.words import TELLING, How
from notices.judgment import JST
from notices.messages import Text
from notices.rules.calendar import Calendar

LOOK_AFTER = 5
"""Business days until somebody looks again (statistics of the centre: 5営業日後)."""
_JANUARY = 1
_LAST_DAY = 31


class DueKind(StrEnum):
    """What is to be done."""

    LOOK = "look"
    """Look again, five business days after the request."""
    LOOK_IN_JANUARY = "look_in_january"
    """Look again at the end of January, for the yearly statistics."""
    REPLY = "reply"
    """Deal with what the recipient said."""
    BOUNCE = "bounce"
    """Deal with a mail that came back."""
    APPROVAL = "approval"
    """Approve or reject a draft."""
    DOUBT = "doubt"
    """Settle whether a mail arrived."""
    CERTIFICATE = "certificate"
    """Renew a certificate or a time stamp before it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing to do."""

    kind: DueKind
    """What."""
    case_id: str
    """The case; empty: it is about none."""
    on: date
    """From which day on, in Japan."""
    derivation: str
    """How the day was found."""
    number: str = ""
    """整理番号 of the notice that it is about; empty: of none."""
    is_provisional: bool = False
    """True: the holidays of that year are not known yet."""


def due(case: Case, on: date, calendar: Calendar) -> tuple[Due, ...]:
    """What is to be done for a case by the close of a day, the oldest first.

    Facts after that day are passed over. Closed cases are never due.
    """
    then = as_of(case, on)
    if then.is_closed or then.analysed is None:
        return ()
    things = [
        *_look(then, calendar),
        *_january(then, on, calendar),
        *_pending(then),
    ]
    return tuple(sorted((one for one in things if one.on <= on), key=_age))


def look_due(case: Case, calendar: Calendar) -> DueDay | None:
    """When to look again after what was asked last; None: nothing stands."""
    asked = case.newest_asking
    if asked is None:
        return None
    return business_days_after(asked.at.astimezone(JST).date(), LOOK_AFTER, calendar)


def looked_since(case: Case, day: date) -> Fact | None:
    """The newest telling look of a person on a day in Japan or after it."""
    looks = [
        fact
        for fact in case.of(Looked)
        if isinstance(fact.details, Looked)
        and fact.details.how is How.PERSON
        and fact.details.outcome in TELLING
        and fact.at.astimezone(JST).date() >= day
    ]
    return looks[-1] if looks else None


def _look(case: Case, calendar: Calendar) -> Iterator[Due]:
    counted, asked = look_due(case, calendar), case.newest_asking
    if counted is None or asked is None or case.is_done:
        return
    if looked_since(case, counted.day):
        return
    yield Due(
        kind=DueKind.LOOK,
        case_id=case.case_id,
        number=_number(asked),
        on=counted.day,
        is_provisional=counted.is_provisional,
        derivation=Text(
            "{count} business days after {day}",
            count=LOOK_AFTER,
            day=asked.at.astimezone(JST).date(),
        ),
    )


def _january(case: Case, on: date, calendar: Calendar) -> Iterator[Due]:
    """The look for the statistics: for everything asked for in the year before."""
    first = case.first_request
    if first is None:
        return
    year = first.at.astimezone(JST).year + 1
    last = date(year, _JANUARY, _LAST_DAY)
    counted = last_business_day(last, calendar)
    if on < counted.day or looked_since(case, date(year, _JANUARY, 1)):
        return
    yield Due(
        kind=DueKind.LOOK_IN_JANUARY,
        case_id=case.case_id,
        number=_number(first),
        on=counted.day,
        is_provisional=counted.is_provisional,
        derivation=Text(
            "end of January after the request of {day}",
            day=first.at.astimezone(JST).date(),
        ),
    )


def _pending(case: Case) -> Iterator[Due]:
    """Replies and bounces that nobody dealt with."""
    for kind, cls in ((DueKind.REPLY, Answered), (DueKind.BOUNCE, Returned)):
        fact = case.pending(cls)
        if fact is None:
            continue
        day = fact.at.astimezone(JST).date()
        yield Due(
            kind=kind,
            case_id=case.case_id,
            number=_number(fact),
            on=day,
            derivation=Text("it came in on {day}", day=day),
        )


def _number(fact: Fact) -> str:
    return getattr(fact.details, "number", "")


def _age(one: Due) -> tuple[date, str, str]:
    return one.on, one.case_id, one.kind.value
