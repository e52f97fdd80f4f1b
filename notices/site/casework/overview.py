"""Looking at cases: one whole story, lists by page, and what is due on a day."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from notices.casework import Case, CaseState, Due, DueKind, due, plain_fact
from notices.casework.case import end_of
from notices.catalogue import Catalogue
from notices.delivery import State
from notices.errors import InputError
from notices.judgment import JST
from notices.messages import Text
from notices.rules.calendar import Calendar
from notices.site.casework.due_days import DueDays
from notices.site.ledger.kept_due import DueQuestion, KeptDue
from notices.store import Store, StoredApprovals
from notices.store.casework import CaseFilter, CaseSummary, StoredCasework

_SOON = timedelta(days=30)
"""A certificate that ends within this time is due."""
_PRESSING = (CaseState.ANSWERED, CaseState.RETURNED)
"""Cases that wait for somebody's word, whatever else is due."""


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
    kept: KeptDue
    """What was due, as long as the ledger stands still."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def story(self, case_id: str) -> dict[str, Any]:
        """All that is known of a case; InputError if nothing is.

        Fields: `case_id`, `state`, `category`, `facts` (as their lines have them),
        `notices` (number, date, recipient, kind, state), `due` (as in `notices due`).
        """
        case = self.casework.case(case_id)
        notices = [
            {
                "number": stored.number,
                "date": stored.letter_date.isoformat(),
                "recipient": stored.recipient_name,
                "kind": stored.key.request_kind.value,
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
        if wanted.since is not None and wanted.since.tzinfo is None:
            raise InputError(
                "the moment `since` has no time zone", hint="give an aware datetime"
            )
        return self._days.cases(wanted)

    def due(self, day: date | None = None, *, limit: int | None = None) -> list[Due]:
        """What is to be done by the close of a day in Japan, the oldest first.

        day: None is today; only facts up to that day count.
        """
        today = self.clock().astimezone(JST).date()
        day = day or today
        found = self._in_cases(day, today=today, limit=limit)
        if day >= today:
            found += self._outside(day)
        return sorted(found, key=_order)[:limit]

    def today(self, *, limit: int) -> list[Due]:
        """What is to be done today: whatever presses, and the oldest of the rest.

        limit: of looks; replies, bounces, drafts and doubts are not pushed out by them.
        """
        day = self.clock().astimezone(JST).date()
        asked = DueQuestion(
            outbox=str(self.store.engine.url),
            day=day,
            limit=limit,
            calendar=self.calendar,
        )
        in_cases = self.kept.get(
            asked, self.store.ledger.head, lambda: self._pressing(day, limit)
        )
        return sorted([*in_cases, *self._outside(day)], key=_order)

    def _pressing(self, day: date, limit: int) -> tuple[Due, ...]:
        """The oldest that the facts of cases lead to, and all that waits for a word."""
        oldest = sorted(self._in_cases(day, today=day, limit=limit), key=_order)
        found = {_what(one): one for one in oldest[:limit]}
        waiting = self.casework.list(CaseFilter(states=_PRESSING, limit=limit))
        for case in self.casework.cases_of([each.case_id for each in waiting]):
            found.update((_what(one), one) for one in due(case, day, self.calendar))
        return tuple(found.values())

    def _in_cases(self, day: date, *, today: date, limit: int | None) -> list[Due]:
        """What the facts of cases lead to; with a limit at least the oldest so many."""
        found: list[Due] = []
        seen: set[str] = set()
        for page in self._days.due_pages(day, today=today, limit=limit):
            # a worker sends meanwhile: a case may come again, at its new day
            new = [each for each in page.case_ids if each not in seen]
            seen.update(new)
            for case in self.casework.cases_of(new, until=end_of(day)):
                found += due(case, day, self.calendar)
            found.sort(key=_order)
            # what comes later is due on no earlier day than the last of the page
            if (
                limit
                and found[limit - 1 : limit]
                and _place(found[limit - 1]) <= page.end
            ):
                break
        return found

    def _outside(self, day: date) -> list[Due]:
        """What is to be done that no fact of a case tells."""
        return [*self._doubts(day), *self._certificate(day), *self._approvals(day)]

    def look_sheet(self, found: Sequence[Due]) -> list[dict[str, str]]:
        """What is due as a sheet to fill in: one row a thing, with its addresses.

        `look_all` takes it back once `outcome` is filled in; the other columns tell
        where to look.
        """
        judgments = self.store.queries.judgments({one.number for one in found})
        return [
            {
                "case_id": one.case_id,
                "number": one.number,
                "since": one.on.isoformat(),
                "what": one.kind.value,
                "url": " ".join(_urls(judgments.get(one.number))),
                "outcome": "",
                "from": "",
                "note": "",
            }
            for one in found
        ]

    def overdue(self) -> dict[str, int]:
        """Count what should have been done before today, by what it is."""
        today = self.clock().astimezone(JST).date()
        late = [one.kind.value for one in self.due(today) if one.on < today]
        return {kind.value: late.count(kind.value) for kind in DueKind}

    @property
    def _days(self) -> DueDays:
        return DueDays(casework=self.casework, calendar=self.calendar)

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
        for draft in self.approvals.open(now=self.clock()):
            since = draft.stored.changed_at.astimezone(JST).date()
            if draft.error is not None and since <= day:
                yield Due(
                    kind=DueKind.APPROVAL,
                    case_id=draft.stored.key.case_id,
                    number=draft.stored.number,
                    on=since,
                    derivation=draft.error.message,
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


def _urls(judgment: str | None) -> list[str]:
    """The addresses that a notice named; none of what was sent elsewhere."""
    if judgment is None:
        return []
    urls: list[str] = json.loads(judgment)["target"]["urls"]
    return urls


def _what(one: Due) -> tuple[str, str, str]:
    return one.kind.value, one.case_id, one.number


def _order(one: Due) -> tuple[date, str, str]:
    return one.on, one.case_id, one.kind.value


def _place(one: Due) -> tuple[str, str]:
    return one.on.isoformat(), one.case_id


def due_json(thing: Due) -> dict[str, Any]:
    """The fields of one thing in `notices due --json`."""
    return {
        "kind": thing.kind.value,
        "case_id": thing.case_id,
        "number": thing.number,
        "on": thing.on.isoformat(),
        "derivation": str(thing.derivation),
        "provisional": thing.is_provisional,
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
