"""The published schemas: written by the tool, and judged by an outside validator.

Where reader and schema could differ, the validator of the `jsonschema` library decides
what the schema says.
"""

import copy
import json
import random
from typing import Any

import jsonschema
import pytest

from notices.casework import read_fact
from notices.codec import (
    load_examples,
    load_schema,
    notice_faults,
    notice_json,
    read_judgment,
)
from notices.errors import InputError, InvalidJudgment
from notices.letters import sample_notice
from notices.notice import Form
from tests.casework.conftest import CASE, line
from tests.casework.test_lines import WHOLE
from tests.codec.write_schemas import FOLDER, SCHEMAS, written

DAYS = jsonschema.FormatChecker(["date"])
"""The schema asks for more than a pattern: the 30th of February is none."""


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(load_schema(name))
    return jsonschema.Draft202012Validator(schema, format_checker=DAYS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_file_is_what_the_tool_writes(name: str) -> None:
    wanted = written(*SCHEMAS[name])
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == wanted, (
        "run: python -m tests.codec.write_schemas"
    )


def test_there_is_no_other_file() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_describes_every_field(name: str) -> None:
    schema = json.loads(load_schema(name))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == SCHEMAS[name][1]
    for part in (schema, *schema["$defs"].values()):
        assert part["description"]
        for field in part.get("properties", {}).values():
            assert field["description"]


# --- notice.json ------------------------------------------------------------------

NOTICES = [json.loads(notice_json(sample_notice(form))) for form in Form]
LONG = ["x" * length for length in (100, 101, 300, 301, 2000, 2001)]
ODD: list[Any] = [
    None, True, False, 0, 1, 2, -1, 1.0, 1.5, 2e0, 10**8, 10**9, 10**30, "", "x", "1",
    [], {}, ["a"], [[]], {"a": 1}, [{}], [None], "yes", "form1", "ja",
    "2026-11-16", "2026-02-30", "20261116", "2026-11-16T11:00:00Z", "0000-01-01",
    "2026-11-16 11:00:00", "2026-11-16t11:00:00z", "2026-11-16T11:00:00+09:00", "5",
]  # fmt: skip


def mutant(examples: list[Any], odd: list[Any], seed: int) -> Any:
    """An example with one or two values changed, added or taken away."""
    chance = random.Random(seed)  # noqa: S311
    data = copy.deepcopy(chance.choice(examples))
    for _ in range(chance.choice((1, 1, 2))):
        holder, key = chance.choice(places(data))
        value = copy.deepcopy(chance.choice(odd))
        match chance.randrange(6):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[chance.choice(["zz", "test", "previous", "number"])] = value
            case 2 if isinstance(holder, list):
                holder.append(value)
            case _:
                holder[key] = value
        if not places(data):
            return data
    return data


def places(data: Any) -> list[tuple[Any, Any]]:
    inside = data.items() if isinstance(data, dict) else ()
    inside = enumerate(data) if isinstance(data, list) else inside
    found = []
    for key, item in list(inside):
        found += [(data, key), *places(item)]
    return found


@pytest.mark.parametrize("group", range(10))
def test_the_same_notices_are_refused_as_by_the_validator(group: int) -> None:
    schema = validator("notice")
    refused = 0
    for seed in range(group * 300, group * 300 + 300):
        data = mutant(NOTICES, ODD, seed)
        faults = notice_faults(json.dumps(data).encode())
        assert bool(faults) is not schema.is_valid(data), (seed, faults)
        refused += bool(faults)
    assert 30 < refused < 300


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_every_field_takes_the_same_values_as_by_the_validator(value: object) -> None:
    schema = validator("notice")
    for place in range(len(places(NOTICES[0]))):
        data = copy.deepcopy(NOTICES[0])
        holder, key = places(data)[place]
        holder[key] = value
        faults = notice_faults(json.dumps(data).encode())
        assert bool(faults) is not schema.is_valid(data), (key, faults)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ordinal", "1"),
        ("ordinal", True),
        ("date", "2026-11-16T00:00:00Z"),
        ("date", 20000),
        ("test", "yes"),
        ("test", 1),
        ("ip_checked_at", 5),
        ("ip_checked_at", "2026-11-16"),
        ("ip_checked_at", "2026-11-16 09:00:00"),
    ],
)
def test_nothing_is_converted(field: str, value: object) -> None:
    """A lenient reader took these for a number, a day, a time, true."""
    data = NOTICES[0] | {field: value}
    assert [
        fault.split(":")[0] for fault in notice_faults(json.dumps(data).encode())
    ] == [field]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"\xff", "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[" * 100_000, "too deeply"),
        (b'{"number":' * 200 + b"1" + b"}" * 200, "too deeply"),
        (b'{"number":NaN}', "no number"),
        (b'{"number":"\\ud800"}', "half of a character"),
        (b'{"number":"1","number":"2"}', "stands twice"),
    ],
)
def test_what_no_schema_can_say_is_refused_too(text: bytes, words: str) -> None:
    assert any(words in fault for fault in notice_faults(text))


