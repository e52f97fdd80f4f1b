"""How much of a request is read: so many octets, within so many seconds.

What is over a limit is cut off while it comes in, whatever its length said; what all
requests together hold in memory has a limit, too.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from starlette.types import Receive


class BodyTooLarge(Exception):
    """More octets came in than are read."""


class BodyTooSlow(Exception):
    """The whole did not come in within its time."""


class MemoryFull(Exception):
    """Other requests hold what memory there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """What one request may bring."""

    octets: int
    """Of the whole body."""
    seconds: float
    """For the whole body to come in."""


class MemoryBudget:
    """Octets that the bodies of all requests may take at once.

    Counted as they come in: who only announces many takes none from others.
    """

    def __init__(self, octets: int) -> None:
        self._left = octets

    def take(self, octets: int) -> None:
        """Count them; MemoryFull if there is no room."""
        if octets > self._left:
            raise MemoryFull
        self._left -= octets

    def give_back(self, octets: int) -> None:
        """They are forgotten."""
        self._left += octets


def declared_too_large(length: str, limits: BodyLimits) -> bool:
    """Tell by the Content-Length field, before anything is read.

    >>> declared_too_large("11", BodyLimits(octets=10, seconds=1))
    True
    """
    return length.isdecimal() and int(length[:19]) > limits.octets


class LimitedBody:
    """A body that is read within its limits; a context manager: then it is forgotten.

    clock: one that only goes forward, in seconds.
    """

    def __init__(
        self,
        receive: Receive,
        limits: BodyLimits,
        memory: MemoryBudget,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._receive, self._limits, self._memory = receive, limits, memory
        self._clock = clock
        self._end = clock() + limits.seconds
        self._read = 0
        self._is_whole = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._memory.give_back(self._read)
        self._read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Its octets; BodyTooLarge, BodyTooSlow or MemoryFull where it must end."""
        while not self._is_whole:
            try:
                left = max(0.0, self._end - self._clock())
                octets = await asyncio.wait_for(self._next(), left)
            except TimeoutError:
                raise BodyTooSlow from None
            if self._read + len(octets) > self._limits.octets:
                raise BodyTooLarge
            self._memory.take(len(octets))
            self._read += len(octets)
            yield octets

    async def drain(self, seconds: float) -> None:
        """Read what still comes, for so long, and keep none of it.

        A program that is still sending reads no answer: the connection would be reset
        before it sees one (RFC 9112, 9.6).
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._is_whole:
                    await self._next()

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            self._is_whole = True
        octets: bytes = message.get("body", b"")
        return octets
