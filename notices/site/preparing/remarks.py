"""What is told of a notice and stops nothing, and how the record keeps it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from notices import media_types
from notices.letters.template.hygiene import Remark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from notices.site.documents import RemarkDocument
    from notices.store import Artifact, Store

WARNINGS = "warnings.json"
"""Name of the document that holds what was told when the notice was made."""
TEMPLATES = (
    "{code}: printed as {common} (NFC)",
    "{code}: a variation selector, spelt out",
    "{code}: a variation selector was dropped",
    "{code}: not visible, spelt out",
    "{code}: no font has it, spelt out",
    "{code}: its script needs shaping, spelt out",
    "{article} is about several acts; the one that applies may be named: {acts}",
    "{id}: stands neither in content nor in reason",
    "no words of {row} of {day} are known",
    "nobody looked for {age} business days",
)
"""What remarks with parameters are made of: the record keeps English sentences."""


def remarks_json(remarks: Iterable[Remark]) -> list[RemarkDocument]:
    """The field `warnings` of programs: `code`, `path`, `message`."""
    return [
        {"code": each.code, "path": each.path, "message": str(each.message)}
        for each in remarks
    ]


def remarks_document(remarks: Iterable[Remark]) -> tuple[Artifact, ...]:
    """What the record keeps beside the letter; nothing if nothing was told."""
    from notices.store import Artifact  # noqa: PLC0415 - commands without it are quick

    rows = remarks_json(remarks)
    if not rows:
        return ()
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, indent=1)
    return (
        Artifact(name=WARNINGS, media_type=media_types.JSON, content=text.encode()),
    )


def kept_remarks(store: Store, number: str) -> tuple[Remark, ...]:
    """What was told when a notice was made; its texts can be told in each language."""
    from notices.store.attempt_notes import recalled  # noqa: PLC0415 - as above

    if WARNINGS not in store.artifact_names(number):
        return ()
    rows = json.loads(store.artifact(number, WARNINGS))
    return tuple(
        Remark(row["path"], recalled(row["message"], TEMPLATES), row["code"])
        for row in rows
    )
