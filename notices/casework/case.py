"""A case: what its facts come to, whatever the order they were told in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from notices.casework.facts import (
    Analysed,
    Answered,
    Closed,
    Disposed,
    Fact,
    Gone,
    Kept,
    Looked,
    NotRequested,
    PoliceHold,
    PoliceReleased,
    PoliceReported,
    Referred,
    Reopened,
    Requested,
    Retracted,
    Returned,
)
from notices.casework.lines import canonical_line, fact_hash
from notices.casework.words import DONE, TELLING, Body, How
from notices.judgment import JST, Rung
from notices.notice import RequestKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from notices.casework.facts import Details


class CaseState(StrEnum):
    """How a case stands; the first that applies, from below."""

    ANALYSED = "analysed"
    """Judged; nothing was asked yet."""
    NOT_REQUESTED = "not_requested"
    """Nobody is asked."""
    GONE = "gone"
    """Removed before the centre could act."""
    REQUESTED = "requested"
    """Asked; nobody knows more since."""
    STILL_THERE = "still_there"
    """Asked; a look since then saw it, changed, moved or in part perhaps."""
    ANSWERED = "answered"
    """The recipient said something that nobody dealt with yet."""
    RETURNED = "returned"
    """The mail came back, and nobody was asked since."""
    DONE = "done"
    """Asked, and seen to be gone."""
    WITHDRAWN = "withdrawn"
    """The request was taken back."""
    ON_HOLD = "on_hold"
    """The police asked to wait."""
    CLOSED = "closed"
    """Nothing more is to be done."""
    DISPOSED = "disposed"
    """Its texts were removed."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of a case up to a moment."""

    case_id: str
    """The case system's id."""
    facts: tuple[Fact, ...]
    """In the order of their time; what was retracted is left out."""

    def of(self, *classes: type[Details]) -> tuple[Fact, ...]:
        """Facts of these kinds, the oldest first."""
        return tuple(fact for fact in self.facts if isinstance(fact.details, classes))

    def latest(self, *classes: type[Details]) -> Fact | None:
        """The newest fact of these kinds."""
        return next(
            (
                fact
                for fact in reversed(self.facts)
                if isinstance(fact.details, classes)
            ),
            None,
        )

    @property
    def analysed(self) -> Fact | None:
        """The newest judgment."""
        return self.latest(Analysed)

    @property
    def police_reported_at(self) -> datetime | None:
        """When the police were first told."""
        reported = self.of(PoliceReported)
        return reported[0].at if reported else None

    @property
    def is_on_hold(self) -> bool:
        """The police asked to wait, and gave no word since."""
        return _is(PoliceHold, self.latest(PoliceHold, PoliceReleased))

    @property
    def is_closed(self) -> bool:
        """Closed, and not taken up again."""
        return _is(Closed, self.latest(Closed, Reopened))

    @property
    def is_kept(self) -> bool:
        """Disposal passes it over."""
        return bool(self.of(Kept))

    @property
    def disposal(self) -> Fact | None:
        """The first removal of its texts; None: they are there."""
        return next(iter(self.of(Disposed)), None)

    def sent(self, *kinds: RequestKind) -> tuple[Fact, ...]:
        """Facts of notices of these kinds that were sent, the oldest first."""
        return tuple(
            fact
            for fact in self.of(Requested)
            if isinstance(fact.details, Requested) and fact.details.kind in kinds
        )

    @property
    def first_request(self) -> Fact | None:
        """The request that starts the clock of the statistics."""
        requests = self.sent(RequestKind.REQUEST)
        return requests[0] if requests else None

    @property
    def standing_requests(self) -> tuple[Fact, ...]:
        """The newest request to each rung that was not taken back, the oldest first."""
        standing: dict[Rung | None, Fact] = {}
        for fact in self.sent(RequestKind.REQUEST, RequestKind.WITHDRAWAL):
            standing.pop(_rung(fact), None)
            if _kind(fact) is RequestKind.REQUEST:
                standing[_rung(fact)] = fact
        return tuple(standing.values())

    @property
    def standing_request(self) -> Fact | None:
        """The newest request that was not taken back."""
        return next(reversed(self.standing_requests), None)

    @property
    def newest_asking(self) -> Fact | None:
        """The newest request or reminder of those that still stand."""
        rungs = {_rung(fact) for fact in self.standing_requests}
        asked = self.sent(RequestKind.REQUEST, RequestKind.REMINDER)
        return next((fact for fact in reversed(asked) if _rung(fact) in rungs), None)

    def known_look(self) -> Fact | None:
        """The look that tells what is known since the first request.

        The last telling one of a person; a provider's word only if no person's look
        tells, a probe's only if neither. Looks before the request count for nothing.
        """
        if self.first_request is None:
            return None
        return telling_look(self.looks_since(self.first_request.at))

    @property
    def is_done(self) -> bool:
        """Seen to be gone since it was asked for."""
        look = self.known_look()
        return look is not None and _outcome_in(look, DONE)

    def looks_since(self, moment: datetime) -> tuple[Fact, ...]:
        """Looks from a moment on."""
        return tuple(fact for fact in self.of(Looked) if fact.at >= moment)

    def pending(self, *classes: type[Details]) -> Fact | None:
        """The newest of these that nobody dealt with.

        Dealt with is what a telling look of a person, a notice, a referral or a close
        followed.
        """
        fact = self.latest(*classes)
        if fact is None:
            return None
        since = self.facts[self.facts.index(fact) + 1 :]
        return None if any(map(deals, since)) else fact

    @property
    def state(self) -> CaseState:
        """How the case stands."""
        return next(state for state, holds in _STATES if holds(self))


