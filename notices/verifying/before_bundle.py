"""A bundle of the notice before, handed over besides: what it shows of that notice.

It is not judged here. What is compared are hashes: of its `notice.json` (M25), and of
the leaf that made it (B31), so that nothing else need hold.
"""

from collections.abc import Iterator, Sequence

from notices.errors import InputError
from notices.ledger import EventKind, RecordedEvent, read_entry
from notices.verifying.bundle import members
from notices.verifying.bundle.parsing import parse_json
from notices.verifying.bundle.reading_record_2 import read_record_2
from notices.verifying.checks import Refusal
from notices.verifying.zip_reader import MalformedContainer, read_container

MAGIC = b"PK\x03\x04"


def notices_in(known: Sequence[bytes]) -> Iterator[bytes]:
    """Mails and `notice.json`: a bundle stands for the mail in it, or for that file."""
    for octets in known:
        if not octets.startswith(MAGIC):
            yield octets
            continue
        inside = _members(octets)
        shown = inside.get(members.MESSAGE) or inside.get(members.NOTICE)
        if shown is not None:
            yield shown


def made_by(known: Sequence[bytes]) -> Iterator[RecordedEvent]:
    """The event `prepared` of each bundle among them, as its record has it."""
    for octets in known:
        if octets.startswith(MAGIC):
            yield from _prepared(_members(octets).get(members.RECORD))


def _members(octets: bytes) -> dict[str, bytes]:
    """Nothing for what cannot be read: it is judged where it is asked about."""
    try:
        return dict(read_container(octets))
    except MalformedContainer:
        return {}


def _prepared(record: bytes | None) -> Iterator[RecordedEvent]:
    if record is None:
        return
    try:
        shown = read_record_2(record, parse_json(record)).shown["notice"]
        events = [read_entry(leaf) for leaf, _ in shown]
    except (Refusal, InputError, KeyError, ValueError):
        return
    yield from (event for event in events if event.kind == EventKind.PREPARED)
