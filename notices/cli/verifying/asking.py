"""What files are judged with: the options as they were typed, and the question."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypedDict

from notices.cli.options import keys_of
from notices.cli.output import read_file
from notices.verifying import Question


class AskedOptions(TypedDict):
    """What a file is judged with, as it was typed."""

    trust_files: tuple[Path, ...]
    trust_tsa_files: tuple[Path, ...]
    signers: tuple[str, ...]
    evidence_files: tuple[Path, ...]
    log_key_files: tuple[Path, ...]
    witness_keys: tuple[str, ...]
    quorum: int | None
    checkpoint_files: tuple[Path, ...]
    approval_origins: tuple[str, ...]
    clock_tolerance: int
    revocation_age: int


def question_of(asked: AskedOptions, at: datetime | None) -> Question:
    """Read the files that the options name. at: None is now."""
    return Question(
        trust=_contents(asked["trust_files"]),
        trust_tsa=_contents(asked["trust_tsa_files"]),
        revocation_age=timedelta(days=asked["revocation_age"]),
        approval_origins=asked["approval_origins"],
        look_inside=True,
        at=at or datetime.now(UTC),
        clock_tolerance=timedelta(seconds=asked["clock_tolerance"]),
        signers=asked["signers"],
        evidence=_contents(asked["evidence_files"]),
        log_keys=list(map(_text, asked["log_key_files"])),
        witness_keys=keys_of(asked["witness_keys"]),
        quorum=asked["quorum"],
        checkpoints=list(map(_text, asked["checkpoint_files"])),
    )


def _contents(paths: tuple[Path, ...]) -> list[bytes]:
    return [read_file(path) for path in paths]


def _text(path: Path) -> str:
    return read_file(path).decode("utf-8", "replace")
