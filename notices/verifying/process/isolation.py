"""Verifying untrusted files in another process, with limits on time and memory."""

import hashlib
import json
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from fcntl import F_SETPIPE_SZ, fcntl
from types import TracebackType
from typing import Any, Self, Unpack

from notices.messages import Text
from notices.report import (
    CheckStatus,
    Finding,
    Report,
    SubIndication,
)
from notices.verifying.policy import Policy, PolicyArguments, read_policy
from notices.verifying.process.pipes import Exchange
from notices.verifying.process.report_json import load_report, load_tap
from notices.verifying.process.request import dump_arguments
from notices.verifying.process.taps import OVER
from notices.verifying.process.worker_process import OUT_OF_MEMORY
from notices.verifying.verifier import kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the reading of one file may cost."""

    memory: int = 1 << 30
    """Bytes of address space of the process, the program itself included."""
    cpu_seconds: int = 20
    """Processor time for one file."""
    wall_seconds: int = 60
    """Time on the clock for one file."""


DEFAULT_LIMITS = Limits()
MAX_ANSWER = 1 << 26
"""Octets of a report; a mail's has eight thousand."""
PIPE_SIZE = 1 << 20
_LAST_WORDS = 2.0
"""Seconds for a process that has closed its pipes to say why."""


class IsolatedVerifier:
    """A process that verifies file after file; a context manager.

    Not for several threads at once: make one for each.

        with IsolatedVerifier() as verifier:
            reports = [verifier.verify(data, trust=[root], at=now) for data in files]
    """

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._exchange: Exchange | None = None
        self._asked: tuple[bytes, tuple[bytes, ...]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        with self._process as process:  # closes its pipes and waits for its end
            process.kill()
        self._process = self._exchange = self._asked = None

    def verify(
        self,
        data: bytes,
        *,
        look_inside: bool = False,
        **given: Unpack[PolicyArguments],
    ) -> Report:
        """As `notices.verifying.verify`; over a limit the report says which.

        look_inside: of a mail that is not ours, judge the one message attached to it.
        """
        # Bad roots and what is no mail or PDF are told here, as exceptions.
        policy = read_policy(**given)
        kind = kind_of(data)
        told, octets = dump_arguments(given)
        request = json.dumps(
            {
                **told,
                "cpu_seconds": self._limits.cpu_seconds,
                "look_inside": look_inside,
            }
        ).encode()
        try:
            return load_report(self._ask(request, data, octets))
        except (EOFError, OSError, ValueError, KeyError, TypeError):
            return _over(data, kind, policy, self._reason())
        finally:
            if self._process and self._process.poll() is not None:
                self.close()

    def judge_tap(self, assertion: bytes, wanted: dict[str, Any]) -> dict[str, Any]:
        """What an `assertion.json` is (`request`); over a limit, which.

        wanted: key, challenge and party that it must be of. OSError if the process
        cannot be begun.
        """
        request = json.dumps(
            {"tap": wanted, "cpu_seconds": self._limits.cpu_seconds}
        ).encode()
        try:
            return load_tap(self._ask(request, assertion, ()))
        except (EOFError, OSError, ValueError, KeyError, TypeError):
            return {OVER: self._reason()}
        finally:
            if self._process and self._process.poll() is not None:
                self.close()

    def certificates_in(self, data: bytes) -> list[list[bytes]]:
        """The certificates (DER) of each signature in a file; none over a limit."""
        request = json.dumps(
            {"only_certificates": True, "cpu_seconds": self._limits.cpu_seconds}
        ).encode()
        try:
            answer = json.loads(self._ask(request, data, ()))
            return [[bytes.fromhex(one) for one in group] for group in answer]
        except (EOFError, OSError, ValueError, KeyError, TypeError):
            self.close()
            return []

    def _ask(self, request: bytes, data: bytes, given: tuple[bytes, ...]) -> bytes:
        exchange = self._exchange or self._start()
        question = (request, given)
        # the process keeps what it was asked before
        blocks = [request, data, *(() if question == self._asked else given)]
        self._asked = question
        try:
            return exchange.ask(blocks, self._limits.wall_seconds, MAX_ANSWER)
        except (EOFError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                self._running.kill()
            raise
        except BaseException:
            self.close()  # the next file would be given this one's report
            raise

    def _start(self) -> Exchange:
        # -P: no module is ever taken from the folder that we stand in
        command = [
            sys.executable,
            "-P",
            "-m",
            "notices.verifying.process.worker_process",
        ]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [*command, str(self._limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise OSError("the process has no pipes")
        # a whole mail fits into the pipe: fewer turns between the two
        with suppress(OSError):
            fcntl(stdin, F_SETPIPE_SZ, PIPE_SIZE)
        self._exchange = Exchange(stdin, stdout)
        return self._exchange

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise OSError("the process was not started")
        return self._process

    def _ended(self) -> int:
        """The exit code; a process that is still there gets a moment to end."""
        process = self._running
        try:
            return process.wait(timeout=_LAST_WORDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _reason(self) -> str:
        code = self._ended()
        if code == OUT_OF_MEMORY:
            return Text("{memory} bytes of memory", memory=self._limits.memory)
        if code == -signal.SIGXCPU:
            return Text(
                "{cpu_seconds} s of processor time",
                cpu_seconds=self._limits.cpu_seconds,
            )
        if code == -signal.SIGKILL:
            return Text(
                "{wall_seconds} s on the clock", wall_seconds=self._limits.wall_seconds
            )
        return Text(
            "what the reading process could bear (it ended with {code})", code=code
        )


_FIRST_CHECK = {
    "mail": "M01",
    "pdf": "P01",
    "bundle": "B01",
    "notice": "N01",
    "proof": "L01",
}


def _over(data: bytes, kind: str, policy: Policy, limit: str) -> Report:
    finding = Finding(
        id=_FIRST_CHECK[kind],
        name="within the limits of reading",
        status=CheckStatus.FAILED,
        sub_indication=SubIndication.FORMAT_FAILURE,
        detail=Text("reading it took more than {limit}; ours never do", limit=limit),
    )
    return Report(
        kind=kind,
        subject_sha256=hashlib.sha256(data).hexdigest(),
        validation_time=policy.at,
        clock_tolerance=policy.clock_tolerance,
        findings=(finding,),
    )


def verify_isolated(
    data: bytes, *, limits: Limits = DEFAULT_LIMITS, **given: Unpack[PolicyArguments]
) -> Report:
    """`verify` in a process of its own with limits on time and memory.

    For files from anybody; it takes what `verify` takes. Over a limit the report is
    TOTAL-FAILED with FORMAT_FAILURE and names the limit. For many files keep an
    IsolatedVerifier.
    """
    with IsolatedVerifier(limits) as verifier:
        return verifier.verify(data, **given)
