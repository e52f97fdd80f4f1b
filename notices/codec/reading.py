"""Plain data to our dataclasses, with all faults of types and fields at once.

The dataclasses are the one description of the fields: a field of theirs and nothing
else may stand there, of its type and without conversion. Judgments, `notice.json`,
`notices.toml` and `recipients.toml` are read here; a notation says how they differ.
"""

import dataclasses
import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from notices.codec.parsing import Part, path_of
from notices.errors import Fault
from notices.messages import Text

T = TypeVar("T")

# RFC 3339, 5.6, in capitals; full-date of the same.
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """How a kind of file writes values, and how its faults are told."""

    unknown: str
    """Of a field that there is not; `{known}` lists those that there are."""
    table: str
    """Of what is no table of fields."""
    array: str
    """Of what is no list."""
    text: str
    """Of what is no text."""
    day: str
    """Of what is no day."""
    has_days: bool
    """True: a day is a value of its own, not a text."""
    takes_lone_text: bool = False
    """True: a text stands for a list with nothing else in it."""


JSON = Notation(
    unknown="is an unknown field",
    table="must be an object, `{...}`",
    array="must be a list, `[...]`",
    text="must be a text, in quotes",
    day='must be like "2026-11-16"',
    has_days=False,
)
TOML = Notation(
    unknown="is an unknown key; known: {known}",
    table="must be a table of keys",
    array="must be a list, `[...]`",
    text="must be a text in quotes",
    day="must be a day without quotes, such as 2026-04-01",
    has_days=True,
)


def read(
    cls: type[T], data: Any, *, notation: Notation = JSON, at: tuple[Part, ...] = ()
) -> tuple[T, list[Fault]]:
    """Make the dataclass, and tell what is wrong with `data`.

    Where something is wrong stands the plainest value of the type, so that what is
    right can be judged further. `at` is where `data` stands in its file.
    """
    reader = _Reader(notation)
    made: T = reader.value(cls, data, at)
    return made, reader.faults


def untold(faults: Iterable[Fault], told: Iterable[Fault]) -> list[Fault]:
    """Leave out faults of what could not be read: there stands a plain value."""
    paths = [fault.path for fault in told]
    return [
        fault
        for fault in faults
        if not any(
            fault.path == path or fault.path.startswith((f"{path}.", f"{path}["))
            for path in paths
        )
    ]


class _Wrong(Exception):
    """A value is not of its type; the argument says what it must be."""


