"""Reading canonical JSON (RFC 8785) in its one form, or not at all.

`docs/formats.md`, 2.2, allows whole numbers only. JSON has many ways to write one
value, and readers differ on what they make of the odd ones; so the octets must be
those that a writer gives.
"""

import json
from enum import StrEnum
from typing import Any, Never

from notices.errors import InputError
from notices.messages import Text

_LARGEST = 2**53 - 1
_MOST_DIGITS = 40


class Oddity(StrEnum):
    """Why octets are no canonical JSON; the names are those of `docs/formats.md`."""

    NOT_JSON = "not-json"
    REPEATED_MEMBER = "repeated-member"
    NOT_CANONICAL = "not-canonical"


class NotCanonical(InputError):
    """These octets are not the one form of a JSON value; `reason` says why."""

    code = "not-canonical"

    def __init__(self, reason: Oddity, message: str) -> None:
        super().__init__(Text("this is no canonical JSON: {message}", message=message))
        self.reason = reason


def read_json(octets: bytes) -> Any:
    """Read JSON of whole numbers in which no member stands twice; else NotCanonical."""
    try:
        text = octets.decode("utf-8")  # json.loads would take UTF-16 as well
    except UnicodeDecodeError as error:
        raise NotCanonical(Oddity.NOT_JSON, "it is no UTF-8") from error
    try:
        return json.loads(
            text,
            object_pairs_hook=_no_repeats,
            parse_float=_no_fraction,
            parse_int=_exact,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError) as error:
        # in words that another reader has as well: it stops elsewhere perhaps
        raise NotCanonical(Oddity.NOT_JSON, "it is no JSON") from error


def require_canonical(value: Any, octets: bytes) -> None:
    """NotCanonical unless these are the octets that a writer gives for the value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        is_written_so = _is_exact(value) and text.encode("utf-8") == octets
    except UnicodeEncodeError:  # half of a pair of surrogates
        is_written_so = False
    if not is_written_so:
        raise NotCanonical(Oddity.NOT_CANONICAL, "it is not written in the one way")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical(Oddity.REPEATED_MEMBER, "a member stands in it twice")
    return found


def _no_fraction(text: str) -> Never:
    raise NotCanonical(
        Oddity.NOT_CANONICAL, Text("{text} is no whole number", text=text[:40])
    )


def _exact(text: str) -> int:
    """A number that a reader with only binary64 reads the same (RFC 8785)."""
    number = int(text) if len(text) <= _MOST_DIGITS else _LARGEST + 1
    if abs(number) > _LARGEST:
        raise NotCanonical(
            Oddity.NOT_CANONICAL, Text("{text} is beyond 2^53 - 1", text=text[:40])
        )
    return number


def _no_constant(text: str) -> Never:
    raise ValueError(f"{text} is no JSON")


def _is_exact(value: Any) -> bool:
    """Whether a reader that has only binary64 reads the same numbers (RFC 8785)."""
    if isinstance(value, dict):
        return all(map(_is_exact, value.values()))
    if isinstance(value, list):
        return all(map(_is_exact, value))
    return not isinstance(value, int) or abs(value) <= _LARGEST
