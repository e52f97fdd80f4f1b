"""整理番号 of notices: as late as can be, and never for two letters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from notices.config import number_text
from notices.errors import NoticesError
from notices.messages import Text
from notices.notice import Notice
from notices.site.preparing.documents import Documents
from notices.site.test_mode import SiteMode
from notices.store import CaseKey, Numbering, Store

MakeDocuments = Callable[[Notice], Documents]
"""Writes the unsigned documents of a notice that has its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedNotice:
    """A notice under the number that was reserved for it."""

    notice: Notice
    """The notice."""
    documents: Documents
    """Its documents, unsigned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberDesk:
    """Reserves numbers, and takes them out of use."""

    store: Store
    """The outbox."""
    mode: SiteMode
    """Real, or a trial: each has numbers of its own."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def made(self, draft: Notice, key: CaseKey, make: MakeDocuments) -> NumberedNotice:
        """Make the documents, then reserve the number that stands in them.

        Letters are written under the number that is next. What fails by then has used
        none; only where somebody else took that number are they written again.
        """
        wanted = self._wanted(draft, key)
        expected = replace(draft, number=self.store.queries.peek_number(wanted))
        documents = make(expected)
        number = self.store.reserve_number(
            key,
            form=wanted.form,
            year=wanted.year,
            make_number=wanted.make_number,
            series=wanted.series,
            now=self.clock(),
        )
        notice = replace(draft, number=number)
        if number != expected.number:
            documents = make(notice)
        return NumberedNotice(notice=notice, documents=documents)

    @contextmanager
    def used_up(self, number: str) -> Iterator[None]:
        """From here on a letter is signed: if it cannot be kept, the number is void."""
        try:
            yield
        except BaseException as error:
            code = error.code if isinstance(error, NoticesError) else "stopped"
            # a store that is away keeps no letter either: its bytes die here
            with suppress(NoticesError):
                self.store.void_number(
                    number,
                    reason=Text(
                        "a letter was signed under it, and not kept: {code}", code=code
                    ),
                    now=self.clock(),
                )
            raise

    def _wanted(self, draft: Notice, key: CaseKey) -> Numbering:
        def make_number(serial: int) -> str:
            return number_text(
                self.mode.pattern,
                year=draft.date.year,
                form_digit=draft.form.digit,
                serial=serial,
            )

        return Numbering(
            key=key,
            form=draft.form.value,
            year=draft.date.year,
            make_number=make_number,
            series=self.mode.series,
        )
