"""Writes of several threads of one process, committed with one sync of the disk.

A commit on SQLite waits for the disk, and only one may write at a time. Whoever finds
others waiting takes their writes into its own transaction, each behind a savepoint of
its own: one that is refused undoes itself and nothing else. Nobody is told `done`
before the commit that holds its write has returned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection, Engine

from notices.errors import NoticesError, StoreUnavailable
from notices.outbox.database import translated, writing

Result = TypeVar("Result")
Write = Callable[[Connection], Result]


@dataclass(slots=True, eq=False)
class _Job(Generic[Result]):
    write: Write[Result]
    result: Result | None = None
    error: Exception | None = None
    is_done: bool = False


class Together:
    """The writes of one process; on PostgreSQL each is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # PostgreSQL syncs together what many connections commit, without our help
        self._is_grouped = engine.dialect.name == "sqlite"
        self._waiting: list[_Job[Any]] = []
        self._queueing, self._turn = Lock(), Lock()

    def write(self, write: Write[Result]) -> Result:
        """Run `write` in a transaction; returns once that is committed."""
        if not self._is_grouped:
            with writing(self._engine) as connection:
                return write(connection)
        job = _Job(write)
        with self._queueing:
            self._waiting.append(job)
        with self._turn:
            if not job.is_done:
                with self._queueing:
                    jobs, self._waiting = self._waiting, []
                self._commit(jobs)
        if job.error is not None:
            raise job.error
        return cast("Result", job.result)

    def _commit(self, jobs: list[_Job[Any]]) -> None:
        """Run all of them and commit once; if that fails, all of them have failed."""
        try:
            with writing(self._engine) as connection:
                if len(jobs) == 1:
                    jobs[0].result = jobs[0].write(connection)
                    return
                for job in jobs:
                    self._run(connection, job)
        except NoticesError as error:
            for job in jobs:
                job.error = job.error or _again(error)
        except BaseException:
            for job in jobs:
                job.error = job.error or StoreUnavailable("the outbox was interrupted")
            raise
        finally:
            for job in jobs:
                job.is_done = True

    def _run(self, connection: Connection, job: _Job[Any]) -> None:
        try:
            with translated(self._engine), connection.begin_nested():
                job.result = job.write(connection)
        except StoreUnavailable:
            raise  # of the whole transaction: the disk is full, say
        except Exception as error:  # noqa: BLE001 - raised where it belongs, by `write`
            job.error = error


def _again(error: NoticesError) -> NoticesError:
    """The same error for another thread, which adds its own trace to it."""
    copied = type(error)(error.message, hint=error.hint, faults=error.faults)
    copied.__cause__ = error
    return copied
