"""What works and what does not: each part of a site tried for itself."""

import socket
from collections.abc import Iterator

from notices.errors import ConfigError, NoticesError, RelayUnavailable
from notices.letters import check_templates
from notices.signing import load_certificates
from notices.site.doctor.addresses import examine_addresses
from notices.site.doctor.checkup import Checkup, fault, guard
from notices.site.doctor.inbox import examine_inbox
from notices.site.doctor.signing import examine_signing
from notices.site.doctor.worker import examine_worker
from notices.site.parts import Parts

__all__ = ["Checkup", "examine"]

SMTP_PATIENCE = 5.0
"""Seconds for a greeting; a relay that takes longer is told as away."""


def examine(parts: Parts) -> list[Checkup]:
    """Try every part; one that fails does not hide the next."""
    checkups = [guard("configuration", lambda: f"{parts.config.path} is in order")]
    checkups.append(guard("catalogue", lambda: _catalogue(parts)))
    checkups.append(guard("recipients", lambda: f"{len(parts.directory)} entries"))
    checkups += examine_addresses(parts)
    checkups.append(guard("cases", lambda: _cases(parts)))
    checkups += _templates(parts)
    checkups += examine_signing(parts)
    database = guard("database", lambda: _database(parts))
    checkups.append(database)
    checkups.append(guard("smtp", lambda: _greeting(parts)))
    checkups += examine_inbox(parts, database=database)
    checkups += examine_worker(parts)
    return checkups


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
        yield fault("templates", error)
        return
    if not faults:
        yield Checkup(name="templates", status="ok", detail="letters and mails check")
    for fault_found in faults:
        yield Checkup(
            name="templates",
            status="fault",
            detail=str(fault_found),
            advice="notices template check tells them all",
            exit_code=65,
        )


def _database(parts: Parts) -> str:
    """Whether it answers; to hash a long ledger again is for `ledger verify`."""
    count, size = parts.store.queries.count(), parts.store.ledger.size()
    return f"{count} notices, ledger of {size} entries"


def _greeting(parts: Parts) -> str:
    """The relay answers; nothing is said to it."""
    relay = parts.relay
    if relay.ca and not load_certificates(relay.ca.encode()):
        raise ConfigError(
            "smtp.ca has no certificate", hint="name the PEM file of the relay's root"
        )
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
