"""Judgments as JSON: reading with all faults at once, writing, and the schema."""

import copy
import dataclasses
import json
import re
from datetime import date, datetime
from enum import Enum
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from notices import catalogue as catalogues
from notices import grammar
from notices.catalogue import Catalogue
from notices.codec import shapes
from notices.codec.package_data import load_catalogue
from notices.codec.parsing import Part, parse, path_of
from notices.errors import Fault, InvalidJudgment
from notices.judgment import Judgment

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is an unknown field",
    "string_type": "must be a text, in quotes",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list, `[...]`",
    "model_type": "must be an object, `{...}`",
}


def read_judgment(text: str | bytes, catalogue: Catalogue | None = None) -> Judgment:
    """Read a judgment from JSON (UTF-8) and check it whole.

    InvalidJudgment names every fault by its path: unknown and missing fields, wrong
    types, and all that `notices.rules` and the catalogue find in what can be read.
    Without `catalogue` the one of the package is used.

    >>> from notices.codec import load_examples, read_judgment
    >>> judgment = read_judgment(load_examples()["IHC-2026-004217.json"])
    >>> judgment.category, judgment.found_on.isoformat()
    ('bank-account-transfer-solicitation', '2026-11-16')
    """
    data, found = parse(text)
    read, structural = _read(data)
    found += structural
    unread = tuple(fault.path for fault in found)
    judgment = shapes.value(Judgment, read)
    found += catalogues.faults(judgment, catalogue or load_catalogue(), unread=unread)
    if found:
        raise InvalidJudgment(
            f"{_called(data)} has {len(found)} fault{'s' * (len(found) > 1)}",
            hint="`notices schema` prints every field",
            faults=sorted(found, key=_place),
        )
    return judgment


def write_judgment(judgment: Judgment) -> str:
    """Write a judgment as JSON: fields in order, without those at their default."""
    return json.dumps(_plain(judgment), ensure_ascii=False, indent=2) + "\n"


def judgment_schema() -> dict[str, Any]:
    """Make the JSON Schema (2020-12) of a judgment."""
    schema = shapes.model(Judgment).model_json_schema()
    fields = schema["properties"]
    fields["case_id"]["pattern"] = "^[A-Z0-9][A-Z0-9-]{2,31}$"
    for name in ("content", "reason"):
        fields[name]["pattern"] = r"\S"
    target = schema["$defs"]["Target"]["properties"]
    target["urls"] |= {"minItems": 1, "maxItems": 100}
    target["urls"]["items"] |= {"format": "uri", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"}
    fields["ladder"] |= {"minItems": 1, "maxItems": 3}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:notices:judgment:1",
        **schema,
    }


def _read(data: dict[str, Any]) -> tuple[BaseModel, list[Fault]]:
    """Validate; on faults, once more with placeholders where they were."""
    shape = shapes.model(Judgment)
    try:
        return shape.model_validate_json(json.dumps(data)), []
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
    patched = copy.deepcopy(data)
    for error in errors:
        _patch(patched, error)
    return shape.model_validate_json(json.dumps(patched)), [
        Fault(path_of(error["loc"]), _sentence(error)) for error in errors
    ]


def _patch(data: Any, error: ErrorDetails) -> None:
    """Put a placeholder where the fault is; take an unknown field away."""
    *way, last = error["loc"]
    hint: Any = Judgment
    for part in way:
        hint, data = _below(hint, part), data[part]
    if error["type"] == "extra_forbidden":
        del data[last]
    else:
        data[last] = _placeholder(_below(hint, last))


def _below(hint: Any, part: Part) -> Any:
    bare = shapes.inner(hint)
    if isinstance(part, int):
        return get_args(bare)[0]
    return get_type_hints(bare).get(part)


def _placeholder(hint: Any) -> Any:
    """Make the plainest JSON of a type."""
    if shapes.is_optional(hint):
        return None
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        return {
            field.name: _placeholder(hints[field.name])
            for field in dataclasses.fields(hint)
            if field.default is field.default_factory is dataclasses.MISSING
        }
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint)).value
    plain: dict[Any, Any] = {
        str: "",
        bool: False,
        date: "2000-01-01",
        datetime: "2000-01-01T00:00:00Z",
    }
    return plain.get(hint, [])


def _sentence(error: ErrorDetails) -> str:
    if "expected" in (context := error.get("ctx", {})):
        return f"must be {context['expected']}"
    return _SENTENCES.get(error["type"], error["msg"])


def _called(data: dict[str, Any]) -> str:
    case_id = data.get("case_id")
    good = isinstance(case_id, str) and grammar.case_id_fault(case_id) is None
    return str(case_id) if good else "the judgment"


_ORDER = [field.name for field in dataclasses.fields(Judgment)]


def _place(fault: Fault) -> tuple[int, list[tuple[int, str]]]:
    """Faults stand in the order of the fields; unknown ones come last."""
    parts = re.split(r"[\[\].]+", fault.path)
    first = _ORDER.index(parts[0]) if parts[0] in _ORDER else len(_ORDER)
    return first, [(int(part) if part.isdigit() else -1, part) for part in parts]


def _plain(part: Any) -> Any:
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return {
            field.name: _plain(getattr(part, field.name))
            for field in dataclasses.fields(part)
            if getattr(part, field.name) != _default(field)
        }
    if isinstance(part, tuple):
        return [_plain(item) for item in part]
    return part.isoformat() if isinstance(part, date) else part


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
