"""Where the hashes of a tree stand as files (C2SP tlog-tiles).

Tile n of level l holds the hashes of 256 neighbouring subtrees of 256^l leaves each;
level 0 those of the leaves. What does not fill a tile yet is a partial one of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEIGHT = 8
"""Levels of the tree that one tile spans."""
WIDTH = 1 << HEIGHT
"""Hashes in a full tile."""
HASH_BYTES = 32
_MOST_LEVELS = 64
_PATH = re.compile(
    r"tile/([0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class TileName:
    """Which tile."""

    level: int
    """0 for leaves."""
    place: int
    """Index within the level, from 0."""
    width: int = WIDTH
    """How many hashes; fewer than 256: partial."""

    @property
    def path(self) -> str:
        """Such as `tile/0/x001/x234/067` or `tile/1/000.p/17`."""
        digits = f"{self.place % 1000:03}"
        rest = self.place // 1000
        while rest:
            digits = f"x{rest % 1000:03}/{digits}"
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{digits}{partial}"


def parse_tile_path(path: str) -> TileName | None:
    """Read a path as `TileName.path` gives it; None for any other."""
    found = _PATH.fullmatch(path)
    if not found:
        return None
    level, digits, width = found.groups()
    place = int(digits.replace("x", "").replace("/", ""))
    name = TileName(int(level), place, int(width) if width else WIDTH)
    return name if name.path == path else None


def full_tiles(old_size: int, size: int) -> Iterator[TileName]:
    """The full tiles of a tree that one of `old_size` leaves did not have yet."""
    for level in range(_MOST_LEVELS):
        span = WIDTH ** (level + 1)
        if span > size:
            return
        for place in range(old_size // span, size // span):
            yield TileName(level, place)


def partial_tiles(size: int) -> Iterator[TileName]:
    """The partial tiles of a tree: at most one a level, and none that is empty."""
    level = 0
    while hashes := size >> (HEIGHT * level):
        if width := hashes % WIDTH:
            yield TileName(level, hashes // WIDTH, width)
        level += 1
