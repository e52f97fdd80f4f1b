"""What workers that died left to the others, by the clock of those who wait."""

from sqlalchemy import event

from notices.delivery import State
from notices.store.attempt_steps import Claim
from notices.store.store import Store
from notices.store.workers.orphans import PATIENCE
from notices.store.workers.server_liveness import SETTLED
from tests.queue.test_worker import queued
from tests.store.conftest import NOW


def test_the_dead_are_waited_for_once_however_much_they_left(store, url):
    """Before, for each delivery anew: after a crash with 32 under way the workers stood
    still for a minute and a half, and one that was stopped in it put nothing in order.
    """
    numbers = [queued(store, f"D-{index}") for index in range(12)]
    for half in (numbers[:6], numbers[6:]):
        with Store.open(url) as gone:
            for number in half:
                gone.make(Claim(number=number, now=NOW))
    asked = []
    event.listen(
        store.engine, "before_cursor_execute", lambda *told: asked.append(told)
    )
    assert store.recover(NOW) == dict.fromkeys(numbers, State.QUEUED)
    looks = [told for told in asked if "pg_postmaster_start_time" in told[2]]
    # one wait for both, as long as a server that has just started may make it; then
    # each delivery on its own and once more under its lock
    assert len(looks) <= (SETTLED + PATIENCE) / 0.2 + 2 + 3 * len(numbers)
