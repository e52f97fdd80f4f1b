"""Plain data to our dataclasses, with all faults of types and fields at once.

The dataclasses are the one description of the fields: a field of theirs and nothing
else may stand there, of its type and without conversion.
"""

import dataclasses
import re
import types
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from notices.codec.parsing import Part, path_of
from notices.errors import Fault

T = TypeVar("T")

# RFC 3339, 5.6, in capitals; full-date of the same.
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_AN_INSTANT, _A_DAY = "2026-11-16T11:00:00+09:00", "2026-11-16"


def read(cls: type[T], data: Any) -> tuple[T, list[Fault]]:
    """Make the dataclass, and tell what is wrong with `data`.

    Where something is wrong stands the plainest value of the type, so that what is
    right can be judged further.
    """
    reader = _Reader()
    made: T = reader.value(cls, data, ())
    return made, reader.faults


class _Wrong(Exception):
    """A value is not of its type; the argument says what it must be."""


class _Reader:
    """Walks through data and types together."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def value(self, hint: Any, data: Any, place: tuple[Part, ...]) -> Any:
        """The value of a type; the plainest one, and a fault, if it is none."""
        if data is None and is_optional(hint):
            return None
        try:
            return self._value(inner(hint), data, place)
        except _Wrong as wrong:
            self.faults.append(Fault(path_of(place), str(wrong)))
            return plainest(hint)

    def _value(self, hint: Any, data: Any, place: tuple[Part, ...]) -> Any:
        if get_origin(hint) is tuple:
            if not isinstance(data, list):
                raise _Wrong("must be a list, `[...]`")
            item = get_args(hint)[0]
            return tuple(
                self.value(item, one, (*place, at)) for at, one in enumerate(data)
            )
        if dataclasses.is_dataclass(hint):
            if not isinstance(data, dict):
                raise _Wrong("must be an object, `{...}`")
            return self.fields(hint, data, place)
        return _scalar(hint, data)

    def fields(self, cls: Any, data: dict[str, Any], place: tuple[Part, ...]) -> Any:
        """The dataclass of an object: all its fields and no others."""
        known = _hints(cls)
        for name in data.keys() - known.keys():
            self.faults.append(Fault(path_of((*place, name)), "is an unknown field"))
        for name in _required(cls) - data.keys():
            self.faults.append(Fault(path_of((*place, name)), "is missing"))
        missing = {name: plainest(known[name]) for name in _required(cls) - data.keys()}
        given = {
            name: self.value(known[name], item, (*place, name))
            for name, item in data.items()
            if name in known
        }
        return cls(**missing, **given)


def plainest(hint: Any) -> Any:
    """The plainest value of a type."""
    if is_optional(hint):
        return None
    if get_origin(hint) is tuple:
        return ()
    if dataclasses.is_dataclass(hint):
        cls: Any = hint
        return cls(**{name: plainest(_hints(cls)[name]) for name in _required(cls)})
    if issubclass(hint, Enum):
        return next(iter(hint))
    plain = {str: "", bool: False, date: date(2000, 1, 1)}
    return plain.get(hint, datetime(2000, 1, 1, tzinfo=UTC))


def inner(hint: Any) -> Any:
    """Take `| None` off a type."""
    if get_origin(hint) in {Union, types.UnionType}:
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def is_optional(hint: Any) -> bool:
    """Tell whether None is allowed."""
    return inner(hint) is not hint


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


@cache
def _required(cls: Any) -> frozenset[str]:
    return frozenset(
        field.name
        for field in dataclasses.fields(cls)
        if field.default is field.default_factory is dataclasses.MISSING
    )


def _scalar(hint: Any, data: Any) -> Any:
    if hint is bool:
        return _checked(data, isinstance(data, bool), "must be true or false")
    if hint is str:
        return _checked(data, isinstance(data, str), "must be a text, in quotes")
    if hint is datetime:
        return _parsed(
            data, _INSTANT, datetime.fromisoformat, "2026-11-16T11:00:00+09:00"
        )
    if hint is date:
        return _parsed(data, _DAY, date.fromisoformat, "2026-11-16")
    *names, last = (repr(member.value) for member in hint)
    _checked(
        data,
        isinstance(data, str) and data in {member.value for member in hint},
        f"must be {', '.join(names)} or {last}",
    )
    return hint(data)


def _checked(data: Any, good: bool, wanted: str) -> Any:
    if not good:
        raise _Wrong(wanted)
    return data


def _parsed(
    data: Any, grammar: re.Pattern[str], parse: Callable[[str], T], example: str
) -> T:
    if isinstance(data, str) and grammar.fullmatch(data):
        try:
            return parse(data)
        except ValueError:
            pass  # such as the 30th of February: the same sentence serves
    raise _Wrong(f'must be like "{example}"')
