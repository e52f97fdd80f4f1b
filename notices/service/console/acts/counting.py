"""A year's tables, as the public report has them."""

from datetime import date

from notices.errors import InputError
from notices.judgment import JST
from notices.messages import Text
from notices.service.console.asking import ConsolePage, ConsoleRequest
from notices.service.console.charts import chart_of
from notices.statistics.sheets import method, sheets

YEARS = range(2000, 3000)


def show_statistics(request: ConsoleRequest) -> ConsolePage:
    """The tables of a year, as of a day; this year's, as of today, if none is named."""
    today = request.now.astimezone(JST).date()
    text = request.query.get("year") or str(today.year)
    if not (text.isascii() and text.isdigit()) or int(text) not in YEARS:
        raise InputError(Text("{year} is no year", year=text[:20]))
    as_of = request.query.get("as_of", "")
    report = request.site.rooms.cases.statistician.count(
        int(text), as_of=_day(as_of) if as_of else None, size=None
    )
    shown = [*sheets(report), method(report)]
    return ConsolePage(
        template="statistics.html",
        values={
            "year": text,
            "as_of": as_of,
            "sheets": [(sheet, chart_of(sheet)) for sheet in shown],
        },
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(Text("{day} is no day", day=text)) from None
