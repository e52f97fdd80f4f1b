"""The cases of a store: facts taken in under a lock, lists by index."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    or_,
    select,
    text,
    true,
    tuple_,
)

from notices.casework import Case, CaseState, Fact, make_case
from notices.errors import InputError
from notices.ledger import Leaf, QuickLeaf, fact_leaf
from notices.messages import Text
from notices.store.casework import recording
from notices.store.casework.reading_facts import facts_of, parts
from notices.store.casework.recording import FactToRecord, Recorded
from notices.store.database.casework_tables import case_facts, cases
from notices.store.database.engine import reading, writing
from notices.store.database.schema import events as entries

_PAGE = 200
"""Cases that are looked at together."""
_AT_ONCE = 5000
Known = Mapping[str, Sequence[Fact]]
Numbers = Mapping[str, str]
"""The case of each number."""
Decide = Callable[[Known, Numbers], Iterable[FactToRecord]]
"""From the facts on record to those to be written; raises to refuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """How a case stands, as lists show it."""

    case_id: str
    """The case system's id."""
    state: CaseState
    """How it stands."""
    category: str
    """Slug."""
    group: str
    """Key of the category's group."""
    analysed_at: datetime
    """When it was judged."""
    provider: str
    """Key of the directory's entry that was asked last; empty: none."""
    due_on: date | None
    """From which day on something is to be done; None: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases a list shows; what is empty does not narrow it."""

    states: Collection[CaseState] = ()
    """In one of these states."""
    since: datetime | None = None
    """Judged then or later."""
    category: str = ""
    """Slug."""
    provider: str = ""
    """Key of the directory's entry that was asked last."""
    due_by: date | None = None
    """With something to be done by the close of that day."""
    after: str = ""
    """Only what stands after this case in the list: the cursor of the next page."""
    limit: int | None = None
    """At most so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """Some of the cases with something to be done, in order of its day."""

    case_ids: tuple[str, ...]
    """The cases."""
    end: tuple[str, str]
    """Day and case at which it ends; what follows is due on no earlier day."""


class StoredCasework:
    """Facts and cases of one database."""

    def __init__(self, engine: Engine, *, by: str) -> None:
        self._engine = engine
        self._by = by

    def take(
        self,
        case_ids: Collection[str],
        decide: Decide,
        *,
        numbers: Collection[str] = (),
        now: datetime,
    ) -> Recorded:
        """Write the facts that `decide` gives for these cases, as they stand.

        Nobody else changes them meanwhile. All facts are written, or none.
        numbers: those that the facts tell of; `decide` learns whose they are.
        """
        with writing(self._engine) as connection:
            recording.lock_cases(connection, case_ids)
            known = facts_of(connection, case_ids)
            return recording.write(
                connection,
                list(decide(known, recording.owners(connection, numbers, case_ids))),
                known,
                now=now,
                by=self._by,
            )

    def case(self, case_id: str, *, until: datetime | None = None) -> Case:
        """Give a case; InputError if no fact of it is on record."""
        with reading(self._engine) as connection:
            by_case = facts_of(connection, [case_id])
        if case_id not in by_case:
            raise InputError(
                Text("there is no case {case_id} on record", case_id=case_id),
                hint="`notices cases` lists them",
            )
        return make_case(case_id, by_case[case_id], until=until)

    def cases_of(
        self, case_ids: Iterable[str], *, until: datetime | None = None
    ) -> tuple[Case, ...]:
        """Give several cases, in the order of their ids.

        until: as they were then; what was retracted later counts still.
        """
        with reading(self._engine) as connection:
            found = facts_of(connection, case_ids)
        return tuple(
            make_case(case_id, found[case_id], until=until) for case_id in sorted(found)
        )

    def group(self, case_id: str) -> str:
        """Key of the group of a case's category; empty: it is not judged."""
        query = select(cases.c.case_group).where(cases.c.case_id == case_id)
        with reading(self._engine) as connection:
            found: str | None = connection.scalar(query)
        return found or ""

    def case_of_number(self, number: str) -> str:
        """The case of a notice that was sent; empty: none is on record."""
        query = select(case_facts.c.case_id).where(case_facts.c.number == number)
        with reading(self._engine) as connection:
            found: str | None = connection.scalar(query.limit(1))
        return found or ""

    def list(self, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
        """List cases, the oldest judgment first; InputError for an unknown cursor."""
        with reading(self._engine) as connection:
            if wanted.after:
                _require_cursor(connection, wanted.after)
            query = self._narrowed(wanted)
            return tuple(
                CaseSummary(
                    case_id=row.case_id,
                    state=CaseState(row.state),
                    category=row.category,
                    group=row.case_group,
                    analysed_at=row.analysed_at,
                    provider=row.provider,
                    due_on=date.fromisoformat(row.due_on) if row.due_on else None,
                )
                for row in connection.execute(query)
            )

    def due_pages(
        self, by: date, *, unchanged_since: datetime | None = None, size: int = _PAGE
    ) -> Iterator[DuePage]:
        """Cases with something to be done by a day, page by page of so many.

        In the order of the first day on which something is due, then of their ids.
        unchanged_since: only those of which nothing is told from then on.
        """
        # before each day, behind the many cases that have none: those are never read
        last_on, last_id = "0", ""
        is_unchanged = (
            true() if unchanged_since is None else cases.c.told_until < unchanged_since
        )
        while True:
            query = (
                select(cases.c.due_on, cases.c.case_id)
                .where(
                    tuple_(cases.c.due_on, cases.c.case_id) > tuple_(last_on, last_id),
                    cases.c.due_on != "",
                    cases.c.due_on <= by.isoformat(),
                    is_unchanged,
                )
                .order_by(cases.c.due_on, cases.c.case_id)
                .limit(size)
            )
            with reading(self._engine) as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            last_on, last_id = rows[-1].due_on, rows[-1].case_id
            ids = tuple(row.case_id for row in rows)
            yield DuePage(case_ids=ids, end=(last_on, last_id))

    def changed_pages(self, since: datetime) -> Iterator[tuple[str, ...]]:
        """Cases of which something is told before a moment, and something from it on.

        In order of their ids. What began later is not read: nothing was due of it.
        """
        open_then = select(cases.c.case_id).where(
            cases.c.told_since < since, cases.c.told_until >= since
        )
        # a judgment that was retracted since has no row, and counted on that day
        of_none = select(case_facts.c.case_id).where(
            case_facts.c.kind == text("'retracted'"), case_facts.c.at >= since
        )
        with reading(self._engine) as connection:
            found = {
                *connection.scalars(open_then),
                *connection.scalars(of_none),
            } - {""}
        yield from map(tuple, parts(sorted(found), _PAGE))

    def leaves(self, *, size: int | None = None) -> Iterator[Leaf | QuickLeaf]:
        """Leaves of version 2 in their order, up to a size of the ledger."""
        query = select(entries.c.payload).where(
            or_(
                entries.c.case_id != "",
                entries.c.kind.in_(("intake", "referred", "retracted")),
            )
        )
        if size is not None:
            query = query.where(entries.c.seq < size)
        with reading(self._engine) as connection:
            ordered = query.order_by(entries.c.seq).execution_options(
                yield_per=_AT_ONCE
            )
            for (payload,) in connection.execute(ordered):
                yield fact_leaf(payload.encode())

    def _narrowed(self, wanted: CaseFilter) -> Select[tuple[object, ...]]:
        query = select(cases).order_by(cases.c.analysed_at, cases.c.case_id)
        if wanted.states:
            query = query.where(cases.c.state.in_(map(str, wanted.states)))
        if wanted.since:
            query = query.where(cases.c.analysed_at >= wanted.since)
        for name in ("category", "provider"):
            if value := getattr(wanted, name):
                query = query.where(cases.c[name] == value)
        if wanted.due_by:
            day = wanted.due_by.isoformat()
            query = query.where(cases.c.due_on != "", cases.c.due_on <= day)
        if wanted.after:
            query = query.where(_after(wanted.after))
        return query.limit(wanted.limit) if wanted.limit is not None else query


def _require_cursor(connection: Connection, case_id: str) -> None:
    """A page behind nothing would look like the end of the list."""
    query = select(cases.c.case_id).where(cases.c.case_id == case_id)
    if connection.scalar(query) is None:
        raise InputError(
            Text("there is no case {case_id} on record", case_id=case_id),
            hint="the page after it starts at the last case of the page before",
        )


def _after(case_id: str) -> ColumnElement[bool]:
    """Behind the last case of the page before."""
    last = select(cases.c.analysed_at).where(cases.c.case_id == case_id)
    moment = last.scalar_subquery()
    return or_(
        cases.c.analysed_at > moment,
        and_(cases.c.analysed_at == moment, cases.c.case_id > case_id),
    )
