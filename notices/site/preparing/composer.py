"""From a judgment to the notice that is to be numbered, by what the site is set to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from notices.catalogue import Catalogue, CheckedJudgment, check, doubts
from notices.judgment import JST, Judgment, Rung
from notices.letters.template.hygiene import Remark
from notices.messages import Text
from notices.notice import Center, Notice, compose
from notices.rules import RecipientEntry
from notices.site.test_mode import SiteMode
from notices.site.web_forms import fields

if TYPE_CHECKING:
    from notices.site.preparing.follow_up import FollowUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Composes the notices of one site."""

    catalogue: Catalogue
    """What may be cited, by date."""
    center: Center
    """Who asks."""
    directory: Mapping[str, RecipientEntry]
    """The entries of `recipients.toml`."""
    attachments: tuple[str, ...]
    """What goes along to everybody: `docx`, `xarf`."""
    mode: SiteMode
    """Real, or a test."""
    tolerance: timedelta
    """How far the clock of a case system may be ahead of ours."""

    def draft(
        self,
        judgment: Judgment,
        number: str,
        now: datetime,
        *,
        follow_up: FollowUp | None = None,
    ) -> Notice:
        """A notice as it is previewed: to its real recipient, marked as a draft."""
        notice = compose(
            self._checked(judgment, now),
            center=self.center,
            number=number,
            date=now.astimezone(JST).date(),
            rung=follow_up.rung if follow_up else None,
            rung_reason=follow_up.before.rung_reason if follow_up else "",
            directory=self.directory,
            following=follow_up.following if follow_up else None,
            is_draft=True,
        )
        fields.require_fit(judgment, notice, self.directory)
        return follow_up.addressed(notice) if follow_up else notice

    def compose(
        self,
        judgment: Judgment,
        now: datetime,
        *,
        rung: Rung | None = None,
        rung_reason: str = "",
        follow_up: FollowUp | None = None,
    ) -> Notice:
        """A notice as it is sent, but for its number; a test goes to our own address.

        follow_up: it follows another notice. Raises InvalidJudgment, and InputError for
        a rung that does not stand.
        """
        notice = compose(
            self._checked(judgment, now),
            center=self.center,
            number="0",
            date=now.astimezone(JST).date(),
            rung=rung,
            rung_reason=rung_reason,
            directory=self.directory,
            following=follow_up.following if follow_up else None,
        )
        fields.require_fit(judgment, notice, self.directory)
        wanted = dict.fromkeys(notice.recipient.attachments + self.attachments)
        recipient = replace(notice.recipient, attachments=tuple(wanted))
        notice = replace(notice, recipient=recipient)
        if follow_up is not None:
            notice = follow_up.addressed(notice)
        return self.mode.redirected(notice)

    def _checked(self, judgment: Judgment, now: datetime) -> CheckedJudgment:
        """The judgment, checked against the catalogue and the clock."""
        return check(judgment, self.catalogue, until=now + self.tolerance)

    def remarks(self, notice: Notice) -> Iterator[Remark]:
        """What is open about a notice, and stops nothing."""
        for each in doubts(notice.judgment, self.catalogue):
            yield Remark(each.path, each.message, "judgment")
        day = notice.judgment.found_on
        for row in notice.citations if notice.recipient.provision_texts else ():
            if self.catalogue.text_of(row.law, row.article, day) is None:
                said = Text("no words of {row} of {day} are known", row=row, day=day)
                yield Remark("statutes", said, "annex")
