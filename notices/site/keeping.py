"""`reconcile`: a restored database is compared with what is known outside of it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from notices.config import number_text, trial_pattern
from notices.delivery import Attempt, Stage, State
from notices.errors import InputError, RefusedError
from notices.ledger import Checkpoint, Fact, HighWaterMark, Tree
from notices.mail import split
from notices.notice import JST
from notices.outbox import Stored
from notices.outbox.inbox.mailbox import Letter, Mailbox
from notices.outbox.inbox.reading import read_mail, with_crlf
from notices.outbox.losses import Loss
from notices.report import Report, Verdict
from notices.rules import Channel
from notices.site import marking, trial
from notices.site.holding import archive, is_known, is_ours, published
from notices.site.parts import Parts
from notices.verifying import verify_isolated

_UNSENT = (State.HELD, State.QUEUED, State.DEFERRED)
_FOUND = "found in the archive after the database was restored: it was sent before"
_MAYBE = "the database was restored, and no archive tells whether it was sent since"
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What was compared, and what was made of it."""

    checkpoint: Checkpoint | None
    """The one that was published last."""
    holds: bool
    """True: the ledger still contains it."""
    size: int
    """Entries of the ledger before this."""
    copies: int
    """Mails of ours in the archive."""
    sent: tuple[str, ...]
    """Numbers whose copy was found and that are `sent` now."""
    lost: tuple[Loss, ...]
    """Notices that only the archive holds."""
    skipped: tuple[Loss, ...] = field(default=())
    """Numbers that will not be given, because somebody may have them."""
    doubtful: tuple[str, ...] = field(default=())
    """Message-IDs in the archive that claim to be ours and cannot be verified."""
    mark: HighWaterMark | None = None
    """What the database had reached, as it was kept outside of it."""
    mark_holds: bool = True
    """True: it still reaches that, as far as it is known."""
    compared: tuple[str, ...] = ()
    """What there was to compare with: `high_water_mark`, `checkpoint`, `archive`."""
    in_doubt: tuple[str, ...] = ()
    """Numbers that waited here and may have been sent since; an operator decides."""
    copied_from: str = ""
    """Where the database was used before, if this is a copy of it."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices reconcile --json`."""
        last, mark = self.checkpoint, self.mark
        return {
            "compared": list(self.compared),
            "high_water_mark": mark and {"size": mark.size, "root": mark.root.hex()},
            "high_water_mark_holds": self.mark_holds,
            "in_doubt": list(self.in_doubt),
            "copied_from": self.copied_from,
            "checkpoint": last and {"size": last.size, "root": last.root.hex()},
            "checkpoint_holds": self.holds,
            "ledger_size": self.size,
            "archive_copies": self.copies,
            "sent": list(self.sent),
            "lost": [
                {"number": each.number, "case_id": each.case_id} for each in self.lost
            ],
            "skipped": [each.number for each in self.skipped],
            "doubtful": list(self.doubtful),
        }


def reconcile(parts: Parts, *, reason: str, skip: int | None = None) -> Reconciled:
    """Compare, put in order what the comparison shows, and lift the hold on record.

    skip: so many numbers more that are not given, where no archive tells how many
    were given. RefusedError without a reason; without `skip` also if there is nothing
    to compare with.
    """
    if not reason.strip():
        raise RefusedError("lifting the hold needs its reason")
    store, mark = parts.store, marking.read_whole(parts)
    shown = store.standing(mark, ())
    marking.require_here(shown)
    store.recover(parts.clock())
    tree = Tree(store.leaves())
    last = published(parts)
    holds = last is None or (
        last.size <= len(tree) and tree.root(last.size) == last.root
    )
    mark_holds = marking.holds(mark, shown, tree)
    with archive(parts) as mailbox:
        compared = _told(mark, last, mailbox)
        if not compared and skip is None:
            raise _nothing_compared()
        found = _compare(parts, mailbox) if mailbox else _Found()
        is_sure = bool(mailbox) or (mark is not None and mark_holds)
    in_doubt = () if is_sure else tuple(_doubted(parts))
    lost = tuple(found.lost.values())
    skipped = tuple(_skipped(parts, lost, skip or 0, mark))
    done = Reconciled(
        checkpoint=last,
        holds=holds,
        size=len(tree),
        copies=found.copies,
        sent=tuple(found.sent),
        lost=lost,
        skipped=skipped,
        doubtful=tuple(found.doubtful),
        mark=mark,
        mark_holds=mark_holds,
        compared=compared,
        in_doubt=in_doubt,
        copied_from=shown.copied_from,
    )
    store.reconcile(lost, _facts(done, reason), skip=skipped, now=parts.clock())
    marking.renew(parts, store)
    parts.__dict__.pop("hold_reasons", None)
    return done


def _facts(done: Reconciled, reason: str) -> dict[str, Fact]:
    """What goes on record of it."""
    last, mark = done.checkpoint, done.mark
    return {
        "reason": reason,
        "ledger_size": done.size,
        "checkpoint_size": last.size if last else None,
        "checkpoint_root": last.root.hex() if last else None,
        "checkpoint_holds": done.holds,
        "archive_copies": done.copies,
        "sent": len(done.sent),
        "lost": " ".join(sorted(each.number for each in done.lost)),
        "skipped": len(done.skipped),
        "compared": " ".join(done.compared),
        "mark_size": mark.size if mark else None,
        "mark_root": mark.root.hex() if mark else None,
        "mark_holds": done.mark_holds,
        "in_doubt": " ".join(done.in_doubt),
        "copied": bool(done.copied_from),
    }


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


def _doubted(parts: Parts) -> Iterator[str]:
    """Make doubtful what waits here and may have been sent since; no tests."""
    for stored in parts.store.list(_UNSENT):
        if stored.channel is Channel.SMTP and not stored.is_test:
            _into_doubt(parts, stored, _MAYBE)
            yield stored.number


