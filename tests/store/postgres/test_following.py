"""Withdrawals and corrections on PostgreSQL, by the very same laws."""

import pytest

from tests.site.casework import test_following
from tests.site.conftest import desk, received
from tests.store.postgres.conftest import server, superuser, template, url

__all__ = ["desk", "received", "server", "superuser", "template", "url"]

pytestmark = pytest.mark.torture


@pytest.fixture(autouse=True)
def on_postgres(desk, url):
    """The site's outbox is a fresh database."""
    desk.set("url", f'"{url}"', section="outbox")


# reminders are left out: there the database's clock tells when something was sent
test_a_correction = test_following.test_a_correction_says_what_is_corrected
test_through_a_hold = test_following.test_the_worker_takes_a_withdrawal_through_a_hold
test_first_line = test_following.test_a_withdrawal_says_first_that_nothing_more_is_asked
test_bundles = test_following.test_the_second_verifier_takes_their_bundles
