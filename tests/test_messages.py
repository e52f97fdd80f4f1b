"""Texts for people: a template and its parameters, told in another language."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.errors import RefusedError
from notices.messages import Text, told

HELD = "{number} is held by {holder}"
JAPANESE = {HELD: "{holder}が{number}を保留している", "a court": "裁判所"}


def test_a_text_is_its_english_sentence():
    said = Text(HELD, number="R8-1-000001", holder="a court")

    assert said == "R8-1-000001 is held by a court"
    assert said.template == HELD


def test_another_language_may_put_the_parameters_in_another_order():
    said = Text(HELD, number="R8-1-000001", holder="a court")

    assert told(said, JAPANESE) == "裁判所がR8-1-000001を保留している"


def test_a_text_within_a_text_is_told_too():
    inner = Text(HELD, number="R8-1-000001", holder="a court")
    outer = Text("nothing was sent: {reason}", reason=inner)

    japanese = {**JAPANESE, "nothing was sent: {reason}": "送信していない。{reason}"}

    assert told(outer, japanese) == "送信していない。裁判所がR8-1-000001を保留している"


def test_what_no_catalogue_has_is_told_in_english():
    assert told(Text("{a} and {b}", a="x", b="y"), {}) == "x and y"
    assert told("plain words", {}) == "plain words"
    assert told("plain words", {"plain words": "平文"}) == "平文"


@given(st.text())
def test_braces_in_a_parameter_are_never_a_name(written):
    # what a stranger wrote may hold "{number}"; it must not be filled in again
    said = Text("{path}: {written}", path="url", written=written)

    assert said == f"url: {written}"
    assert told(said, {}) == said


def test_a_name_that_nothing_stands_for_is_our_mistake_at_once():
    with pytest.raises(KeyError, match="holder"):
        Text(HELD, number="R8-1-000001")


def test_a_text_keeps_its_parts_in_copies_and_in_errors():
    said = Text(HELD, number="R8-1-000001", holder="a court")

    for kept in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):  # noqa: S301
        assert (kept, kept.template, kept.parameters) == (
            said,
            said.template,
            said.parameters,
        )
    assert told(RefusedError(said).args[0], JAPANESE).startswith("裁判所")
