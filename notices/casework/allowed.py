"""What may be done with a case: the reasons why not, or none (design, section 4).

One function for every door: command line, Python API, HTTP API, worker, console.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notices.casework.acts import Act
from notices.casework.calendar import business_days_between
from notices.casework.case import Case
from notices.casework.due import look_due, looked_since
from notices.casework.facts import Answered, Gone, Looked, Requested, Returned
from notices.casework.words import CSAM, LookOutcome
from notices.judgment import JST, Rung
from notices.messages import Text
from notices.notice import RequestKind
from notices.rules.calendar import Calendar


class Requirement(StrEnum):
    """How strictly a rule is taken."""

    OFF = "off"
    WARN = "warn"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseworkPolicy:
    """The section `[casework]` of a configuration."""

    police_first: Requirement = Requirement.WARN
    """Police told before anybody is asked; never for suicide (第3の5)."""
    look_before_send: Requirement = Requirement.WARN
    """Looked shortly before anybody is asked."""
    look_valid_business_days: int = 5
    """How old that look may be; the judgment is the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether it may be done."""

    refusals: tuple[str, ...] = ()
    """Why not; empty: it may."""
    warnings: tuple[str, ...] = ()
    """What speaks against it and does not forbid it."""

    @property
    def is_allowed(self) -> bool:
        """True if nothing forbids it."""
        return not self.refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the rules look at."""

    case: Case
    group: str
    now: datetime
    calendar: Calendar
    policy: CaseworkPolicy


def allowed(
    case: Case,
    act: Act,
    *,
    group: str,
    now: datetime,
    calendar: Calendar,
    policy: CaseworkPolicy,
    is_test: bool = False,
) -> Permission:
    """Tell whether something may be done with a case now, and if not, why.

    group: key of the category's group in the catalogue (`illegal`, `serious-crime`,
    `suicide`, ...). is_test: nothing is asked of anybody, so that no day, look or word
    of the police is waited for.
    """
    rules = _RULES_OF_TESTS.get(act, _RULES[act]) if is_test else _RULES[act]
    asked = _Asked(case=case, group=group, now=now, calendar=calendar, policy=policy)
    found = [told for rule in rules for told in rule(asked)]
    return Permission(
        refusals=tuple(text for how, text in found if how is Requirement.REQUIRED),
        warnings=tuple(text for how, text in found if how is Requirement.WARN),
    )


Told = tuple[Requirement, str]
Rule = Callable[[_Asked], Iterator[Told]]


def _no(text: str) -> Told:
    return Requirement.REQUIRED, text


def _judged(asked: _Asked) -> Iterator[Told]:
    if asked.case.analysed is None:
        yield _no("no judgment of this case is on record")


def _not_disposed(asked: _Asked) -> Iterator[Told]:
    if (fact := asked.case.disposal) is not None:
        day = fact.at.astimezone(JST).date()
        yield _no(Text("the case was disposed of on {day}", day=day))


def _not_held(asked: _Asked) -> Iterator[Told]:
    if asked.case.is_on_hold:
        yield _no("the police asked to wait: nothing goes out but a withdrawal")


def _held(asked: _Asked) -> Iterator[Told]:
    if not asked.case.is_on_hold:
        yield _no("the police did not ask to wait")


def _open(asked: _Asked) -> Iterator[Told]:
    if asked.case.is_closed:
        yield _no("the case is closed; reopen it first")


def _closed(asked: _Asked) -> Iterator[Told]:
    if not asked.case.is_closed:
        yield _no("the case is not closed")


def _police_first(asked: _Asked) -> Iterator[Told]:
    if asked.group != "suicide" and asked.case.police_reported_at is None:
        yield asked.policy.police_first, "the police were not told yet"


def _fresh_look(asked: _Asked) -> Iterator[Told]:
    looks, analysed = asked.case.of(Looked), asked.case.analysed
    if analysed is None:
        return
    newest = max([analysed.at, *(fact.at for fact in looks)])
    age = business_days_between(
        newest.astimezone(JST).date(), asked.now.astimezone(JST).date(), asked.calendar
    )
    if age > asked.policy.look_valid_business_days:
        yield (
            asked.policy.look_before_send,
            Text("nobody looked for {age} business days", age=age),
        )


def _not_gone(asked: _Asked) -> Iterator[Told]:
    if asked.case.is_done:
        yield _no("it was seen to be gone")


def _stands(asked: _Asked) -> Iterator[Told]:
    if asked.case.standing_request is None:
        yield _no("no request stands that was sent")


def _no_request_yet(asked: _Asked) -> Iterator[Told]:
    if asked.case.standing_request is not None:
        yield _no("it was asked for already; remind, escalate or correct instead")


