"""Connections that are kept open between transactions, none of them for long."""

import asyncio
from dataclasses import dataclass

from notices.smtp.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """How far a connection is used again; TLS and AUTH cost more than the mail."""

    kept: int = 4
    """How many idle connections are kept; 0: each transaction has its own."""
    messages: int = 100
    """How many transactions a connection carries at most."""
    idle: float = 20
    """Seconds after which an idle one is closed: before the server would do so."""


class Pool:
    """Idle connections of one event loop, the one used last on top."""

    def __init__(self, reuse: Reuse) -> None:
        self._reuse = reuse
        self._idle: dict[Session, asyncio.TimerHandle] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def take(self) -> Session | None:
        """Give an idle connection, None if there is none; those that died go."""
        while self._idle:
            session, timer = self._idle.popitem()
            timer.cancel()
            if session.is_usable:
                return session
            self.drop(session)
        return None

    def put(self, session: Session) -> None:
        """Keep a connection that its transaction left in order, or close it."""
        is_kept = (
            session.is_usable
            and session.transactions < self._reuse.messages
            and len(self._idle) < self._reuse.kept
        )
        if not is_kept:
            self.leave(session)
            return
        loop = asyncio.get_running_loop()
        self._idle[session] = loop.call_later(self._reuse.idle, self._expire, session)

    def leave(self, session: Session) -> None:
        """Close politely, in the background: the outcome is to be committed at once."""
        self._in_background(session.leave())

    def drop(self, session: Session) -> None:
        """Close at once."""
        self._in_background(session.drop())

    async def aclose(self) -> None:
        """Close all, and wait until all are closed."""
        while self._idle:
            session, timer = self._idle.popitem()
            timer.cancel()
            self.leave(session)
        await asyncio.gather(*self._leaving)

    def _expire(self, session: Session) -> None:
        del self._idle[session]
        self.leave(session)

    def _in_background(self, closing: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(closing)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
