"""Judging what was dropped: in a process with limits, file after file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notices.errors import NoticesError
from notices.report import Report
from notices.verifying import verify_isolated


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A file as a visitor gave it."""

    name: str
    """As the browser told it; nothing is looked up under it."""
    octets: bytes
    """Its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one file."""

    name: str
    """As the browser told it."""
    report: Report | None
    """The outcome; None: it is none of these files at all."""
    why: str = ""
    """Why there is none."""


def judge_all(
    files: Sequence[Dropped],
    trust: Sequence[bytes],
    now: datetime,
    signers: Sequence[str] = (),
) -> list[Judged]:
    """Judge each by these roots, as of now."""
    return [_judge(file, trust, now, signers) for file in files]


def _judge(
    file: Dropped, trust: Sequence[bytes], now: datetime, signers: Sequence[str]
) -> Judged:
    try:
        report = verify_isolated(
            file.octets, trust=trust, at=now, signers=signers, evidence=(), log_keys=()
        )
    except NoticesError as error:
        return Judged(name=file.name, report=None, why=error.message)
    return Judged(name=file.name, report=report)
