"""Following a published log from the last checkpoint that was seen (C2SP tlog-tiles).

Nothing is believed but the log's key: the tiles must give the root of the checkpoint,
the checkpoint must continue the one that was seen, and every full tile must be what the
level above says of it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from notices.ledger import Checkpoint, Hash, root, verify_consistency
from notices.ledger.tiles import (
    HASH_BYTES,
    HEIGHT,
    WIDTH,
    TiledTree,
    TileName,
    full_tiles,
    partial_tiles,
)
from notices.messages import Text

Read = Callable[[str], bytes | None]
"""From a path such as `tile/0/000` to its octets; None: nothing is served there."""


class LogFinding(StrEnum):
    """What comparing two checkpoints of a log has shown."""

    CONTINUES = "continues"
    FORK = "fork"
    BROKEN = "broken"
    CANNOT_TELL = "cannot_tell"


EXIT_CODES: Mapping[LogFinding, int] = MappingProxyType(
    {
        LogFinding.CONTINUES: 0,
        LogFinding.FORK: 1,
        LogFinding.BROKEN: 1,
        LogFinding.CANNOT_TELL: 3,
    }
)
"""What a program that followed a log ends with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedLog:
    """What following a published log has shown."""

    finding: LogFinding
    """Whether it continues what was seen."""
    detail: str
    """Why, in a sentence."""
    tiles: int = 0
    """Full tiles that were compared."""
    withheld: int = 0
    """Tiles of level 0 that are not served: of leaves of version 1."""


class _Missing(Exception):
    """A tile is not served that is needed; never leaves this room."""


class _Broken(Exception):
    """A tile has another width; never leaves this room."""


def compared(old: Checkpoint, new: Checkpoint) -> FollowedLog | None:
    """What two checkpoints of one log tell without a proof; None: one is needed."""
    if old.size == new.size:
        if old.root == new.root:
            return FollowedLog(
                finding=LogFinding.CONTINUES,
                detail=Text("both are of the same {size} entries", size=old.size),
            )
        return FollowedLog(
            finding=LogFinding.FORK,
            detail=Text(
                "the log is forked: two checkpoints of {size} entries have other "
                "roots, {root} and {other}",
                size=old.size,
                root=old.root.hex(),
                other=new.root.hex(),
            ),
        )
    return None


def follow(
    read: Read,
    new: Checkpoint,
    *,
    seen: Checkpoint | None,
    may_be_ahead: bool = False,
) -> FollowedLog:
    """Check a published log up to `new`, from `seen` on; None: from the beginning.

    may_be_ahead: `seen` came from elsewhere, so it may be newer than what is published;
    then nothing can be told.
    """
    if seen and seen.size > new.size:
        return _ahead(seen, new, is_known=not may_be_ahead)
    if seen and (told := compared(seen, new)) and told.finding is LogFinding.FORK:
        return told
    tree = TiledTree(new.size, lambda name: _tile(read, name))
    try:
        return _followed(tree, new, seen, read)
    except _Missing as missing:
        return FollowedLog(
            finding=LogFinding.CANNOT_TELL,
            detail=Text("{path} is not served", path=str(missing)),
        )
    except _Broken as broken:
        return FollowedLog(
            finding=LogFinding.BROKEN,
            detail=Text("{path} is no tile of that width", path=str(broken)),
        )


def _ahead(seen: Checkpoint, new: Checkpoint, *, is_known: bool) -> FollowedLog:
    if is_known:
        pattern = (
            "{size} entries were seen before, and {count} are published: it was set "
            "back, or is an old copy"
        )
    else:
        pattern = (
            "a checkpoint of {size} entries was given, and {count} are published: ask "
            "again when more are, or compare with notices ledger consistency"
        )
    return FollowedLog(
        finding=LogFinding.BROKEN if is_known else LogFinding.CANNOT_TELL,
        detail=Text(pattern, size=seen.size, count=new.size),
    )


def _followed(
    tree: TiledTree, new: Checkpoint, seen: Checkpoint | None, read: Read
) -> FollowedLog:
    if tree.root() != new.root:
        return FollowedLog(
            finding=LogFinding.BROKEN,
            detail=Text(
                "the tiles do not give the root of the checkpoint of {size} entries",
                size=new.size,
            ),
        )
    if seen:
        proof = tree.consistency_proof(seen.size)
        if not verify_consistency(seen.size, new.size, proof, seen.root, new.root):
            return FollowedLog(
                finding=LogFinding.FORK,
                detail=Text(
                    "the log is forked: its {size} entries do not continue the {seen} "
                    "that were seen",
                    size=new.size,
                    seen=seen.size,
                ),
            )
    start = seen.size if seen else 0
    count, withheld = 0, 0
    begun = _is_served_before(read, start)
    for name in (*full_tiles(start, new.size), *partial_tiles(new.size)):
        try:
            hashes = _tile(read, name)
        except _Missing:
            # leaves of version 1 stand at the beginning alone (formats.md, 4.5)
            if name.level or count or begun:
                raise
            withheld += 1
            continue
        if name.width == WIDTH and root(hashes) != _parent(tree, name):
            raise _Broken(name.path)
        count += 1
    return FollowedLog(
        finding=LogFinding.CONTINUES,
        detail=Text("{tiles} tiles agree with one another", tiles=count),
        tiles=count,
        withheld=withheld,
    )


def _is_served_before(read: Read, size: int) -> bool:
    """Whether the last full tile of a tree's leaves is served: then all later are."""
    full = size // WIDTH
    return bool(full) and read(TileName(0, full - 1).path) is not None


def _parent(tree: TiledTree, name: TileName) -> Hash:
    """The hash of a full tile, by what the level above says of it."""
    return tree.node(HEIGHT * (name.level + 1), name.place)


def _tile(read: Read, name: TileName) -> list[Hash]:
    """A tile; a partial one may be served within the full one that it became."""
    octets = read(name.path)
    if octets is None and name.width < WIDTH:
        octets = read(TileName(name.level, name.place).path)
        octets = octets and octets[: name.width * HASH_BYTES]
    if octets is None:
        raise _Missing(name.path)
    if len(octets) != name.width * HASH_BYTES:
        raise _Broken(name.path)
    return list(_split(octets))


def _split(octets: bytes) -> Iterator[Hash]:
    for start in range(0, len(octets), HASH_BYTES):
        yield octets[start : start + HASH_BYTES]
