"""A morning's looks: what is due on one page, filled in with the keyboard alone."""

from collections.abc import Mapping, Sequence
from threading import Lock

from notices.casework import Case, Due, DueKind, Fact, Looked, LookOutcome
from notices.errors import InputError, RefusedError
from notices.messages import Text
from notices.service.console.asking import (
    ConsoleAnswer,
    ConsoleMove,
    ConsolePage,
    ConsoleRequest,
)

AT_ONCE = 50
MOST = 200
"""Looks that are counted; of more than these it is told that there are more."""
_KINDS = (DueKind.LOOK, DueKind.LOOK_IN_JANUARY)
_OF_CASE = "outcome-"
_STALE, _WRONG = 409, 400
_COUNTS = frozenset(map(str, range(1, AT_ONCE + 1)))
_TURN = Lock()
"""Two who send the same sheet: the second one is told of the first."""


def show_looks(request: ConsoleRequest) -> ConsolePage:
    """What is to be looked at again, the oldest first, with its addresses as text."""
    return _sheet(request)


def record_looks(request: ConsoleRequest) -> ConsoleAnswer:
    """Put on record what was filled in: all of it, or nothing.

    Where it is not taken the sheet is shown again with what was filled in.
    """
    chosen = {
        name.removeprefix(_OF_CASE): outcome
        for name, outcome in request.form.items()
        if name.startswith(_OF_CASE) and outcome
    }
    with _TURN:
        if quicker := _looked_since(request, chosen):
            return _sheet(request, quicker=quicker, status=_STALE)
        try:
            _record(request, chosen)
        except (InputError, RefusedError) as error:
            status = _STALE if isinstance(error, RefusedError) else _WRONG
            return _sheet(request, error=error, status=status)
    return ConsoleMove(to=f"/looks?taken={len(chosen)}")


def _sheet(
    request: ConsoleRequest,
    *,
    quicker: Sequence[tuple[str, Fact]] = (),
    error: InputError | RefusedError | None = None,
    status: int = 200,
) -> ConsolePage:
    overview = request.site.rooms.access.overview
    found = [one for one in overview.today(limit=MOST) if one.kind in _KINDS]
    once: dict[str, Due] = {}
    for one in found:
        once.setdefault(one.case_id, one)
    page = list(once.values())[:AT_ONCE]
    cases = request.site.parts.casework.cases_of(one.case_id for one in page)
    return ConsolePage(
        template="looks.html",
        values={
            "looks": overview.look_sheet(page),
            "looked": " ".join(f"{one.case_id}:{_count(one)}" for one in cases),
            "left": len(once) - len(page),
            "is_cut": len(found) >= MOST,
            "outcomes": [outcome.value for outcome in LookOutcome],
            "form": request.form,
            "quicker": quicker,
            "error": error,
            "taken": _taken(request),
        },
        status=status,
    )


def _taken(request: ConsoleRequest) -> int:
    """How many looks the sheet before this one put on record, as it tells; 0: none."""
    told = request.query.get("taken", "")
    return int(told) if told in _COUNTS else 0


def _record(request: ConsoleRequest, chosen: Mapping[str, str]) -> None:
    if not chosen:
        raise InputError("nothing was filled in; nothing was taken")
    if len(chosen) > AT_ONCE:
        raise InputError(Text("more than {count} looks at once", count=AT_ONCE))
    seen_from = request.form.get("from", "").strip()
    rows = [
        {"case_id": case_id, "outcome": outcome, "from": seen_from, "note": ""}
        for case_id, outcome in chosen.items()
    ]
    request.site.rooms.cases.desk.look_all(rows)


def _looked_since(
    request: ConsoleRequest, chosen: Mapping[str, str]
) -> list[tuple[str, Fact]]:
    """Cases that somebody looked at since the sheet was opened, and his look."""
    told = request.form.get("looked", "").split()
    counts = {
        case_id: count for case_id, _, count in (one.rpartition(":") for one in told)
    }
    return [
        (case.case_id, look)
        for case in request.site.parts.casework.cases_of(chosen)
        if str(_count(case)) != counts.get(case.case_id, "0")
        and (look := case.latest(Looked))
    ]


def _count(case: Case) -> int:
    return len(case.of(Looked))
