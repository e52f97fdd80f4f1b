"""What came into the mailbox, for people to look at: what is unsettled first.

The mailbox itself is not opened: `notices inbox` reads it, where its password is.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notices.casework import Answered, Case, CaseState, Details, Fact, Returned
from notices.casework.case import deals
from notices.delivery import State
from notices.errors import InputError
from notices.inbox.attention import HARMLESS
from notices.inbox.filed import InboundReport
from notices.inbox.reading.plain_mail import PlainMail, plain_mail
from notices.inbox.reading.received import Kind
from notices.inbox.reports import InboundReports
from notices.messages import Text
from notices.site.casework.desk import CaseDesk
from notices.store import Store, StoredNotice
from notices.store.casework import CaseFilter, StoredCasework
from notices.store.console import MailDecision, SettledMail, StoredSettled

_PRESSING = (CaseState.ANSWERED, CaseState.RETURNED)
_OF_SERVERS = frozenset({Kind.DELIVERY_STATUS, Kind.BOUNCE})


class MailStanding(StrEnum):
    """How a mail that came in stands; in the order in which they are shown."""

    OPEN = "open"
    """It is about a notice of ours, and nobody dealt with it."""
    UNMATCHED = "unmatched"
    """It is about none of ours, as far as a program sees."""
    SETTLED = "settled"
    """Somebody did something about it since, or there is nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMail:
    """A mail that came in, and how it stands."""

    report: InboundReport
    """As filed."""
    standing: MailStanding
    """What is to be done about it."""
    notice: StoredNotice | None
    """The notice that it is about; None: none of ours."""
    settled: SettledMail | None = None
    """Who has dealt with it, of a mail about none of ours; None: nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage:
    """Some of the mails: what is unsettled first, then the newest first."""

    mails: tuple[IncomingMail, ...]
    """Those of the page; the first page has all that presses, however old."""
    next_before: tuple[datetime, str] | None
    """Where the next page begins; None: there is none."""


@dataclass(frozen=True, kw_only=True)
class IncomingDesk:
    """Shows what came in, and puts on record what a person reads in it."""

    reports: InboundReports
    """The mails that came in."""
    casework: StoredCasework
    """Facts and cases of the database."""
    store: Store
    """The outbox."""
    settled: StoredSettled
    """Mails about none of ours that somebody has dealt with."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""
    open_cases: Callable[[], CaseDesk]
    """Takes facts in."""

    def page(
        self, limit: int, *, before: tuple[datetime, str] | None = None
    ) -> MailPage:
        """Mails, at most `limit` of the newest; before: where a page ended."""
        found = self.reports.page(limit + 1, before=before)
        page = {each.sha256: each for each in found[:limit]}
        if before is None:
            page |= {each.sha256: each for each in self._pressing(limit)}
            waiting = self.settled.waiting(limit)
            page |= {each.sha256: each for each in self.reports.those(waiting)}
        last = found[limit - 1] if len(found) > limit else None
        return MailPage(
            mails=tuple(sorted(self._standing(page.values()), key=_order)),
            next_before=(last.received_at, last.sha256) if last else None,
        )

    def mail(self, digest: str) -> IncomingMail:
        """One mail; InputError if none of that hash is on record."""
        [found] = self._standing([self.reports.one(digest)])
        return found

    def text(self, report: InboundReport) -> PlainMail | None:
        """What it says; None: the mail was not kept, or was disposed of."""
        try:
            return plain_mail(self.reports.raw(report.sha256))
        except InputError:
            return None

    def told_before(self, report: InboundReport, number: str) -> Fact | None:
        """What a person has put on record of this mail for a notice; None: nothing."""
        case = self._case(self.store.get(number).key.case_id)
        by_people = [fact for fact in case.facts if fact.by != "inbox"] if case else []
        return next(
            (
                fact
                for fact in by_people
                if isinstance(fact.details, (Answered, Returned))
                and (fact.details.number, fact.at) == (number, report.received_at)
            ),
            None,
        )

    def record(self, report: InboundReport, details: Answered | Returned) -> Fact:
        """Put on record what a mail says of a notice, at the time when it came in.

        InputError for a number that is none, and where the case is not on record.
        """
        desk = self.open_cases()
        fact = Fact(
            case_id=self.store.get(details.number).key.case_id,
            at=report.received_at,
            by=desk.by,
            details=details,
        )
        desk.add([fact])
        if report.number is None:  # where somebody has settled it before, it stays so
            self.settled.settle(
                [report.sha256], MailDecision.RECORDED, now=self.clock()
            )
        return fact

    def settle(self, digests: Collection[str], decision: MailDecision) -> bool:
        """Note that nothing is left to be done about mails that are about none of ours.

        False, and nothing is noted, if one of them was dealt with before. InputError
        for a mail that is not on record, and for one of a notice: that is dealt with
        by what is done about its case.
        """
        found = self.reports.those(digests)
        if not digests or len(found) != len(set(digests)):
            raise InputError("choose mails that are on record; nothing was noted")
        if of_ours := [each for each in found if each.number is not None]:
            raise InputError(
                Text("this mail is about {number}", number=of_ours[0].number),
                hint="put on record what it says, or what was done about its case",
            )
        return self.settled.settle(sorted(set(digests)), decision, now=self.clock())

    def _pressing(self, limit: int) -> Iterable[InboundReport]:
        """Mails of cases that wait for somebody's word, whatever came in since."""
        waiting = self.casework.list(CaseFilter(states=_PRESSING, limit=limit))
        numbers: set[str] = set()
        for case in self.casework.cases_of([each.case_id for each in waiting]):
            numbers |= {_number(fact.details) for fact in case.facts} - {""}
        return self.reports.about(numbers) if numbers else ()

    def _standing(self, reports: Iterable[InboundReport]) -> list[IncomingMail]:
        listed = list(reports)
        notices = {
            number: self.store.get(number)
            for number in {each.number for each in listed}
            if number is not None
        }
        ids = {stored.key.case_id for stored in notices.values()}
        cases = {case.case_id: case for case in self.casework.cases_of(ids)}
        settled = self.settled.of([one.sha256 for one in listed if not one.number])
        return [
            _mail(report, notices, cases)
            if report.number
            else _of_none(report, settled.get(report.sha256))
            for report in listed
        ]

    def _case(self, case_id: str) -> Case | None:
        return next(iter(self.casework.cases_of([case_id])), None)


