"""What came into the mailbox: a list, a mail as plain text, what it says put on record.

No mailbox is opened and nothing is fetched. Of files there is only what they are.
"""

from collections.abc import Iterable
from datetime import datetime

from notices.casework import Answer, Answered, Returned, WhyReturned
from notices.errors import InputError
from notices.inbox.filed import InboundReport
from notices.judgment import JST
from notices.messages import Text
from notices.service.console.asking import ConsoleMove, ConsolePage, ConsoleRequest
from notices.service.console.stale import StalePage
from notices.service.guard.role import LOOKING
from notices.signs import plain
from notices.store.console import MailDecision, SettledMail

AT_ONCE = 50
MOST_LINE = 300
_SHOWN_FACTS = ("action", "status", "cause", "recipient", "diagnostic", "answer")
_REFERENCE = "reference"
MAIL = "mail-"
"""Fields of the form name a mail by its hash behind this."""
DECISIONS = tuple(one.value for one in MailDecision if one != MailDecision.RECORDED)
"""What a person may choose."""
SAYINGS: dict[str, Answer | WhyReturned] = {
    **{f"answered_{one}": one for one in Answer},
    **{f"returned_{one}": one for one in WhyReturned},
}
"""What a person may read in a mail, as the form names it."""


def show_inbox(request: ConsoleRequest) -> ConsolePage:
    """Mails by how they stand, what is unsettled first; a page at a time."""
    desk = request.site.rooms.access.incoming
    page = desk.page(AT_ONCE, before=_cursor(request.query.get("before", "")))
    groups: dict[str, list[dict[str, object]]] = {}
    for mail in page.mails:
        row = {"mail": mail, **_head(mail.report)}
        groups.setdefault(mail.standing.value, []).append(row)
    more = page.next_before
    return ConsolePage(
        template="inbox.html",
        values={
            "groups": list(groups.items()),
            "decisions": DECISIONS,
            "may_record": request.may(*LOOKING),
            "newest": request.site.parts.reports.newest(),
            "more": f"{more[0].isoformat()} {more[1]}" if more else "",
        },
    )


def show_mail(request: ConsoleRequest) -> ConsolePage:
    """One mail: who wrote, what, about which notice, and the form."""
    desk = request.site.rooms.access.incoming
    mail = desk.mail(request.path["digest"])
    facts = mail.report.facts
    said = [
        (name, plain(str(facts[name]), MOST_LINE))
        for name in (*_SHOWN_FACTS, _REFERENCE)
        if facts.get(name)
    ]
    return ConsolePage(
        template="mail.html",
        values={
            "mail": mail,
            **_head(mail.report),
            "said": said,
            "shown": desk.text(mail.report),
            "sayings": list(SAYINGS),
            "decisions": DECISIONS,
            "may_record": request.may(*LOOKING),
        },
    )


def settle_mails(request: ConsoleRequest) -> ConsoleMove:
    """Note that nothing is left to be done about mails; all of them, or none."""
    desk = request.site.rooms.access.incoming
    digests = [name.removeprefix(MAIL) for name in request.form if is_mail(name)]
    decision = request.form.get("decision", "")
    if decision not in DECISIONS:
        raise InputError("choose why nothing is to be done; nothing was noted")
    if not desk.settle(digests, MailDecision(decision)):
        raise _settled_before(desk.settled.of(digests).values())
    return ConsoleMove(to="/inbox")


def is_mail(name: str) -> bool:
    """Whether a field of the form names a mail that was chosen."""
    return name.startswith(MAIL)


def _settled_before(those: Iterable[SettledMail]) -> StalePage:
    first = min(those, key=lambda one: one.at)
    return StalePage(
        Text(
            "{who} has dealt with one of these mails at {at}; nothing was noted",
            who=first.by,
            at=first.at.astimezone(JST).strftime("%Y-%m-%d %H:%M"),
        ),
        hint="look at the inbox again",
    )


def record_mail(request: ConsoleRequest) -> ConsoleMove:
    """Put on record what a person reads in it; StalePage if somebody was quicker."""
    desk = request.site.rooms.access.incoming
    report = desk.mail(request.path["digest"]).report
    says, number = request.form.get("says", ""), request.form.get("number", "").strip()
    if says not in SAYINGS:
        raise InputError("choose what the mail says; nothing was put on record")
    if told := desk.told_before(report, number):
        raise StalePage(
            Text(
                "{who} has put on record what this mail says about {number}, at {at}",
                who=told.by,
                number=number,
                at=told.at.astimezone(JST).strftime("%Y-%m-%d %H:%M"),
            ),
            hint="look at the case; a wrong fact is taken back with: notices record",
        )
    fact = desk.record(report, _details(SAYINGS[says], number))
    return ConsoleMove(to=f"/cases/{fact.case_id}")


def _details(says: Answer | WhyReturned, number: str) -> Answered | Returned:
    if isinstance(says, Answer):
        return Answered(number=number, answer=says)
    return Returned(number=number, reason=says)


def _head(report: InboundReport) -> dict[str, object]:
    """Sender and subject on one line each; what does not show is spelt out."""
    return {
        name: plain(str(report.facts.get(fact) or ""), MOST_LINE)
        for name, fact in (("sender", "from"), ("subject", "subject"))
    }


def _cursor(text: str) -> tuple[datetime, str] | None:
    if not text:
        return None
    moment, _, digest = text.partition(" ")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputError("there is no such page of the inbox")
    return at, digest
