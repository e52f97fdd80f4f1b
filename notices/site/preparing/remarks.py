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
    """What was told when a notice was made, as the record has it."""
    if WARNINGS not in store.artifact_names(number):
        return ()
    rows = json.loads(store.artifact(number, WARNINGS))
    return tuple(Remark(row["path"], row["message"], row["code"]) for row in rows)
