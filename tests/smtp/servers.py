"""Mail servers for the worker: faults from the n-th mail on, and tarpits."""

import asyncio
from dataclasses import dataclass

from tests.smtp.faulty import FaultyServer


@dataclass
class LaterFaultyServer(FaultyServer):
    """Behaves until `after` mails were taken, then plays its fault; knows RSET."""

    after: int = 1
    connections: int = 0
    _is_late: bool = False

    def __post_init__(self):
        self._is_late = self.after == 0

    async def _talk(self, reader, writer):
        self.connections += 1
        await super()._talk(reader, writer)

    async def _answer(self, writer, verb, *, is_encrypted):
        if verb == b"RSET":
            await self._say(writer, "rset", b"250 2.0.0 ok\r\n")
            return
        await super()._answer(writer, verb, is_encrypted=is_encrypted)

    async def _say(self, writer, stage, normal):
        if stage == self.stage and not self._is_late:
            await self._write(writer, normal)
            return
        await super()._say(writer, stage, normal)

    async def _write(self, writer, data):
        writer.said = data
        await super()._write(writer, data)

    async def _take(self, reader, writer):
        if writer.said[:1] in (b"4", b"5"):
            return  # DATA was refused: the next line is a command
        self._is_late, was_late = len(self.accepted) >= self.after, self._is_late
        stage, self.stage = self.stage, self.stage if self._is_late else ""
        try:
            await super()._take(reader, writer)
        finally:
            self.stage = stage
            self._is_late = was_late or len(self.accepted) >= self.after


@dataclass
class ClosingServer(LaterFaultyServer):
    """Ends each connection when it has taken a mail, as a restart does."""

    how: str = "close"

    async def _take(self, reader, writer):
        await super()._take(reader, writer)
        if self.how == "421":
            await self._write(writer, b"421 4.3.2 shutting down\r\n")
        if self.how in ("close", "421"):
            writer.transport.close()
        if self.how == "noise":
            await self._write(writer, b"250 2.0.0 for nothing\r\n")


@dataclass
class TarpitServer(LaterFaultyServer):
    """Never answers RCPT for one domain until it is let go."""

    domain: bytes = b"tarpit.example"

    def __post_init__(self):
        super().__post_init__()
        self.stuck = 0
        self.most_stuck = 0
        self.is_stuck = asyncio.Event()
        self.release = asyncio.Event()

    async def _answer(self, writer, verb, *, is_encrypted):
        if verb == b"RCPT" and self.domain in self.lines[-1]:
            self.stuck += 1
            self.most_stuck = max(self.most_stuck, self.stuck)
            self.is_stuck.set()
            await self.release.wait()
            self.stuck -= 1
        await super()._answer(writer, verb, is_encrypted=is_encrypted)


@dataclass
class SlowReader(LaterFaultyServer):
    """Lets the client wait with the body."""

    async def _take(self, reader, writer):
        writer.transport.pause_reading()
        await asyncio.sleep(0.3)
        writer.transport.resume_reading()
        await super()._take(reader, writer)