# --- judgments --------------------------------------------------------------------

JUDGMENTS = [json.loads(text) for text in load_examples().values()]
LONGEST = [
    *LONG,
    "あ" * 50_000,
    "あ" * 50_001,
    "https://a.example/" + "x" * 7982,
    "https://a.example/" + "x" * 7983,
]
LISTS: list[Any] = [[], ["192.0.2.1"] * 100, ["192.0.2.1"] * 101, [" "], ["x" * 301]]


@pytest.mark.parametrize("group", range(10))
def test_the_schema_refuses_no_judgment_that_the_reader_takes(group: int) -> None:
    schema = validator("judgment")
    taken = 0
    for seed in range(group * 300, group * 300 + 300):
        data = mutant(JUDGMENTS[:-1], [*ODD, *LONGEST, *LISTS, " ", "JP", "UK"], seed)
        try:
            read_judgment(json.dumps(data))
        except InvalidJudgment:
            continue
        taken += 1
        assert not [error.message[:200] for error in schema.iter_errors(data)], seed
    assert taken


@pytest.mark.parametrize(
    ("path", "longest"),
    [
        ("source_id", 300),
        ("content", 50_000),
        ("reason_en", 50_000),
        ("target.locator.board_name", 300),
        ("assessor.name", 100),
        ("ladder.0.name", 300),
        ("ladder.0.abroad_reason", 2000),
    ],
)
def test_both_know_the_same_longest_text(path: str, longest: int) -> None:
    schema = validator("judgment")
    for length, is_good in ((longest, True), (longest + 1, False)):
        data = json.loads(load_examples()["IHC-2026-004217.json"])
        *above, last = path.split(".")
        holder = data
        for step in above:
            holder = holder[int(step) if step.isdigit() else step]
        holder[last] = "あ" * length
        assert schema.is_valid(data) is is_good
        if is_good:
            read_judgment(json.dumps(data))
        else:
            with pytest.raises(InvalidJudgment):
                read_judgment(json.dumps(data))


# --- facts ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WHOLE)
def test_a_fact_of_every_kind_is_one_by_the_schema_too(kind: str) -> None:
    schema = validator("fact")
    whole = json.loads(
        line(kind, case_id="" if kind == "intake" else CASE, **WHOLE[kind])
    )
    assert schema.is_valid(whole)
    for name in whole:
        odd = {**whole, name: [name]}
        assert not schema.is_valid(odd)
        with pytest.raises(InputError):
            read_fact(json.dumps(odd))
    for name in ("fact", "at", "by"):
        less = {key: value for key, value in whole.items() if key != name}
        assert not schema.is_valid(less)


def test_the_schema_refuses_no_fact_that_the_reader_takes() -> None:
    schema = validator("fact")
    whole = [
        json.loads(line(kind, case_id="" if kind == "intake" else CASE, **fields))
        for kind, fields in WHOLE.items()
    ]
    taken = 0
    for seed in range(2000):
        data = mutant(whole, [*ODD, *LONG, "JP", "UK", "removed", "a-b"], seed)
        try:
            read_fact(json.dumps(data))
        except InputError:
            continue
        taken += 1
        assert not [error.message[:200] for error in schema.iter_errors(data)], seed
    assert taken
