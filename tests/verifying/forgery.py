# ruff: noqa: ARG005 - the world or what is changed, whether used or not
"""What a forgery is: bytes, and the check that must refuse them first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.verifying.pki import JUDGED_AT, World


@dataclass(frozen=True)
class Forgery:
    name: str
    refused_by: str
    """The id of the first check that does not pass."""
    build: Callable[[World], bytes]
    signers: Sequence[str] = ()
    at: datetime = JUDGED_AT
    evidence: Callable[[World], Sequence[bytes]] = lambda world: ()
    why: str = ""
    """The sub-indication, where it is not FORMAT_FAILURE."""


def swap(old: bytes, new: bytes, count: int = 1) -> Callable[[bytes], bytes]:
    """Replace text that must be there: a forgery that changes nothing is none."""

    def change(data: bytes) -> bytes:
        assert old in data, f"nothing to forge: {old!r}"
        return data.replace(old, new, count)

    return change
