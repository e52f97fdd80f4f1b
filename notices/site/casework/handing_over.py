"""Addresses for providers of filters: what may be given, and that it was given."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from notices.casework import (
    Act,
    Body,
    Case,
    Direction,
    Referred,
    allowed,
)
from notices.catalogue import Catalogue
from notices.codec import read_judgment
from notices.errors import Fault, NoticesError
from notices.judgment import Judgment
from notices.messages import Text
from notices.site.casework.desk import CaseDesk
from notices.site.casework.overview import CaseOverview
from notices.store import Store
from notices.store.casework import CaseFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedAddress:
    """One address as a provider of filters gets it; nothing else of the case."""

    url: str
    """Where it is posted, exactly as found."""
    category: str
    """Slug."""
    category_name: str
    """Its Japanese name on the day of the finding."""
    found_on: str
    """The day on which it was seen online."""

    def to_json(self) -> dict[str, Any]:
        """The fields of one row."""
        return {
            "url": self.url,
            "category": self.category,
            "category_name": self.category_name,
            "found_on": self.found_on,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """What was handed over, and what was not."""

    rows: tuple[HandedAddress, ...]
    """The addresses, the oldest judgment first."""
    left_out: tuple[Fault, ...]
    """Cases whose addresses were not given, each with the reason."""


@dataclass(frozen=True, kw_only=True)
class FilterDesk:
    """Hands addresses over, and puts that on record."""

    store: Store
    """The outbox."""
    desk: CaseDesk
    """Takes facts in."""
    overview: CaseOverview
    """Lists cases."""
    catalogue: Catalogue
    """Names of categories by date."""
    case_path: Callable[[str], Path]
    """Where the judgment of a case lies that nobody was asked for."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def hand_over(
        self, wanted: CaseFilter, *, country: str | None = None
    ) -> HandedOver:
        """Give the addresses of these cases; each handing over is a fact of its case.

        Left out are cases that the police hold, that are gone, whose category is never
        given, or whose judgment is not here. country: where the provider is.
        """
        given: dict[str, Judgment] = {}
        left_out: list[Fault] = []
        summaries = self.overview.cases(wanted)
        for case in self.desk.casework.cases_of([one.case_id for one in summaries]):
            try:
                if reasons := self._refusals(case):
                    left_out += [Fault(case.case_id, reason) for reason in reasons]
                else:
                    given[case.case_id] = self._judgment(case.case_id)
            except (NoticesError, OSError):
                told = Text("its judgment is not here")
                left_out.append(Fault(case.case_id, told))
        if given:
            details = Referred(
                direction=Direction.OUT, body=Body.FILTER_PROVIDER, country=country
            )
            self.desk.act(list(given), Act.HAND_OVER, details)
        order = [one.case_id for one in summaries if one.case_id in given]
        rows = [row for case_id in order for row in self._rows(given[case_id])]
        return HandedOver(rows=tuple(rows), left_out=tuple(left_out))

    def _refusals(self, case: Case) -> Sequence[str]:
        verdict = allowed(
            case,
            Act.HAND_OVER,
            group="",
            now=self.clock(),
            calendar=self.desk.calendar,
            policy=self.desk.policy,
        )
        return verdict.refusals

    def _judgment(self, case_id: str) -> Judgment:
        """As it was asked with last, else as the case system left it."""
        sent = self.store.find(case_id)
        if sent:
            octets = self.store.judgment(sent[-1].number).encode()
        else:
            octets = self.case_path(case_id).read_bytes()
        judgment: Judgment = read_judgment(octets, self.catalogue)
        return judgment

    def _rows(self, judgment: Judgment) -> Iterator[HandedAddress]:
        category = self.catalogue.category(judgment.category, judgment.found_on)
        name = category.name_on(judgment.found_on).ja if category else ""
        for url in judgment.target.urls:
            yield HandedAddress(
                url=url,
                category=judgment.category,
                category_name=name,
                found_on=judgment.found_on.isoformat(),
            )
