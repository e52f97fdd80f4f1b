"""Disposal as the rooms above ask for it; each method is one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from notices.approval import EnrolledPerson
from notices.casework.disposal import DisposalStatement
from notices.casework.retention import EndedCase
from notices.errors import TryLater
from notices.ledger import EventKind, FactValue, read_entry
from notices.store.approval.registered import registered
from notices.store.casework import recording
from notices.store.database.engine import reading, writing
from notices.store.database.schema import events as entries
from notices.store.database.schema import notices, reports
from notices.store.disposal import certificates
from notices.store.disposal.certificates import Certificate
from notices.store.disposal.compacting import compact
from notices.store.disposal.deciding import DecidedThen, decided_then, people_before
from notices.store.disposal.ended import ended_cases, undisposed
from notices.store.disposal.removing import Decided, remove
from notices.store.ledger import events
from notices.store.ledger.stored import StoredLedger

_AT_ONCE = 500


class StoredDisposals:
    """What was disposed of, and may be, in one database."""

    def __init__(self, engine: Engine, ledger: StoredLedger, *, by: str) -> None:
        self._engine = engine
        self._ledger = ledger
        self._by = by

    def ended(self) -> tuple[EndedCase, ...]:
        """Cases in which nothing more is to be done, and what came back; by id."""
        self._ledger.put_in_order()
        with reading(self._engine) as connection:
            return ended_cases(connection)

    def dispose(
        self,
        decided: Decided,
        as_seen: Iterable[EndedCase] | None,
        *,
        now: datetime,
        remember: Callable[[], None] = lambda: None,
    ) -> Mapping[str, int]:
        """Remove the texts of these cases, whole or not at all; rows by table.

        as_seen: the cases as they were when it was decided; TryLater if one is another
        one by now. None: whatever they are. remember: called when all is removed and
        nothing is committed yet; what it raises takes the removal back. Files and free
        space: `compact`.
        """
        self._ledger.put_in_order()
        with writing(self._engine) as connection:
            recording.lock_cases(connection, decided.cases)
            while connection.dialect.name != "sqlite" and events.put_in_order(
                connection
            ):
                pass
            if as_seen is not None:
                now_seen = ended_cases(connection, decided.cases)
                if now_seen != tuple(sorted(as_seen, key=lambda case: case.case_id)):
                    raise TryLater(
                        "something happened to these cases meanwhile; nothing of them "
                        "was removed",
                        hint="type it again",
                    )
            removed = remove(connection, decided, now=now, by=self._by)
            remember()
            return removed

    def undisposed(self, case_ids: Iterable[str]) -> tuple[str, ...]:
        """Those of these cases that are here with their texts, sorted."""
        self._ledger.put_in_order()
        with reading(self._engine) as connection:
            return undisposed(connection, case_ids)

    def certificates(self, *, uncleared: bool = False) -> tuple[Certificate, ...]:
        """What was disposed of, the oldest first."""
        with reading(self._engine) as connection:
            return certificates.listed(connection, uncleared=uncleared)

    def compact(self) -> None:
        """Write the database anew without what was removed; `compacting.compact`."""
        compact(self._engine)

    def set_cleared(
        self,
        done: Sequence[Certificate],
        files: Mapping[str, Any],
        *,
        now: datetime,
    ) -> None:
        """Write down that files and free space of these are cleared."""
        with writing(self._engine) as connection:
            certificates.set_cleared(connection, done, files, now=now)

    def numbers_of(self, case_ids: Sequence[str]) -> tuple[str, ...]:
        """整理番号 of all notices of these cases."""
        numbers: list[str] = []
        with reading(self._engine) as connection:
            for start in range(0, len(case_ids), _AT_ONCE):
                part = case_ids[start : start + _AT_ONCE]
                query = select(notices.c.number).where(notices.c.case_id.in_(part))
                numbers += connection.scalars(query)
        return tuple(numbers)

    def strays(self) -> dict[str, int]:
        """What is here and belongs to no case that could be disposed of.

        `mails_of_no_notice`: kept mails that nothing matched. `entries_of_version_1`:
        leaves that hold mailboxes and reasons. `bundles`: how many were exported.
        """
        version_2 = select(entries.c.seq).where(entries.c.subject == "version")
        exported = entries.c.kind == str(EventKind.EXPORTED)
        with reading(self._engine) as connection:
            began = connection.scalar(version_2.limit(1)) or 0
            mails = select(func.count()).where(
                reports.c.number.is_(None), reports.c.content.is_not(None)
            )
            bundles = select(func.count()).select_from(entries).where(exported)
            return {
                "mails_of_no_notice": connection.scalar(mails) or 0,
                "entries_of_version_1": began,
                "bundles": connection.scalar(bundles) or 0,
            }

    def people(self) -> Mapping[str, EnrolledPerson]:
        """Whose keys hold now, by id, as the ledger tells."""
        self._ledger.put_in_order()
        with reading(self._engine) as connection:
            return people_before(connection)

    def names(self) -> Mapping[str, str]:
        """How they are called, by id; without those whose names are not kept."""
        with reading(self._engine) as connection:
            known = registered(connection).known
        return {person: each.name for person, each in known.items() if each.name}

    def decided(self, statement: DisposalStatement) -> DecidedThen | None:
        """What the ledger has of a decision; None: nothing."""
        self._ledger.put_in_order()
        with reading(self._engine) as connection:
            return decided_then(connection, statement)

    def note_policy(
        self,
        section: str,
        told: Mapping[str, FactValue],
        *,
        usual: Mapping[str, FactValue],
        now: datetime,
    ) -> bool:
        """Put a section of the configuration on record, if it is another one now.

        usual: what holds where nothing is on record. Tells whether it was written.
        """
        self._ledger.put_in_order()
        newest = (
            select(entries.c.payload)
            .where(entries.c.subject == f"policy:{section}")
            .order_by(entries.c.seq.desc())
            .limit(1)
        )
        with writing(self._engine) as connection:
            payload = connection.scalar(newest)
            known = read_entry(payload.encode()).facts if payload else usual
            if all(known.get(name) == value for name, value in told.items()):
                return False
            events.append(
                connection,
                EventKind.POLICY_CHANGED,
                "",
                {"section": section, **told},
                now=now,
                by=self._by,
            )
            return True
