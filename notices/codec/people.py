"""The list of people, `people.toml`: for reading, the ledger decides."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from notices.codec.parsing import path_of
from notices.codec.reading import TOML, read, untold
from notices.codec.toml import by_line, parse_toml
from notices.errors import ConfigError, Fault
from notices.grammar import line_fault, person_fault
from notices.messages import Text
from notices.signs import is_blank

_KEY_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """A person as `people.toml` has him."""

    name: str
    """氏名, as the form prints it."""
    roles: tuple[
        Literal["assessor", "checker", "operator", "auditor", "administrator"], ...
    ]
    """What he may do."""
    key_kind: Literal["certificate", "passkey"]
    """What he signs with."""
    key_sha256: str
    """SHA-256 of his public key (SubjectPublicKeyInfo), in hexadecimal."""
    revoked: bool = False
    """True: his key holds no more."""


def read_people(text: str, where: str) -> Mapping[str, PersonEntry]:
    """Read the people by id, one table each; ConfigError names each faulty line."""
    tables, places = parse_toml(text, where)
    entries: dict[str, PersonEntry] = {}
    faults: list[Fault] = []
    for person, table in tables.items():
        entries[person], wrong = read(PersonEntry, table, notation=TOML, at=(person,))
        above = path_of((person,))
        found = [
            Fault(f"{above}.{key}" if key else above, said)
            for key, said in _problems(person, entries[person])
        ]
        faults += [*wrong, *untold(found, wrong)]
    if faults:
        raise ConfigError(
            Text("{where} has faults", where=where),
            faults=by_line(map(places.placed, faults)),
        )
    return MappingProxyType(entries)


def _problems(person: str, entry: PersonEntry) -> Iterator[tuple[str, str]]:
    if wrong := person_fault(person):
        yield (
            "",
            Text("{person} is no id of a person: {wrong}", person=person, wrong=wrong),
        )
    if is_blank(entry.name):
        yield "name", "must be a text of which something shows"
    elif odd := line_fault(entry.name):
        yield "name", odd
    if not entry.roles:
        yield "roles", "must be a list of roles"
    is_hex = set(entry.key_sha256) <= set("0123456789abcdef")
    if len(entry.key_sha256) != _KEY_LENGTH or not is_hex:
        yield "key_sha256", "must be 64 hexadecimal digits"


def with_people(text: str, people: Mapping[str, PersonEntry]) -> str:
    """The text of a list with these people, and what stood before its first table."""
    head: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            break
        head.append(line)
    while head and not head[-1].strip():
        head.pop()
    blocks = [_block(person, entry) for person, entry in sorted(people.items())]
    return "\n".join(["\n".join(head), *blocks]).strip("\n") + "\n"


def _block(person: str, entry: PersonEntry) -> str:
    rows = {
        "name": entry.name,
        "roles": list(entry.roles),
        "key_kind": entry.key_kind,
        "key_sha256": entry.key_sha256,
        **({"revoked": True} if entry.revoked else {}),
    }
    # JSON's strings, arrays of strings and truth values are those of TOML
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in rows.items()
    ]
    return "\n".join(["", f"[{person}]", *lines])
