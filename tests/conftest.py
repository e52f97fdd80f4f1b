"""Shared by all tests: the checkout on the import path, laws without a clock, torture."""

import os
import random
import signal
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

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

REPEATS = "seed"
"""The parameter that tells a repetition from another case: each other one is a kind."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--torture-pieces",
        type=int,
        metavar="N",
        help="of each kind of torture test run N pieces, evenly chosen; else run all",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Laws draw from one seed, which is told, anew in each run.

    In CI it is always the same, as Hypothesis has it: a change is judged by itself.
    """
    drawn = 0 if "CI" in os.environ else random.SystemRandom().randrange(1 << 32)
    given = config.option.hypothesis_seed or str(drawn)
    # a worker of xdist has the seed of the run
    config.option.hypothesis_seed = getattr(config, "workerinput", {}).get(
        "laws_seed", given
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["laws_seed"] = node.config.option.hypothesis_seed


def pytest_report_header(config: pytest.Config) -> str:
    most = config.getoption("--torture-pieces")
    pieces = f"at most {most} pieces" if most else "all pieces"
    seed = config.option.hypothesis_seed
    return f"torture: {pieces} of each kind; laws: --hypothesis-seed={seed}"


@pytest.fixture(scope="session")
def laws_seed(pytestconfig: pytest.Config) -> int:
    """For laws in pieces: each piece draws from this and its own number."""
    return int(pytestconfig.option.hypothesis_seed)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """A long test is made of pieces: a shorter run takes fewer of each kind."""
    most = config.getoption("--torture-pieces")
    if not most:
        return
    left_out = {
        piece
        for pieces in _kinds(items).values()
        for number, piece in enumerate(pieces)
        if number not in evenly(len(pieces), most)
    }
    config.hook.pytest_deselected(items=[one for one in items if one in left_out])
    items[:] = [one for one in items if one not in left_out]


def _kinds(items: list[pytest.Item]) -> dict[object, list[pytest.Item]]:
    """The torture tests of each function; of one that repeats itself, of each case."""
    kinds: dict[object, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("torture"):
            kinds[_kind(item)].append(item)
    return kinds


def _kind(item: pytest.Item) -> tuple[object, ...]:
    given = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    is_repeated = given.pop(REPEATS, None) is not None
    name = getattr(item, "originalname", item.name)
    return (item.path, name, repr(given) if is_repeated else "")


def evenly(count: int, most: int) -> set[int]:
    """So many of so many places, the first and others at equal distances."""
    return {number * count // most for number in range(most)}
