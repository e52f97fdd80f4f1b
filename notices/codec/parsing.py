"""JSON to plain data, and what can be wrong with it before any field is known."""

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from notices.codec.json_words import not_json
from notices.errors import Fault
from notices.messages import Text

MAX_BYTES = 2 * 1024 * 1024
"""Largest document that is read, where nothing else is said."""
MAX_DEPTH = 20
"""Deepest nesting; a judgment has four levels."""
MAX_NUMBER = 10**9
"""No field counts as far as this."""
MAX_VALUES = 5000
"""Most values in all; a judgment with the most URLs and addresses has a tenth."""

Part = str | int
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Unreadable(ValueError):
    """It is no JSON object at all, too large or too deep; the text says why."""


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys stood twice."""

    doubled: tuple[str, ...] = ()


def parse(
    text: str | bytes, limit: int = MAX_BYTES
) -> tuple[dict[str, Any], list[Fault]]:
    """Parse one JSON object; also tell keys that stand twice and broken characters.

    Unreadable if it is no JSON object at all, too large or too deep.
    """
    if len(text) > limit:
        raise Unreadable(Text("it is larger than {limit} bytes", limit=limit))
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8")
        data = json.loads(
            decoded,
            object_pairs_hook=_object,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError as wrong:
        raise Unreadable(
            Text("byte {start} is not UTF-8", start=wrong.start)
        ) from wrong
    except json.JSONDecodeError as wrong:
        raise Unreadable(_no_json(wrong)) from wrong
    except RecursionError as wrong:
        raise Unreadable("it is nested too deeply") from wrong
    if not isinstance(data, _Object):
        raise Unreadable("it is not a JSON object, `{...}`")
    return data, list(_cleaned(data))


def _no_json(wrong: json.JSONDecodeError) -> str:
    """Where it ends to be JSON; of one line, which may be one of a file, the column."""
    if "\n" not in wrong.doc.strip():
        return Text(
            "it is not JSON: column {colno}: {msg}",
            msg=not_json(wrong),
            colno=wrong.colno,
        )
    return Text(
        "it is not JSON: line {lineno}, column {colno}: {msg}",
        msg=not_json(wrong),
        lineno=wrong.lineno,
        colno=wrong.colno,
    )


def path_of(parts: tuple[Part, ...]) -> str:
    """Write a path: `ladder[0].mailbox`; odd keys stand quoted in brackets."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif re.fullmatch(r"[\w-]{1,60}", part, re.ASCII):
            path += f".{part}" if path else part
        else:
            path += f"[{json.dumps(part[:60])}]"
    return path


def _cleaned(data: _Object) -> Iterator[Fault]:
    """Walk through all, find faults and put U+FFFD for halves of characters."""
    queue: deque[tuple[tuple[Part, ...], Any]] = deque([((), data)])
    count = 0
    while queue:
        parts, holder = queue.popleft()
        for key in getattr(holder, "doubled", ()):
            yield Fault(path_of((*parts, key)), "stands twice in its object")
        count += len(holder)
        if len(parts) > MAX_DEPTH or count > MAX_VALUES:
            raise Unreadable("it is nested too deeply or has too many values")
        places = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for place, item in list(places):
            path = (*parts, place)
            if isinstance(item, dict | list):
                queue.append((path, item))
            elif isinstance(item, str) and _SURROGATE.search(item):
                holder[place] = _SURROGATE.sub("\ufffd", item)
                yield Fault(path_of(path), "has half of a character (a lone surrogate)")


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object()
    for written, item in pairs:
        # Half of a character in a key: no field is called so, it becomes unknown.
        key = _SURROGATE.sub("\ufffd", written)
        if key in made:
            made.doubled = (*made.doubled, key)
        made[key] = item
    return made


def _number(text: str) -> int | float:
    """A whole number below 10**9, however it is written; else one that no field is."""
    number = float(text)
    whole = number.is_integer() and abs(number) < MAX_NUMBER
    return int(number) if whole else 0.5


def _no_number(text: str) -> float:
    odd = Text("{text} is no number in JSON", text=text)
    raise Unreadable(Text("it is not JSON: {wrong}", wrong=odd))
