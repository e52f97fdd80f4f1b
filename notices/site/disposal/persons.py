"""Two persons: who may decide that something is disposed of."""

from collections.abc import Callable, Mapping

from notices.approval import EnrolledPerson, Role
from notices.errors import RefusedError
from notices.messages import Text
from notices.signs import as_seen

Sign = Callable[[str, bytes], Mapping[str, str]]
"""From a person's id and the octets to be signed (prefix and `disposal.json`) to what
proves the person's word: names of files to their octets in base64 (formats, 5.3)."""

_NOTHING = "nothing was removed"


def may_confirm(person: EnrolledPerson) -> bool:
    """Whether somebody may be the second person: an administrator or a checker."""
    return person.may(Role.ADMINISTRATOR) or person.may(Role.CHECKER)


def second_person(
    by: str,
    second: str,
    enrolled: Mapping[str, EnrolledPerson],
    names: Mapping[str, str],
) -> tuple[str, ...]:
    """The people who decide; empty where nobody is enrolled and nobody is named.

    by: who types it, `user:` or `person:` and a name. enrolled: whose keys hold.
    names: how they are called; one person may be enrolled under two ids. RefusedError
    where people are enrolled and no other one of them is named who may.
    """
    if not enrolled and not second:
        return ()
    first = by.partition(":")[2]
    if not second:
        raise RefusedError(
            "people are enrolled here: a second one must decide with you",
            hint="type --confirmed-by PERSON --key KEY; nothing was removed",
        )
    if second not in enrolled:
        raise RefusedError(
            Text("{person} is not enrolled here", person=second), hint=_NOTHING
        )
    if second == first or _have_one_name(first, second, names):
        raise RefusedError(
            "the second person must be another one than you", hint=_NOTHING
        )
    if not may_confirm(enrolled[second]):
        raise RefusedError(
            Text("{person} is neither administrator nor checker", person=second),
            hint=_NOTHING,
        )
    return (first, second) if first in enrolled else (second,)


def _have_one_name(first: str, second: str, names: Mapping[str, str]) -> bool:
    name = as_seen(names.get(first, ""))
    return bool(name) and name == as_seen(names.get(second, ""))


def nobody_signs(person: str, statement: bytes) -> Mapping[str, str]:
    """Where no key of a person can be used: what wants two persons is refused."""
    del statement
    raise RefusedError(
        Text("the key of {person} cannot be used here", person=person),
        hint=_NOTHING,
    )
