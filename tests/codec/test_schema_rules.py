"""What holds between fields of a judgment: the schema and the reader say the same."""

import json

import pytest

from notices.codec import load_examples, read_judgment
from notices.errors import InvalidJudgment
from tests.codec.test_schemas import JUDGMENTS, LISTS, LONGEST, ODD, mutant, validator

OF_THE_CATALOGUE = ("category", "statutes[", "sub_type", "substance", "elements")
"""Which categories and laws there were on a day: no schema can say it."""
OF_THE_READER = {"ladder"}
"""That no rung is left out: docs/judgments.md, "JSON Schema"."""


def test_only_the_catalogue_knows_more_than_the_schema() -> None:
    schema = validator("judgment")
    odd = [*ODD, *LONGEST, *LISTS, " ", "JP", "UK"]
    alone: list[str] = []
    for seed in range(9000, 9400):
        data = mutant(JUDGMENTS[:-1], odd, seed)
        if not schema.is_valid(data):
            continue
        try:
            read_judgment(json.dumps(data))
        except InvalidJudgment as error:
            alone += [fault.path for fault in error.faults]
    rest = {path for path in alone if not path.startswith(OF_THE_CATALOGUE)}
    assert alone
    assert rest <= OF_THE_READER


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("statutes", []),
        ("checker.role", "担当者"),
        ("target.ip_addresses", ["192.0.2.256"]),
        ("target.ip_addresses", ["example.jp"]),
        ("assessor.name_en", " "),
        ("edition", "2025-02-30"),
        ("ladder.0.skipped", "no_action"),
        ("ladder.0.language", "ja+en"),
        ("ladder.0.rechecked_at", "2026-11-16T11:00:00+09:00"),
        ("hotline_country", "DE"),
    ],
)
def test_what_holds_between_fields_is_refused_by_both(path: str, value: object) -> None:
    data = json.loads(load_examples()["IHC-2026-004217.json"])
    assert validator("judgment").is_valid(data)
    *above, last = path.split(".")
    holder = data
    for step in above:
        holder = holder[int(step) if step.isdigit() else step]
    holder[last] = value
    assert not validator("judgment").is_valid(data)
    with pytest.raises(InvalidJudgment):
        read_judgment(json.dumps(data))
