"""What the case desk gives back: cases after an act, and what came of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from notices.casework import Case, plain_fact
from notices.errors import Fault, InputError
from notices.messages import Text

_SHOWN = 10_000
"""Faults of a file that are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTold:
    """A case after an act."""

    case: Case
    """How it stands now."""
    warnings: tuple[str, ...] = ()
    """What spoke against the act and did not forbid it."""
    added: bool = True
    """False: the very same fact was on record before."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `--json`."""
        told: dict[str, Any] = {
            "case_id": self.case.case_id,
            "state": self.case.state.value,
            "added": self.added,
            "facts": [plain_fact(fact) for fact in self.case.facts],
        }
        return {**told, "warnings": list(self.warnings)} if self.warnings else told


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecorded:
    """What came of a file of facts."""

    added: int
    """Facts that are new."""
    known: int
    """Facts that were on record before."""
    faults: tuple[Fault, ...]
    """Lines that were left out; only with `partial`."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `--json`."""
        faults = [
            {"path": fault.path, "message": fault.message} for fault in self.faults
        ]
        return {"added": self.added, "known": self.known, "faults": faults}


def refused(faults: Sequence[Fault]) -> InputError:
    """The error that names every faulty line of a file."""
    shown = faults[:_SHOWN]
    more = len(faults) - len(shown)
    message = Text("one fault; nothing was taken")
    if len(faults) > 1:
        message = Text("{count} faults; nothing was taken", count=len(faults))
    hint = "mend them, or take the other lines with --partial"
    if more:
        hint = Text("{more} faults more are not shown; " + hint, more=more)
    return InputError(message, faults=shown, hint=hint)
