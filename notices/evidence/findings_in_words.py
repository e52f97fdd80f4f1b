"""A report in the words of somebody who decides by it: what is proven, and what is not.

Each sentence follows from checks that passed or did not. What only the file itself says
is called a claim.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from notices.delivery import State
from notices.judgment import JST
from notices.messages import Text
from notices.report import CheckStatus, Report, Verdict

_SIGNED = {
    "mail": {"M08", "M09", "M12", "M14"},
    "pdf": {"P09", "P10", "P13"},
    "bundle": {"B07", "B08", "B11", "B27"},
}
"""Checks by which content is somebody's: its digest, the value, the path, who it is."""
_AT_THE_END = {
    State.HELD: Text("it was made and signed, and nobody has sent it"),
    State.QUEUED: Text("it waits to be sent"),
    State.SENDING: Text("it is being sent"),
    State.SENT: Text(
        "a mail server took the responsibility for it; no report came back"
    ),
    State.DEFERRED: Text("it was not taken yet, and will be tried again"),
    State.FAILED: Text("it was refused for good"),
    State.IN_DOUBT: Text("it may have been sent; the connection was lost in between"),
    State.DELIVERED: Text("a delivery report says that it was delivered"),
    State.BOUNCED: Text("a delivery report says that it could not be delivered"),
    State.WITHDRAWN: Text("it was taken back before it was sent"),
}


def proven(report: Report) -> Iterator[str]:
    """What is proven, by what, and since when."""
    passed = _passed(report)
    wanted = _SIGNED.get(report.kind)
    if wanted is None or not wanted <= passed:
        return  # what stands in the file is nobody's
    if report.signer:
        yield Text(
            "It was signed with the key of {subject} <{mailbox}>; the certificate "
            "leads to a root that was trusted, and was not revoked.",
            subject=report.signer.subject,
            mailbox=report.signer.mailbox,
        )
    if report.best_signature_time:
        yield Text(
            "It existed by {moment}: a time-stamp authority says so.",
            moment=moment(report.best_signature_time),
        )
    if "B17" in passed:
        yield Text(
            "The events below were written into the centre's log, and none of them was "
            "changed since."
        )
    if "B16" in passed:
        yield Text("A time-stamp authority has seen the log with all of these events.")
    if "B26" in passed:
        yield Text("No event of this notice was left out up to the last one below.")
    if {"B19", "B22"} <= passed or "M20" in passed:
        yield Text("Mail, letter and data for machines are of one notice and agree.")


def not_proven(report: Report) -> Iterator[str]:
    """What nobody should read out of it."""
    if report.verdict is not Verdict.TOTAL_PASSED:
        yield Text(
            "That the centre made it: whatever stands in it, names included, is what "
            "the file itself claims."
        )
    if not report.best_signature_time:
        yield Text(
            "When it was signed: no time stamp proves it; the time is the signer's own "
            "word."
        )
    if report.kind in ("mail", "pdf"):
        yield Text("That it was sent or received: a signature does not tell.")
    else:
        yield Text("That a person has read it: no mail system tells.")
    if report.notice and not report.notice.date:
        yield Text(
            "Wording, recipient's name and day: the centre left out the documents; the "
            "log commits to them, so they can be shown later."
        )
    yield from report.conditions


def delivery(report: Report) -> str | None:
    """How the delivery stood at the last event; None where nothing tells."""
    if not report.delivery:
        return None
    return _AT_THE_END.get(State(report.delivery))


def moment(at: datetime) -> str:
    """A time in Japan, and the same in UTC."""
    here, there = at.astimezone(JST), at.astimezone(UTC)
    return " ".join((f"{here:%Y-%m-%d %H:%M:%S}", "JST", f"({there:%H:%M} UTC)"))


def _passed(report: Report) -> set[str]:
    return {one.id for one in report.findings if one.status is CheckStatus.PASSED}
