"""Length-prefixed blocks of bytes over a pipe."""

import struct
from collections.abc import Sequence
from typing import IO

_LENGTH = struct.Struct(">Q")


def write_blocks(pipe: IO[bytes], blocks: Sequence[bytes]) -> None:
    """Write the number of blocks, then each with its length; flush."""
    pipe.write(_LENGTH.pack(len(blocks)))
    for block in blocks:
        pipe.write(_LENGTH.pack(len(block)))
        pipe.write(block)
    pipe.flush()


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
