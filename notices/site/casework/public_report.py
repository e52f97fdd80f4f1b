"""The yearly tables as the centre's public report: PDF with tables and charts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from notices.casework.disposal import canonical
from notices.catalogue import Catalogue
from notices.codec import load_report_words
from notices.letters.model import Para, Passage, Span, Style
from notices.letters.pdf.archival import Metadata
from notices.letters.pdf.faces import faces
from notices.letters.reporting.chart import Chart
from notices.letters.reporting.document import Block, Heading, write_document
from notices.letters.reporting.grid import Grid
from notices.letters.template.hygiene import Cleaner
from notices.site.casework.report_sentences import Sentences, told

Row = Mapping[str, Any]
_PERCENT = frozenset({"share_percent", "rate_percent"})
_DAYS = frozenset({"median_days", "percentile_90_days"})
_SIGNED = "delta_from_previous_year"
_TEN = 10
_MANY = 4
_GROUPS = ("processing-1", "processing-2", "processing-3")
_WIDE = 7_400
_NARROW = 6_400


def public_report(
    report: Row, *, catalogue: Catalogue, publisher: str, language: str
) -> bytes:
    """Write a year's report as PDF/A-2b, tagged; the same report gives the same bytes.

    report: as `Statistician.count` gives it. publisher: the centre's name. language:
    `ja` or `en`.
    """
    say = Sentences(report, language, load_report_words()[language])
    writer = _Writer(report, catalogue, say)
    digest = sha256(canonical(report)).hexdigest()
    metadata = Metadata(
        title=say.put("title"),
        number=f"{report['period']['from'][:4]}/{report['as_of']}",
        notice_json_sha256=digest,
        date=date.fromisoformat(report["as_of"]),
        case_id="-",
        form="statistics",
        recipient="public",
        publisher=publisher,
        languages=(language,),
    )
    foot = say.put("foot", as_of=report["as_of"])
    return write_document(
        tuple(writer.blocks()), language=language, foot=foot, metadata=metadata
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Puts one report into words of one language."""

    report: Row
    catalogue: Catalogue
    say: Sentences

    def put(self, key: str, **values: object) -> str:
        return self.say.put(key, **values)

    def blocks(self) -> Iterator[Block]:
        report, tables = self.report, self.report["tables"]
        received = told(report["reports_received"])
        yield Heading(1, self.put("title"))
        yield self.body("intro")
        yield Heading(2, self.put("received", received=received))
        yield self.body("received_text", received=received)
        yield Heading(2, self.put("judged"))
        analysed = told(report["analysed"])
        yield self.body("judged_text", received=received, analysed=analysed)
        yield from self.judged(tables)
        yield Heading(2, self.put("processing"))
        for key in _GROUPS:
            yield from self.processed(key, tables[key])
        yield self.removals(tables)
        yield from self.abroad(tables)
        yield Heading(2, self.put("further"))
        yield from self.further(tables)
        yield from self.method()

    # what was judged

    def judged(self, tables: Row) -> Iterator[Block]:
        table = tables["1"]
        yield Heading(3, self.put("1"))
        columns = ("count", "share_percent", _SIGNED)
        yield self.grid(table, columns)
        yield self.note("rounding")
        yield self.note("counts_differ")
        if self.say.are_hotlines_apart():
            yield self.note("hotlines_apart")
        yield self.groups(table)
        for key in ("1-1", "1-2", "1-3"):
            table = tables[key]
            count = told(table["total"]["analysed"])
            yield Heading(3, self.put(key, count=count))
            yield self.grid(table, ("analysed", "domestic", "foreign"))
        yield self.note("patrol")
        yield self.note("foreign")

    def groups(self, table: Row) -> Chart:
        rows = [(self.name(row), row["count"]) for row in table["rows"]]
        return self.chart("chart_groups", [(name, count, 0) for name, count in rows])

    # what was done

    def processed(self, key: str, table: Row) -> Iterator[Block]:
        yield Heading(3, self.put(key))
        yield self.passage(Style.BODY, self.say.processed(key, table))
        yield self.grid(table, self.columns(key), heads=self.request_word(key))
        for note in self.say.notes(key, table):
            yield self.passage(Style.NOTE, note)
        if key == "processing-3":
            yield self.note("patrol")

    def columns(self, key: str) -> tuple[str, ...]:
        settings = self.say.settings
        if key == "processing-1":
            january = ("removed_at_end_of_january",)
            more = january if settings.get("january_by_category") else ()
            first = ("analysed_domestic", "police_reported")
            return (*first, "requested", "removed", *more)
        by_police = key == "processing-2" and settings.get("police_by_category")
        police = ("police_reported_by_category",) if by_police else ()
        return ("analysed", *police, "requested", "removed")

    def request_word(self, key: str) -> Mapping[str, str]:
        word = "removal_requested" if key == "processing-1" else "action_requested"
        return {"requested": self.put(word)}

    def removals(self, tables: Row) -> Chart:
        rows = []
        for key in _GROUPS:
            total = tables[key]["total"]
            name = self.catalogue.groups[tables[key]["group"]]
            words = (
                name.name if self.say.language == "ja" else name.name_en.capitalize()
            )
            rows += [
                (self.put("asked_of", name=words), total["requested"], 0),
                (self.put("removed_of", name=words), total["removed"], 1),
            ]
        return self.chart("chart_removed", rows)

    # hotlines abroad

    def abroad(self, tables: Row) -> Iterator[Block]:
        out, into = tables["inhope-out"], tables["inhope-in"]
        yield Heading(2, self.put("abroad"))
        yield self.body(
            "abroad_text",
            out=told(out["total"]["count"]),
            into=told(into["total"]["count"]),
        )
        for key, table in (("inhope-out", out), ("inhope-in", into)):
            yield Heading(3, self.put(key))
            yield self.grid(table, ("count",), first="place")
            if key == "inhope-out":
                yield self.note("unknown_place")
                yield self.places(table)
        judged = tables["inhope-in-2-1"]
        yield Heading(3, self.put("inhope-in-2-1"))
        yield self.one_row(judged, ("illegal", "out_of_scope", "total"))
        kinds = tables["inhope-in-2-2"]
        yield Heading(3, self.put("inhope-in-2-2"))
        total = {"name_ja": "", "count": kinds["total"]}
        yield self.grid({"rows": kinds["rows"], "total": total}, ("count",))
        done = tables["inhope-in-2-3"]
        yield Heading(3, self.put("inhope-in-2-3"))
        sentence = self.say.received_abroad(judged["illegal"], done)
        yield self.passage(Style.BODY, sentence)
        columns = ("analysed_domestic", "police_reported", "requested", "removed")
        yield self.one_row(done, columns)

    def places(self, table: Row) -> Chart:
        rows = [(self.name(row), row["count"], 0) for row in table["rows"][:_TEN]]
        return self.chart("chart_places", rows)

    # beyond the report of 2024

    def further(self, tables: Row) -> Iterator[Block]:
        if "form-1-abroad" in tables:
            yield Heading(3, self.put("form-1-abroad"))
            table = tables["form-1-abroad"]
            known = ("removed", "blocked_in_japan", "still_there", "unconfirmed")
            columns = ("analysed_foreign", "requested", *known)
            yield self.grid(table, columns, width=5_700)
        yield Heading(3, self.put("days-until-done"))
        days = ("requested", "done", "median_days", "percentile_90_days", "not_done")
        yield self.grid(tables["days-until-done"], days, width=_NARROW)
        yield Heading(3, self.put("providers"))
        removed = ("requested", "removed_at_5_business_days")
        shown = (*removed, "unconfirmed", "rate_percent")
        yield self.grid(tables["providers"], shown, first="provider")
        for key in ("asking-again", "objects-and-notices"):
            table = tables[key]
            yield Heading(3, self.put(key))
            figures = {**table, **table.get("notices", {})}
            rows = [
                (self.put(name), self.figure(name, value))
                for name, value in figures.items()
                if isinstance(value, int) and name in self.say.words
            ]
            heads = (self.put("item"), self.put("count"))
            yield Grid(heads=heads, rows=tuple(rows), figure_width=_WIDE)

    def method(self) -> Iterator[Block]:
        ledger = self.report.get("ledger", {})
        yield Heading(2, self.put("method"))
        size = told(ledger.get("size"))
        yield self.body("method_text", as_of=self.report["as_of"], size=size)
        yield self.body("root", root=ledger.get("root", self.put("none")))
        for line in self.say.settings_lines():
            yield self.passage(Style.NOTE, line)
        yield self.passage(Style.RIGHT, self.put("end"))

    # parts

    def grid(
        self,
        table: Row,
        columns: Sequence[str],
        *,
        first: str = "name_ja",
        heads: Mapping[str, str] = {},
        width: int = _WIDE,
    ) -> Grid:
        """A table with its total; what the patrol centre reported in brackets."""
        titles = [heads.get(name) or self.put(_column(name)) for name in columns]
        rows = [
            (self.name(row), *(self.figure(name, row.get(name)) for name in columns))
            for row in table["rows"]
        ]
        total = table.get("total")
        if total:
            patrol = total.get("of_which_cyber_patrol_center", {})
            figures = [self.bracketed(name, total, patrol) for name in columns]
            rows.append((self.put("total"), *figures))
        return Grid(
            heads=(self.put(first), *titles),
            rows=tuple(rows),
            totals=1 if total else 0,
            figure_width=_width_of(width, len(columns)),
        )

    def one_row(self, table: Row, columns: Sequence[str]) -> Grid:
        heads = (self.put("item"), *(self.put(_column(name)) for name in columns))
        row = (self.put("count"), *(self.figure(name, table[name]) for name in columns))
        return Grid(heads=heads, rows=(row,), figure_width=_WIDE)

    def bracketed(self, name: str, total: Row, patrol: Row) -> str:
        figure = self.figure(name, total.get(name))
        if patrol.get(name) is None:
            return figure
        inner = self.figure(name, patrol[name])
        return self.put("bracketed", figure=figure, patrol=inner)

    def figure(self, name: str, value: object) -> str:
        if value is None:
            return self.put("unknown" if name == _SIGNED else "none")
        if name in _PERCENT:
            return self.put("percent", figure=value)
        kind = "days" if name in _DAYS else "unit"
        return self.put(kind, figure=told(value))

    def name(self, row: Row) -> str:
        """Of a category, a group, a place or a recipient."""
        if "provider" in row:
            return row["provider"] or self.put("unknown")
        if self.say.language == "ja":
            return str(row.get("name_ja", ""))
        if "iso3166" in row:
            return row["iso3166"] or self.put("unknown")
        if "slug" in row:
            found = self.catalogue.category(row["slug"])
            return (
                found.name_on(date(self.say.year, 12, 31)).en if found else row["slug"]
            )
        group = self.catalogue.groups.get(row.get("group", ""))
        words = group.name_en if group else self.put("out_of_scope")
        return words[:1].upper() + words[1:]

    def chart(self, key: str, rows: Sequence[tuple[str, int | None, int]]) -> Chart:
        bars = [
            (name, float(value or 0), self.figure("count", value), grey)
            for name, value, grey in rows
        ]
        title = self.put(key)
        figures = ", ".join(f"{name} {figure}" for name, _, figure, _ in bars)
        return Chart(title=title, instead=f"{title}: {figures}", rows=tuple(bars))

    def body(self, key: str, **values: object) -> Passage:
        return self.passage(Style.BODY, self.put(key, **values))

    def note(self, key: str, **values: object) -> Passage:
        return self.passage(Style.NOTE, self.put(key, **values))

    def passage(self, style: Style, text: str) -> Passage:
        clean = Cleaner(faces(()).drawable)
        return Passage(style, (Para((Span(clean.prose(text)),)),))


def _width_of(width: int, columns: int) -> int:
    """Few columns are wide; more leave room for the names."""
    if columns == 1:
        return 2 * _WIDE
    return width if columns < _MANY else min(width, _NARROW)


def _column(name: str) -> str:
    """The key of a column's heading."""
    both = {"foreign": "foreign_column", "unconfirmed": "unconfirmed_column"}
    return both.get(name, name)
