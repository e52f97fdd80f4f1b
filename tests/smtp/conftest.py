from tests.site.conftest import desk, received
from tests.store.conftest import authority, clock, empty_database, store, url

__all__ = [
    "authority",
    "clock",
    "desk",
    "empty_database",
    "received",
    "store",
    "url",
]
