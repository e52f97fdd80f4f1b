"""Cases of what an earlier version made and sent, by the notices' own record.

Before there were cases, a notice went out and no fact told of it: nothing was due, and
nothing could follow. When the database is brought up, in the same transaction, the
facts are written that the program would have added then, each with the time of its
evidence. The ledger tells when, and by whom: `program:upgrade`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from notices.casework import Analysed, Details, Disposed, Fact, PoliceReported
from notices.casework.judged import analysed
from notices.catalogue import Catalogue
from notices.codec import load_catalogue, read_judgment
from notices.delivery import Decision, State
from notices.errors import InvalidJudgment
from notices.store.casework import automatic, recording
from notices.store.casework.reading_facts import facts_of
from notices.store.casework.recording import FactToRecord
from notices.store.database.schema import deliveries, notices, reports
from notices.store.ledger import telling
from notices.store.ledger.events import put_in_order

UPGRADE = "program:upgrade"
"""Who writes down what an earlier version did not."""
_AT_ONCE = 200
_TELL_SENT = (State.SENT, State.DELIVERED, State.BOUNCED)
"""Whatever tells what became of a notice tells that it was sent."""
_MADE = (
    select(
        *automatic.COLUMNS,
        notices.c.created_at,
        deliveries.c.state,
        deliveries.c.changed_at,
    )
    .join(deliveries, deliveries.c.number == notices.c.number)
    .where(notices.c.kind.in_(automatic.KINDS))
    .order_by(notices.c.case_id, notices.c.created_at, notices.c.number)
)


def adopt(connection: Connection, *, now: datetime) -> None:
    """Write what cases lack of that their notices tell; nothing is written twice."""
    while put_in_order(connection):  # the evidence of sending is read from there
        pass
    adopter = _Adopter(connection, load_catalogue(), now)
    last = ""
    while page := _page(connection, last):
        adopter.adopt(page)
        last = page[-1]


def _page(connection: Connection, after: str) -> Sequence[str]:
    query = select(notices.c.case_id).where(
        notices.c.kind.in_(automatic.KINDS), notices.c.case_id > after
    )
    found = query.distinct().order_by(notices.c.case_id).limit(_AT_ONCE)
    return connection.scalars(found).all()


@dataclass(frozen=True, slots=True)
class _Adopter:
    connection: Connection
    catalogue: Catalogue
    now: datetime

    def adopt(self, case_ids: Sequence[str]) -> None:
        """Write what these cases lack."""
        recording.lock_cases(self.connection, case_ids)
        known = facts_of(self.connection, case_ids)
        rows = self.connection.execute(_MADE.where(notices.c.case_id.in_(case_ids)))
        new = [
            one
            for case_id, made in groupby(rows.all(), lambda row: str(row.case_id))
            for one in self._lacking(case_id, list(made), known.get(case_id, ()))
        ]
        if new:
            recording.write(self.connection, new, known, now=self.now, by=UPGRADE)

    def _lacking(
        self, case_id: str, made: Sequence[Any], known: Sequence[Fact]
    ) -> list[FactToRecord]:
        if any(isinstance(fact.details, Disposed) for fact in known):
            return []  # its texts are gone, and its notices with them
        first = [] if _is_judged(known) else list(self._judged(case_id, made[0]))
        if not first and not _is_judged(known):
            return []  # what cannot be read today is no case
        told = {fact.details for fact in known}
        sent = {getattr(details, "number", "") for details in told}
        since = [
            FactToRecord(fact=_fact(case_id, at, details))
            for row in made
            if row.number not in sent
            for at, details in self._followed(row)
        ]
        return first + since

    def _judged(self, case_id: str, row: Any) -> Iterator[FactToRecord]:
        """What `prepare` tells of a case since there are cases."""
        try:
            judgment = read_judgment(row.judgment, self.catalogue)
        except InvalidJudgment:
            return
        category = self.catalogue.category(judgment.category)
        at = min(judgment.checked_at, row.created_at)
        yield FactToRecord(
            fact=_fact(case_id, at, analysed(judgment)),
            group=category.group if category else "",
        )
        if told_at := judgment.police.reported_at:
            at = min(told_at, row.created_at)
            yield FactToRecord(fact=_fact(case_id, at, PoliceReported()))

    def _followed(self, row: Any) -> Iterator[tuple[datetime, Details]]:
        """That it was sent, and what came in about it."""
        if row.state not in _TELL_SENT:
            return
        events = telling.told(self.connection, row.number)
        yield (
            next(_evidence_of_sending(events), row.changed_at),
            automatic.requested(row),
        )
        query = select(reports).where(reports.c.number == row.number)
        seen: set[Details] = set()
        for report in self.connection.execute(query.order_by(reports.c.received_at)):
            for details in _told_by(report):
                if details not in seen:
                    seen.add(details)
                    yield report.received_at, details


def _is_judged(known: Iterable[Fact]) -> bool:
    """Also by a judgment that was retracted: that was somebody's decision."""
    return any(isinstance(fact.details, Analysed) for fact in known)


def _evidence_of_sending(events: Iterable[dict[str, Any]]) -> Iterator[datetime]:
    """Times of what tells that a notice was sent, the first of them first."""
    for event in events:
        if event.get("state") in _TELL_SENT or event.get("decision") == Decision.SENT:
            yield datetime.fromisoformat(event["at"])


def _told_by(report: Any) -> Iterator[Details]:
    facts = json.loads(report.facts)
    if report.proves == State.BOUNCED:
        yield automatic.returned(report.number, str(facts.get("cause") or ""))
    elif report.kind == "reply" and facts.get("answer"):
        yield automatic.answered(report.number, str(facts["answer"]))


def _fact(case_id: str, at: datetime, details: Details) -> Fact:
    return Fact(case_id=case_id, at=at, by=automatic.teller(UPGRADE), details=details)
