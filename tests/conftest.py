"""Shared by all tests: the checkout on the import path, and the torture sample."""

import sys
import zlib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

SAMPLE_EVERY = 4
"""With --torture-sample one in so many torture tests runs."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--torture-sample",
        action="store_true",
        help=f"of the torture tests run one in {SAMPLE_EVERY}, chosen by name",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    if not config.getoption("--torture-sample"):
        return
    left_out = [
        item
        for item in items
        if item.get_closest_marker("torture")
        and zlib.crc32(item.nodeid.encode()) % SAMPLE_EVERY
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
