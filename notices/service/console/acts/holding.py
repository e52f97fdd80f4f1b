"""One button that stops everything."""

from notices.errors import InputError, RefusedError
from notices.service.console.asking import ConsoleMove, ConsolePage, ConsoleRequest

MOST_REASON = 500


def show_hold(request: ConsoleRequest) -> ConsolePage:
    """Whether everything is on hold, and the button."""
    return ConsolePage(
        template="hold.html",
        values={
            "is_fresh": request.session is not None
            and request.session.is_fresh(request.now)
        },
    )


def hold(request: ConsoleRequest) -> ConsoleMove:
    """Stop everything; RefusedError if somebody was quicker."""
    request.site.rooms.access.holds.hold(_reason(request))
    return ConsoleMove(to="/hold")


def release(request: ConsoleRequest) -> ConsoleMove:
    """Let it go on; RefusedError for another hold than the one that was looked at."""
    hold_id = request.form.get("hold", "")
    if not hold_id:
        raise RefusedError("nothing is on hold")
    request.site.rooms.access.holds.release(_reason(request), hold_id=hold_id)
    return ConsoleMove(to="/hold")


def _reason(request: ConsoleRequest) -> str:
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > MOST_REASON:
        raise InputError(
            "that needs its reason", hint="at most 500 characters; it goes on record"
        )
    return reason
