"""A reader in a process that stays: started once, asked for every mail.

It is asked first and answers later: meanwhile others may judge the same mail.
"""

import atexit
import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import IO, Any, cast

START, ANSWER = 20.0, 30.0
"""Seconds for the process to be ready, and for one answer."""
PROGRAM = Path(__file__).with_name("libcrypto.py")
_MOST = 65_536
"""Octets of an answer, and of what is written at once."""

Pipes = tuple[IO[bytes], IO[bytes]]
Answer = Callable[[], str]
"""Why a mail is not accepted; empty if it is. NoReader. It is asked for once."""


class NoReader(Exception):
    """The process cannot be had, or died over the question."""


class WarmReader:
    """One process that reads mails with OpenSSL's library; started when first asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_unavailable = False

    def ask(
        self, message: bytes, roots: Sequence[bytes], *, at: int, flags: int
    ) -> Answer:
        """Hand it a mail; NoReader. Nobody else may ask until it was let answer."""
        sizes = [len(message), *map(len, roots)]
        question = json.dumps({"sizes": sizes, "at": at, "flags": flags})
        octets = b"".join([question.encode(), b"\n", message, *roots])
        self._lock.acquire()
        until = monotonic() + ANSWER
        try:
            process = self._running()
            self._tell(process, octets, until)
        except BaseException:
            self.close()  # the next one would be answered for this mail
            self._lock.release()
            raise
        return lambda: self._answer(process, until)

    def _answer(self, process: "subprocess.Popen[bytes]", until: float) -> str:
        try:
            return str(self._heard(process, until).get("why", ""))
        except BaseException:
            self.close()  # the next one would be given this answer
            raise
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._is_unavailable:
            raise NoReader("there is no libcrypto to be called")
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        process = self._process = subprocess.Popen(  # noqa: S603 - fixed words, no shell
            [sys.executable, "-I", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        for pipe in _pipes(process):
            os.set_blocking(pipe.fileno(), False)
        atexit.register(self.close)
        if "ready" not in self._heard(process, monotonic() + START):
            self._is_unavailable = True
            self.close()
            raise NoReader("there is no libcrypto to be called")
        return process

    def _tell(
        self, process: "subprocess.Popen[bytes]", octets: bytes, until: float
    ) -> None:
        """Write a question; NoReader, and the process is over, if it is not read."""
        sink = _pipes(process)[0].fileno()
        rest = memoryview(octets)
        try:
            while rest:
                _wait(sink, select.POLLOUT, until)
                rest = rest[os.write(sink, rest[:_MOST]) :]
        except OSError as error:
            self.close()
            raise NoReader(type(error).__name__) from error

    def _heard(
        self, process: "subprocess.Popen[bytes]", until: float
    ) -> dict[str, Any]:
        """Its next line; NoReader, and the process is over, if none comes in time."""
        source, line = _pipes(process)[1].fileno(), b""
        try:
            while not line.endswith(b"\n"):
                _wait(source, select.POLLIN, until)
                line += os.read(source, _MOST) or _over()
            answer: dict[str, Any] = json.loads(line)
        except (OSError, ValueError) as error:
            self.close()
            raise NoReader(type(error).__name__) from error
        return answer


def _pipes(process: "subprocess.Popen[bytes]") -> Pipes:
    return cast("Pipes", (process.stdin, process.stdout))


def _over() -> bytes:
    raise BrokenPipeError("it ended without an answer")


def _wait(pipe: int, event: int, until: float) -> None:
    """Until the pipe can be used; OSError if it is too late."""
    poll = select.poll()
    poll.register(pipe, event)
    if not poll.poll(max(0.0, until - monotonic()) * 1000):
        raise TimeoutError
