"""What a caller hands over has the types that are written, or an InputError says so."""

from collections.abc import Mapping
from datetime import datetime

from notices.errors import InputError
from notices.messages import Text


def require_types(given: Mapping[str, tuple[object, type | tuple[type, ...]]]) -> None:
    """InputError for the first argument of a wrong type.

    given: an argument's name, its value, and the type or types that it may have.
    """
    for name, (value, wanted) in given.items():
        if not _is_of(value, wanted):
            raise InputError(
                Text(
                    "{name} is {kind}, it must be {wanted}",
                    name=name,
                    kind=type(value).__name__,
                    wanted=_names(wanted),
                ),
                hint="see docs/python.md for what each call takes",
            )


def require_reason(reason: str | None) -> None:
    """InputError for a reason of blanks alone, or of nothing. None: none is asked."""
    if reason is not None and not reason.strip():
        raise InputError("the reason is missing", hint="say why in a few words")


def _is_of(value: object, wanted: type | tuple[type, ...]) -> bool:
    """A moment is a date to Python and none here: whose day it is, nobody said."""
    kinds = wanted if isinstance(wanted, tuple) else (wanted,)
    is_moment = isinstance(value, datetime) and datetime not in kinds
    return isinstance(value, kinds) and not is_moment


def _names(wanted: type | tuple[type, ...]) -> str:
    kinds = wanted if isinstance(wanted, tuple) else (wanted,)
    return " / ".join(kind.__name__ for kind in kinds)
