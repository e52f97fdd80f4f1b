"""The ledger as JSON lines, for whoever has no database (`docs/formats.md`, 7).

Line n is leaf n, octet by octet. Leaves of version 1 hold mailboxes and free text: they
are written whole for auditors, or withheld, and then only their hash stands there.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from notices.errors import InputError, LaterVersion
from notices.ledger.canonical import read_json, require_canonical
from notices.ledger.entry import read_entry
from notices.ledger.event import EventKind
from notices.ledger.following import ChainFollower
from notices.ledger.leaf import Leaf, leaf_version
from notices.ledger.merkle import Hash, leaf_hash
from notices.ledger.quick_leaf import QuickLeaf, quick_leaf
from notices.ledger.tree import Tree
from notices.messages import Text

_WITHHELD = frozenset({"leaf", "seq", "v"})
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedLedger:
    """What an export holds, read strictly."""

    leaves: tuple[Leaf | QuickLeaf, ...]
    """Entries of version 2, in their order."""
    tree: Tree
    """Of all entries, of any version."""

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.tree)

    @property
    def root(self) -> Hash:
        """Root of the whole; a checkpoint vouches for it."""
        return self.tree.root()


class ExportReader:
    """Reads an export entry by entry, however long it is.

    The tree is whole once all leaves were taken.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.hashes: list[Hash] = []
        """Of the entries that were taken, of any version."""
        self._reader = _Reader()

    def leaves(self) -> Iterator[Leaf | QuickLeaf]:
        """Give the entries of version 2 in their order; see `read_export`."""
        for seq, line in enumerate(self._lines):
            if not line.endswith(b"\n"):
                raise _wrong(seq, Text("the last line does not end: the file was cut"))
            hashed, leaf = self._reader.read(seq, line[:-1])
            self.hashes.append(hashed)
            if leaf is not None:
                yield leaf

    def tree(self) -> Tree:
        """Of all entries that were taken, of any version."""
        return Tree(self.hashes)


def write_export(leaves: Iterable[bytes], *, whole: bool) -> Iterator[bytes]:
    """Give a line for each leaf, in their order. whole: also those of version 1."""
    for seq, octets in enumerate(leaves):
        if whole or leaf_version(octets) > 1:
            yield octets + b"\n"
        else:
            yield _withheld(seq, leaf_hash(octets))


def read_export(octets: bytes) -> ExportedLedger:
    """Read an export; InputError names the first line that is not in order.

    Refused: a line that is no leaf or not of its place (lacking, doubled, moved, cut),
    a leaf withheld after version 2 began, a link that leads to another event than the
    one before. LaterVersion for what a later version wrote.
    """
    reader = ExportReader(io.BytesIO(octets))
    leaves = tuple(reader.leaves())
    return ExportedLedger(leaves=leaves, tree=reader.tree())


class _Reader:
    """Reads line after line."""

    def __init__(self) -> None:
        self._chains = ChainFollower()
        self._began = False

    def read(self, seq: int, line: bytes) -> tuple[Hash, Leaf | QuickLeaf | None]:
        """Take the next line; gives its hash, and the leaf if it is of version 2."""
        if (quick := quick_leaf(line)) is not None:  # so are almost all
            return self._read_quick(seq, quick, leaf_hash(line))
        if (hashed := _of_withheld(line, seq)) is not None:
            if self._began:
                raise _wrong(seq, Text("an entry of version 2 is withheld"))
            self._chains.withhold(seq, hashed)
            return hashed, None
        try:
            event = read_entry(line)
        except LaterVersion:
            raise
        except InputError as error:
            raise _wrong(seq, error.message) from error
        if event.seq != seq:
            raise _wrong(seq, Text("it has the place {place}", place=event.seq))
        for fault in self._chains.faults(event):
            raise _wrong(seq, fault)
        self._began = self._began or event.kind == EventKind.VERSION_BEGAN
        return event.hash, event.leaf

    def _read_quick(
        self, seq: int, leaf: QuickLeaf, hashed: Hash
    ) -> tuple[Hash, QuickLeaf]:
        if leaf.seq != seq:
            raise _wrong(seq, Text("it has the place {place}", place=leaf.seq))
        for fault in self._chains.quick_faults(leaf, hashed):
            raise _wrong(seq, fault)
        if not self._began:
            self._began = leaf.event == EventKind.VERSION_BEGAN
        return hashed, leaf


def _withheld(seq: int, hashed: Hash) -> bytes:
    told = {"leaf": hashed.hex(), "seq": seq, "v": 1}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _of_withheld(line: bytes, seq: int) -> Hash | None:
    """The hash of a withheld leaf; None: the line is a leaf."""
    if b'"leaf":' not in line[:10]:
        return None
    value = read_json(line)
    require_canonical(value, line)
    told = value.get("leaf") if isinstance(value, dict) else None
    if (
        not isinstance(value, dict)
        or value.keys() != _WITHHELD
        or value["v"] != 1
        or not isinstance(told, str)
        or not _HASH.fullmatch(told)
    ):
        return None
    if value["seq"] != seq:
        raise _wrong(seq, Text("it has the place {place}", place=value["seq"]))
    return bytes.fromhex(told)


def _wrong(seq: int, why: str) -> InputError:
    return InputError(
        Text("line {line} of the export is not in order: {why}", line=seq + 1, why=why),
        hint="get the export anew: notices ledger export",
    )