def telling_look(looks: Sequence[Fact]) -> Fact | None:
    """The look among these, the oldest first, by which is known what is there.

    The last telling one of a person; a provider's word only if no person's look tells,
    a probe's only if neither.
    """
    newest = {
        _how(look): look for look in looks if _outcome_in(look, TELLING)
    }  # a later one takes the place of an earlier one
    return next((newest[how] for how in How if how in newest), None)


def make_case(
    case_id: str, facts: Iterable[Fact], *, until: datetime | None = None
) -> Case:
    """Make the case of its facts; those of other cases are passed over.

    until: the case as it was then, without what happened at that moment or later.
    The same fact told twice is one; what was retracted by then is left out.
    """
    mine = _each_once(
        [
            fact
            for fact in facts
            if fact.case_id == case_id and (until is None or fact.at < until)
        ]
    )
    wrong = {fact.details.of for fact in mine if isinstance(fact.details, Retracted)}
    kept = (fact for fact in mine if not wrong or fact_hash(fact) not in wrong)
    return Case(case_id=case_id, facts=in_order(kept))


def _each_once(facts: list[Fact]) -> Collection[Fact]:
    """Leave out what was told twice; of one moment each, none was."""
    if len({fact.at.astimezone(UTC) for fact in facts}) == len(facts):
        return facts
    return {canonical_line(fact): fact for fact in facts}.values()


def in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts by their time; of one time by their lines, so that it is one order."""
    ordered = sorted(facts, key=lambda fact: fact.at)
    if len(ordered) == 1:
        return tuple(ordered)
    ties = {one.at for one, next_one in pairwise(ordered) if one.at == next_one.at}
    if ties:
        ordered.sort(
            key=lambda fact: (fact.at, fact.at in ties and canonical_line(fact))
        )
    return tuple(ordered)


def end_of(day: date) -> datetime:
    """The first moment after a day in Japan."""
    return datetime.combine(day, time(), tzinfo=JST) + timedelta(days=1)


def as_of(case: Case, day: date) -> Case:
    """The case as it was known at the close of a day in Japan."""
    end = end_of(day)
    return replace(case, facts=tuple(fact for fact in case.facts if fact.at < end))


def _is(cls: type[Details], fact: Fact | None) -> bool:
    return fact is not None and isinstance(fact.details, cls)


def _kind(fact: Fact) -> RequestKind | None:
    return fact.details.kind if isinstance(fact.details, Requested) else None


def _rung(fact: Fact) -> Rung | None:
    return fact.details.rung if isinstance(fact.details, Requested) else None


def _how(fact: Fact) -> How | None:
    return fact.details.how if isinstance(fact.details, Looked) else None


def _outcome_in(fact: Fact, outcomes: frozenset[object]) -> bool:
    return isinstance(fact.details, Looked) and fact.details.outcome in outcomes


def deals(fact: Fact) -> bool:
    """Tell whether somebody acted: what a program adds by itself does not count."""
    if isinstance(fact.details, Looked):
        return _how(fact) is How.PERSON and _outcome_in(fact, TELLING)
    if isinstance(fact.details, Referred):
        return fact.details.body is not Body.FILTER_PROVIDER  # goes by the hundred
    return isinstance(fact.details, Requested | NotRequested | Closed)


def _states() -> Iterator[tuple[CaseState, Callable[[Case], bool]]]:
    yield CaseState.DISPOSED, lambda case: case.disposal is not None
    yield CaseState.CLOSED, lambda case: case.is_closed
    yield CaseState.ON_HOLD, lambda case: case.is_on_hold
    yield (
        CaseState.WITHDRAWN,
        lambda case: bool(case.first_request) and not case.standing_request,
    )
    yield CaseState.DONE, lambda case: case.is_done
    yield CaseState.RETURNED, lambda case: case.pending(Returned) is not None
    yield CaseState.ANSWERED, lambda case: case.pending(Answered) is not None
    yield CaseState.STILL_THERE, lambda case: case.known_look() is not None
    yield CaseState.REQUESTED, lambda case: case.first_request is not None
    yield CaseState.GONE, lambda case: bool(case.of(Gone))
    yield CaseState.NOT_REQUESTED, lambda case: bool(case.of(NotRequested))
    yield CaseState.ANALYSED, lambda _: True


_STATES = tuple(_states())
