"""The folder of judgments: which of them no notice was made of."""

import os
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path

from notices.grammar import case_id_fault
from notices.store.queries import Queries

_SUFFIX = ".json"
_LOOKED_AT = 500
"""Files, the newest ones: older judgments were prepared, or are named by their id."""


@dataclass(frozen=True, kw_only=True)
class JudgmentFolder:
    """Judgments that lie in `cases/`."""

    directory: Path
    """Where `CASE-ID.json` files lie."""
    queries: Queries
    """Tells which cases have notices."""

    def unprepared(self, limit: int) -> list[str]:
        """Case ids of the newest files without a notice, the newest first.

        A folder that is not there has none: judgments come over HTTP, too.
        """
        newest = self._newest()
        taken = self.queries.with_notices(newest)
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
