"""Steps of many deliveries, committed with one sync of the disk.

While one commit is under way, the steps that come up wait for the next one and share
it; a commit waits for a moment until all have come up that are under way, as
`commit_delay` of PostgreSQL does. Nobody is told that his step is made before the
commit that holds it has returned.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from notices.ledger import ArmedAttempt
from notices.store.attempt_steps import Arm, Result_co, Step

Perform = Callable[[Sequence[Step[Any]]], list[Any]]
"""Makes steps with one commit, such as `Store.perform`: in a thread, never raises."""
NoteArmed = Callable[[Sequence[ArmedAttempt]], None]
"""Notes armed attempts outside of the database, synced when it returns; in a thread.
A NoticesError: they are not noted, and no byte of them may leave."""
CountUnderWay = Callable[[], int]
"""Tells how many deliveries are under way, each of which has a step before it."""
_MOMENT = 0.001
"""Seconds that a commit waits for others: less than one sync costs on most disks."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    step: Step[Any]
    made: asyncio.Future[Any]

    def end(self, outcome: object) -> None:
        """Tell who waits, unless he has left."""
        if self.made.done():
            return
        if isinstance(outcome, Exception):
            self.made.set_exception(outcome)
        else:
            self.made.set_result(outcome)


class GroupCommit:
    """The steps of one event loop; errors are those of `Store`."""

    def __init__(self, perform: Perform, under_way: CountUnderWay) -> None:
        self._perform = perform
        self._under_way = under_way
        self._waiting: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None
        self._gathered: asyncio.Future[None] | None = None

    async def make(self, step: Step[Result_co]) -> Result_co:
        """Make one step with whatever else is to be committed; see `Store.perform`."""
        loop = asyncio.get_running_loop()
        made: asyncio.Future[Result_co] = loop.create_future()
        self._waiting.append(_Waiting(step, made))
        if self._gathered and self._are_all_here():
            self._end_gathering()
        if self._committing is None:
            self._committing = loop.create_task(self._commit())
        return await made

    async def _commit(self) -> None:
        """Commit until nobody waits."""
        await asyncio.sleep(0)  # who comes up at this moment is taken along
        while self._waiting:
            await self._gather()
            if not (group := self._next_group()):
                continue
            steps = [waiting.step for waiting in group]
            outcomes: Sequence[object]
            try:
                outcomes = await asyncio.to_thread(self._perform, steps)
            except Exception as error:  # noqa: BLE001 - told to all who wait
                outcomes = [error] * len(group)  # no thread to be had, say
            for waiting, outcome in zip(group, outcomes, strict=True):
                waiting.end(outcome)
        self._committing = None

    async def _gather(self) -> None:
        """Wait until all have come up, or for a moment."""
        if self._are_all_here():
            return
        loop = asyncio.get_running_loop()
        self._gathered = loop.create_future()
        moment = loop.call_later(_MOMENT, self._end_gathering)
        await self._gathered
        moment.cancel()
        self._gathered = None

    def _are_all_here(self) -> bool:
        return len(self._waiting) >= self._under_way()

    def _end_gathering(self) -> None:
        if self._gathered and not self._gathered.done():
            self._gathered.set_result(None)

    def _next_group(self) -> list[_Waiting]:
        """What waits, at most one step of each delivery; who left has no step."""
        group: dict[str, _Waiting] = {}
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if waiter.made.done():
                continue
            if group.setdefault(waiter.step.number, waiter) is not waiter:
                self._waiting.append(waiter)
        return list(group.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note(Step[None]):
    """An armed attempt is noted outside of the database."""

    armed: ArmedAttempt


class AttemptCommits:
    """What the attempts of one event loop commit, in the database and outside of it.

    Both share one sync among all that wait; the next commit does not wait for notes.
    """

    def __init__(
        self, perform: Perform, note: NoteArmed | None, under_way: CountUnderWay
    ) -> None:
        self._steps = GroupCommit(perform, under_way)
        # who was armed by one commit comes up at one moment: nobody is waited for
        self._notes = GroupCommit(_as_perform(note), _nobody_else) if note else None

    async def make(self, step: Step[Result_co]) -> Result_co:
        """Make one step; see `GroupCommit.make`."""
        return await self._steps.make(step)

    async def arm(self, step: Arm) -> None:
        """Commit `armed`, then note it outside; once this returns, bytes may leave."""
        armed = await self._steps.make(step)
        if self._notes:
            await self._notes.make(_Note(number=step.number, now=step.now, armed=armed))


def _nobody_else() -> int:
    return 1


def _as_perform(note: NoteArmed) -> Perform:
    def perform(steps: Sequence[Step[Any]]) -> list[Any]:
        note([step.armed for step in steps if isinstance(step, _Note)])
        return [None] * len(steps)

    return perform
