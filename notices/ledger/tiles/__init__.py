"""Tiles of the tree (C2SP tlog-tiles): 256 hashes each, from which any proof comes."""

from notices.ledger.tiles.layout import (
    HASH_BYTES,
    HEIGHT,
    WIDTH,
    TileName,
    full_tiles,
    parse_tile_path,
    partial_tiles,
)
from notices.ledger.tiles.tiled_tree import ReadTile, TiledTree

__all__ = [
    "HASH_BYTES",
    "HEIGHT",
    "WIDTH",
    "ReadTile",
    "TileName",
    "TiledTree",
    "full_tiles",
    "parse_tile_path",
    "partial_tiles",
]
