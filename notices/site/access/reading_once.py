"""One page about one case: what several desks ask the database for is read once.

Each desk reads for itself, since what it decides must hold when it acts. A page only
shows: it is made from one reading, which is thrown away with it.
"""

from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from notices.site.access.next_steps import NextStepDesk
from notices.site.casework.overview import CaseOverview
from notices.store import Store

Asked = TypeVar("Asked")
_OF_STORE = ("find", "get", "judgment", "artifact", "artifact_names")
_OF_QUERIES = ("followers", "taken_back_by")
_OF_CASEWORK = ("case",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReading:
    """What a page asks, all over one reading: good for one page."""

    store: Store
    """The outbox."""
    overview: CaseOverview
    """Tells the story of a case."""
    next_steps: NextStepDesk
    """Tells what may be done next."""


def reading_once(overview: CaseOverview, next_steps: NextStepDesk) -> CaseReading:
    """The same desks, of which none asks again what another one has asked."""
    store = _store_once(overview.store)
    casework = _once(overview.casework, _OF_CASEWORK)
    cases = replace(next_steps.cases, store=store, casework=casework)
    following = replace(
        next_steps.following, store=store, casework=casework, cases=cases
    )
    escalator = replace(next_steps.escalator, store=store, cases=cases)
    return CaseReading(
        store=store,
        overview=replace(overview, store=store, casework=casework),
        next_steps=replace(
            next_steps,
            store=store,
            cases=cases,
            escalator=escalator,
            following=following,
        ),
    )


def _store_once(store: Store) -> Store:
    once = _once(store, _OF_STORE)
    once.queries = _once(store.queries, _OF_QUERIES)
    return once


def _once(asked: Asked, questions: tuple[str, ...]) -> Asked:
    """The same, but each question is asked once; an error is no answer."""
    once = copy(asked)
    for question in questions:
        setattr(once, question, cache(getattr(asked, question)))
    return once
