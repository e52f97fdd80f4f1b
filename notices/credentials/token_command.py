"""Access tokens (OAuth 2.0, RFC 6749) from a command of the site, for XOAUTH2.

The command asks whoever issues tokens, and prints one. It runs without a shell; its
token is kept for a short while in memory and shows in no log, repr or error.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from notices.credentials.secrets import Secret
from notices.errors import ConfigError, TokenUnavailable
from notices.files.system_words import in_words
from notices.messages import Text

SECONDS = 30
"""So long the command may take."""
MAX_TOKEN = 16_384
"""Octets of a token."""
KEPT = 120.0
"""Seconds for which a token is used again: it lives an hour as a rule."""
_MOST = MAX_TOKEN + 64
"""Octets that are read of what it prints: a token, and ends of lines."""
_TOKEN = re.compile(rb"[A-Za-z0-9\-._~+/]+=*")
"""b64token (RFC 6750, 2.1)."""


@dataclass(eq=False)
class TokenCommand:
    """Asks the command, and remembers its answer for a while."""

    argv: tuple[str, ...]
    """Program and arguments."""
    where: str
    """The key that names it, such as `smtp.token_command`."""
    folder: Path
    """Where a program with a relative path lies, and where it runs."""
    seconds: float = SECONDS
    """How long it may take."""
    ticks: Callable[[], float] = time.monotonic
    """A clock that never goes back."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _kept: tuple[float, Secret] | None = field(default=None, repr=False)

    def token(self) -> Secret:
        """A token; ConfigError if the command cannot run, TokenUnavailable if it fails.

        One command runs at a time, whoever asks.
        """
        with self._lock:
            if self._kept and self.ticks() - self._kept[0] < KEPT:
                return self._kept[1]
            token = Secret(_read(self._run(), self.where))
            self._kept = self.ticks(), token
            return token

    def require_runnable(self) -> None:
        """ConfigError if the command cannot be run; what it prints is not judged."""
        with suppress(TokenUnavailable):
            self.token()

    def forget(self) -> None:
        """The server refused it: the next one is asked for."""
        with self._lock:
            self._kept = None

    def _run(self) -> bytes:
        try:
            with (
                subprocess.Popen(  # noqa: S603 - named by the configuration, no shell
                    [self.program(), *self.argv[1:]],
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    # what it says there may hold secrets, and is for its own log
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                ) as process
            ):
                return self._heard(process)
        except OSError as error:
            raise ConfigError(
                Text(
                    "[{where}] {program} cannot be run: {why}",
                    where=self.where,
                    program=self.argv[0],
                    why=in_words(error),
                ),
                hint="name a program that this user may run",
            ) from None

    def _heard(self, process: subprocess.Popen[bytes]) -> bytes:
        """What it prints, no more than a token can have; it ends in time, or is ended.

        If it is late, what it began ends with it: a child may keep the pipe open.
        """
        late = threading.Event()

        def end() -> None:
            late.set()
            _kill(process)

        timer = threading.Timer(self.seconds, end)
        timer.start()
        try:
            output = cast("IO[bytes]", process.stdout).read(_MOST)
            if len(output) == _MOST:
                _kill(process)
            code = process.wait()
        except BaseException:
            _kill(process)
            raise
        finally:
            timer.cancel()
        if len(output) == _MOST:
            return output  # `_read` says that it is more than a token
        if late.is_set():
            told = Text("it took more than {seconds:g} s", seconds=self.seconds)
            raise _failed(self.where, told)
        if code:
            raise _failed(self.where, Text("it ended with {code}", code=code))
        return output

    def program(self) -> str:
        """The program's path; ConfigError if there is none."""
        name = self.argv[0]
        # absolute: it runs in that folder, where a relative path would lead elsewhere
        path = shutil.which(self.folder.absolute() / name if "/" in name else name)
        if path is None:
            raise ConfigError(
                Text(
                    "[{where}] there is no program {program}",
                    where=self.where,
                    program=name,
                ),
                hint="name a program that this user may run",
            )
        return path


def _kill(process: subprocess.Popen[bytes]) -> None:
    """It and its children."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


def _read(output: bytes, where: str) -> str:
    token = output.strip()
    if not token:
        raise _failed(where, Text("it printed no token"))
    if len(token) > MAX_TOKEN:
        raise _failed(where, Text("it printed more than a token"))
    if not _TOKEN.fullmatch(token):
        raise _failed(where, Text("what it printed is no token alone"))
    return token.decode("ascii")


def _failed(where: str, why: str) -> TokenUnavailable:
    return TokenUnavailable(
        Text("[{where}] gave no access token: {why}", where=where, why=why),
        hint="run the command by hand, as the user of this program",
    )


def xoauth2(username: str, token: Secret) -> bytes:
    """What the client says in XOAUTH2, not yet in base64."""
    return f"user={username}\1auth=Bearer {token.reveal()}\1\1".encode()


def refusal(challenge: bytes) -> str:
    """The status in the JSON that a server answers a token with; empty without one.

    challenge: decoded from base64.
    """
    try:
        status = json.loads(challenge)["status"]
    except (ValueError, KeyError, TypeError):
        return ""
    told = str(status)
    return told if re.fullmatch(r"[0-9a-zA-Z_]{1,40}", told) else ""
