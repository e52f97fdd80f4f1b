"""Looking at cases: one whole story, lists by page, and what is due on a day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from notices.casework import Case, Due, DueKind, due, plain_fact
from notices.casework.case import end_of
from notices.catalogue import Catalogue
from notices.delivery import State
from notices.errors import InputError
from notices.judgment import JST
from notices.messages import Text
from notices.rules.calendar import Calendar
from notices.store import Store, StoredApprovals
from notices.store.casework import CaseFilter, CaseSummary, StoredCasework

_AT_ONCE = 500
_SOON = timedelta(days=30)
"""A certificate that ends within this time is due."""


@dataclass(frozen=True, kw_only=True)
class CaseOverview:
    """Answers questions about cases; changes nothing."""

    store: Store
    """The outbox."""
    casework: StoredCasework
    """Facts and cases of the database."""
    catalogue: Catalogue
    """Categories by date."""
    calendar: Calendar
    """Business days."""
    certificate_end: Callable[[], datetime | None]
    """When the centre's certificate ends; None: that cannot be told."""
    approvals: StoredApprovals
    """What waits before the door."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def story(self, case_id: str) -> dict[str, Any]:
        """All that is known of a case; InputError if nothing is.

        Fields: `case_id`, `state`, `category`, `facts` (as their lines have them),
        `notices` (number, date, state), `due` (as in `notices due`).
        """
        case = self.casework.case(case_id)
        notices = [
            {
                "number": stored.number,
                "date": stored.letter_date.isoformat(),
                "recipient": stored.recipient_name,
                "state": stored.state.value,
            }
            for stored in self.store.find(case_id)
        ]
        today = self.clock().astimezone(JST).date()
        return {
            "case_id": case_id,
            "state": case.state.value,
            "category": _category(case),
            "facts": [plain_fact(fact) for fact in case.facts],
            "notices": notices,
            "due": [due_json(one) for one in due(case, today, self.calendar)],
        }

    def cases(self, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
        """List cases, the oldest judgment first; a page at a time with a limit.

        InputError for a category that the catalogue does not know, and for a cursor
        that is no case.
        """
        if wanted.category and self.catalogue.category(wanted.category) is None:
            raise InputError(
                Text("{category} is no category", category=wanted.category),
                hint="`notices catalogue` lists them",
            )
        return self.casework.list(wanted)

    def due(self, day: date | None = None, *, limit: int | None = None) -> list[Due]:
        """What is to be done by the close of a day in Japan, the oldest first.

        day: None is today; only facts up to that day count.
        """
        today = self.clock().astimezone(JST).date()
        day = day or today
        found = [
            one
            for case in self._candidates(day, is_past=day < today)
            for one in due(case, day, self.calendar)
        ]
        if day >= today:
            found += [*self._doubts(day), *self._certificate(day)]
            found += self._approvals(day)
        found.sort(key=lambda one: (one.on, one.case_id, one.kind.value))
        return found[:limit]

    def _candidates(self, day: date, *, is_past: bool) -> Iterator[Case]:
        if is_past:
            ids = list(self.casework.requested_ids())
        else:
            # what was done today may be known by facts of tomorrow: look a day back too
            ids = [row.case_id for row in self.casework.list(CaseFilter(due_by=day))]
        for start in range(0, len(ids), _AT_ONCE):
            yield from self.casework.cases_of(ids[start : start + _AT_ONCE])

    def _doubts(self, day: date) -> Iterator[Due]:
        for stored in self.store.list([State.IN_DOUBT]):
            since = stored.changed_at.astimezone(JST).date()
            if since <= day:
                yield Due(
                    kind=DueKind.DOUBT,
                    case_id=stored.key.case_id,
                    number=stored.number,
                    on=since,
                    derivation=Text("in doubt since {day}", day=since),
                )

    def _approvals(self, day: date) -> Iterator[Due]:
        """Drafts that wait for somebody, and approvals that are good no more."""
        for each in self.approvals.open(now=self.clock()):
            since = each.stored.changed_at.astimezone(JST).date()
            if each.error is not None and since <= day:
                yield Due(
                    kind=DueKind.APPROVAL,
                    case_id=each.stored.key.case_id,
                    number=each.stored.number,
                    on=since,
                    derivation=each.error.message,
                )

    def _certificate(self, day: date) -> Iterator[Due]:
        end = self.certificate_end()
        if end is None or end - _SOON >= end_of(day):
            return
        yield Due(
            kind=DueKind.CERTIFICATE,
            case_id="",
            on=(end - _SOON).astimezone(JST).date(),
            derivation=Text(
                "the certificate ends on {day}", day=end.astimezone(JST).date()
            ),
        )


def due_json(one: Due) -> dict[str, Any]:
    """The fields of one thing in `notices due --json`."""
    return {
        "kind": one.kind.value,
        "case_id": one.case_id,
        "number": one.number,
        "on": one.on.isoformat(),
        "derivation": str(one.derivation),
        "provisional": one.is_provisional,
    }


def summary_json(summary: CaseSummary) -> dict[str, Any]:
    """The fields of one case in `notices cases --json`."""
    return {
        "case_id": summary.case_id,
        "state": summary.state.value,
        "category": summary.category,
        "group": summary.group,
        "analysed_at": summary.analysed_at.astimezone(JST).isoformat(),
        "provider": summary.provider,
        "due_on": summary.due_on.isoformat() if summary.due_on else None,
    }


def _category(case: Case) -> str:
    analysed = case.analysed
    return getattr(analysed.details, "category", "") if analysed else ""
