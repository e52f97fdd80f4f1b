"""`reconcile`: a restored database is compared with what is known outside of it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from notices.approval import ApprovalRefused, NotApproved
from notices.delivery import Attempt, Stage, State
from notices.errors import RefusedError
from notices.inbox.classifying import read_mail
from notices.inbox.mailbox import Mailbox, MailboxMessage
from notices.inbox.reading.received import with_crlf
from notices.inbox.reports import InboundReports
from notices.judgment import JST
from notices.ledger import (
    Checkpoint,
    FactValue,
    HighWaterMark,
    Proving,
    unknown_attempts,
)
from notices.messages import Text
from notices.rules import Channel
from notices.site.database.copies import Judge, read_copy
from notices.site.database.given_numbers import loss_of, skipped
from notices.site.database.high_water import HighWater, holds, require_here
from notices.site.database.reconciled import Reconciled, facts_of
from notices.site.database.rollback import Rollback
from notices.site.test_mode import SiteMode
from notices.store import Store, StoredNotice
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.store.lost_numbers import LostNumber

_UNSENT = (State.DRAFTED, State.HELD, State.QUEUED, State.DEFERRED)
_FOUND = "found in the archive after the database was restored: it was sent before"
_MAYBE = "the database was restored, and no archive tells whether it was sent since"


@dataclass(slots=True)
class _Found:
    copies: int = 0
    sent: list[str] = field(default_factory=list)
    lost: dict[str, LostNumber] = field(default_factory=dict)
    doubtful: list[str] = field(default_factory=list)
    dismissed: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the signed part, and Message-ID."""
    displaced: list[LostNumber] = field(default_factory=list)
    """Those of them that asked somebody: their cases are not to be asked again."""
    seen: set[str] = field(default_factory=set)
    """SHA-256 of the signed parts of those that are not here."""
    places: set[tuple[str, int, int]] = field(default_factory=set)
    """Series, year and serial of those in `lost`."""

    def takes(self, loss: LostNumber) -> bool:
        """Tell whether two sides gave this number, or this place, to two notices."""
        return loss.number in self.lost or _place_of(loss) in self.places

    def keep(self, loss: LostNumber) -> None:
        """Take one in."""
        self.lost[loss.number] = loss
        self.places.add(_place_of(loss))


