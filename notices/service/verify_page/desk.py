"""Where files are judged: in processes with limits, each file as its turn comes."""

import asyncio
from asyncio import LifoQueue
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from notices.errors import NoticesError
from notices.report import Report
from notices.service.guard.forms import FormFile
from notices.service.verify_page.settings import VerifyPage
from notices.verifying import IsolatedVerifier

FILES_OF_A_PROCESS = 100
"""Then a new one takes its place: what a file may leave behind goes with it."""
_SAMPLE = b"{}"
"""A notice.json with nothing in it: judged, whoever judges is at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one file."""

    name: str
    """As the browser told it."""
    report: Report | None
    """The outcome; None: it is none of these files at all."""
    why: str = ""
    """Why there is none."""


class VerifyDesk:
    """Processes that judge; a file waits until one is free. Closed at the end."""

    def __init__(self, page: VerifyPage, clock: Callable[[], datetime]) -> None:
        self._page, self._clock = page, clock
        self._free: LifoQueue[_Judge] = LifoQueue()
        self._judges = [_Judge(page) for _ in range(page.allowance.at_once)]
        for judge in self._judges:
            self._free.put_nowait(judge)

    async def judge(self, file: FormFile) -> Judged:
        """Judge it as of now, when a process is free."""
        judge = await self._free.get()
        work = asyncio.ensure_future(
            run_in_threadpool(judge.judge, file, self._clock())
        )
        # who waits may go away meanwhile; the thread goes on to the file's end
        work.add_done_callback(lambda _: self._free.put_nowait(judge))
        return await asyncio.shield(work)

    async def warm(self) -> bool:
        """Start the processes; True if they judge."""
        sample = FormFile(field="", name="", octets=_SAMPLE)
        ends = [
            await run_in_threadpool(judge.judge, sample, self._clock())
            for judge in self._judges
        ]
        # over a limit there is one finding alone, which says so
        return all(end.report and len(end.report.findings) > 1 for end in ends)

    async def close(self) -> None:
        """End the processes."""
        for judge in self._judges:
            await run_in_threadpool(judge.close)


class _Judge:
    """One process after the other."""

    def __init__(self, page: VerifyPage) -> None:
        self._page = page
        self._count = 0
        self._verifier = IsolatedVerifier(page.allowance.reading)

    def judge(self, file: FormFile, now: datetime) -> Judged:
        self._count += 1
        if self._count % FILES_OF_A_PROCESS == 0:
            self.close()
        try:
            report = self._verifier.verify(
                file.octets,
                trust=self._page.trust,
                at=now,
                signers=self._page.signers,
                log_keys=self._page.log_keys,
            )
        except NoticesError as error:
            return Judged(name=file.name, report=None, why=error.message)
        return Judged(name=file.name, report=report)

    def close(self) -> None:
        self._verifier.close()
