"""Length-prefixed blocks of bytes over a pipe, and an exchange with a deadline."""

import os
import select
import struct
import time
from collections.abc import Sequence
from typing import IO

_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20
"""Octets that are moved at once."""


def pack(blocks: Sequence[bytes]) -> bytes:
    """The number of blocks, then each with its length."""
    parts = [_LENGTH.pack(len(blocks))]
    for block in blocks:
        parts += [_LENGTH.pack(len(block)), block]
    return b"".join(parts)


def read_blocks(pipe: IO[bytes]) -> list[bytes]:
    """The blocks that the other side wrote. EOFError if it went away."""
    (count,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return [_block(pipe) for _ in range(count)]


def _block(pipe: IO[bytes]) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) != length:
        raise EOFError("the other side went away")
    return data


class Exchange:
    """Request and answer over two pipes, each by a time on the monotonic clock.

    The other side may be at the mercy of hostile bytes: whatever it does, and however
    slowly it reads or writes, nobody here waits longer. TimeoutError then, EOFError
    or OSError if it went away.
    """

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self._stdin, self._stdout = stdin.fileno(), stdout.fileno()
        for descriptor in (self._stdin, self._stdout):
            os.set_blocking(descriptor, False)
        self._writable, self._readable = select.poll(), select.poll()
        self._writable.register(self._stdin, select.POLLOUT)
        self._readable.register(self._stdout, select.POLLIN)

    def ask(self, blocks: Sequence[bytes], seconds: float, limit: int) -> bytes:
        """The one block of the answer, of `limit` octets at most (ValueError)."""
        deadline = time.monotonic() + seconds
        self._send(pack(blocks), deadline)
        count, length = _HEAD.unpack(self._receive(_HEAD.size, deadline))
        if count != 1 or length > limit:
            raise ValueError(f"an answer of {count} blocks, {length} octets")
        return self._receive(length, deadline)

    def _send(self, octets: bytes, deadline: float) -> None:
        left = memoryview(octets)
        while left:
            _wait(self._writable, deadline)
            left = left[os.write(self._stdin, left[:_CHUNK]) :]

    def _receive(self, length: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        while length:
            _wait(self._readable, deadline)
            part = os.read(self._stdout, min(length, _CHUNK))
            if not part:
                raise EOFError("the other side went away")
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


_HEAD = struct.Struct(">QQ")
"""Number of blocks and length of the first."""


def _wait(poll: "select.poll", deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(1000 * left):
        raise TimeoutError("the other side is not done")
