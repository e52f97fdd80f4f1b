"""A morning's looks: what is due on one page, filled in with the keyboard alone."""

from notices.casework import Due, DueKind, LookOutcome
from notices.errors import InputError
from notices.messages import Text
from notices.service.console.asking import ConsoleMove, ConsolePage, ConsoleRequest

AT_ONCE = 50
MOST = 200
"""Looks that are counted; of more than these it is told that there are more."""
_KINDS = (DueKind.LOOK, DueKind.LOOK_IN_JANUARY)
_OF_CASE = "outcome-"


def show_looks(request: ConsoleRequest) -> ConsolePage:
    """What is to be looked at again, the oldest first, with its addresses as text."""
    overview = request.site.rooms.access.overview
    found = [one for one in overview.today(limit=MOST) if one.kind in _KINDS]
    once: dict[str, Due] = {}
    for one in found:
        once.setdefault(one.case_id, one)
    page = list(once.values())[:AT_ONCE]
    return ConsolePage(
        template="looks.html",
        values={
            "looks": overview.look_sheet(page),
            "left": len(once) - len(page),
            "is_cut": len(found) >= MOST,
            "outcomes": [outcome.value for outcome in LookOutcome],
        },
    )


def record_looks(request: ConsoleRequest) -> ConsoleMove:
    """Put on record what was filled in: all of it, or nothing."""
    seen_from = request.form.get("from", "").strip()
    rows = [
        {
            "case_id": name.removeprefix(_OF_CASE),
            "outcome": outcome,
            "from": seen_from,
            "note": "",
        }
        for name, outcome in request.form.items()
        if name.startswith(_OF_CASE) and outcome
    ]
    if not rows:
        raise InputError("nothing was filled in; nothing was taken")
    if len(rows) > AT_ONCE:
        raise InputError(Text("more than {count} looks at once", count=AT_ONCE))
    request.site.rooms.cases.desk.look_all(rows)
    return ConsoleMove(to="/looks")
