"""The life of a case: facts are added, nothing is changed; the rest is computed.

    >>> from datetime import UTC, datetime
    >>> from notices.casework import make_case, read_fact
    >>> line = '{"fact":"closed","case_id":"IHC-2026-004217",'
    >>> line += '"at":"2026-12-04T17:00:00+09:00","by":"tanaka-i","reason":"gone"}'
    >>> case = make_case("IHC-2026-004217", [read_fact(line)])
    >>> case.is_closed, case.state.value
    (True, 'closed')

What is due and what is allowed are functions of these facts (design, section 4).
"""

from notices.casework.acts import Act
from notices.casework.allowed import (
    CaseworkPolicy,
    Permission,
    Requirement,
    allowed,
)
from notices.casework.case import Case, CaseState, make_case
from notices.casework.due import Due, DueKind, due
from notices.casework.facts import (
    Analysed,
    Answered,
    Closed,
    Details,
    Disposed,
    Fact,
    Gone,
    Intake,
    Kept,
    Looked,
    NotRequested,
    PoliceHold,
    PoliceReleased,
    PoliceReported,
    Referred,
    Reopened,
    Requested,
    Retracted,
    Returned,
)
from notices.casework.judging import known_faults, set_faults
from notices.casework.lines import (
    canonical_line,
    fact_hash,
    line_hash,
    plain_fact,
    read_fact,
)
from notices.casework.words import (
    DONE,
    TELLING,
    Answer,
    Before,
    Body,
    Direction,
    FactKind,
    How,
    LookOutcome,
    WhyNotRequested,
    WhyReturned,
)
from notices.notice import RequestKind

__all__ = [
    "DONE",
    "TELLING",
    "Act",
    "Analysed",
    "Answer",
    "Answered",
    "Before",
    "Body",
    "Case",
    "CaseState",
    "CaseworkPolicy",
    "Closed",
    "Details",
    "Direction",
    "Disposed",
    "Due",
    "DueKind",
    "Fact",
    "FactKind",
    "Gone",
    "How",
    "Intake",
    "Kept",
    "LookOutcome",
    "Looked",
    "NotRequested",
    "Permission",
    "PoliceHold",
    "PoliceReleased",
    "PoliceReported",
    "Referred",
    "Reopened",
    "RequestKind",
    "Requested",
    "Requirement",
    "Retracted",
    "Returned",
    "WhyNotRequested",
    "WhyReturned",
    "allowed",
    "canonical_line",
    "due",
    "fact_hash",
    "known_faults",
    "line_hash",
    "make_case",
    "plain_fact",
    "read_fact",
    "set_faults",
]
