"""Mutants of any bytes: repeatable, one to four changes each."""

import random
from collections.abc import Callable, Iterator

INTERESTING = (b"\x00", b"\xff", b"\r\n", b"\n", b"=", b"--", b">", b"%%EOF", b"\x80")


def mutants(data: bytes, seed: int, count: int) -> Iterator[bytes]:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    changes: list[Callable[[bytes, random.Random], bytes]] = [
        flip,
        flip,
        overwrite,
        insert,
        delete,
        repeat,
        swap_lines,
        truncate,
    ]
    for _ in range(count):
        mutant = data
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            mutant = chance.choice(changes)(mutant, chance)
            if len(mutant) < 2:  # nothing left to change
                break
        yield mutant


def flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def overwrite(data: bytes, chance: random.Random) -> bytes:
    at, new = chance.randrange(len(data)), chance.choice(INTERESTING)
    return data[:at] + new + data[at + len(new) :]


def insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(INTERESTING) + data[at:]


def delete(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randint(1, 80) :]


def repeat(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    end = at + chance.randint(1, 200)
    return data[:end] + data[at:end] + data[end:]


def swap_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]
