"""The ledger at a million leaves: append, root, proof, consistency, full check.

    python bench/ledger.py [LEAVES]

Aims: the root of a million leaves under 3 s, a proof under 1 ms.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

from notices.evidence import audit
from notices.ledger import (
    Checkpoint,
    Event,
    EventKind,
    Tree,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from notices.store import Entry

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Result = TypeVar("Result")


def entry(seq: int) -> Entry:
    event = Event(
        seq=seq,
        at=NOW,
        number=f"R8-1-{seq:06d}",
        kind=EventKind.OUTCOME,
        facts={"attempt": 1, "state": "sent", "reply": "250 2.0.0 Ok: queued"},
    )
    payload = event.payload()
    return Entry(
        seq=seq,
        number=event.number,
        kind="outcome",
        at=NOW,
        payload=payload,
        leaf=leaf_hash(payload),
    )


def timed(name: str, work: Callable[[], Result], aim: str = "") -> Result:
    start = time.perf_counter()
    result = work()
    told = f"  (aim: {aim})" if aim else ""
    print(f"{name:<44} {time.perf_counter() - start:9.3f} s{told}")
    return result


def each(name: str, work: Callable[[int], object], places: range, aim: str) -> None:
    times = []
    for place in places:
        start = time.perf_counter()
        work(place)
        times.append(time.perf_counter() - start)
    median, worst = statistics.median(times), max(times)
    print(
        f"{name:<44} {median * 1e3:9.4f} ms, worst {worst * 1e3:.4f} ms  (aim: {aim})"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{count} leaves")
    entries = [entry(seq) for seq in range(count)]
    leaves = [one.leaf for one in entries]
    tree = Tree(leaves)
    top = timed("root, all hashes anew", lambda: Tree(leaves).root(), "3 s")
    grown = Tree()

    def append_all() -> None:
        for leaf in leaves:
            grown.append(leaf)

    timed("append, one leaf after the other", append_all)
    assert grown.root() == top == tree.root()
    places = range(0, count, max(1, count // 1000))
    each("inclusion proof", tree.inclusion_proof, places, "1 ms")
    each("consistency proof", tree.consistency_proof, places, "1 ms")
    proofs = {place: tree.inclusion_proof(place) for place in places}

    def check(place: int) -> None:
        assert verify_inclusion(leaves[place], place, count, proofs[place], top)

    each("inclusion proof, checked", check, places, "1 ms")
    half = count // 2
    proof = tree.consistency_proof(half)
    assert verify_consistency(half, count, proof, tree.root(half), top)
    checkpoints = [Checkpoint(origin="log.example", size=count, root=top)]

    def rows() -> Iterator[Entry]:
        yield from entries

    found = timed(
        "full check of rows and a checkpoint", lambda: audit(rows(), checkpoints)
    )
    assert not found.faults
    print(json.dumps({"leaves": count, "root": top.hex()}))


if __name__ == "__main__":
    main()
