"""Test mode: whether a notice is a test is fixed at `prepare`, and checked again."""

from dataclasses import dataclass, replace

from notices.config import pattern_of_tests
from notices.errors import RefusedError
from notices.messages import Text
from notices.notice import Notice, RequestKind
from notices.rules import Channel
from notices.store import StoredNotice, key_kind

SERIES = "test"
"""Numbers of tests are counted apart, so that real ones have no gaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMode:
    """Real, or a test: then everything goes to one address of our own."""

    address: str
    """Where everything goes; empty: the site is not in test mode."""
    real_pattern: str
    """`[numbering] pattern`."""

    @property
    def is_test(self) -> bool:
        """Whether nothing is asked of anybody."""
        return bool(self.address)

    @property
    def kind(self) -> str:
        """Kind of the requests that are made here."""
        return self.kind_of(RequestKind.REQUEST)

    def kind_of(self, kind: RequestKind) -> str:
        """Kind of the key of such a notice that is made here."""
        return key_kind(kind, is_test=self.is_test)

    @property
    def series(self) -> str:
        """Series of the numbers that are given here."""
        return SERIES if self.is_test else ""

    @property
    def pattern(self) -> str:
        """Pattern of the numbers that are given here."""
        return (
            pattern_of_tests(self.real_pattern) if self.is_test else self.real_pattern
        )

    def redirected(self, notice: Notice) -> Notice:
        """The notice as it is made here: in test mode it knows no address but ours."""
        if not self.is_test:
            return notice
        recipient = replace(
            notice.recipient, mailbox=self.address, channel=Channel.SMTP, form_url=""
        )
        return replace(notice, recipient=recipient, is_test=True)

    def fault(self, stored: StoredNotice) -> str:
        """Why this notice must not go out in the site's mode; empty: it may."""
        if not stored.is_test:
            real = Text(
                "{number} is no test, and the site is in test mode",
                number=stored.number,
            )
            return real if self.is_test else ""
        if not self.is_test:
            return Text(
                "{number} is a test: it is never sent for real", number=stored.number
            )
        if stored.envelope.forward_path != self.address:
            return Text(
                "{number} is a test for another address than test.address",
                number=stored.number,
            )
        return ""

    def require(self, stored: StoredNotice) -> None:
        """Raise RefusedError if the notice is of the other mode."""
        if fault := self.fault(stored):
            raise RefusedError(
                Text("{fault}; nothing was sent", fault=fault),
                hint="see [test] address in notices.toml",
            )
