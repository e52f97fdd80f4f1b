"""Which files a second person looked at: `accepted.json` beside the templates; pure.

`layout.toml` says which files that are. A letter that is no draft is written only while
each of them has the octets that were accepted.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from notices.errors import Fault, InvalidTemplate, RefusedError
from notices.messages import Text
from notices.signs import as_seen, is_blank, is_hidden

ACCEPTED_NAME = "accepted.json"
MAX_NAME = 100
"""Characters of a person's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """That somebody accepted a file as it was."""

    file: str
    """Such as `form1/letter.ja.j2`."""
    sha256: str
    """Of its octets, lower-case hexadecimal."""
    edited_by: str
    """Who changed it."""
    accepted_by: str
    """Who looked at it: somebody else."""
    user: str
    """The system user who typed the command."""
    at: str
    """When (RFC 3339)."""


def read_accepted(text: str, path: str) -> tuple[Acceptance, ...]:
    """The acceptances on record, the newest of a file last; InvalidTemplate."""
    try:
        rows = json.loads(text)
        acceptances = tuple(Acceptance(**row) for row in rows)
    except (ValueError, TypeError) as wrong:
        raise InvalidTemplate(
            Text("{path} is no list of acceptances", path=path),
            hint="only `notices template accept` writes it; put back what it wrote",
        ) from wrong
    if not all(
        isinstance(word, str) for one in acceptances for word in asdict(one).values()
    ):
        raise InvalidTemplate(
            Text("{path} cannot be read: {wrong}", path=path, wrong="no text"),
            hint="only `notices template accept` writes it; put back what it wrote",
        )
    return acceptances


def write_accepted(accepted: Iterable[Acceptance]) -> str:
    """The same as text: every acceptance stays on record."""
    rows = [asdict(one) for one in accepted]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def waiting(
    files: Mapping[str, bytes], accepted: Iterable[Acceptance]
) -> Iterator[Fault]:
    """Each file that has other octets than those accepted last.

    files: those that want a second person.
    """
    newest = {one.file: one for one in accepted}
    for name, octets in files.items():
        known = newest.get(name)
        if known is None:
            yield Fault(name, Text("no second person has accepted it"))
        elif known.sha256 != sha256(octets).hexdigest():
            yield Fault(
                name,
                Text(
                    "it was changed since {person} accepted it ({at})",
                    person=known.accepted_by,
                    at=known.at,
                ),
            )


def accept(
    files: Mapping[str, bytes], *, edited_by: str, accepted_by: str, user: str, at: str
) -> tuple[Acceptance, ...]:
    """Acceptances of these files; RefusedError if one person is both."""
    for name in (edited_by, accepted_by):
        if is_blank(name) or len(name) > MAX_NAME or any(map(is_hidden, name)):
            raise RefusedError(
                Text("{name!r} is no name of a person", name=name),
                hint="give it as the form prints it, in one line",
            )
    if as_seen(edited_by) == as_seen(accepted_by):
        raise RefusedError(
            Text("{name} cannot accept a change of their own", name=accepted_by),
            hint="let a second person look at it and type the command",
        )
    return tuple(
        Acceptance(
            file=name,
            sha256=sha256(octets).hexdigest(),
            edited_by=edited_by,
            accepted_by=accepted_by,
            user=user,
            at=at,
        )
        for name, octets in files.items()
    )
