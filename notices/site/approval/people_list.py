"""`people.toml` beside the ledger: what it is to say, and where it says otherwise."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from notices.codec.people import PersonEntry, read_people
from notices.errors import ConfigError, Fault
from notices.files.system_words import in_words
from notices.grammar import name_fault
from notices.messages import Text
from notices.signs import plain
from notices.store import KnownPerson

NOT_PROVEN = Text("stands in the ledger without an administrator's signature")
"""Somebody wrote an enrolment into the database by hand."""


def listed(path: Path) -> Mapping[str, PersonEntry]:
    """What the list says; ConfigError if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            Text("{path} cannot be read: {error}", path=path, error=in_words(error))
        ) from error
    return read_people(text, str(path))


def differences(
    people: Mapping[str, KnownPerson], told: Mapping[str, PersonEntry]
) -> Iterator[Fault]:
    """Where the list and the ledger say different things, and who is not proven."""
    for person, each in sorted(people.items()):
        if not each.enrolled.is_proven:
            yield Fault(person, NOT_PROVEN)
    known = entries(people)
    for person in sorted(told.keys() | known.keys()):
        if person not in known:
            yield Fault(person, "is in the list, and not enrolled")
        elif person not in told:
            yield Fault(person, "is enrolled, and not in the list")
        elif told[person] != known[person]:
            yield Fault(person, "is enrolled otherwise than the list says")


def entries(people: Mapping[str, KnownPerson]) -> dict[str, PersonEntry]:
    """As the list has them; for whom nobody signed, he is not in it."""
    return {
        person: _entry(each)
        for person, each in people.items()
        if each.enrolled.is_proven
    }


def _entry(each: KnownPerson) -> PersonEntry:
    return PersonEntry(
        # a version before this one enrolled whatever was given
        name=plain(each.name) if name_fault(each.name) else each.name,
        roles=tuple(sorted(map(str, each.enrolled.roles))),  # type: ignore[arg-type]
        key_kind=str(each.enrolled.key_kind),  # type: ignore[arg-type]
        key_sha256=each.enrolled.key_sha256,
        revoked=each.enrolled.is_revoked,
    )
