"""One process of the second verifier for all tests of this folder, and its page."""

import subprocess
import sys

import pytest

from tests.verifier_js.node import FOLDER, second_verifier


@pytest.fixture(scope="session")
def second():
    with second_verifier() as made:
        yield made


@pytest.fixture(scope="session")
def verify_page(tmp_path_factory):
    """The page, built as `make verify-html` builds it."""
    path = tmp_path_factory.mktemp("page") / "verify.html"
    subprocess.run([sys.executable, str(FOLDER / "build.py"), str(path)], check=True)
    return path
