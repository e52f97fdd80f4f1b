"""Follows all chains of a ledger, entry by entry (`docs/formats.md`, 4.3 and 4.5)."""

from collections.abc import Iterator, Mapping

from notices.ledger.chains import CASE, named_chains, own_chains
from notices.ledger.entry import RecordedEvent
from notices.ledger.event import EventKind
from notices.ledger.leaf import Leaf
from notices.ledger.merkle import Hash
from notices.ledger.quick_leaf import QuickLeaf
from notices.messages import Text

_OF_A_CASE = frozenset({str(EventKind.NUMBERED), str(EventKind.PREPARED)})
"""Events of version 1 that name their case."""


_BEGINNING = str(EventKind.VERSION_BEGAN)
Head = tuple[int, str]
"""The newest event of a chain: its place, and its leaf hash in hexadecimal."""


class ChainFollower:
    """Holds the newest event of each chain; give it every entry, in order."""

    def __init__(self) -> None:
        self._heads: dict[tuple[str, str], Head] = {}
        self._began = False
        self._withheld: set[Head] = set()

    def withhold(self, seq: int, hashed: Hash) -> None:
        """Pass over an entry of version 1 of which only the hash is known."""
        self._withheld.add((seq, hashed.hex()))

    def faults(self, event: RecordedEvent) -> Iterator[str]:
        """What is wrong with the next entry, one sentence each."""
        if event.leaf is None:
            yield from self._old_faults(event)
            return
        leaf = event.leaf
        previous = {
            chain: (link.seq, link.leaf) if link else None
            for chain, link in leaf.previous.items()
        }
        yield from self._new_faults(leaf, previous, event.hash)

    def quick_faults(self, leaf: QuickLeaf, hashed: Hash) -> Iterator[str]:
        """The same of an entry that was read in one pass."""
        return self._new_faults(leaf, leaf.previous, hashed)

    def _old_faults(self, event: RecordedEvent) -> Iterator[str]:
        if self._began:
            yield Text("entry {seq} is of version 1, which had ended", seq=event.seq)
        chains = own_chains(event.kind, event.number, event.case_id, event.facts)
        if event.kind not in _OF_A_CASE:
            chains.pop(CASE, None)
        for chain in chains.items():
            self._heads[chain] = (event.seq, event.hash.hex())

    def _new_faults(
        self, leaf: Leaf | QuickLeaf, previous: Mapping[str, Head | None], hashed: Hash
    ) -> Iterator[str]:
        if (leaf.event == _BEGINNING) == self._began:
            yield Text(
                "entry {seq}: version 2 begins once, with {kind!r}",
                seq=leaf.seq,
                kind=leaf.event,
            )
        self._began = True
        told = (leaf.event, leaf.number, leaf.case_id, leaf.facts)
        own, head = own_chains(*told), (leaf.seq, hashed.hex())
        for chain, key in named_chains(*told, own).items():
            if chain not in previous:
                yield Text(
                    "entry {seq} says nothing of its {chain} before",
                    seq=leaf.seq,
                    chain=chain,
                )
            elif not self._leads(previous[chain], self._heads.get((chain, key))):
                yield Text(
                    "entry {seq} names another {chain} than the one before",
                    seq=leaf.seq,
                    chain=chain,
                )
        for one in own.items():
            self._heads[one] = head

    def _leads(self, link: Head | None, head: Head | None) -> bool:
        """Whether a link is to the event before, as far as that is known."""
        if link == head:
            return True
        if link is None or link not in self._withheld:
            return False
        # what a withheld entry is about is not known (`docs/formats.md`, 7)
        return head is None or head[0] < link[0]
