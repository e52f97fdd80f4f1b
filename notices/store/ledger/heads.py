"""Where the ledger stands: what an event that gets its place is linked to.

All of it is asked by one statement, where few chains are named or some hundreds.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    Connection,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)

from notices.ledger import (
    EventKind,
    Head,
    Link,
    Told,
    leaf_version,
    named_chains,
    own_chains,
)
from notices.ledger.chains import CASE, NOTICE, PERSON, POLICY
from notices.store.database.schema import events, numbers

Chain = tuple[str, str]
"""Name and key."""
BEGAN = "version"
"""Subject of the first leaf of version 2."""
_NOWHERE = "(none)"
"""A key that no event has."""
_HEAD = (events.c.seq, events.c.at, events.c.leaf)
# built once: building a statement costs more than running it
NEWEST = select(func.max(events.c.seq))
"""The place of the newest event; null: there is none."""
BEGUN = select(events.c.seq).where(events.c.subject == BEGAN).limit(1)
"""The place of the first leaf of version 2; null: there is none."""
_BEGUN = BEGUN.scalar_subquery().label("begun")


def _newest_of_some(
    name: str, key: ColumnClause[str], keys: BindParameter[Sequence[str]]
) -> Select[*tuple[Any, ...]]:
    newest = select(func.max(events.c.seq)).where(key.in_(keys)).group_by(key)
    of_keys = select(literal(name).label("name"), key.label("key"), *_HEAD, _BEGUN)
    return of_keys.where(events.c.seq.in_(newest))


_OF_SOME = union_all(
    _newest_of_some(NOTICE, events.c.number, bindparam("of_numbers", expanding=True)),
    _newest_of_some(CASE, events.c.case_id, bindparam("of_cases", expanding=True)),
    select(literal(""), literal(""), *_HEAD, _BEGUN).where(
        events.c.seq == NEWEST.scalar_subquery()
    ),
)
_OF_SUBJECT = select(*_HEAD).where(events.c.subject == bindparam("subject"))
_NEWEST_OF_SUBJECT = _OF_SUBJECT.order_by(events.c.seq.desc()).limit(1)
# what one event of a notice names, an approval and a door also policy and person
_OF_FEW = select(
    events.c.number, events.c.case_id, events.c.subject, *_HEAD, _BEGUN
).where(
    or_(
        events.c.seq == NEWEST.scalar_subquery(),
        *(
            events.c.seq
            == select(func.max(events.c.seq))
            .where(key == bindparam(name))
            .scalar_subquery()
            for name, key in (
                ("of_number", events.c.number),
                ("of_case", events.c.case_id),
                ("one_subject", events.c.subject),
                ("other_subject", events.c.subject),
            )
        ),
    )
)
_CASE_HAS_NUMBER = (
    select(numbers.c.case_id).where(numbers.c.case_id == bindparam("of_case")).limit(1)
)


class Heads:
    """The newest event of each chain that some events name, and of all."""

    def __init__(self, connection: Connection, told: Iterable[Told]) -> None:
        self._connection = connection
        self._known: dict[Chain, Head | None] = {}
        self.size = 0
        """How many events have their place."""
        self.began_at: int | None = None
        """The place of the first leaf of version 2, None if there is none."""
        wanted = {chain for each in told for chain in _named(each)}
        numbers_wanted = sorted(key for name, key in wanted if name == NOTICE)
        cases_wanted = sorted(key for name, key in wanted if name == CASE)
        subjects = sorted(chain for chain in wanted if chain[0] in (POLICY, PERSON))
        if max(len(numbers_wanted), len(cases_wanted), len(subjects) - 1) <= 1:
            self._look_up_few(numbers_wanted, cases_wanted, subjects)
        else:
            self._look_up_many(numbers_wanted, cases_wanted)
        headless = [each for each in cases_wanted if (CASE, each) not in self._known]
        if self._is_older_than_cases:
            # the first event of a case of version 2 may follow one of version 1
            headless = sorted(set(headless) - _with_numbers(connection, headless))
        self._known |= dict.fromkeys(_chains(CASE, headless))

    def _look_up_few(
        self, numbers: Sequence[str], cases: Sequence[str], subjects: Sequence[Chain]
    ) -> None:
        """At most one notice, one case and two subjects."""
        keys = {":".join(chain): chain for chain in subjects}
        one, other = [*keys, _NOWHERE, _NOWHERE][:2]
        asked = {"one_subject": one, "other_subject": other}
        asked["of_number"] = numbers[0] if numbers else _NOWHERE
        asked["of_case"] = cases[0] if cases else _NOWHERE
        self._known |= dict.fromkeys([*_chains(NOTICE, numbers), *subjects])
        sought = {*keys.values(), *_chains(NOTICE, numbers), *_chains(CASE, cases)}
        for row in self._connection.execute(_OF_FEW, asked):
            self._stand(row)
            of_row = {(NOTICE, row.number), (CASE, row.case_id), keys.get(row.subject)}
            head = _head_from(row)
            for chain in sought & of_row:
                # the newest of one chain may be an older one of another
                known = self._known.get(chain)
                if known is None or known.link.seq < head.link.seq:
                    self._known[chain] = head

    def _look_up_many(self, numbers: Sequence[str], cases: Sequence[str]) -> None:
        self._known |= dict.fromkeys(_chains(NOTICE, numbers))
        for some, others in zip_longest(_parts(numbers), _parts(cases), fillvalue=()):
            asked = {"of_numbers": _filled(some), "of_cases": _filled(others)}
            for row in self._connection.execute(_OF_SOME, asked):
                self._stand(row)
                if row.name:
                    self._known[row.name, row.key] = _head_from(row)

    def _stand(self, row: Any) -> None:
        self.size = max(self.size, row.seq + 1)
        self.began_at = row.begun

    @property
    def _is_older_than_cases(self) -> bool:
        """Whether there are leaves of version 1."""
        return self.size > 0 and self.began_at != 0

    def of(self, told: Told) -> dict[str, Head | None]:
        """What an event names: chain to its newest event."""
        return {chain[0]: self._head(chain) for chain in _named(told)}

    def add(self, told: Told, head: Head) -> None:
        """An event got its place: it is the newest of its chains."""
        own = own_chains(told.kind, told.number, told.case_id, told.facts)
        for chain in own.items():
            self._known[chain] = head

    def _head(self, chain: Chain) -> Head | None:
        if chain not in self._known:
            self._known[chain] = _newest(self._connection, chain)
        return self._known[chain]


def _named(told: Told) -> list[Chain]:
    named = named_chains(told.kind, told.number, told.case_id, told.facts)
    return list(named.items())


def _chains(name: str, keys: Iterable[str]) -> list[Chain]:
    return [(name, key) for key in keys]


_AT_ONCE = 500


def _parts(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    """At least one, which may be empty: where the ledger stands is asked by it, too."""
    return (keys[at : at + _AT_ONCE] for at in range(0, len(keys) or 1, _AT_ONCE))


def _filled(keys: Sequence[str]) -> list[str]:
    """The last key again and again up to 1, 2, 4, 8 ...: few statements, well known."""
    some = [*keys] or [_NOWHERE]
    return some + some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some))


def _with_numbers(connection: Connection, case_ids: Sequence[str]) -> set[str]:
    """Those of these cases that have a number."""
    if len(case_ids) == 1:
        return set(connection.scalars(_CASE_HAS_NUMBER, {"of_case": case_ids[0]}))
    numbered: set[str] = set()
    for start in range(0, len(case_ids), _AT_ONCE):
        part = case_ids[start : start + _AT_ONCE]
        query = select(numbers.c.case_id).where(numbers.c.case_id.in_(part))
        numbered.update(connection.scalars(query))
    return numbered


def _newest(connection: Connection, chain: Chain) -> Head | None:
    """Of a subject, or of a case that has no event of version 2."""
    name, key = chain
    if name in (POLICY, PERSON):
        subject = {"subject": ":".join(chain)}
        row = connection.execute(_NEWEST_OF_SUBJECT, subject).first()
        return None if row is None else _head_from(row)
    return _of_version_1(connection, key)


def _of_version_1(connection: Connection, case_id: str) -> Head | None:
    """The newest leaf of version 1 that names the case (4.3, over the versions)."""
    of_case = select(numbers.c.number).where(numbers.c.case_id == case_id)
    kinds = (str(EventKind.NUMBERED), str(EventKind.PREPARED))
    query = select(*_HEAD, events.c.payload).where(
        events.c.number.in_(of_case), events.c.kind.in_(kinds)
    )
    rows = connection.execute(query.order_by(events.c.seq.desc()))
    old = (row for row in rows if leaf_version(row.payload.encode()) == 1)
    return next((_head_from(row) for row in old), None)


def _head_from(row: Any) -> Head:
    at: datetime = row.at
    return Head(link=Link(seq=row.seq, leaf=bytes(row.leaf).hex()), at=at)
