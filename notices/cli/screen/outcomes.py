"""What became of each case of a command: its row of `--json`, and the exit code."""

from collections.abc import Iterable, Mapping
from typing import Any

from notices.cli.output import print_line, say, shown, troubles_json
from notices.cli.screen.faults import error_json
from notices.cli.screen.width import folded
from notices.delivery import State
from notices.errors import NoticesError
from notices.messages import Text
from notices.signs import plain
from notices.site import Receipt

SEVERITY = (0, 75, 69, 65, 77, 78, 70)
"""Exit codes, the weightiest last: the one for several cases is the weightiest."""

EXIT_OF_STATE = {
    State.SENT: 0,
    State.DELIVERED: 0,
    State.FAILED: 69,
    State.BOUNCED: 69,
    State.WITHDRAWN: 69,
}
"""What a state means for the caller; the rest is `try later or in doubt`."""


def weightiest(codes: Iterable[int]) -> int:
    """The exit code for several cases."""
    return max(codes, key=SEVERITY.index, default=0)


def with_troubles(
    row: Mapping[str, Any], troubles: Iterable[NoticesError]
) -> Mapping[str, Any]:
    """Add to the row's own warnings what went wrong beside the work."""
    told = [*row.get("warnings", ()), *troubles_json(troubles).get("warnings", ())]
    return {**row, "warnings": told} if told else row


def exit_code_of(receipt: Receipt) -> int:
    """0 sent, 69 refused for good, 75 kept or in doubt."""
    return EXIT_OF_STATE.get(receipt.state, 75)


def error_row(case_id: str, error: NoticesError) -> Mapping[str, Any]:
    """The row of a case for which nothing was sent."""
    keys = ("number", "state", "message_id", "sha256", "recipient", "stage", "reply")
    return {
        "case_id": case_id,
        **dict.fromkeys(keys),
        "error": error_json(error),
    }


def say_error(row: Mapping[str, Any]) -> None:
    """Say on standard error why nothing was sent for a case."""
    error, case_id = row["error"], plain(row["case_id"])
    message = shown(error["message"])
    if case_id not in message:
        message = Text("{case_id}: {message}", case_id=case_id, message=message)
    say(Text("notices: error: {message}", message=message), err=True)
    for fault in error["faults"]:
        told = f"  {plain(fault['path'])}: {shown(fault['message'])}"
        print_line(folded(told, err=True), err=True)
    if error["hint"]:
        say(Text("hint: {advice}", advice=error["hint"]), err=True)
