"""A cache for what is parsed from octets or a text: the same few come again and again.

Equal octets are one parsed value, which nobody ever changes. Only what is of a usual
size is kept, so that hostile files cannot fill the memory.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Parsed = TypeVar("Parsed")
Encoded = TypeVar("Encoded", bytes, str)


def bounded_cache(
    *, entries: int, octets: int
) -> Callable[[Callable[[Encoded], Parsed]], Callable[[Encoded], Parsed]]:
    """Remember what a function made of the last `entries` short arguments.

    octets: the longest argument that is remembered, of a text in characters; a longer
    one is parsed each time.
    """

    def decorate(parse: Callable[[Encoded], Parsed]) -> Callable[[Encoded], Parsed]:
        remembered = lru_cache(maxsize=entries)(parse)

        @wraps(parse)
        def parse_once(encoded: Encoded) -> Parsed:
            return (remembered if len(encoded) <= octets else parse)(encoded)

        return parse_once

    return decorate