@dataclass(frozen=True, kw_only=True)
class Reconciler:
    """Compares a restored database with what is known outside of it."""

    store: Store
    """The outbox."""
    reports: InboundReports
    """The mails that came in as evidence."""
    rollback: Rollback
    """Tells whether the database was set back."""
    high_water: HighWater
    """The mark beside the site."""
    mode: SiteMode
    """Real, or a trial whose mail goes to one address of our own."""
    mailbox: str
    """The centre's address."""
    dispose_again: Callable[[], tuple[str, ...]]
    """Removes what was disposed of before; gives the cases."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def reconcile(self, *, reason: str, skip: int | None = None) -> Reconciled:
        """Compare, put in order what the comparison shows, and lift the hold on record.

        skip: so many numbers more that are not given, where no archive tells how many
        were given. RefusedError without a reason; without `skip` also if there is
        nothing to compare with.
        """
        if not reason.strip():
            raise RefusedError("lifting the hold needs its reason")
        store, mark = self.store, self.high_water.read_whole()
        shown = store.identity.standing(mark, ())
        require_here(shown)
        self.high_water.require_writable()
        store.recover(self.clock())
        tree, last = store.ledger.tree(), self.rollback.published()
        mark_holds = holds(mark, shown, tree)
        with self.rollback.open_archive() as mailbox:
            compared = _told(mark, last, mailbox)
            if not compared and skip is None:
                raise _nothing_compared()
            comparison = self._compare(mailbox) if mailbox else _Found()
            is_sure = bool(mailbox) or (mark is not None and mark_holds)
        begun = {attempt.number for attempt in unknown_attempts(mark, shown)}
        doubted = tuple(self._doubted(None if not is_sure else begun))
        settled = self._settled_before((*comparison.sent, *doubted))
        in_doubt = tuple(each for each in doubted if each not in settled)
        lost = tuple(comparison.lost.values())
        unused = self._unused(lost, skip or 0, mark)
        done = Reconciled(
            checkpoint=last,
            holds=_continues(tree, last),
            size=len(tree),
            copies=comparison.copies,
            sent=(*comparison.sent, *(each for each in doubted if each in settled)),
            lost=lost,
            skipped=(*unused, *comparison.displaced),
            doubtful=tuple(comparison.doubtful),
            mark=mark,
            mark_holds=mark_holds,
            compared=compared,
            in_doubt=in_doubt,
            cases_unknown=not is_sure,
            copied_from=shown.copied_from,
            dismissed=tuple(comparison.dismissed.values()),
        )
        facts = facts_of(done, reason) | {
            "dismissed": " ".join(sorted(comparison.dismissed))
        }
        kept = store.reconcile(lost, facts, skip=done.skipped, now=self.clock())
        self.high_water.renew(store)
        self.rollback.forget()
        return replace(done, skipped=kept, disposed=self.dispose_again())

    def _unused(
        self, lost: Sequence[LostNumber], skip: int, mark: HighWaterMark | None
    ) -> Iterator[LostNumber]:
        """Numbers that may have been given since, and are not to be given again."""
        queries = self.store.queries
        return skipped(
            lost,
            skip,
            mark,
            newest=lambda series, year: queries.newest_serial(year, series=series),
            this_year=self.clock().astimezone(JST).year,
            series_now=self.mode.series,
        )

    def _doubted(self, numbers: Collection[str] | None) -> Iterator[str]:
        """Make doubtful what waits here and may have been sent since; no tests.

        numbers: those of which a byte may have left; None: all of them.
        """
        for stored in self.store.list(_UNSENT):
            if numbers is not None and stored.number not in numbers:
                continue
            if stored.channel is Channel.SMTP and not stored.is_test:
                self._into_doubt(stored, _MAYBE)
                yield stored.number

    def _settled_before(self, numbers: Sequence[str]) -> set[str]:
        """Those of them that a report settles which came in while this was on hold."""
        now = self.clock()
        return {each for each in numbers if self.reports.judge_again(each, now)}

    def _into_doubt(self, stored: StoredNotice, note: str) -> None:
        """The lawful way: an attempt whose end nobody saw.

        What the restored database has no approval for cannot go that way. It is
        withdrawn: so it is not sent a second time, and the reason tells why.
        """
        try:
            self._attempt_unseen(stored, note)
        except (NotApproved, ApprovalRefused):
            self.store.withdraw(stored.number, reason=note, now=self.clock())

    def _attempt_unseen(self, stored: StoredNotice, note: str) -> None:
        if stored.state is State.DRAFTED:
            raise NotApproved(Text("{number} is a draft", number=stored.number))
        store, now, number = self.store, self.clock(), stored.number
        if stored.state is State.HELD:
            store.queue(number, now=now)
        store.make(
            Claim(
                number=number,
                now=now,
                by=store.by,
                ignore_backoff=True,
                channel=stored.channel,
            )
        )
        store.make(Arm(number=number, now=now, by=store.by))
        attempt = Attempt(
            started_at=now,
            ended_at=now,
            state=State.IN_DOUBT,
            stage=Stage.DATA,
            remote="",
            note=note,
        )
        end = Finish(
            number=number, attempt=attempt, next_attempt_at=None, now=now, by=store.by
        )
        store.make(end)

    def _compare(self, mailbox: Mailbox) -> _Found:
        """Go through the whole archive; what is known and sent changes nothing."""
        compared = _Found()
        with self.rollback.open_judge(must_open=True) as judge:
            for letter in mailbox.archived():
                claim = read_mail(with_crlf(letter.content))
                if not claim.own_id or self.mailbox not in claim.sender:
                    continue
                if not self.store.queries.knows(claim.own_id, ()):
                    self._settle(judge, letter, compared)
                    continue
                compared.copies += 1
                if number := self._mark_sent(letter):
                    compared.sent.append(number)
        return compared

    def _settle(self, judge: Judge, letter: MailboxMessage, comparison: _Found) -> None:
        """Tell what a mail is that claims to be ours and is not here."""
        octets = with_crlf(letter.content)
        copy = read_copy(octets, self.mailbox)
        if copy is None or not judge.is_ours(copy):
            comparison.doubtful.append(read_mail(octets).own_id)
            return
        comparison.copies += 1
        if judge.is_known(copy) or judge.is_dismissed(copy):
            return
        if copy.sha256 in comparison.seen:
            return
        comparison.seen.add(copy.sha256)
        loss = loss_of(copy, self.mode)
        if self.store.queries.takes(loss) or comparison.takes(loss):
            comparison.dismissed[copy.sha256] = copy.message_id
            displaced = replace(loss, number=f"lost {loss.number}")
            comparison.displaced += [displaced] * (not loss.is_test)
        else:
            comparison.keep(loss)

    def _mark_sent(self, letter: MailboxMessage) -> str | None:
        """Bring a delivery to `sent` whose copy shows that; None: it was already.

        The way there is the lawful one: an attempt whose end nobody saw, and evidence.
        """
        store, now = self.store, self.clock()
        filed = self.reports.file(
            letter.content, mailbox=letter.place, from_archive=True, now=now
        )
        number = filed.report.number
        if number is None or filed.report.kind != "archive_copy":
            return None  # our Message-ID, but not our bytes: it proves nothing
        before = store.get(number)
        if before.state in _UNSENT:
            self._into_doubt(before, _FOUND)
        if store.get(number).state is State.IN_DOUBT:
            facts: dict[str, FactValue] = {
                "reason": _FOUND,
                "report": str(filed.report.kind),
            }
            store.record_evidence(number, State.SENT, facts, now=now)
            return number
        return number if filed.changed else None


def _continues(tree: Proving, last: Checkpoint | None) -> bool:
    """Whether the ledger goes on from the checkpoint that was published last."""
    return last is None or (
        last.size <= len(tree) and tree.root(last.size) == last.root
    )


def _place_of(loss: LostNumber) -> tuple[str, int, int]:
    return loss.series, loss.year, loss.serial


def _told(
    mark: HighWaterMark | None, last: Checkpoint | None, mailbox: Mailbox | None
) -> tuple[str, ...]:
    known = {
        "high_water_mark": mark is not None and mark.size > 0,
        "checkpoint": last is not None,
        "archive": mailbox is not None,
    }
    return tuple(name for name, is_there in known.items() if is_there)


def _nothing_compared() -> RefusedError:
    return RefusedError(
        "there is nothing to compare the database with: no high-water mark, no "
        "published checkpoint, no archive mailbox that is read",
        hint="put the files back that notices.toml names, or decide how many numbers "
        "may have been given since and leave them unused: --skip N (0: none)",
    )
