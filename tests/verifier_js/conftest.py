"""One process of the second verifier for all tests of this folder."""

import pytest

from tests.verifier_js.node import second_verifier


@pytest.fixture(scope="session")
def second():
    with second_verifier() as made:
        yield made
