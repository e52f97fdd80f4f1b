"""A cache for what is parsed from octets: an archive names the same few throughout.

Equal octets are one parsed value, which nobody ever changes. Only what is of a usual
size is kept, so that hostile files cannot fill the memory.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Parsed = TypeVar("Parsed")


def bounded_cache(
    *, entries: int, octets: int
) -> Callable[[Callable[[bytes], Parsed]], Callable[[bytes], Parsed]]:
    """Remember what a function made of the last `entries` short arguments.

    octets: the longest argument that is remembered; a longer one is parsed each time.
    """

    def decorate(parse: Callable[[bytes], Parsed]) -> Callable[[bytes], Parsed]:
        remembered = lru_cache(maxsize=entries)(parse)

        @wraps(parse)
        def parse_once(encoded: bytes) -> Parsed:
            return (remembered if len(encoded) <= octets else parse)(encoded)

        return parse_once

    return decorate
