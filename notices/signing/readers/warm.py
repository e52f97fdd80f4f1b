"""A reader in a process that stays: started once, asked for every mail."""

import atexit
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, cast

START, ANSWER = 20.0, 30.0
"""Seconds for the process to be ready, and for one answer."""
PROGRAM = Path(__file__).with_name("libcrypto.py")


Pipes = tuple[IO[bytes], IO[bytes]]


class NoReader(Exception):
    """The process cannot be had, or died over the question."""


class WarmReader:
    """One process that reads mails with OpenSSL's library; started when first asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_unavailable = False

    def why_not(
        self, message: bytes, roots: Sequence[bytes], *, at: int, flags: int
    ) -> str:
        """Why it does not accept the mail; empty if it does. NoReader if it is none."""
        with self._lock:
            process = self._running()
            sizes = [len(message), *map(len, roots)]
            question = json.dumps({"sizes": sizes, "at": at, "flags": flags})
            octets = b"".join([question.encode(), b"\n", message, *roots])
            answer = self._in_time(process, ANSWER, octets)
        return str(answer.get("why", ""))

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
        self._process = subprocess.Popen(  # noqa: S603 - fixed words, no shell
            [sys.executable, "-I", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(self.close)
        if "ready" not in self._in_time(self._process, START, b""):
            self._is_unavailable = True
            self.close()
            raise NoReader("there is no libcrypto to be called")
        return self._process

    def _in_time(
        self, process: "subprocess.Popen[bytes]", seconds: float, octets: bytes
    ) -> dict[str, Any]:
        """What it answers; NoReader, and the process is over, if it does not."""
        timer = threading.Timer(seconds, process.kill)
        timer.daemon = True
        timer.start()
        try:
            source, sink = cast("Pipes", (process.stdin, process.stdout))
            source.write(octets)
            source.flush()
            line = sink.readline()
            answer: dict[str, Any] = json.loads(line) if line else {}
        except (OSError, ValueError) as error:
            self.close()
            raise NoReader(str(error)) from error
        finally:
            timer.cancel()
        if not line:
            self.close()
            raise NoReader("it ended without an answer")
        return answer
