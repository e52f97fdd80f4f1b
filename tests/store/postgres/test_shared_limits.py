"""The shared limits on PostgreSQL, where claims run at the same time."""

from tests.queue.test_shared_limits import (
    others,
    test_a_minute_is_shared_and_passes,
    test_a_round_of_two_workers_sends_all_and_never_too_much_at_once,
    test_domains_are_counted_whatever_their_case,
    test_many_in_one_commit_are_counted_one_by_one,
    test_workers_that_race_never_pass_the_limit,
)

__all__ = [
    "others",
    "test_a_minute_is_shared_and_passes",
    "test_a_round_of_two_workers_sends_all_and_never_too_much_at_once",
    "test_domains_are_counted_whatever_their_case",
    "test_many_in_one_commit_are_counted_one_by_one",
    "test_workers_that_race_never_pass_the_limit",
]
