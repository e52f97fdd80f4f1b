"""`disposal.json`: what is disposed of, by which decision (`docs/formats.md`, 5.5)."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notices.ledger import utc
from notices.messages import Text

SCHEMA = "urn:notices:disposal:1"
PREFIX = b"notices/disposal/v1\n"
"""Stands before the octets where they are hashed or signed."""
AT_ONCE = 1500
"""Cases of one statement: it never has more than 65,536 octets."""
_NO_STATEMENT = Text("it is no decision on disposal that this program wrote")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalStatement:
    """One decision about some cases."""

    log: str
    """Origin of the ledger."""
    cases: tuple[str, ...]
    """Ids, sorted."""
    rule: str
    """By what: `retention illegal_requested 1826`, `before 2026-12-31`, `again`."""
    before: date | None
    """What `--before` said; None: the policy decided."""
    backups_until: date | None
    """Last day on which a backup may still hold it; None: not told."""
    by: str
    """Who decided: `user:` or `person:` and a name."""
    at: datetime
    """When, aware."""
    nonce: str
    """64 hexadecimal digits, so that the hash tells nothing."""

    def octets(self) -> bytes:
        """Canonical JSON."""
        plain = {
            "schema": SCHEMA,
            "log": self.log,
            "cases": sorted(self.cases),
            "rule": self.rule,
            "before": self.before and self.before.isoformat(),
            "backups_until": self.backups_until and self.backups_until.isoformat(),
            "by": self.by,
            "at": utc(self.at),
            "nonce": self.nonce,
        }
        return canonical(plain)

    @property
    def sha256(self) -> str:
        """Over prefix and octets, as the events name it."""
        return statement_sha256(self.octets())


def canonical(plain: Any) -> bytes:
    """RFC 8785 for what has no fractions."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def statement_sha256(octets: bytes) -> str:
    """SHA-256 over the prefix and a statement, in hexadecimal."""
    return hashlib.sha256(PREFIX + octets).hexdigest()


def read_statement(octets: bytes) -> DisposalStatement:
    """Read one that this program wrote; ValueError for anything else."""
    plain = json.loads(octets)
    if not isinstance(plain, dict) or plain.get("schema") != SCHEMA:
        raise ValueError(_NO_STATEMENT)
    try:
        told = DisposalStatement(
            log=plain["log"],
            cases=tuple(plain["cases"]),
            rule=plain["rule"],
            before=_day(plain["before"]),
            backups_until=_day(plain["backups_until"]),
            by=plain["by"],
            at=datetime.fromisoformat(plain["at"]),
            nonce=plain["nonce"],
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(_NO_STATEMENT) from wrong
    if told.octets() != octets:
        raise ValueError(_NO_STATEMENT)
    return told


def in_parts(cases: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Cases, sorted, so many as one statement takes."""
    ordered = sorted(cases)
    for start in range(0, len(ordered), AT_ONCE):
        yield tuple(ordered[start : start + AT_ONCE])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
