"""Follows all chains of a ledger, entry by entry (`docs/formats.md`, 4.3 and 4.5)."""

from collections.abc import Iterator

from notices.ledger.chains import CASE, named_chains, own_chains
from notices.ledger.entry import RecordedEvent
from notices.ledger.event import EventKind
from notices.ledger.leaf import Leaf, Link
from notices.ledger.merkle import Hash
from notices.messages import Text

_OF_A_CASE = frozenset({str(EventKind.NUMBERED), str(EventKind.PREPARED)})
"""Events of version 1 that name their case."""


class ChainFollower:
    """Holds the newest event of each chain; give it every entry, in order."""

    def __init__(self) -> None:
        self._heads: dict[tuple[str, str], Link] = {}
        self._began = False
        self._withheld: set[Link] = set()

    def withhold(self, seq: int, hashed: Hash) -> None:
        """Pass over an entry of version 1 of which only the hash is known."""
        self._withheld.add(Link(seq=seq, leaf=hashed.hex()))

    def faults(self, event: RecordedEvent) -> Iterator[str]:
        """What is wrong with the next entry, one sentence each."""
        if event.leaf is None:
            if self._began:
                yield Text(
                    "entry {seq} is of version 1, which had ended", seq=event.seq
                )
        else:
            yield from self._version_faults(event)
            yield from self._link_faults(event.leaf)
        self._keep(event)

    def _version_faults(self, event: RecordedEvent) -> Iterator[str]:
        is_beginning = event.kind == EventKind.VERSION_BEGAN
        if is_beginning == self._began:
            yield Text(
                "entry {seq}: version 2 begins once, with {kind!r}",
                seq=event.seq,
                kind=event.kind,
            )
        self._began = True

    def _link_faults(self, leaf: Leaf) -> Iterator[str]:
        wanted = named_chains(leaf.event, leaf.number, leaf.case_id, leaf.facts)
        for chain, key in wanted.items():
            if chain not in leaf.previous:
                yield Text(
                    "entry {seq} says nothing of its {chain} before",
                    seq=leaf.seq,
                    chain=chain,
                )
            elif not self._leads(leaf.previous[chain], self._heads.get((chain, key))):
                yield Text(
                    "entry {seq} names another {chain} than the one before",
                    seq=leaf.seq,
                    chain=chain,
                )

    def _leads(self, link: Link | None, head: Link | None) -> bool:
        """Whether a link is to the event before, as far as that is known."""
        if link == head:
            return True
        if link is None or link not in self._withheld:
            return False
        # what a withheld entry is about is not known (`docs/formats.md`, 7)
        return head is None or head.seq < link.seq

    def _keep(self, event: RecordedEvent) -> None:
        link = Link(seq=event.seq, leaf=event.hash.hex())
        chains = own_chains(event.kind, event.number, event.case_id, event.facts)
        if event.leaf is None and event.kind not in _OF_A_CASE:
            chains.pop(CASE, None)
        for chain in chains.items():
            self._heads[chain] = link
