"""Outside programs that tests use as judges and counterparts."""

import os
import shutil

import pytest


def require_program(name: str) -> str:
    """Path of the program `name`.

    A missing one fails the test by its name; with NOTICES_ALLOW_MISSING set, as
    `make test` does outside CI, the test is skipped by that name.
    """
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is not None:
        return path
    words = f"the program {name} is missing; .ci/run installs it"
    if os.environ.get("NOTICES_ALLOW_MISSING"):
        pytest.skip(words)
    pytest.fail(words)
