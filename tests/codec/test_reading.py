"""Our reader and an outside validator with the published schema agree on every fault."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from notices.codec import load_examples, load_schema
from notices.codec.parsing import Part, path_of
from notices.codec.reading import read
from notices.judgment import Facility, Judgment, LadderStep, Rung

EXAMPLES = [json.loads(text) for text in load_examples().values()]
ODD = [None, True, False, 5, 1.5, "", "x", [], {}, ["a"], [[]], {"a": 1}, [{}], [None]]
ODD += ["2026-11-16", "2026-11-16T11:00:00Z", "2026-11-16T11:00Z", "2026-11-16 11:00Z"]
NAMES = ["zz", "case_id", "rung", "a b", "é"]


def mutant(seed: int) -> Any:
    """An example with one to five values changed, added or taken away."""
    chance = random.Random(seed)  # noqa: S311
    data = copy.deepcopy(chance.choice(EXAMPLES))
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        holder, key = chance.choice([place for place in _places(data) if place[0]])
        odd = copy.deepcopy(chance.choice(ODD))
        match chance.randrange(4):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[chance.choice(NAMES)] = odd
            case 2 if isinstance(holder, list):
                holder.append(odd)
            case _:
                holder[key] = odd
    return data


def _places(data: Any, holder: Any = None, key: Any = None) -> list[tuple[Any, Any]]:
    inside = data.items() if isinstance(data, dict) else ()
    inside = enumerate(data) if isinstance(data, list) else inside
    found = [(holder, key)]
    for name, item in list(inside):
        found += _places(item, data, name)
    return found


@pytest.mark.parametrize("group", range(10))
def test_faults_stand_at_the_same_places(group: int) -> None:
    for seed in range(group * 100, group * 100 + 100):
        data = mutant(seed)
        _, found = read(Judgment, data)
        wanted = {
            path_of(path)
            for error in SCHEMA.iter_errors(data)
            for path in _wrong_places(error, ())
        }
        assert {fault.path for fault in found} == wanted, seed


def _without_rules(schema: Any) -> Any:
    """The shape alone: what holds between fields stands in `allOf` (schema_rules.py)."""
    if isinstance(schema, list):
        return [_without_rules(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _without_rules(part) for key, part in schema.items() if key != "allOf"}


SHAPE = _without_rules(json.loads(load_schema("judgment")))
SCHEMA = jsonschema.Draft202012Validator(SHAPE)


def _wrong_places(
    error: jsonschema.ValidationError, above: tuple[Part, ...]
) -> Iterator[tuple[Part, ...]]:
    """Where fields and types are wrong; what rules refuse, only a reader's rules tell."""
    place = (*above, *error.relative_path)
    match error.validator:
        case "anyOf":  # the type, or null
            for within in error.context:
                if within.relative_schema_path[0] == 0:
                    yield from _wrong_places(within, place)
        case "required":
            yield from (
                (*place, name)
                for name in error.validator_value
                if name not in error.instance
            )
        case "additionalProperties":
            yield from (
                (*place, name)
                for name in error.instance.keys() - error.schema["properties"].keys()
            )
        case "enum" if "" in error.validator_value:
            pass
        case "type" | "enum" | "const":
            yield place
        case "pattern" if place[-1:] == ("edition",):
            pass  # a text to the reader; that it is a day is a rule
        case "pattern" if error.schema.get("format") in {"date", "date-time"}:
            yield place


def test_where_something_is_wrong_stands_the_plainest_value() -> None:
    judgment, found = read(Judgment, {"ladder": [7], "target": {"urls": [1]}})
    assert judgment.ladder == (LadderStep(rung=next(iter(Rung))),)
    assert judgment.target.urls == ("",)
    assert judgment.target.facility is next(iter(Facility))
    assert judgment.statutes is None
    assert judgment.checked_at.tzinfo is not None
    told = {fault.path: fault.message for fault in found}
    assert told["ladder[0]"] == "must be an object, `{...}`"
    assert told["target.urls[0]"] == "must be a text, in quotes"
    assert told["target.facility"] == told["checked_at"] == "is missing"


def test_enumerations_name_what_may_stand_there() -> None:
    _, found = read(LadderStep, {"rung": "server_administrator", "language": []})
    assert [str(fault) for fault in found] == ["language: must be 'ja' or 'ja+en'"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30T11:00:00+09:00",
        "2026-11-16",
        "2026-11-16T11:00:00",
        "2026-11-16 11:00:00+09:00",
        "2026-11-16t11:00:00z",
        "２０２６-11-16T11:00:00Z",
        "2026-11-16T11:00:00Z\n",
    ],
)
def test_instants_have_one_form(text: str) -> None:
    step = {"rung": "server_administrator", "rechecked_at": text}
    _, (fault,) = read(LadderStep, step)
    assert str(fault) == 'rechecked_at: must be like "2026-11-16T11:00:00+09:00"'