class _Reader:
    """Walks through data and types together."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
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
        kind = _kind(hint)
        if kind is tuple:
            return self._items(get_args(hint)[0], data, place)
        if kind is dict:
            if not isinstance(data, dict):
                raise _Wrong(self.notation.table)
            return self._fields(hint, data, place)
        return _scalar(hint, data, self.notation)

    def _items(self, hint: Any, data: Any, place: tuple[Part, ...]) -> Any:
        if isinstance(data, str) and self.notation.takes_lone_text:
            return (self.value(hint, data, place),)
        if not isinstance(data, list):
            raise _Wrong(self.notation.array)
        return tuple(
            self.value(hint, item, (*place, index)) for index, item in enumerate(data)
        )

    def _fields(self, cls: Any, data: dict[str, Any], place: tuple[Part, ...]) -> Any:
        """The dataclass of an object: all its fields and no others."""
        fields = written_fields(cls)
        for name in data:
            if name not in fields:
                unknown = self.notation.unknown.format(known=", ".join(fields))
                self.faults.append(Fault(path_of((*place, name)), unknown))
        values: dict[str, Any] = {}
        for name, field in fields.items():
            if name in data:
                hint = _hints(cls)[field.name]
                values[field.name] = self.value(hint, data[name], (*place, name))
            elif is_required(field):
                values[field.name] = plainest(_hints(cls)[field.name])
                self.faults.append(Fault(path_of((*place, name)), "is missing"))
        return cls(**values)


@cache
def written_fields(cls: Any) -> Mapping[str, "dataclasses.Field[Any]"]:
    """The fields by the names that files give them.

    The metadata `key` has the name where it is a word of Python, such as `from`.
    """
    return {
        field.metadata.get("key", field.name): field
        for field in dataclasses.fields(cls)
    }


def is_required(field: "dataclasses.Field[Any]") -> bool:
    """Tell whether it must be given."""
    return field.default is field.default_factory is dataclasses.MISSING


def plainest(hint: Any) -> Any:
    """The plainest value of a type."""
    if is_optional(hint):
        return None
    if get_origin(hint) is tuple:
        return ()
    if dataclasses.is_dataclass(hint):
        cls: Any = hint
        return cls(
            **{
                field.name: plainest(_hints(cls)[field.name])
                for field in dataclasses.fields(cls)
                if is_required(field)
            }
        )
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if issubclass(hint, Enum):
        return next(iter(hint))
    plain = {str: "", bool: False, int: 0, date: date(2000, 1, 1)}
    return plain.get(hint, datetime(2000, 1, 1, tzinfo=UTC))


@cache
def inner(hint: Any) -> Any:
    """Take `| None` off a type."""
    if is_optional(hint):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


@cache
def is_optional(hint: Any) -> bool:
    """Tell whether None is allowed."""
    return get_origin(hint) in {Union, types.UnionType}


@cache
def _kind(hint: Any) -> type | None:
    """What stands in the file: an array, an object, or one value (None)."""
    if get_origin(hint) is tuple:
        return tuple
    return dict if dataclasses.is_dataclass(hint) else None


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _scalar(hint: Any, data: Any, notation: Notation) -> Any:
    if hint is datetime:
        wanted = 'must be like "2026-11-16T11:00:00+09:00"'
        return _parsed(data, INSTANT, instant, wanted)
    if hint is date and not notation.has_days:
        return _parsed(data, DAY, date.fromisoformat, notation.day)
    if hint not in _PLAIN:
        return _choice(hint, data)
    if type(data) is hint:
        return data
    # no subclass: a port of `true` is a mistake, a time of day leaves open whose
    raise _Wrong(_PLAIN[hint](notation))


_PLAIN: dict[type, Callable[[Notation], str]] = {
    bool: lambda _: "must be true or false",
    int: lambda _: "must be a whole number",
    str: lambda notation: notation.text,
    date: lambda notation: notation.day,
}
"""Types that stand in the file as they are, and what is said of another one."""


def instant(text: str) -> datetime:
    """Read a time; ValueError also for one that no other zone can tell.

    At either end of the years that Python has, a time cannot be turned into UTC.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None and not MINYEAR < found.year < MAXYEAR:
        raise ValueError(text)
    return found


def day_with_neighbours(text: str) -> date:
    """Read a day; ValueError also for one without a day before it or after it."""
    found = date.fromisoformat(text)
    if not MINYEAR < found.year < MAXYEAR:
        raise ValueError(text)
    return found


def _choice(hint: Any, data: Any) -> Any:
    """A member of an enumeration, or one of the texts of a Literal."""
    members = _members(hint)
    if isinstance(data, str) and data in members:
        return members[data]
    *names, last = map(repr, members)
    raise _Wrong(
        Text("must be {names} or {last}", names=", ".join(names), last=last)
        if names
        else Text("must be {last}", last=last)
    )


@cache
def _members(hint: Any) -> Mapping[str, Any]:
    """What may be chosen, by how it is written."""
    if get_origin(hint) is Literal:
        return {text: text for text in get_args(hint)}
    return {member.value: member for member in hint}


def _parsed(
    data: Any, grammar: re.Pattern[str], parse: Callable[[str], T], wanted: str
) -> T:
    if isinstance(data, str) and grammar.fullmatch(data):
        try:
            return parse(data)
        except ValueError:
            pass  # such as the 30th of February: the same sentence serves
    raise _Wrong(wanted)
