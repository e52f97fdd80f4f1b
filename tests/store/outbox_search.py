"""All that can happen to one delivery, tried out by the rules that the program uses.

Two workers, an operator, the inbox, a backup that is restored, a crash anywhere, a lock
that is lost for a moment, a commit that nobody heard of. What the store does by SQL (who
owns a row, which attempt it is) stands here once more; what follows from what is asked of
`notices.delivery` and `notices.inbox.matching` themselves.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from notices import delivery
from notices.delivery import LEGAL, State
from notices.inbox import matching

S = State
UNSENT = (S.HELD, S.QUEUED, S.DEFERRED)
ARRIVED = (S.SENT, S.DELIVERED, S.BOUNCED)


@dataclass(frozen=True)
class Rules:
    """What is asked of the program; a test may put a fault in its place."""

    legal: Callable[[State, State], bool] = lambda old, new: new in LEGAL[old]
    is_orphaned: Callable[..., bool] = delivery.is_orphaned
    recovered: Callable[..., State] = delivery.recovered
    settled_late: Callable[..., State | None] = delivery.settled_late
    follows: Callable[..., State | None] = matching.follows
    needs_armed: bool = True
    notes_before_body: bool = True
    may_withdraw: Callable[[bool], bool] = lambda doubted: not doubted


class Row(NamedTuple):
    """The delivery as the database has it."""

    state: State = S.QUEUED
    is_data: bool = False
    owner: int = 0
    attempts: int = 0
    doubted: bool = False
    armed: frozenset[int] = frozenset()
    recorded: frozenset[int] = frozenset()


class Worker(NamedTuple):
    """A process: what it has in hand, and whether its lock is held."""

    phase: str = "idle"
    serial: int = 0
    ordinal: int = 0
    heard: State | None = None
    has_lock: bool = True
    life: int = 0


class World(NamedTuple):
    """Everything: the database, the workers, the server, the outside, the budgets."""

    row: Row = Row()
    workers: tuple[Worker, Worker] = (Worker(), Worker())
    accepted: int = 0
    serials: int = 0
    mark: frozenset[int] = frozenset()
    saved: Row | None = None
    is_on_hold: bool = False
    said_sent: bool = False
    resends: int = 0
    risk: int = -1  # an operator took it, of attempts up to this one
    crashes: int = 0
    restores: int = 0
    losses: int = 0
    unheard: int = 0


class Broken(AssertionError):
    """A state that must not be."""


def owner_of(index: int, worker: Worker) -> int:
    return 1 + index + 2 * worker.life


def steps(world: World, rules: Rules, most: World) -> Iterator[tuple[str, World]]:
    """Give what can happen next; `most` has the budgets."""
    for index in range(2):
        yield from _worker_steps(world, index, rules, most)
    yield from _operator_steps(world, rules, most)
    yield from _inbox_steps(world, rules)
    yield from _keeping_steps(world, rules, most)


def _with(world: World, index: int, worker: Worker, **changes: object) -> World:
    workers = list(world.workers)
    workers[index] = worker
    return world._replace(workers=tuple(workers), **changes)


def _worker_steps(
    world: World, index: int, rules: Rules, most: World
) -> Iterator[tuple[str, World]]:
    worker, row = world.workers[index], world.row
    me, who = owner_of(index, worker), f"worker {index + 1}"
    if world.crashes < most.crashes and worker.phase != "idle":
        dead = Worker(life=worker.life + 1)
        yield f"{who} is killed", _with(world, index, dead, crashes=world.crashes + 1)
    if worker.has_lock and worker.phase != "idle" and world.losses < most.losses:
        lost = worker._replace(has_lock=False)
        yield (
            f"{who} loses its lock",
            _with(world, index, lost, losses=world.losses + 1),
        )
    if not worker.has_lock:
        yield (
            f"{who} has its lock again",
            _with(world, index, worker._replace(has_lock=True)),
        )
    if world.is_on_hold:
        return
    yield from _recoveries(world, index, rules)
    if worker.phase == "idle" and row.state in (S.QUEUED, S.DEFERRED):
        serial = world.serials + 1
        taken = row._replace(
            state=S.SENDING, is_data=False, owner=me, attempts=row.attempts + 1
        )
        mine = worker._replace(
            phase="claimed", serial=serial, ordinal=taken.attempts, heard=None
        )
        yield f"{who} claims", _with(world, index, mine, row=taken, serials=serial)
        if world.unheard < most.unheard:
            yield (
                f"{who} claims and does not hear of it",
                world._replace(row=taken, serials=serial, unheard=world.unheard + 1),
            )
    is_mine = row.state is S.SENDING and row.owner == me
    is_mine = is_mine and row.attempts == worker.ordinal
    yield from _attempt(world, index, worker, rules, is_mine=is_mine)
    if worker.phase == "heard":
        yield from _record(world, index, worker, rules, most, is_mine=is_mine)


def _attempt(
    world: World, index: int, worker: Worker, rules: Rules, *, is_mine: bool
) -> Iterator[tuple[str, World]]:
    row, who = world.row, f"worker {index + 1}"

    def heard(state: State) -> Worker:
        return worker._replace(phase="heard", heard=state)

    if worker.phase == "claimed":
        for state in (S.DEFERRED, S.FAILED):
            yield f"{who} hears {state} before DATA", _with(world, index, heard(state))
        if is_mine and not row.is_data:
            armed = row._replace(is_data=True, armed=row.armed | {worker.serial})
            after = worker._replace(phase="armed")
            yield f"{who} arms", _with(world, index, after, row=armed)
        else:
            yield f"{who} may not arm", _with(world, index, heard(S.DEFERRED))
    if worker.phase == "armed":
        mark = world.mark | {worker.serial} if rules.notes_before_body else world.mark
        after = worker._replace(phase="body")
        yield f"{who} notes it outside", _with(world, index, after, mark=mark)
    if worker.phase == "body":
        accepted = world.accepted + 1
        taken = worker._replace(phase="taken")
        risk = -1 if worker.serial > world.risk else world.risk
        yield (
            "the server takes it",
            _with(world, index, taken, accepted=accepted, risk=risk),
        )
        for state in (S.DEFERRED, S.FAILED, S.IN_DOUBT):
            yield (
                f"{who} hears {state}, nothing was taken",
                _with(world, index, heard(state)),
            )
    if worker.phase == "taken":
        for state in (S.SENT, S.IN_DOUBT):
            yield f"{who} hears {state}", _with(world, index, heard(state))


def _record(
    world: World,
    index: int,
    worker: Worker,
    rules: Rules,
    most: World,
    *,
    is_mine: bool,
) -> Iterator[tuple[str, World]]:
    row, who, outcome = world.row, f"worker {index + 1}", worker.heard
    idle = Worker(life=worker.life, has_lock=worker.has_lock)
    if is_mine:
        _must(rules, row.state, outcome)
        ended = row._replace(
            state=outcome,
            is_data=False,
            owner=0,
            doubted=row.doubted or outcome is S.IN_DOUBT,
            recorded=row.recorded | {worker.serial},
        )
        yield f"{who} records {outcome}", _with(world, index, idle, row=ended)
        if world.unheard < most.unheard:
            yield (
                f"{who} records {outcome} and does not hear of it",
                world._replace(row=ended, unheard=world.unheard + 1),
            )
        return
    if worker.serial in row.recorded:
        yield f"{who} finds it recorded", _with(world, index, idle)
        return
    to = rules.settled_late(row.state, outcome, is_last=row.attempts == worker.ordinal)
    if to is None:
        if not (row.state is S.SENDING and outcome is S.SENT):
            yield f"{who} notes {outcome}", _with(world, index, idle)
        return  # else it waits for the other attempt
    _must(rules, row.state, to)
    late = row._replace(state=to, is_data=False, owner=0)
    yield f"{who} records {outcome} late", _with(world, index, idle, row=late)


def _recoveries(world: World, index: int, rules: Rules) -> Iterator[tuple[str, World]]:
    row = world.row
    if row.state is not S.SENDING:
        return
    own = row.owner == owner_of(index, world.workers[index])
    if own and world.workers[index].phase != "idle":
        return
    is_alive = not own and any(
        row.owner == owner_of(each, worker) and worker.has_lock
        for each, worker in enumerate(world.workers)
    )
    for is_over in (False, True):
        if rules.is_orphaned(is_alive=is_alive, is_lease_over=is_over):
            told = f"worker {index + 1} recovers"
            yield told, world._replace(row=_recovered(row, rules))


def _recovered(row: Row, rules: Rules) -> Row:
    stage = delivery.Stage.DATA if row.is_data else delivery.Stage.CONNECT
    to = rules.recovered(stage)
    _must(rules, row.state, to)
    doubted = row.doubted or to is S.IN_DOUBT
    return row._replace(state=to, is_data=False, owner=0, doubted=doubted)


def _operator_steps(
    world: World, rules: Rules, most: World
) -> Iterator[tuple[str, World]]:
    row = world.row
    if row.state is S.IN_DOUBT:
        sent = row._replace(state=S.SENT)
        yield "the operator says sent", world._replace(row=sent, said_sent=True)
        if world.resends < most.resends:
            again = row._replace(state=S.QUEUED)
            yield (
                "the operator sends again",
                world._replace(
                    row=again, resends=world.resends + 1, risk=world.serials
                ),
            )
    may = rules.legal(row.state, S.WITHDRAWN) and rules.may_withdraw(row.doubted)
    if may and not world.is_on_hold:
        taken_back = row._replace(state=S.WITHDRAWN)
        yield "the operator withdraws", world._replace(row=taken_back)


def _inbox_steps(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    row = world.row
    if not world.accepted or row.state is S.SENDING:
        return
    if rules.needs_armed and not row.armed:
        return
    for proof in ARRIVED:
        to = rules.follows(row.state, proof)
        if to is not None:
            _must(rules, row.state, to)
            yield (
                f"the inbox proves {proof}",
                world._replace(row=row._replace(state=to)),
            )


def _keeping_steps(
    world: World, rules: Rules, most: World
) -> Iterator[tuple[str, World]]:
    if world.saved is None and most.restores:
        yield "a backup is made", world._replace(saved=world.row)
    if world.saved is not None and world.restores < most.restores:
        dead = tuple(Worker(life=each.life + 1) for each in world.workers)
        yield (
            "the backup is restored",
            world._replace(
                row=world.saved,
                workers=dead,
                is_on_hold=True,
                restores=world.restores + 1,
            ),
        )
    if world.is_on_hold:
        for sees_archive in (False, True):
            yield (
                f"reconcile, archive {sees_archive}",
                _reconciled(world, rules, sees_archive=sees_archive),
            )


def _reconciled(world: World, rules: Rules, *, sees_archive: bool) -> World:
    row = world.row
    if row.state is S.SENDING:
        row = _recovered(row, rules)
    unknown = world.mark - row.armed
    found = sees_archive and world.accepted
    if row.state in UNSENT and (found or unknown):
        row = row._replace(
            state=S.IN_DOUBT,
            attempts=row.attempts + 1,
            doubted=True,
            armed=row.armed | {-1},
        )
    if found and row.state is S.IN_DOUBT:
        row = row._replace(state=S.SENT)
    return world._replace(row=row, is_on_hold=False, mark=row.armed - {-1})


def _must(rules: Rules, old: State, new: State) -> None:
    if not rules.legal(old, new):
        raise Broken(f"{old} became {new}")


def check(world: World) -> None:
    """The four zeros, in whatever state this is."""
    row = world.row
    if world.accepted > 1 + world.resends:
        raise Broken(f"sent {world.accepted} times")
    if row.state in ARRIVED and not world.accepted and not world.said_sent:
        raise Broken(f"{row.state}, and nobody took it")
    if row.state is S.WITHDRAWN and world.accepted:
        raise Broken("withdrawn, and it was taken")
    if row.state is S.FAILED and world.accepted and world.risk < 0:
        raise Broken("failed, and it was taken")
    # only an operator takes the risk of a second copy
    is_known = world.risk >= 0 or world.is_on_hold or _will_be_told(world)
    if row.state in UNSENT and world.accepted and not is_known:
        raise Broken(f"{row.state} again, and it was taken")


def _will_be_told(world: World) -> bool:
    return any(each.phase in ("taken", "heard") for each in world.workers)


def check_step(before: World, told: str, after: World) -> None:
    """A reply that somebody alive has heard settles its own doubt."""
    if "records" not in told and "notes" not in told:
        return
    if after.row.state is not S.IN_DOUBT or "outside" in told:
        return
    for old, new in zip(before.workers, after.workers, strict=True):
        is_last = old.ordinal == after.row.attempts
        is_told = old.phase == "heard" and new.phase == "idle" and is_last
        if is_told and old.heard is not S.IN_DOUBT:
            raise Broken(f"{old.heard} was known, and it is in doubt")


def search(rules: Rules, most: World, depth: int) -> tuple[int, int]:
    """Try everything up to so many steps; states and steps tried. Broken with the way."""
    first = World()
    came: dict[World, tuple[World, str] | None] = {first: None}
    queue, tried = deque([(first, 0)]), 0
    while queue:
        world, deep = queue.popleft()
        if deep == depth:
            continue
        told = ""
        try:
            for told, after in steps(world, rules, most):
                tried += 1
                if after in came:
                    check_step(world, told, after)
                    continue
                came[after] = world, told
                check(after)
                check_step(world, told, after)
                queue.append((after, deep + 1))
        except Broken as broken:
            way = " > ".join([*_way(came, world), told])
            raise Broken(f"{broken}: {way}") from None
    return len(came), tried


def _way(came: dict[World, tuple[World, str] | None], world: World) -> list[str]:
    way: list[str] = []
    while (step := came[world]) is not None:
        world, told = step
        way.append(told)
    return way[::-1]
