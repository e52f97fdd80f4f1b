"""Many files at once: processes with limits side by side, results in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import LifoQueue
from typing import cast

from notices.errors import InputError
from notices.report import CLOCK_TOLERANCE, REVOCATION_AGE, Report
from notices.verifying.policy import PolicyArguments
from notices.verifying.process.isolation import IsolatedVerifier

AHEAD = 4
"""Files that are read ahead for each process; no more are in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to be judged."""

    name: str
    """What the report calls it: a path, or `path[3]` for the third mail in a mbox."""
    load: Callable[[], bytes]
    """Gives its bytes; InputError if they cannot be had."""
    is_asked: bool = True
    """False: it merely lies in a folder, and need not be anything of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item: a report, or why there is none."""

    name: str
    """Its name."""
    size: int
    """Its bytes."""
    report: Report | None = None
    """The report."""
    error: InputError | None = None
    """NotJudgeable for what is no mail, PDF, bundle or notice.json; unreadable."""
    is_asked: bool = True
    """As of the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is the same for all items; see `notices.verifying.verify`."""

    trust: Sequence[bytes]
    """Root certificates."""
    at: datetime
    """The clock."""
    signers: Sequence[str] = ()
    """Expected signers."""
    evidence: Sequence[bytes] = ()
    """CRLs and OCSP answers."""
    log_keys: Sequence[str] = ()
    """Verifier keys of ledgers."""
    clock_tolerance: timedelta = CLOCK_TOLERANCE
    """How far other clocks may differ."""
    trust_tsa: Sequence[bytes] = ()
    """Root certificates of time-stamp authorities; empty: those of `trust`."""
    revocation_age: timedelta = REVOCATION_AGE
    """How much older than the proven time a revocation answer may be."""
    witness_keys: Sequence[str] = ()
    """Verifier keys of witnesses."""
    quorum: int | None = None
    """How many of them must have cosigned; None: all."""
    checkpoints: Sequence[str] = ()
    """Notes of the log that others hold."""
    approval_origins: Sequence[str] = ()
    """Addresses of consoles on which passkeys approve."""
    look_inside: bool = False
    """Of a mail that is not ours, judge the one message attached to it."""

    def arguments(self) -> PolicyArguments:
        """All that a policy is read from."""
        said = {name: getattr(self, name) for name in PolicyArguments.__annotations__}
        return cast("PolicyArguments", said)


def verify_many(
    items: Iterable[Item], question: Question, *, processes: int
) -> Iterator[Outcome]:
    """Judge item after item in that many processes; outcomes in the items' order.

    ConfigError for an unusable root and InputError for unusable evidence, as in
    `verify`.
    """
    # the one that is warm goes first; a second is started only when it is needed
    free: LifoQueue[IsolatedVerifier] = LifoQueue()
    verifiers = [IsolatedVerifier() for _ in range(processes)]
    for verifier in verifiers:
        free.put(verifier)

    def judge(item: Item) -> Outcome:
        verifier = free.get()
        try:
            return _judge(item, question, verifier)
        finally:
            free.put(verifier)

    waiting: deque[Future[Outcome]] = deque()
    try:
        with ThreadPoolExecutor(max_workers=processes) as threads:
            for item in items:
                waiting.append(threads.submit(judge, item))
                if len(waiting) >= AHEAD * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
    finally:
        for verifier in verifiers:
            verifier.close()


def _judge(item: Item, question: Question, verifier: IsolatedVerifier) -> Outcome:
    size = 0
    try:
        data = item.load()
        size = len(data)
        report = verifier.verify(
            data, look_inside=question.look_inside, **question.arguments()
        )
    except InputError as error:
        return Outcome(name=item.name, size=size, error=error, is_asked=item.is_asked)
    return Outcome(name=item.name, size=size, report=report, is_asked=item.is_asked)