def _into_doubt(parts: Parts, stored: Stored, note: str) -> None:
    """The lawful way: an attempt whose end nobody saw."""
    store, now, number = parts.store, parts.clock(), stored.number
    if stored.state is State.HELD:
        store.queue(number, now=now)
    store.claim(number, now=now, ignore_backoff=True, channel=stored.channel)
    store.arm(number, now=now)
    attempt = Attempt(
        started_at=now,
        ended_at=now,
        state=State.IN_DOUBT,
        stage=Stage.DATA,
        remote="",
        note=note,
    )
    store.finish(number, attempt, next_attempt_at=None, now=now)


@dataclass(slots=True)
class _Found:
    copies: int = 0
    sent: list[str] = field(default_factory=list)
    lost: dict[str, Loss] = field(default_factory=dict)
    doubtful: list[str] = field(default_factory=list)


def _compare(parts: Parts, mailbox: Mailbox) -> _Found:
    """Go through the whole archive; a mail that is known and sent changes nothing."""
    found = _Found()
    for letter in mailbox.archived():
        if not is_ours(parts, letter):
            continue
        found.copies += 1
        if is_known(parts, letter):
            if number := _mark_sent(parts, letter):
                found.sent.append(number)
        elif loss := _loss(parts, letter):
            found.lost[loss.number] = loss
        else:
            found.doubtful.append(read_mail(with_crlf(letter.content)).own_id)
    return found


def _mark_sent(parts: Parts, letter: Letter) -> str | None:
    """Bring a delivery to `sent` whose copy shows that it was; None: it was already.

    The way there is the lawful one: an attempt whose end nobody saw, and evidence.
    """
    store, now = parts.store, parts.clock()
    filed = store.reports.file(
        letter.content, mailbox=letter.place, from_archive=True, now=now
    )
    number = filed.report.number
    if number is None or filed.report.kind != "archive_copy":
        return None  # our Message-ID, but not our bytes: it proves nothing
    before = store.get(number)
    if before.state in _UNSENT:
        _into_doubt(parts, before, _FOUND)
    if store.get(number).state is State.IN_DOUBT:
        facts: dict[str, Fact] = {
            "reason": _FOUND,
            "report": str(filed.report.kind),
            "report_sha256": filed.report.sha256,
        }
        store.record_evidence(number, State.SENT, facts, now=now)
        return number
    return number if filed.changed else None


def _loss(parts: Parts, letter: Letter) -> Loss | None:
    """Read a copy of a notice that is not here; None if our signature is not on it."""
    octets = with_crlf(letter.content)
    report = _judged(parts, octets)
    if report is None or report.notice is None:
        return None
    document = _notice_json(octets)
    year, is_test = report.notice.date.year, bool(document.get("test"))
    return Loss(
        number=report.notice.number,
        year=year,
        serial=_serial(parts, report.notice.number, year, is_test=is_test),
        case_id=report.notice.case_id,
        rung=str(document["recipient"]["rung"]),
        ordinal=int(document["ordinal"]),
        series=trial.SERIES if is_test else "",
        is_test=is_test,
    )


def _judged(parts: Parts, octets: bytes) -> Report | None:
    """Verify a copy with the roots of the site; a certificate may have ended since."""
    report = verify_isolated(
        octets,
        trust=parts.desk.trust_files,
        at=parts.clock(),
        signers=[parts.config.center.mailbox],
    )
    return None if report.verdict is Verdict.TOTAL_FAILED else report


def _notice_json(octets: bytes) -> dict[str, Any]:
    leaves = {leaf.file_name: leaf.content for leaf in split(octets).parts}
    document: dict[str, Any] = json.loads(leaves["notice.json"])
    return document


def _serial(parts: Parts, number: str, year: int, *, is_test: bool) -> int:
    """Undo the numbering pattern."""
    pattern = parts.config.numbering.pattern
    if is_test:
        pattern = trial_pattern(pattern)
    for digits in reversed(_DIGITS.findall(number)):
        for form_digit in (1, 2):
            serial = int(digits)
            made = number_text(
                pattern,
                year=year,
                form_digit=form_digit,
                serial=serial,
            )
            if made == number:
                return serial
    raise InputError(
        f"the archive holds the notice {number}, which the pattern of [numbering] "
        "does not make",
        hint="set the pattern that was used before, and reconcile again",
    )


def _skipped(
    parts: Parts, lost: Iterable[Loss], skip: int, mark: HighWaterMark | None
) -> Iterator[Loss]:
    """The serials below the highest that was seen, and `skip` more of this year.

    Those up to the mark are not given in any case.

    Real numbers and those of tests are counted apart. The latter are skipped on
    demand where the site gives them, which is in test mode.
    """
    seen: dict[tuple[str, int], set[int]] = {}
    for each in lost:
        seen.setdefault((each.series, each.year), set()).add(each.serial)
    this_year = parts.clock().astimezone(JST).year
    wanted = {("", this_year), (trial.series_of(parts), this_year)} if skip else set()
    known = mark.serials if mark else {}
    for series, year in sorted({*seen, *wanted, *known}):
        used = seen.get((series, year), set())
        newest = parts.store.newest_serial(year, series=series)
        more = skip if (series, year) in wanted else 0
        highest = max([newest, *used]) + more
        highest = max(highest, known.get((series, year), 0))
        for serial in range(newest + 1, highest + 1):
            if serial not in used:
                yield Loss(
                    number=" ".join(
                        filter(None, ("unused", series, f"{year} {serial}"))
                    ),
                    year=year,
                    serial=serial,
                    series=series,
                    is_test=series == trial.SERIES,
                )
