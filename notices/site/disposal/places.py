"""What disposal does not reach, as the configuration tells; the certificate has it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from notices.casework.retention import RetentionPolicy
from notices.config import Config
from notices.judgment import JST
from notices.messages import Text

Place = Mapping[str, Any]

PLACES: Mapping[str, str] = {
    "archive": "the archive mailbox {mailbox}: remove its copies by hand",
    "inbox": "the mailbox {url}: remove replies and reports by hand",
    "backups": "backups of the database, until {until}",
    "postgresql": "the server's log of writes, its logs, replicas and dumps",
    "disk": "blocks of the disk and snapshots that held the file before",
    "case_system": "the case system that handed the judgments over",
    "mail_servers": "logs and queues of mail servers, and the recipients",
    "mails_of_no_notice": "{count} kept mails that matched no notice",
    "entries_of_version_1": "{count} entries of version 1 of the ledger, which hold "
    "mailboxes and reasons",
    "bundles": "bundles that were handed out; {count} were made so far",
}
"""Each place in words."""
NOT_TOLD = "a day that [retention] backups_days does not tell"


def places_outside(
    config: Config, policy: RetentionPolicy, now: datetime
) -> Iterator[Place]:
    """Give each place that the configuration tells of, with its particulars."""
    if config.archive.mailbox:
        yield {"place": "archive", "mailbox": config.archive.mailbox}
    if config.inbox.url:
        yield {"place": "inbox", "url": config.inbox.url}
    until = policy.backups_until(now.astimezone(JST).date())
    yield {"place": "backups", "until": until.isoformat() if until else None}
    is_file = config.outbox.url.startswith("sqlite")
    yield {"place": "disk" if is_file else "postgresql"}
    yield {"place": "case_system"}
    yield {"place": "mail_servers"}


def in_words(place: Place) -> str:
    """One of them as a sentence."""
    pattern = PLACES.get(str(place["place"]))
    if pattern is None:
        return str(place["place"])
    told = {name: value for name, value in place.items() if name != "place"}
    if "until" in told:
        told["until"] = told["until"] or Text(NOT_TOLD)
    return Text(pattern, **told)
