"""Reading `ledger/record.json` of version 2, strictly (`docs/formats.md`, 9)."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from notices.ledger import require_canonical
from notices.messages import Text
from notices.verifying.bundle.record_2 import Record2
from notices.verifying.checks import malformed

_MEMBERS = frozenset(
    {"schema", "number", "size", "notice", "others", "beside", "redacted"}
)
MAX_EVENTS = 4_000
"""Of a notice, its policy and people together; a year of attempts is not half of it."""
MAX_OPENINGS = 20_000
"""Texts and documents that are opened."""


def read_record_2(data: bytes, document: Mapping[str, Any]) -> Record2:
    """Take the members of a record of version 2; Refusal if it has another form."""
    require_canonical(document, data)
    if document.keys() != _MEMBERS:
        raise malformed(Text("the record has {names}", names=", ".join(document)))
    redacted = document["redacted"]
    if redacted != sorted(set(redacted)) or not document["notice"]:
        raise malformed("the record has no events, or its list is not sorted")
    _check_counts(document)
    return Record2(
        number=_text(document["number"]),
        size=_place(document["size"]),
        shown={
            name: [_shown(event) for event in document[name]]
            for name in ("notice", "others")
        },
        salts={
            _place_in(seq): {name: _opening(one) for name, one in names.items()}
            for seq, names in document["beside"].items()
        },
        redacted=frozenset(map(_text, redacted)),
    )


def _check_counts(document: Mapping[str, Any]) -> None:
    """What somebody may choose the number of has a limit, named."""
    events = sum(len(document[name]) for name in ("notice", "others"))
    openings = sum(map(len, document["beside"].values()))
    for count, what, most in (
        (events, Text("events"), MAX_EVENTS),
        (openings, Text("openings"), MAX_OPENINGS),
    ):
        if count > most:
            raise malformed(
                Text(
                    "the record has {count} {what}, at most {most}",
                    count=count,
                    what=what,
                    most=most,
                )
            )


def _shown(event: Mapping[str, Any]) -> tuple[bytes, list[bytes]]:
    if event.keys() != {"leaf", "proof"}:
        raise malformed("an event of the record has other members")
    proof = [b64decode(one, validate=True) for one in event["proof"]]
    return b64decode(event["leaf"], validate=True), proof


def _opening(shown: Mapping[str, Any]) -> tuple[bytes, str | None]:
    if not {"salt"} <= shown.keys() <= {"salt", "text"}:
        raise malformed("what opens a commitment has other members")
    text = shown.get("text")
    if "text" in shown:
        _text(text)
    return bytes.fromhex(shown["salt"]), text


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise malformed(Text("{value!r} is no text", value=value))
    return value


def _place(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise malformed(Text("{value!r} is no place", value=value))
    return value


def _place_in(text: str) -> int:
    place = int(text) if text.isascii() and text.isdigit() else -1
    if str(place) != text:
        raise malformed(Text("{text!r} is no place", text=text))
    return place