def _mail(
    report: InboundReport,
    notices: Mapping[str, StoredNotice],
    cases: Mapping[str, Case],
) -> IncomingMail:
    notice = notices[str(report.number)]
    is_open = _wants_somebody(report, notice.state) and not _dealt_with(
        report, cases.get(notice.key.case_id)
    )
    standing = MailStanding.OPEN if is_open else MailStanding.SETTLED
    return IncomingMail(report=report, standing=standing, notice=notice)


def _of_none(report: InboundReport, settled: SettledMail | None) -> IncomingMail:
    standing = MailStanding.SETTLED if settled else MailStanding.UNMATCHED
    return IncomingMail(report=report, standing=standing, notice=None, settled=settled)


def _wants_somebody(report: InboundReport, state: State) -> bool:
    """A person wrote, or a server says that it did not or may not have delivered."""
    if state is State.WITHDRAWN:
        return False
    if report.kind in _OF_SERVERS:
        is_unclear = report.proves is None
        is_harmless = str(report.facts.get("action")) in HARMLESS
        return report.proves is State.BOUNCED or (is_unclear and not is_harmless)
    return report.kind is Kind.REPLY


def _dealt_with(report: InboundReport, case: Case | None) -> bool:
    """By the rule for what is pending in a case."""
    facts = case.facts if case else ()
    return any(fact.at > report.received_at and deals(fact) for fact in facts)


def _order(mail: IncomingMail) -> tuple[int, float, str]:
    place = list(MailStanding).index(mail.standing)
    return place, -mail.report.received_at.timestamp(), mail.report.sha256


def _number(details: Details) -> str:
    return details.number if isinstance(details, (Answered, Returned)) else ""