def _no_answer_pending(asked: _Asked) -> Iterator[Told]:
    if asked.case.pending(Answered):
        yield _no("an answer came in that nobody dealt with")


def _time_over(asked: _Asked) -> Iterator[Told]:
    """Only after the day on which to look again."""
    counted = look_due(asked.case, asked.calendar)
    if counted and asked.now.astimezone(JST).date() < counted.day:
        yield _no(Text("the time runs until {day}", day=counted.day))


def _from_website(asked: _Asked) -> Iterator[Told]:
    request = asked.case.standing_request
    details = request.details if request else None
    if (
        isinstance(details, Requested)
        and details.rung is not Rung.WEBSITE_ADMINISTRATOR
    ):
        yield _no("the next rung is asked after a website's administrator alone")


def _up_the_ladder(asked: _Asked) -> Iterator[Told]:
    """From a website's administrator (第3の5(1)イ②), or after a bounce."""
    request = asked.case.standing_request
    if request is None or asked.case.pending(Returned):
        return
    if told := tuple(_from_website(asked)):
        yield from told
        return
    yield from _time_over(asked)
    counted = look_due(asked.case, asked.calendar)
    look = looked_since(asked.case, counted.day) if counted else None
    seen = look.details.outcome if look and isinstance(look.details, Looked) else None
    if seen not in {LookOutcome.STILL_THERE, LookOutcome.PARTLY}:
        yield _no("nobody saw after the time was over that it is still there")


def _reminding(asked: _Asked) -> Iterator[Told]:
    if not asked.case.pending(Returned):
        yield from _time_over(asked)
    else:
        yield _no("the mail came back: this address is dead")


def _not_taken_back(asked: _Asked) -> Iterator[Told]:
    if asked.case.sent(RequestKind.REQUEST) and asked.case.standing_request is None:
        yield _no("the request was taken back already")


def _withdrawable(asked: _Asked) -> Iterator[Told]:
    told = tuple(_not_taken_back(asked))
    yield from told or _stands(asked)


def _not_csam(asked: _Asked) -> Iterator[Told]:
    analysed = asked.case.analysed
    if analysed and getattr(analysed.details, "category", "") in CSAM:
        yield _no("addresses of this category are given to nobody")


def _there(asked: _Asked) -> Iterator[Told]:
    if asked.case.of(Gone):
        yield _no("it was gone before anybody was asked")


def _not_kept_yet(asked: _Asked) -> Iterator[Told]:
    if asked.case.is_kept:
        yield _no("the case is kept already")


def _not_kept(asked: _Asked) -> Iterator[Told]:
    if asked.case.is_kept:
        yield _no("the case is kept")


_THERE: tuple[Rule, ...] = (_judged, _not_disposed)
_GOES_OUT: tuple[Rule, ...] = (*_THERE, _open, _not_held)
_RULES: dict[Act, tuple[Rule, ...]] = {
    Act.REQUEST: (
        *_GOES_OUT,
        _no_request_yet,
        _not_gone,
        _police_first,
        _fresh_look,
    ),
    Act.SEND: (*_GOES_OUT, _police_first, _fresh_look),
    Act.REMIND: (*_GOES_OUT, _stands, _no_answer_pending, _not_gone, _reminding),
    Act.ESCALATE: (*_GOES_OUT, _stands, _no_answer_pending, _not_gone, _up_the_ladder),
    Act.CORRECT: (*_GOES_OUT, _stands),
    Act.WITHDRAW: (*_THERE, _withdrawable),
    Act.TAKE_BACK: (_judged,),
    Act.LOOK: _THERE,
    Act.REPORT_TO_POLICE: _THERE,
    Act.HOLD: (*_THERE, _open),
    Act.RELEASE: (*_THERE, _held),
    Act.REFER: _THERE,
    Act.HAND_OVER: (
        *_THERE,
        _not_held,
        _not_csam,
        _there,
        _not_gone,
        _not_taken_back,
    ),
    Act.CLOSE: (*_THERE, _open),
    Act.REOPEN: (*_THERE, _closed),
    Act.KEEP: (*_THERE, _not_kept_yet),
    Act.DISPOSE: (*_THERE, _closed, _not_kept),
}
_RULES_OF_TESTS: dict[Act, tuple[Rule, ...]] = {
    Act.SEND: (),
    Act.REMIND: (_stands,),
    Act.ESCALATE: (_stands, _from_website),
    Act.CORRECT: (_stands,),
    Act.WITHDRAW: (_withdrawable,),
}
"""What holds for tests alone: that what they follow was sent, and whom it asked."""
