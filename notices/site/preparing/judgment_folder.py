"""The folder of judgments: what lies in it, and which no notice was made of."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from pathlib import Path
from typing import TYPE_CHECKING

from notices.catalogue import Catalogue, CheckedJudgment
from notices.codec import read_judgment
from notices.errors import InputError
from notices.files.system_words import in_words
from notices.grammar import case_id_fault
from notices.messages import Text

if TYPE_CHECKING:
    from notices.store.queries import Queries

_SUFFIX = ".json"
_LOOKED_AT = 500
"""Files, the newest ones: older judgments were prepared, or are named by their id."""


@dataclass(frozen=True, kw_only=True)
class JudgmentFolder:
    """Judgments that lie in `cases/`."""

    directory: Path
    """Where `CASE-ID.json` files lie."""
    queries: Callable[[], Queries]
    """Tells which cases have notices; the outbox opens when it is asked."""
    catalogue: Catalogue
    """Categories by date."""
    tolerance: timedelta
    """How far clocks may be apart."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def read(self, case_id: str) -> CheckedJudgment:
        """Read and check the judgment `CASE-ID.json`.

        InputError for what is no case id or has no file, InvalidJudgment with
        every fault.
        """
        if fault := case_id_fault(case_id):
            raise InputError(
                Text("{case_id!r} is no case id: {fault}", case_id=case_id, fault=fault)
            )
        path = self.directory / f"{case_id}{_SUFFIX}"
        judgment = self.read_file(path)
        if judgment.case_id != case_id:
            raise InputError(
                Text(
                    "{path} holds the case {case_id}, not {asked}",
                    path=path,
                    case_id=judgment.case_id,
                    asked=case_id,
                ),
                hint="name the file for the case that it holds",
            )
        return judgment

    def read_file(self, path: Path) -> CheckedJudgment:
        """Read and check the judgment in any file."""
        try:
            text = path.read_bytes()
        except OSError as error:
            raise InputError(
                Text(
                    "{path} cannot be read: {strerror}",
                    path=path,
                    strerror=in_words(error),
                ),
                hint="check the case id, and cases.directory in notices.toml",
            ) from error
        return read_judgment(text, self.catalogue, until=self.clock() + self.tolerance)

    def unprepared(self, limit: int) -> list[str]:
        """Case ids of the newest files without a notice, the newest first.

        A folder that is not there has none: judgments come over HTTP, too.
        """
        newest = self._newest()
        taken = self.queries().with_notices(newest)
        return [case_id for case_id in newest if case_id not in taken][:limit]

    def _newest(self) -> list[str]:
        try:
            with os.scandir(self.directory) as entries:
                files = [
                    (entry.stat().st_mtime, entry.name.removesuffix(_SUFFIX))
                    for entry in entries
                    if entry.name.endswith(_SUFFIX)
                ]
        except FileNotFoundError:
            return []
        named = [one for one in files if not case_id_fault(one[1])]
        return [case_id for _, case_id in nlargest(_LOOKED_AT, named)]
