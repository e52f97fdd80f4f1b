"""Facts are told in words of both languages; the words of others stay their own."""

import json

from notices import codec
from notices.casework.telling import FIELDS, KINDS, WORDS, told_fields
from notices.codec.languages import load_texts

SCHEMA = json.loads(codec.load_schema("fact"))


def words_of(shape):
    """The closed list that a field takes; empty: it takes none."""
    if "$ref" in shape:
        shape = SCHEMA["$defs"][shape["$ref"].rpartition("/")[2]]
    inner = [word for one in shape.get("anyOf", ()) for word in words_of(one)]
    const = [shape["const"]] if "const" in shape else []
    return [*shape.get("enum", ()), *const, *inner]


FIELDS_OF_SCHEMA = [
    (name, word)
    for kind in SCHEMA["$defs"].values()
    for name, shape in kind.get("properties", {}).items()
    for word in words_of(shape) or [""]
    if name not in ("case_id", "at")
]


def test_each_field_and_each_word_of_the_schema_is_told():
    """A Japanese page told `rung: board_administrator`, the words of the record."""
    japanese = load_texts("ja")
    assert ("rung", "board_administrator") in FIELDS_OF_SCHEMA
    for name, word in FIELDS_OF_SCHEMA:
        if name == "fact":
            assert KINDS[word] in japanese
        else:
            assert FIELDS[name] in japanese
            assert not word or WORDS[name, word] in japanese


def test_words_of_others_are_never_taken_for_words_of_ours():
    """A note that says `Removed` is what somebody wrote, in whatever language."""
    held = {"fact": "police_hold", "reason": "other"}
    looked = {"fact": "looked", "note": "Removed", "outcome": "removed"}
    assert not any(one.is_word for one in told_fields(held))
    assert [one.is_word for one in told_fields(looked)] == [False, True]
    assert [one.is_word for one in told_fields({"fact": "gone", "before": "new"})] == [
        False
    ]
