from tests.outbox.conftest import authority, clock, empty_database, store, url

__all__ = ["authority", "clock", "empty_database", "store", "url"]
