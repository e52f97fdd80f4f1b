"""Time stamp tokens of which a part is another one: the lengths around it are right."""

import copy
import random
from collections.abc import Iterator
from typing import Any

Tree = list[list[Any]]
"""Tag and contents of each value: octets, or what stands in it."""
_TAGS = (1, 2, 3, 4, 5, 6, 0x0A, 0x0C, 0x13, 0x17, 0x18, 0x30, 0x31, 0x80, 0xA0, 0xA1)
_BODIES = (b"", b"\0", b"\1", b"\2", b"\3", b"\5", b"\xff", b"\0\x80", b"\x7f\xff\xff")


def parsed(der: bytes) -> Tree:
    """What the values are made of, also within OCTET STRINGs that hold some."""
    values: Tree = []
    while der:
        tag, length, start = der[0], der[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(der[2:start])
        body, der = der[start : start + length], der[start + length :]
        values.append([tag, parsed(body) if tag & 0x20 else _within(tag, body)])
    return values


def _within(tag: int, body: bytes) -> bytes | Tree:
    if tag == 4 and body.startswith(b"\x30") and len(body) == body[1] + 2:
        return parsed(body)
    return body


def written(values: Tree) -> bytes:
    """The octets of such values."""
    made = b""
    for tag, inside in values:
        body = inside if isinstance(inside, bytes) else written(inside)
        length = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1)
        head = length if len(body) < 0x80 else bytes([0x80 | len(length)]) + length
        made += bytes([tag]) + head + body
    return made


def _places(values: Tree) -> Iterator[tuple[Tree, int]]:
    for at, (_, inside) in enumerate(values):
        yield values, at
        if not isinstance(inside, bytes):
            yield from _places(inside)


def mutated(token: bytes, seed: int) -> bytes:
    """One or two values changed, dropped, doubled, exchanged or of another tag."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    values = copy.deepcopy(parsed(token))
    for _ in range(chance.choice((1, 1, 2))):
        holder, at = chance.choice(list(_places(values)))
        _change(holder, at, chance)
        if not values:
            return token
    return written(values)


def _change(holder: Tree, at: int, chance: random.Random) -> None:
    inside = holder[at][1]
    match chance.randrange(9):
        case 0:
            holder[at][0] = chance.choice(_TAGS)
        case 1:
            del holder[at]
        case 2:
            holder.insert(at, copy.deepcopy(holder[at]))
        case 3:
            other = chance.randrange(len(holder))
            holder[at], holder[other] = holder[other], holder[at]
        case 4:
            holder.insert(at, [chance.choice(_TAGS), chance.choice(_BODIES)])
        case 5:
            holder[at][1] = chance.choice(_BODIES)
        case _ if isinstance(inside, bytes) and inside:
            place = chance.choice((0, len(inside) - 1, chance.randrange(len(inside))))
            octet = inside[place] ^ 1 << chance.randrange(8)
            parts = inside[:place], bytes([octet]), inside[place + 1 :]
            holder[at][1] = b"".join(parts[chance.choice((0, 0, 0, 1)) :])
