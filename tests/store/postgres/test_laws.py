"""The laws of the store and the worker hold on PostgreSQL as on SQLite.

The very same tests run here with a store on a real server. Left out are those that
look into SQLite's file. Long for `make test`: `.ci/run` runs all of them.
"""

import pytest

from tests.queue import test_worker
from tests.store import test_schema, test_store

pytestmark = pytest.mark.torture

OF_SQLITE = {
    # raw SQL of SQLite; tests/store/postgres/test_refusals.py has them in PostgreSQL's
    "test_the_database_knows_the_same_transitions",
    "test_the_database_never_requeues_what_was_armed",
    "test_the_database_refuses_to_alter_history",
    "test_a_delivery_starts_held",
    "test_changed_bytes_are_seen_before_they_are_used",
    "test_bytes_changed_together_with_their_hash_are_seen",
    "test_a_message_that_was_taken_away_holds_up_nobody_else",
    "test_a_changed_or_missing_leaf_is_seen",
    "test_a_database_of_a_newer_version_is_left_alone",
    # files, pragmas and URLs; tests/store/postgres/test_server.py
    "test_only_the_owner_may_read_it",
    "test_a_wrong_url_is_a_configuration_error",
    "test_a_missing_folder_is_named",
    "test_a_file_that_is_no_database_is_named",
    "test_a_locked_database_is_waited_for_and_then_named",
    "test_a_full_disk_is_named_and_nothing_is_half_done",
    "test_a_read_only_file_is_named",
    "test_a_read_only_folder_is_named",
    "test_a_reader_takes_no_lock_after_its_connection_has_written",
    "test_opening_at_once_migrates_once",
    "test_tables_are_strict_and_every_commit_is_synced",
    "test_checks_and_keys_agree",
    "test_a_database_of_before_opens_without_a_step",
    "test_it_is_then_as_one_that_is_made_anew",
    "test_what_was_never_released_is_told",
    "test_a_store_that_cannot_commit_keeps_the_message_back",
    "test_the_data_stage_is_on_disk_before_the_first_body_byte",
    "test_one_bad_notice_stalls_no_other",
    "test_a_killed_worker_is_noticed_at_once_a_living_one_is_left_alone",
}

globals().update(
    {
        name: law
        for module in (test_schema, test_store, test_worker)
        for name, law in vars(module).items()
        if name.startswith("test_") and name not in OF_SQLITE
    }
)
