"""Filing what came in: the mail, what it proves, and the move, in one transaction."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, Select, func, or_, select

from notices.delivery import State
from notices.errors import EvidenceBroken, InputError, RefusedError
from notices.inbox import filing, judging_again
from notices.inbox.archive_copies import RENAMED, OddCopy, is_altered
from notices.inbox.attention import Seen, seen
from notices.inbox.filed import (
    COLUMNS,
    Arrived,
    FiledReport,
    InboundReport,
    filed_about,
    from_row,
)
from notices.inbox.mailbox import MailboxMessage
from notices.inbox.reading.received import Kind
from notices.messages import Text
from notices.store.database.engine import reading, writing
from notices.store.database.schema import deliveries, reports


class InboundReports:
    """The mails that came in; append-only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def file(
        self, raw: bytes, *, mailbox: str, from_archive: bool, now: datetime
    ) -> FiledReport:
        """Record a mail and what it proves; the same mail twice is recorded once."""
        arrived = Arrived.of(raw, mailbox, is_archived=from_archive)
        if earlier := self._earlier([arrived.digest]):
            return earlier[arrived.digest]
        try:
            with writing(self._engine) as connection:
                return filing.file_all(connection, [arrived], now)[arrived.digest]
        except RefusedError:
            # two processes that read one mailbox: the other one was first
            if earlier := self._earlier([arrived.digest]):
                return earlier[arrived.digest]
            raise

    def file_all(
        self, mails: Sequence[MailboxMessage], *, now: datetime
    ) -> list[FiledReport]:
        """Record several mails in one transaction: all of them, or RefusedError.

        Each that was recorded before is given as it is on record.
        """
        arrived = [
            Arrived.of(each.content, each.place, is_archived=each.is_archived)
            for each in mails
        ]
        filed = self._earlier([each.digest for each in arrived])
        new = {each.digest: each for each in arrived if each.digest not in filed}
        if new:
            with writing(self._engine) as connection:
                filed |= filing.file_all(connection, list(new.values()), now)
        told: list[FiledReport] = []
        for each in arrived:
            told.append(filed[each.digest])
            # a second mail of the same octets was recorded with the first
            filed[each.digest] = replace(told[-1], is_new=False, changed=False)
        return told

    def _earlier(self, digests: Sequence[str]) -> dict[str, FiledReport]:
        query = select(*COLUMNS).where(reports.c.sha256.in_(digests))
        with reading(self._engine) as connection:
            filed = [from_row(row) for row in connection.execute(query)]
            return {
                each.sha256: filing.as_filed(
                    connection, each, changed=False, is_new=False
                )
                for each in filed
            }

    def settle(self, now: datetime) -> tuple[FiledReport, ...]:
        """Follow reports that came before the outcome of their attempt was recorded."""
        with reading(self._engine) as connection:
            if not connection.execute(_WAITING.limit(1)).first():
                return ()
        done = []
        with writing(self._engine) as connection:
            for row in connection.execute(_WAITING).all():
                report = from_row(row)
                if filing.follow(connection, report, now):
                    filing.tell_case(connection, report, now)
                    done.append(
                        filing.as_filed(connection, report, changed=True, is_new=False)
                    )
        return tuple(done)

    def judge_again(self, number: str, now: datetime) -> tuple[FiledReport, ...]:
        """Follow reports that came while this database did not know what was sent."""
        with writing(self._engine) as connection:
            return tuple(judging_again.judge_again(connection, number, now))

    def of(self, number: str) -> tuple[InboundReport, ...]:
        """Give what came in about a notice, the earliest first."""
        return filed_about(self._engine, number)

    def page(
        self, limit: int, *, before: tuple[datetime, str] | None = None
    ) -> tuple[InboundReport, ...]:
        """Give the newest mails, but no copies of ours from the archive.

        before: time and digest of the last one of the page before.
        """
        query = select(*COLUMNS).where(_FROM_OTHERS)
        if before is not None:
            at, digest = before
            is_same = (reports.c.received_at == at) & (reports.c.sha256 < digest)
            query = query.where((reports.c.received_at < at) | is_same)
        newest = query.order_by(
            reports.c.received_at.desc(), reports.c.sha256.desc()
        ).limit(limit)
        with reading(self._engine) as connection:
            return tuple(from_row(row) for row in connection.execute(newest))

    def about(self, numbers: Collection[str]) -> tuple[InboundReport, ...]:
        """Give the mails about these notices, but no copies of ours."""
        query = select(*COLUMNS).where(_FROM_OTHERS, reports.c.number.in_(numbers))
        with reading(self._engine) as connection:
            return tuple(from_row(row) for row in connection.execute(query))

    def those(self, digests: Collection[str]) -> tuple[InboundReport, ...]:
        """Give the mails of these hashes, as far as they are on record."""
        query = select(*COLUMNS).where(reports.c.sha256.in_(digests))
        with reading(self._engine) as connection:
            return tuple(from_row(row) for row in connection.execute(query))

    def one(self, digest: str) -> InboundReport:
        """Give a mail by its hash; InputError if none is on record."""
        query = select(*COLUMNS).where(reports.c.sha256 == digest)
        with reading(self._engine) as connection:
            if row := connection.execute(query).one_or_none():
                return from_row(row)
        raise InputError(Text("no mail {digest} is on record", digest=digest))

    def seen(self, states: Mapping[str, State]) -> dict[str, tuple[Seen, ...]]:
        """What somebody has to look at, by number; states: how these notices stand."""
        query = select(*COLUMNS).where(reports.c.number.is_not(None))
        by_case: dict[str, list[InboundReport]] = defaultdict(list)
        with reading(self._engine) as connection:
            for row in connection.execute(query.order_by("received_at", "sha256")):
                by_case[row.number].append(from_row(row))
        told = {
            number: seen(state, by_case[number]) for number, state in states.items()
        }
        return {number: words for number, words in told.items() if words}

    def newest(self) -> datetime | None:
        """Tell when the last mail was recorded; None: none was."""
        with reading(self._engine) as connection:
            found: datetime | None = connection.scalar(_NEWEST)
        return found

    def odd_copy(self) -> OddCopy | None:
        """The newest copy that is not as we sent it; None: the newest ones are."""
        with reading(self._engine) as connection:
            rows = connection.execute(_NEWEST_COPIES).all()
        odd = [row for row in rows if row.reason == RENAMED or is_altered(row.reason)]
        return next(
            (
                OddCopy(
                    number=row.number,
                    received_at=row.received_at,
                    is_altered=is_altered(row.reason),
                )
                for row in odd
            ),
            None,
        )

    def raw(self, digest: str) -> bytes:
        """Give a filed mail with CRLF; EvidenceBroken if its hash is wrong.

        Below the trace fields of an archive copy stands the message as stored. In the
        place of files stands what they are (`reading.kept_mail`).
        InputError for one that was not kept.
        """
        with reading(self._engine) as connection:
            octets = filing.raw(connection, digest)
            facts = connection.scalar(_FACTS.where(reports.c.sha256 == digest))
        if octets is None:
            raise InputError(
                Text("the mail {digest} was not kept", digest=digest),
                hint="what is about a notice, and reports, are kept; large "
                "mails only if they name our Message-ID or envelope",
            )
        wanted = json.loads(facts or "{}").get(filing.KEPT, digest)
        if sha256(octets).hexdigest() != wanted:
            raise EvidenceBroken(
                Text(
                    "the report {digest} has changed since it was filed", digest=digest
                )
            )
        return octets


_FROM_OTHERS = or_(reports.c.kind != str(Kind.ARCHIVE_COPY), reports.c.number.is_(None))
_FACTS = select(reports.c.facts)
_COPIES_LOOKED_AT = 20
_NEWEST_COPIES = (
    select(reports.c.number, reports.c.reason, reports.c.received_at)
    .where(
        reports.c.kind.in_([str(Kind.ARCHIVE_COPY), str(Kind.UNRELATED)]),
        reports.c.number.is_not(None),
    )
    .order_by(reports.c.received_at.desc())
    .limit(_COPIES_LOOKED_AT)
)
_NEWEST = select(func.max(reports.c.received_at))
_WAITING: Select[Any] = (
    select(*COLUMNS)
    .join(deliveries, deliveries.c.number == reports.c.number)
    .where(
        reports.c.waits == 1,
        or_(
            deliveries.c.state == str(State.IN_DOUBT),
            (deliveries.c.state == str(State.SENT))
            & (reports.c.proves != str(State.SENT)),
            (deliveries.c.state == str(State.FAILED))
            & (reports.c.proves != str(State.BOUNCED)),
        ),
    )
    .order_by(reports.c.received_at, reports.c.sha256)
)
