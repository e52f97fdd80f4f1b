"""Tiles of the tree (C2SP tlog-tiles): 256 hashes each, from which any proof comes."""

from notices.ledger.tiles.layout import (
    HEIGHT,
    WIDTH,
    Tile,
    TileName,
    full_tiles,
    partial_tiles,
    parse_tile_path,
)
from notices.ledger.tiles.tiled_tree import ReadTile, TiledTree

__all__ = [
    "HEIGHT",
    "WIDTH",
    "ReadTile",
    "Tile",
    "TileName",
    "TiledTree",
    "full_tiles",
    "parse_tile_path",
    "partial_tiles",
]
