"""What acts in the life of cases, each made of the parts that it uses.

Each loads when it is used: a list of cases needs nothing that counts a year.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from notices.errors import InputError, NoticesError
from notices.site.configured import case_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from notices.site.casework.as_sent import CasesAsSent
    from notices.site.casework.counting import Statistician
    from notices.site.casework.desk import CaseDesk
    from notices.site.casework.escalating import Escalator
    from notices.site.casework.gate import CaseGate
    from notices.site.casework.handing_over import FilterDesk
    from notices.site.casework.overview import CaseOverview
    from notices.site.parts import Parts
    from notices.store import Issued
    from notices.store.casework import FactToRecord


class CaseRooms:
    """Opened when the first of them is used."""

    def __init__(
        self,
        parts: Parts,
        *,
        certificate_end: Callable[[], datetime],
        cosigned: Callable[[], Sequence[Issued]],
    ) -> None:
        self.parts = parts
        self._cosigned = cosigned
        self._end = certificate_end

    @cached_property
    def desk(self) -> CaseDesk:
        """Facts of cases, from files and from operators."""
        from notices.site.casework.desk import CaseDesk
        from notices.site.casework.settings import casework_policy

        return CaseDesk(
            casework=self.parts.casework,
            catalogue=self.parts.catalogue,
            calendar=self.parts.calendar,
            policy=casework_policy(self.parts.config),
            high_water=self.parts.high_water,
            judged=self._judged,
            by=self.parts.store.by.partition(":")[2],
            clock=self.parts.clock,
        )

    @cached_property
    def as_sent(self) -> CasesAsSent:
        """Cases by what was sent; of a site in test mode by its tests."""
        from notices.site.casework.as_sent import CasesAsSent

        return CasesAsSent(
            store=self.parts.store,
            casework=self.parts.casework,
            mode=self.parts.mode,
        )

    @cached_property
    def escalator(self) -> Escalator:
        """Who is asked next."""
        from notices.site.casework.escalating import Escalator
        from notices.site.casework.settings import casework_policy

        return Escalator(
            store=self.parts.store,
            cases=self.as_sent,
            catalogue=self.parts.catalogue,
            calendar=self.parts.calendar,
            policy=casework_policy(self.parts.config),
            clock=self.parts.clock,
        )

    @cached_property
    def gate(self) -> CaseGate:
        """Whether a case lets a request go out."""
        from notices.site.casework.gate import CaseGate
        from notices.site.casework.settings import casework_policy

        return CaseGate(
            casework=self.parts.casework,
            catalogue=self.parts.catalogue,
            calendar=self.parts.calendar,
            policy=casework_policy(self.parts.config),
            by=self.parts.store.by.partition(":")[2],
            clock=self.parts.clock,
        )

    @cached_property
    def overview(self) -> CaseOverview:
        """Cases looked at: stories, lists, what is due."""
        from notices.site.casework.overview import CaseOverview
        from notices.site.ledger.kept_due import KEPT_DUE

        return CaseOverview(
            store=self.parts.store,
            casework=self.parts.casework,
            catalogue=self.parts.catalogue,
            calendar=self.parts.calendar,
            certificate_end=self._end_if_told,
            kept=KEPT_DUE,
            approvals=self.parts.approvals,
            clock=self.parts.clock,
        )

    @cached_property
    def filters(self) -> FilterDesk:
        """Addresses for providers of filters."""
        from notices.site.casework.handing_over import FilterDesk

        return FilterDesk(
            store=self.parts.store,
            desk=self.desk,
            overview=self.overview,
            catalogue=self.parts.catalogue,
            case_path=partial(case_path, self.parts.config),
            clock=self.parts.clock,
        )

    @cached_property
    def statistician(self) -> Statistician:
        """The yearly tables."""
        from notices.site.casework.counting import Statistician
        from notices.site.casework.settings import statistics_settings

        return Statistician(
            casework=self.parts.casework,
            ledger=self.parts.store.ledger,
            catalogue=self.parts.catalogue,
            calendar=self.parts.calendar,
            settings=statistics_settings(self.parts.config),
            cosigned=self._cosigned,
            clock=self.parts.clock,
        )

    def _judged(self, case_id: str, now: datetime) -> Sequence[FactToRecord]:
        """What the judgment in the site's folder tells; nothing if none lies there."""
        from notices.codec import read_judgment

        try:
            octets = case_path(self.parts.config, case_id).read_bytes()
        except (InputError, OSError):
            return ()
        until = now + self.parts.config.signing.clock_tolerance
        judgment = read_judgment(octets, self.parts.catalogue, until=until)
        return (
            self.gate.first_facts(judgment, now) if judgment.case_id == case_id else ()
        )

    def _end_if_told(self) -> datetime | None:
        """None where the key cannot be opened here: others look at cases too."""
        try:
            return self._end()
        except NoticesError:
            return None
