"""Outside programs and extras that tests use as judges and counterparts."""

import os
import shutil
from importlib import import_module
from types import ModuleType
from typing import NoReturn

import pytest


def require_program(name: str) -> str:
    """Path of the program `name`.

    A missing one fails the test by its name; with NOTICES_ALLOW_MISSING set, as
    `make test` does outside CI, the test is skipped by that name.
    """
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None:
        missing(f"the program {name} is missing; .ci/run installs it")
    return path


def require_module(name: str) -> ModuleType:
    """The module `name` of an extra, imported; missing, the same as a program."""
    try:
        return import_module(name)
    except ImportError as error:
        missing(f"the module {name} cannot be imported ({error}); make test has it")


def missing(words: str) -> NoReturn:
    """Fail the test with `words`; with NOTICES_ALLOW_MISSING set: skip it."""
    if os.environ.get("NOTICES_ALLOW_MISSING"):
        pytest.skip(words)
    pytest.fail(words)
