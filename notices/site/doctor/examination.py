"""Parts of a site that are tried in a line or two."""

import socket
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from notices.catalogue import Catalogue
from notices.errors import ConfigError, NoticesError, RelayUnavailable
from notices.files.asking import is_there
from notices.files.network_words import in_words_of_ours
from notices.files.system_words import in_words
from notices.letters import Templates, check_templates
from notices.messages import Text
from notices.signing import load_certificates
from notices.site.doctor.checkup import Checkup, fault, warning
from notices.site.doctor.clock import ClockWatch
from notices.smtp import Relay
from notices.store import Store

SMTP_PATIENCE = 5.0
"""Seconds for a greeting; a relay that takes longer is told as away."""


def usable_categories(catalogue: Catalogue, day: date) -> str:
    """How many categories may be used on a day."""
    rows = catalogue.list_on(day)
    usable = sum(1 for row in rows if row["enabled"])
    return Text("{usable} categories may be used on {day}", usable=usable, day=day)


def count_cases(folder: Path) -> str:
    """How many judgments wait in the folder; ConfigError if it cannot be read."""
    try:
        names = [path.name for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ConfigError(
            Text("{folder} is no folder", folder=folder),
            hint="make it, or set cases.directory",
        ) from error
    except OSError as error:
        raise ConfigError(
            Text("{path} cannot be read: {error}", path=folder, error=in_words(error)),
            hint="check its owner and the permissions of its folder",
        ) from error
    count = sum(name.endswith(".json") for name in names)
    return Text("{count} judgments in {folder}", count=count, folder=folder)


def examine_templates(open_templates: Callable[[], Templates]) -> Iterator[Checkup]:
    """Every fault of the templates."""
    try:
        faults = check_templates(open_templates())
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
            advice="`notices template check` tells them all",
            exit_code=65,
        )


def count_notices(store: Store) -> str:
    """Whether it answers; to hash a long ledger again is for `ledger verify`."""
    count, size = store.queries.count(), store.ledger.size()
    told = Text("{count} notices, ledger of {size} entries", count=count, size=size)
    return (
        told
        if size
        else Text("{told}: nothing was prepared here; numbers begin with 1", told=told)
    )


def void_numbers(store: Store) -> str:
    """Which numbers will never stand on a letter, and why."""
    void = store.queries.voided_numbers()
    told = "; ".join(f"{each.number} ({each.case_id}: {each.reason})" for each in void)
    return (
        Text("{count} void: {told}", count=len(void), told=told)
        if void
        else "none is void"
    )


def examine_newness(
    open_store: Callable[[], Store], signs: Iterable[Path], database: Checkup
) -> Iterator[Checkup]:
    """Warn of a database that was made anew in a site that has worked before.

    signs: files that a site has only once it has worked.
    """
    if database.status != "ok":
        return
    ledger = open_store().ledger
    if ledger.size() or ledger.issued():
        return
    if there := [path for path in signs if is_there(path)]:
        yield warning(
            "database",
            Text(
                "it is empty and was made anew, but this site has worked before: "
                "{name} is there; numbers would begin "
                "with 1 and cases be asked again",
                name=", ".join(path.name for path in there),
            ),
            "put the database and its high-water mark back, or "
            'type: notices reconcile --reason "WHAT HAPPENED" --skip N',
        )


def greeting(relay: Relay, watch: ClockWatch) -> str:
    """The relay answers; nothing is said to it."""
    if relay.ca and not load_certificates(relay.ca.encode()):
        raise ConfigError(
            "smtp.ca has no certificate", hint="name the PEM file of the relay's root"
        )
    try:
        with socket.create_connection((relay.host, relay.port), SMTP_PATIENCE) as link:
            if relay.security == "tls":
                return Text("{remote} takes connections (TLS)", remote=relay.remote)
            greeting = link.recv(512).decode("ascii", "backslashreplace").strip()
    except OSError as error:
        raise RelayUnavailable(
            Text(
                "{remote} does not answer: {error}",
                remote=relay.remote,
                error=in_words_of_ours(error),
            ),
            hint="start the mail server, or mend smtp.host and smtp.port",
        ) from error
    watch.note_greeting(relay.remote, greeting)
    return Text(
        "{remote} answers: {greeting}", remote=relay.remote, greeting=greeting[:100]
    )
