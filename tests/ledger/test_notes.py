"""Signed notes: the worked example of the C2SP specification, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.errors import InputError, KeyUnavailable
from notices.ledger import (
    Checkpoint,
    VerifierKey,
    parse_note,
    parse_private_key,
    parse_verifier_key,
    private_key_text,
)
from notices.signing import load_log_key, new_log_key_text
from notices.verifying import open_checkpoint

# Go's golang.org/x/mod/sumdb/note publishes this pair and this note.
SIGNER = (
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
)
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNED = (
    TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FF"
    "YC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SEED = bytes(range(32))
LOG = load_log_key(new_log_key_text("log.example/notices", SEED))
CHECKPOINT = Checkpoint(origin="log.example/notices", size=3, root=bytes(32))
NOTE = str(LOG.sign(CHECKPOINT.text()))


def test_a_note_of_another_program_is_read_and_made_the_same():
    key = load_log_key(SIGNER)
    assert str(key.public) == VERIFIER
    assert str(key.sign(TEXT)) == SIGNED
    assert str(parse_note(SIGNED)) == SIGNED


def test_a_checkpoint_opens_with_the_pinned_key():
    assert open_checkpoint(NOTE, LOG.public) == CHECKPOINT


def test_a_witness_may_sign_too():
    witness = load_log_key(new_log_key_text("witness.example", bytes(32)))
    line = str(witness.sign(CHECKPOINT.text())).rpartition("\n\n")[2]
    assert open_checkpoint(NOTE + line, LOG.public) == CHECKPOINT


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("\n3\n", "\n4\n"),
        NOTE.replace("log.example/notices\n3", "log.example/other\n3"),
        NOTE + NOTE.rpartition("\n\n")[2],
        NOTE.replace("— ", "- "),
        NOTE[:-1],
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("3\n", "3\r\n"),
        str(
            load_log_key(new_log_key_text("log.example/notices", bytes(32))).sign(
                CHECKPOINT.text()
            )
        ),
        str(
            LOG.sign(
                "log.example/other\n3\n" + CHECKPOINT.text().splitlines()[2] + "\n"
            )
        ),
        str(LOG.sign("no checkpoint at all\n")),
        "",
    ],
)
def test_a_changed_note_does_not_open(note):
    with pytest.raises(InputError):
        open_checkpoint(note, LOG.public)


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_no_single_character_can_be_another(place, char):
    if NOTE[place] != char:
        with pytest.raises(InputError):
            open_checkpoint(NOTE[:place] + char + NOTE[place + 1 :], LOG.public)


@given(st.binary(min_size=32, max_size=32))
def test_keys_survive_writing(seed):
    text = new_log_key_text("a.example/b", seed)
    key = load_log_key(text)
    assert parse_private_key(text)[2] == seed
    assert parse_verifier_key(str(key.public)) == key.public


@pytest.mark.parametrize(
    "text",
    ["", "a", VERIFIER[:-1], VERIFIER.replace("c74f", "c74e"), "a+b+c", f"+{VERIFIER}"],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(InputError):
        parse_verifier_key(text)


def test_a_damaged_private_key_is_refused_and_not_shown():
    other = VerifierKey(name="log.example/notices", key=bytes(32))
    damaged = private_key_text(other, SEED)
    with pytest.raises(KeyUnavailable) as caught:
        load_log_key(damaged)
    assert damaged[-20:] not in caught.value.diagnostics()
    assert "_private" not in repr(LOG)


def test_a_name_with_blanks_cannot_be_a_key():
    with pytest.raises(InputError):
        new_log_key_text("two words", SEED)
