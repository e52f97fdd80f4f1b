"""Files that somebody altered: octets by chance, and parts of their structure.

Each is made from a seed, so that a fault can be looked at again.
"""

import copy
import io
import json
import random
import zipfile
from collections.abc import Iterator
from typing import Any

Chance = random.Random


def altered(data: bytes, seed: int) -> bytes:
    """One altered file."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    ways = [octet, octets_gone, octets_more, cut, doubled, swapped]
    if data.startswith(b"PK"):
        ways += [member] * 4
    elif data.lstrip().startswith(b"{"):
        ways += [json_value] * 12
    else:
        ways += [line_gone, line_twice, line_case, number] * 2
    return chance.choice(ways)(data, chance)


def _place(data: bytes, chance: Chance) -> int:
    """Rather near the beginning or the end, where the structure is."""
    at = chance.randrange(len(data))
    return {0: at % 2000, 1: -(at % 2000) - 1}.get(chance.randrange(4), at) % len(data)


def octet(data: bytes, chance: Chance) -> bytes:
    """A bit, or all of an octet."""
    at = _place(data, chance)
    new = chance.choice([data[at] ^ 1 << chance.randrange(8), chance.randrange(256)])
    return data[:at] + bytes([new]) + data[at + 1 :]


def octets_gone(data: bytes, chance: Chance) -> bytes:
    """Some octets less."""
    at = _place(data, chance)
    return data[:at] + data[at + chance.choice([1, 2, 7, 100]) :]


def octets_more(data: bytes, chance: Chance) -> bytes:
    """Some octets more."""
    at = _place(data, chance)
    more = chance.choice([b"\0", b" ", b"\n", b"\r\n", b"9", b"/", b"\xe3\x81\x82"])
    return data[:at] + more + data[at:]


def cut(data: bytes, chance: Chance) -> bytes:
    """The end is missing, or there is more behind it."""
    if chance.random() < 0.5:
        return data + chance.choice([b"\0", b"\n", b" ", data[:100]])
    return data[: -chance.choice([1, 2, 10, 1000])]


def doubled(data: bytes, chance: Chance) -> bytes:
    """A piece stands there twice."""
    at, length = _place(data, chance), chance.choice([1, 16, 300])
    return data[: at + length] + data[at:]


def swapped(data: bytes, chance: Chance) -> bytes:
    """Two neighbouring pieces have changed their places."""
    at, length = _place(data, chance), chance.choice([1, 8, 80])
    one, other = data[at : at + length], data[at + length : at + 2 * length]
    return data[:at] + other + one + data[at + 2 * length :]


def _line(data: bytes, chance: Chance) -> tuple[int, int]:
    at = _place(data, chance)
    start = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at) + 1
    return start, end or len(data)


def line_gone(data: bytes, chance: Chance) -> bytes:
    """A line less."""
    start, end = _line(data, chance)
    return data[:start] + data[end:]


def line_twice(data: bytes, chance: Chance) -> bytes:
    """A line twice."""
    start, end = _line(data, chance)
    return data[:end] + data[start:]


def line_case(data: bytes, chance: Chance) -> bytes:
    """A line in the other case."""
    start, end = _line(data, chance)
    return data[:start] + data[start:end].swapcase() + data[end:]


def number(data: bytes, chance: Chance) -> bytes:
    """A digit is another one."""
    digits = [at for at in range(len(data)) if data[at : at + 1].isdigit()]
    at = chance.choice([*digits[:500], *digits[-500:], *chance.choices(digits, k=100)])
    return data[:at] + str(chance.randrange(10)).encode() + data[at + 1 :]


def member(data: bytes, chance: Chance) -> bytes:
    """A member of a container is altered, and the container written as before."""
    with zipfile.ZipFile(io.BytesIO(data)) as before:
        members = [(one, before.read(one)) for one in before.infolist()]
    at = chance.randrange(1, len(members))
    info, content = members[at]
    way = chance.choice(["content", "content", "gone", "twice", "name", "order"])
    if way == "content":
        members[at] = (info, altered(content, chance.randrange(1 << 30)))
    elif way == "gone":
        del members[at]
    elif way == "twice":
        info = copy.copy(info)
        info.filename += "2"
        members.append((info, content))
    elif way == "name":
        info.filename = info.filename.upper()
    else:
        members.append(members.pop(at))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as after:
        for one, octets in members:
            after.writestr(one, octets)
    return out.getvalue()


def json_value(data: bytes, chance: Chance) -> bytes:
    """A value of the document is another one, or has another name."""
    try:
        document = json.loads(data)
    except ValueError:
        return octet(data, chance)
    paths = [path for path in places(document) if path]
    if not paths:
        return octet(data, chance)
    *above, last = chance.choice(paths)
    holder = document
    for name in above:
        holder = holder[name]
    if isinstance(holder, dict) and chance.random() < 0.15:
        holder[f"{last}2"] = holder.pop(last)
    elif chance.random() < 0.15:
        del holder[last]
    else:
        holder[last] = chance.choice(others(holder[last]))
    if chance.random() < 0.7:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return json.dumps(document, indent=1).encode()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of everything within a JSON value."""
    yield path
    if isinstance(value, dict | list):
        rows = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in rows:
            yield from places(each, (*path, name))


def others(value: Any) -> list[Any]:
    """Values that are not this one, of its kind and of others."""
    match value:
        case bool():
            return [not value, int(value), None, "true"]
        case int():
            return [value + 1, -1, 1.5, value == 1, str(value), None, 2**53, 10**50]
        case str():
            more: list[Any] = ["", None, 5, [value], {}, True]
            texts: list[Any] = [f"{value}x", f"\u202e{value}", value[:-1], "it's \"\\"]
            return [*more, *texts, value.upper(), f"{value}=", value[::-1]]
        case dict():
            return [{}, None, [], {**value, "note": "x"}, "x"]
        case list():
            return [[], None, [*value, *value[-1:]], {}, [*value, None], value[::-1]]
    return ["x", 0, False]
