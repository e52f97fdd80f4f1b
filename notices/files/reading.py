"""Files that are read up to a limit, and pipes that must end in time."""

import errno
import io
import os
import select
import stat
import time
from pathlib import Path

from notices.errors import InputError
from notices.files.system_words import in_words
from notices.messages import Text

MAX_READ = 64 << 20
"""Octets; a larger file is nothing of ours and is not read into memory."""
PIPE_SECONDS = 60.0
"""How long a pipe that the command line names may take to end."""
_CHUNK = 1 << 20


def read_limited(
    path: Path, limit: int = MAX_READ, *, seconds: float = PIPE_SECONDS
) -> bytes:
    """Give the octets of a file; InputError if it is away or larger.

    seconds: how long a pipe may take, from the first look to its end.
    """
    try:
        data = _read_in_time(path, limit + 1, seconds)
    except TimeoutError as error:
        raise InputError(
            Text(
                "{path} is a pipe that did not end within {seconds:g} s",
                path=path,
                seconds=seconds,
            ),
            hint="close what writes into it, or give a file",
        ) from error
    except OSError as error:
        raise InputError(
            Text(
                "{path} cannot be read: {strerror}", path=path, strerror=in_words(error)
            ),
            hint="check the path",
        ) from error
    if len(data) > limit:
        raise InputError(
            Text("{path} is larger than {limit} MiB", path=path, limit=limit >> 20)
        )
    return data


def _read_in_time(path: Path, size: int, seconds: float) -> bytes:
    """Of a pipe nobody knows whether anybody will ever write into it."""
    deadline = time.monotonic() + seconds
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.set_blocking(descriptor, True)
            return _read_whole(file, size)
        parts: list[bytes] = []
        while (left := size - sum(map(len, parts))) > 0:
            _wait_readable(descriptor, deadline)
            part = file.read(min(left, _CHUNK))
            if part == b"":
                break
            parts.append(part or b"")
        return b"".join(parts)


def _read_whole(file: io.FileIO, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0 and (part := file.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _wait_readable(descriptor: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(1000 * left):
        raise TimeoutError


def read_plain(path: Path, limit: int = MAX_READ) -> bytes:
    """Give the octets of a file that the program itself keeps; raises OSError.

    What is no file is an error at once: a pipe would be waited for.
    """
    data = read_head(path, limit + 1)
    if len(data) > limit:
        raise OSError(
            errno.EFBIG, Text("it is larger than {limit} MiB", limit=limit >> 20)
        )
    return data


def read_head(path: Path, size: int) -> bytes:
    """Give the first octets of such a file; raises OSError as `read_plain` does."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
    with os.fdopen(os.open(path, flags), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, Text("it is {kind}", kind=kind_of(mode)))
        return file.read(size)


def kind_of(mode: int) -> str:
    """What a thing is that is no file, in words."""
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a link",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "a device")
