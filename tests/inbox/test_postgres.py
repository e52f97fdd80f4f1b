"""What comes in is filed on PostgreSQL by the very same laws."""

import pytest

from tests.inbox import test_filing, test_hostile
from tests.store.postgres.conftest import server, store, superuser, template, url

__all__ = ["server", "store", "superuser", "template", "url"]

pytestmark = pytest.mark.torture

OF_SQLITE = {
    # raw SQL of SQLite
    "test_changed_evidence_is_noticed",
    "test_the_database_keeps_reports_as_they_are",
}

test_no_mail_moves_a_delivery_in_doubt = (
    test_hostile.test_no_mail_moves_a_delivery_in_doubt
)
globals().update(
    {
        name: law
        for name, law in vars(test_filing).items()
        if name.startswith("test_") and name not in OF_SQLITE
    }
)
