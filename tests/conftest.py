"""Shared by all tests: the checkout on the import path, laws without a clock, torture."""

import os
import signal
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import settings

# a law holds on a busy machine, too: only the clock was ever broken by a deadline
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

sys.path.insert(0, str(Path(__file__).parents[1]))

# Tests start our program some hundred times. Where Python is told to keep nothing that
# it compiled, each of them would compile two hundred modules first.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def ignore(_number: int, _frame: object) -> None:
    """A signal that was ignored still is, but is not for what the tests start."""


# A shell without job control starts what runs behind (`make test &`, nohup) with
# signals ignored, programs hand that on, and ours heed it: no test of Ctrl-C would end.
# A handler is not handed on.
for hang_up in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(hang_up) is signal.SIG_IGN:
        signal.signal(hang_up, ignore)

SAMPLE_EVERY = 10
"""With --torture-sample one in so many torture tests runs, and each file's first."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--torture-sample",
        action="store_true",
        help=f"of the torture tests run the first of each file and one in {SAMPLE_EVERY}",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    if not config.getoption("--torture-sample"):
        return
    seen: set[Path] = set()
    kept = [item for item in items if _is_in_sample(item, seen)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _is_in_sample(item: pytest.Item, seen: set[Path]) -> bool:
    """The first torture test of a file, and one in ten of the others."""
    if not item.get_closest_marker("torture"):
        return True
    if item.get_closest_marker("whole_only"):
        return False
    is_first = item.path not in seen
    seen.add(item.path)
    return is_first or zlib.crc32(item.nodeid.encode()) % SAMPLE_EVERY == 0
