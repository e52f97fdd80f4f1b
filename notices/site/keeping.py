"""`reconcile`: a restored database is compared with what is known outside of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from notices.config import number_text, trial_pattern
from notices.delivery import Attempt, Stage, State
from notices.errors import InputError, RefusedError
from notices.ledger import Checkpoint, Fact, HighWaterMark, Tree
from notices.notice import JST
from notices.outbox import Stored
from notices.outbox.inbox.mailbox import Letter, Mailbox
from notices.outbox.inbox.reading import read_mail, with_crlf
from notices.outbox.losses import Loss
from notices.rules import Channel
from notices.site import marking, trial
from notices.site.copies import Copy, Judge, read_copy
from notices.site.holding import archive, published
from notices.site.parts import Parts
from notices.site.reconciled import Reconciled

_UNSENT = (State.HELD, State.QUEUED, State.DEFERRED)
_FOUND = "found in the archive after the database was restored: it was sent before"
_MAYBE = "the database was restored, and no archive tells whether it was sent since"
_DIGITS = re.compile(r"[0-9]+")


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
    skipped += tuple(_displaced(parts, found.displaced, (*lost, *skipped)))
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
        dismissed=tuple(found.dismissed.values()),
    )
    facts = done.facts(reason) | {"dismissed": " ".join(sorted(found.dismissed))}
    store.reconcile(lost, facts, skip=skipped, now=parts.clock())
    marking.renew(parts, store)
    for looked_at in ("hold_reasons", "archive_look"):
        parts.__dict__.pop(looked_at, None)
    return done


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
    dismissed: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the signed part, and Message-ID."""
    displaced: list[Loss] = field(default_factory=list)
    """Those of them that asked somebody: their cases are not to be asked again."""


def _compare(parts: Parts, mailbox: Mailbox) -> _Found:
    """Go through the whole archive; a mail that is known and sent changes nothing."""
    found = _Found()
    with Judge(parts, must_open=True) as judge:
        for letter in mailbox.archived():
            claim = read_mail(with_crlf(letter.content))
            if not claim.own_id or parts.config.center.mailbox not in claim.sender:
                continue
            if not parts.store.knows(claim.own_id, ()):
                _settle(parts, judge, letter, found)
                continue
            found.copies += 1
            if number := _mark_sent(parts, letter):
                found.sent.append(number)
    return found


def _settle(parts: Parts, judge: Judge, letter: Letter, found: _Found) -> None:
    """Tell what a mail is that claims to be ours and is none of those that are here."""
    octets = with_crlf(letter.content)
    copy = read_copy(octets, parts.config.center.mailbox)
    if copy is None or not judge.is_ours(copy):
        found.doubtful.append(read_mail(octets).own_id)
        return
    found.copies += 1
    if judge.is_known(copy) or judge.is_dismissed(copy):
        return
    loss = _loss(parts, copy)
    if parts.store.takes(loss):
        found.dismissed[copy.sha256] = copy.message_id
        found.displaced += [loss] * (not loss.is_test)
    else:
        found.lost[copy.number] = loss


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


def _loss(parts: Parts, copy: Copy) -> Loss:
    """Read the copy of a notice that is not here; our signature is on it."""
    document = copy.document
    year = date.fromisoformat(document["date"]).year
    return Loss(
        number=copy.number,
        year=year,
        serial=_serial(parts, copy.number, year, is_test=copy.is_test),
        case_id=document["case_id"],
        rung=str(document["recipient"]["rung"]),
        ordinal=int(document["ordinal"]),
        series=trial.SERIES if copy.is_test else "",
        is_test=copy.is_test,
    )


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


def _displaced(
    parts: Parts, displaced: Iterable[Loss], used: Iterable[Loss]
) -> Iterator[Loss]:
    """Serials for lost notices whose own serial another one has by now."""
    tops: dict[tuple[str, int], int] = {}
    for each in used:
        place = (each.series, each.year)
        tops[place] = max(tops.get(place, 0), each.serial)
    for each in displaced:
        place = (each.series, each.year)
        newest = parts.store.newest_serial(each.year, series=each.series)
        tops[place] = max(tops.get(place, 0), newest) + 1
        yield replace(each, number=f"lost {each.number}", serial=tops[place])
