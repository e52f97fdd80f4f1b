"""What works and what does not: each part of a site tried for itself."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from notices.errors import (
    CertificateNotUsable,
    ConfigError,
    NoticesError,
    RelayUnavailable,
    RevocationUnavailable,
)
from notices.letters import check_templates
from notices.signing import Level
from notices.site.parts import Parts

SMTP_PATIENCE = 5.0
"""Seconds for a greeting; a relay that takes longer is told as away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One part of the site: fine, worth a look, or broken."""

    name: str
    """Which part."""
    status: str
    """`ok`, `warning` or `fault`."""
    detail: str
    """What was seen."""
    advice: str = ""
    """What to do."""
    exit_code: int = 0
    """What a command that needs this part would end with; 0 if it works."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices doctor --json`."""
        return {
            "name": self.name,
            "status": self.status,
            "detail": self.detail,
            "advice": self.advice,
        }


def examine(parts: Parts) -> list[Checkup]:
    """Try every part; one that fails does not hide the next."""
    checkups = [_guard("configuration", lambda: f"{parts.config.path} is in order")]
    checkups.append(_guard("catalogue", lambda: _catalogue(parts)))
    checkups.append(_guard("recipients", lambda: f"{len(parts.directory)} entries"))
    checkups.append(_guard("cases", lambda: _cases(parts)))
    checkups += _templates(parts)
    checkups += _certificate(parts)
    checkups.append(_guard("database", lambda: _database(parts)))
    checkups.append(_guard("smtp", lambda: _greeting(parts)))
    return checkups


def _guard(name: str, look: Callable[[], str]) -> Checkup:
    try:
        return Checkup(name=name, status="ok", detail=look())
    except NoticesError as error:
        return Checkup(
            name=name,
            status="fault",
            detail="; ".join([error.message, *map(str, error.faults)]),
            advice=error.hint,
            exit_code=error.exit_code,
        )


def _catalogue(parts: Parts) -> str:
    day = parts.clock().date()
    rows = parts.catalogue.list_on(day)
    usable = sum(1 for row in rows if row["enabled"])
    return f"{usable} categories may be used on {day}"


def _cases(parts: Parts) -> str:
    folder = parts.config.resolve(parts.config.cases.directory)
    if not folder.is_dir():
        raise ConfigError(
            f"{folder} is no folder", hint="make it, or set cases.directory"
        )
    return f"{len(list(folder.glob('*.json')))} judgments in {folder}"


def _templates(parts: Parts) -> Iterator[Checkup]:
    try:
        faults = check_templates(parts.templates)
    except NoticesError as error:
        yield Checkup(
            name="templates",
            status="fault",
            detail=error.message,
            advice=error.hint,
            exit_code=error.exit_code,
        )
        return
    if not faults:
        yield Checkup(name="templates", status="ok", detail="letters and mails check")
    for fault in faults:
        yield Checkup(
            name="templates",
            status="fault",
            detail=str(fault),
            advice="notices template check tells them all",
            exit_code=65,
        )


def _certificate(parts: Parts) -> Iterator[Checkup]:
    """Key, certificate, path, revocation: as they are judged before each signature."""
    try:
        findings = parts.desk.judge(parts.clock()).findings
    except NoticesError as error:
        yield Checkup(
            name="signing",
            status="fault",
            detail=error.message,
            advice=error.hint,
            exit_code=error.exit_code,
        )
        return
    for finding in findings:
        status, exit_code = _OF_LEVEL[finding.level]
        yield Checkup(
            name=f"signing: {finding.id}",
            status=status,
            detail=finding.detail,
            advice=finding.hint,
            exit_code=exit_code,
        )


_OF_LEVEL = {
    Level.PASSED: ("ok", 0),
    Level.WARNING: ("warning", 0),
    Level.REFUSED: ("fault", CertificateNotUsable.exit_code),
    Level.TRY_LATER: ("fault", RevocationUnavailable.exit_code),
}


def _database(parts: Parts) -> str:
    size, root = parts.store.root()
    count = parts.store.count()
    return f"{count} notices, ledger of {size} leaves, root {root.hex()[:16]}"


def _greeting(parts: Parts) -> str:
    """The relay answers; nothing is said to it."""
    relay = parts.relay
    try:
        with socket.create_connection((relay.host, relay.port), SMTP_PATIENCE) as link:
            if relay.security == "tls":
                return f"{relay.remote} takes connections (TLS)"
            greeting = link.recv(512).decode("ascii", "backslashreplace").strip()
    except OSError as error:
        raise RelayUnavailable(
            f"{relay.remote} does not answer: {error}",
            hint="start the mail server, or mend smtp.host and smtp.port",
        ) from error
    return f"{relay.remote} answers: {greeting[:100]}"
