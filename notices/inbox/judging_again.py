"""What is on record and proved nothing then, judged once more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from notices.inbox import filing
from notices.inbox.classifying import read_mail
from notices.inbox.filed import COLUMNS, FiledReport, InboundReport, from_row
from notices.inbox.known_deliveries import is_named, known_from, known_rows, sizes_of
from notices.inbox.matching import match
from notices.inbox.reading.received import Kind
from notices.store.database.schema import reports

_OF_SERVERS = (str(Kind.DELIVERY_STATUS), str(Kind.BOUNCE))


def judge_again(
    connection: Connection, number: str, now: datetime
) -> Iterator[FiledReport]:
    """Follow the reports on a notice that was unsent when they came: what moved it.

    So it is of a restored database: it did not know yet that the notice had been sent.
    """
    query = select(*COLUMNS).where(
        reports.c.number == number, reports.c.kind.in_(_OF_SERVERS)
    )
    ordered = query.order_by("received_at", "sha256")
    for row in connection.execute(ordered).all():
        judged = _judged(connection, from_row(row))
        if filing.follow(connection, judged, now):
            filing.tell_case(connection, judged, now)
            yield filing.as_filed(connection, judged, changed=True, is_new=False)


def _judged(connection: Connection, report: InboundReport) -> InboundReport:
    """The report as it would be filed today."""
    octets = filing.raw(connection, report.sha256)
    if octets is None:
        return report
    claim = read_mail(octets)
    rows = [row for row in known_rows(connection, [claim]) if is_named(row, claim)]
    sizes = sizes_of(connection, [row.number for row in rows])
    known = [
        known_from(connection, row, claim, sizes.get(row.number, 0), is_copy=False)
        for row in rows
    ]
    found = match(claim, octets, known, from_archive=False)
    if found.number != report.number:
        return report
    return replace(report, proves=found.proves, reason=found.reason)
