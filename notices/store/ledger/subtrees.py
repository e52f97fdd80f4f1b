"""The tree of the ledger, kept: one hash for each full tile of 256 hashes below.

They are written with the events that fill a tile. What an older version of the program
left out is computed from the leaves, and written when there is occasion.
"""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Connection, bindparam, func, insert, select

from notices.errors import EvidenceBroken
from notices.ledger import Hash, root
from notices.ledger.tiles import HEIGHT, WIDTH, TileName
from notices.messages import Text
from notices.store.database.ledger_tables import subtrees
from notices.store.database.schema import events

AT_ONCE = 1024
"""Tiles of a level that are filled within one transaction."""
FEW = 16
"""Tiles of a level that an event waits for."""
_ROWS = 64
# built once: building a statement costs more than running it
_APPEND = insert(subtrees)
_NEWEST = select(func.max(subtrees.c.place)).where(
    subtrees.c.level == bindparam("of_level")
)


def read_tile(connection: Connection, name: TileName) -> list[Hash]:
    """Give the hashes of a tile; EvidenceBroken where a leaf is missing."""
    first = name.place * WIDTH
    return list(_hashes(connection, name.level, first, first + name.width))


def grow(connection: Connection, size: int, *, most: int = AT_ONCE) -> bool:
    """Write the hashes that a ledger of that size lacks; tell whether more do.

    most: tiles of each level. Whoever calls holds the lock of the ledger.
    """
    level = 1
    while wanted := size >> (HEIGHT * level):
        first = _count(connection, level)
        end = min(wanted, first + most)
        for start in range(first, end, _ROWS):
            _fill(connection, level, start, min(start + _ROWS, end))
        if end < wanted:
            # what is above needs all that is below
            return True
        level += 1
    return False


def lacks(connection: Connection, size: int) -> bool:
    """Tell whether a hash is not written yet."""
    return any(
        _count(connection, level) < size >> (HEIGHT * level)
        for level in range(1, _levels(size))
    )


def all_kept(connection: Connection) -> Iterator[tuple[int, int, Hash]]:
    """Read level, place and hash of all, for a full check."""
    query = select(subtrees).order_by(subtrees.c.level, subtrees.c.place)
    for row in connection.execute(query, execution_options={"yield_per": 1000}):
        yield row.level, row.place, bytes(row.hash)


def _levels(size: int) -> int:
    """How many levels of tiles a tree has, and one more."""
    return max(size.bit_length() - 1, 0) // HEIGHT + 1


def _count(connection: Connection, level: int) -> int:
    newest = connection.scalar(_NEWEST, {"of_level": level})
    return 0 if newest is None else int(newest) + 1


def _fill(connection: Connection, level: int, first: int, end: int) -> None:
    below = _hashes(connection, level - 1, first * WIDTH, end * WIDTH)
    rows = []
    for place in range(first, end):
        top = root(islice(below, WIDTH))
        rows.append({"level": level, "place": place, "hash": top})
    connection.execute(_APPEND, rows)


def _hashes(connection: Connection, level: int, first: int, end: int) -> Iterator[Hash]:
    """The hashes of a level from one place to before another, without a gap."""
    place = first
    for at, found in _kept(connection, level, first, end):
        if at != place:
            break
        yield found
        place += 1
    if place < end and level == 0:
        raise EvidenceBroken(
            Text("entry {expected} of the ledger is missing", expected=place)
        )
    for each in range(place, end):  # not written yet
        below = _hashes(connection, level - 1, each * WIDTH, (each + 1) * WIDTH)
        yield root(below)


def _kept(
    connection: Connection, level: int, first: int, end: int
) -> Iterator[tuple[int, Hash]]:
    if level == 0:
        place, value = events.c.seq, events.c.leaf
        query = select(place, value)
    else:
        place, value = subtrees.c.place, subtrees.c.hash
        query = select(place, value).where(subtrees.c.level == level)
    wanted = query.where(place >= first, place < end).order_by(place)
    for at, found in connection.execute(wanted).all():
        yield at, bytes(found)
