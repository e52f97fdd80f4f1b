"""The examples in the docstrings are run, every module that has some."""

import doctest
import importlib
from pathlib import Path

import pytest

import notices

PACKAGE = Path(notices.__file__).parent
# those that open a site and read its mail: run by tests/site/test_public_api.py
AT_A_SITE = {"__init__", "site.__init__", "site.site", "verifying.__init__"}
WITH_EXAMPLES = sorted(
    ".".join(("notices", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in PACKAGE.rglob("*.py")
    if ">>> " in path.read_text("utf-8")
)
HERE = [each for each in WITH_EXAMPLES if each.partition(".")[2] not in AT_A_SITE]


def test_there_are_examples() -> None:
    assert HERE
    assert {each.partition(".")[2] for each in WITH_EXAMPLES} >= AT_A_SITE


@pytest.mark.parametrize("name", HERE)
def test_the_examples_of_a_module_run(name: str) -> None:
    module = importlib.import_module(name.removesuffix(".__init__"))
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
