"""What case systems hand in: a judgment becomes one notice, however often it comes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from notices.errors import RefusedError
from notices.judgment import Judgment, Rung
from notices.messages import Text
from notices.store import StoredNotice
from notices.store.access import RequestKey, StoredHandIns, remember
from notices.store.approval.stored import AlsoWrite

_MOST = 1000
"""No case has so many notices."""


class Prepare(Protocol):
    """Makes the notice of a judgment, or gives the one that was made before."""

    def __call__(
        self,
        judgment: Judgment,
        *,
        rung: Rung | None,
        rung_reason: str,
        again: str,
        also: AlsoWrite,
    ) -> StoredNotice:
        """`also` is called only for a new one, with its number."""
        ...


class KeyUsed(RefusedError):
    """The key of a request belongs to another one."""

    code = "key-used"


class NotYours(RefusedError):
    """The case is on record, and another system handed it in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedUnder:
    """The key of a request, and what it stands for."""

    key: str
    """Idempotency-Key; empty: none came."""
    fingerprint: str
    """SHA-256 of what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedInNotice:
    """The notice of a judgment that was handed in."""

    notice: StoredNotice
    """As it stands now."""
    is_new: bool
    """It was made now."""
    is_replay: bool = False
    """The same request came before, under the same key."""


@dataclass(frozen=True, kw_only=True)
class HandInDesk:
    """Takes judgments from one case system."""

    hand_ins: StoredHandIns
    """Whose cases are whose."""
    prepare: Prepare
    """Makes notices."""
    owner: str
    """The case system."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def replay(self, under: AskedUnder) -> HandedInNotice | None:
        """The notice that this key led to before; None: it led to none.

        KeyUsed if something else was asked for under it.
        """
        handed_in = self.hand_ins.request(self.owner, under.key) if under.key else None
        if handed_in is None:
            return None
        if handed_in.fingerprint != under.fingerprint:
            raise KeyUsed(
                Text("the key {key} belongs to another request", key=under.key),
                hint="a new request needs a new key; nothing was done",
            )
        notice = self.hand_ins.notice(handed_in.number, self.owner)
        return HandedInNotice(notice=notice, is_new=False, is_replay=True)

    def take(
        self,
        judgment: Judgment,
        *,
        under: AskedUnder,
        rung: Rung | None = None,
        rung_reason: str = "",
        again: str = "",
    ) -> HandedInNotice:
        """Prepare the request of a judgment, once.

        The key is kept in the transaction that stores the notice: after it there are
        both, before it neither. Whoever lost a race gets the winner's.
        """
        if replayed := self.replay(under):
            return replayed
        self._require_own(judgment.case_id)
        made: list[str] = []
        before = self._numbers(judgment.case_id)

        def also(connection: Connection, number: str) -> None:
            made.append(number)
            if under.key:
                key = self._key(under, number, judgment.case_id)
                remember(connection, key, now=self.clock())

        try:
            notice = self._prepared(judgment, rung, rung_reason, again, also)
        except RefusedError:
            # was another process quicker, with the same key or the same judgment?
            if self._numbers(judgment.case_id) == before:
                raise
            made.clear()
            if replayed := self.replay(under):
                return replayed
            notice = self._prepared(judgment, rung, rung_reason, "", also)
        is_new = notice.number in made
        if under.key and not is_new:
            key = self._key(under, notice.number, judgment.case_id)
            self.hand_ins.remember(key, now=self.clock())
        return HandedInNotice(notice=notice, is_new=is_new)

    def _prepared(
        self,
        judgment: Judgment,
        rung: Rung | None,
        rung_reason: str,
        again: str,
        also: AlsoWrite,
    ) -> StoredNotice:
        return self.prepare(
            judgment, rung=rung, rung_reason=rung_reason, again=again, also=also
        )

    def _numbers(self, case_id: str) -> frozenset[str]:
        found = self.hand_ins.notices(self.owner, case_id=case_id, limit=_MOST)
        return frozenset(one.number for one in found)

    def _require_own(self, case_id: str) -> None:
        if self.hand_ins.claim([case_id], self.owner, now=self.clock()):
            raise NotYours(
                Text(
                    "{case_id} is on record, and was not handed in with this token; "
                    "nothing was prepared",
                    case_id=case_id,
                ),
                hint="a case belongs to whoever handed it in first",
            )

    def _key(self, under: AskedUnder, number: str, case_id: str) -> RequestKey:
        return RequestKey(
            owner=self.owner,
            key=under.key,
            fingerprint=under.fingerprint,
            number=number,
            case_id=case_id,
        )
