"""The second verifier, run by Node: one process, asked line by line."""

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from notices.report import Report
from tests.programs import require_program

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "verifier-js"


class Second:
    """Asks the process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def judge(
        self,
        data: bytes,
        *,
        trust: Sequence[bytes],
        at: datetime,
        signers: Sequence[str] = (),
        evidence: Sequence[bytes] = (),
        log_keys: Sequence[str] = (),
        witness_keys: Sequence[str] = (),
        quorum: int | None = None,
        checkpoints: Sequence[str] = (),
        approval_origins: Sequence[str] = (),
        lang: str = "en",
    ) -> dict[str, Any]:
        """The report as `notices verify --json` has it; `kind` is empty for none.

        `refused` says why, where the policy itself is none.
        """
        asked = {
            "data": base64.b64encode(data).decode(),
            "trust": [one.decode("ascii") for one in trust],
            "at": at.isoformat(),
            "signers": list(signers),
            "evidence": [base64.b64encode(one).decode() for one in evidence],
            "log_keys": list(log_keys),
            "witness_keys": list(witness_keys),
            "quorum": quorum,
            "checkpoints": list(checkpoints),
            "approval_origins": list(approval_origins),
            "lang": lang,
        }
        return self.ask(asked)

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Any question of `judge.js`."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the second verifier ended"
        return dict(json.loads(line))


@contextmanager
def second_verifier() -> Iterator[Second]:
    """One process for many files."""
    with tempfile.NamedTemporaryFile() as glyphs:
        build = [sys.executable, str(FOLDER / "build.py"), "--glyphs", glyphs.name]
        subprocess.run(build, check=True)
        command = [require_program("node"), str(FOLDER / "judge.js"), glyphs.name]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        try:
            yield Second(process)
        finally:
            process.communicate(timeout=30)


def statuses(report: Report | dict[str, Any]) -> dict[str, str]:
    """Each check and how it ended."""
    if isinstance(report, Report):
        return {one.id: one.status.value for one in report.findings}
    return {one["id"]: one["status"] for one in report["checks"]}
