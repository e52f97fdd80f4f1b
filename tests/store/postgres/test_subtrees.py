"""The kept tree on a server, where events get their places later."""

from tests.store.test_subtrees import test_it_is_written_with_the_events

__all__ = ["test_it_is_written_with_the_events"]
