from tests.outbox.conftest import authority, clock, empty_database, store, url
from tests.site.conftest import desk, received

__all__ = [
    "authority",
    "clock",
    "desk",
    "empty_database",
    "received",
    "store",
    "url",
]
