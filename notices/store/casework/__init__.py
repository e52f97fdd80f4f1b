"""Facts of cases in the database, each with its event in the ledger."""

from notices.store.casework.recording import FactToRecord, Recorded
from notices.store.casework.stored import (
    CaseFilter,
    CaseSummary,
    DuePage,
    StoredCasework,
)

__all__ = [
    "CaseFilter",
    "CaseSummary",
    "DuePage",
    "FactToRecord",
    "Recorded",
    "StoredCasework",
]
