"""A morning's looks, as rows of a sheet that was filled in."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from notices.casework import Fact, read_fact
from notices.errors import Fault, InputError
from notices.messages import Text
from notices.site.casework.told import refused

LOOK_COLUMNS = ("case_id", "outcome", "at", "from", "how", "note")
"""Columns of a file of looks that are read."""


def looks_in(
    rows: Sequence[Mapping[str, str]], *, now: datetime, by: str
) -> list[Fact]:
    """The facts that they tell; InputError names each fault by its row.

    The first row below the headings is 2. now: when it was looked, where a row does not
    tell. by: who looked.
    """
    facts: list[Fact] = []
    wrong: list[Fault] = []
    for place, row in enumerate(rows, start=2):
        told = {name: row[name] for name in LOOK_COLUMNS if row.get(name)}
        if "outcome" not in told and rows[0].keys() >= {"outcome"}:
            continue  # nobody looked yet
        line = {"fact": "looked", "by": by, "at": now.isoformat(), **told}
        try:
            facts.append(read_fact(json.dumps(line)))
        except InputError as error:
            wrong += [
                Fault(
                    Text("row {place}.{path}", place=place, path=each.path),
                    each.message,
                )
                for each in error.faults
            ]
    if wrong:
        raise refused(wrong)
    if not facts:
        raise InputError(
            "no row tells an outcome; nothing was taken",
            hint="fill in the column `outcome`",
        )
    return facts
