"""What no part of the program foresaw, told by its kind and its place in the program.

Its sentence is a library's, in English, and may hold what it was about: a name, an
address, a secret. `NOTICES_TRACEBACK=1` shows it to who looks for the fault.
"""

import traceback

from notices.messages import Text

_OURS = "notices"


def own_fault(error: BaseException) -> Text:
    """Tell of an exception that no part of ours foresaw."""
    kind = type(error).__name__
    if place := _place(error):
        return Text(
            "a fault of the program ({kind} at {place})", kind=kind, place=place
        )
    return Text("a fault of the program ({kind})", kind=kind)


def _place(error: BaseException) -> str:
    """The innermost line of ours, `notices.queue.worker:113`; empty: none of ours."""
    places = [
        f"{module}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if (module := str(frame.f_globals.get("__name__"))).partition(".")[0] == _OURS
    ]
    return places[-1] if places else ""
