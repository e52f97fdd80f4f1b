"""How much of a request is read: so many octets, within so many seconds.

A pure ASGI shell: what is over the limit is cut off while it comes in, whatever its
length said.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class BodyTooLarge(Exception):
    """More octets came in than are read."""


class BodyTooSlow(Exception):
    """The whole did not come in within its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """What one request may bring."""

    octets: int
    """Of the whole body."""
    seconds: float
    """For the whole body to come in."""


def declared_too_large(length: str, limits: BodyLimits) -> bool:
    """Tell by the Content-Length field, before anything is read."""
    return length.isdigit() and int(length[:19]) > limits.octets


def limited(
    receive: Receive, limits: BodyLimits, *, now: Callable[[], float]
) -> Receive:
    """Wrap ASGI's `receive`: raises BodyTooLarge or BodyTooSlow where it must end.

    now: a clock that only goes forward, in seconds.
    """
    read, end = 0, now() + limits.seconds

    async def receive_limited() -> Message:
        nonlocal read
        try:
            message = await asyncio.wait_for(receive(), max(0.0, end - now()))
        except TimeoutError:
            raise BodyTooSlow from None
        read += len(message.get("body", b""))
        if read > limits.octets:
            raise BodyTooLarge
        return message

    return receive_limited
