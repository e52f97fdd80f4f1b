"""Checkpoints that make themselves: every hour, and after what was sent.

A restored database is known by the last one, and an auditor can ask for it; so it must
not hang on somebody's calendar. Trouble with it is told, and stops no mail.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Thread

from notices.errors import KeyUnavailable, NoticesError, RefusedError
from notices.files.asking import is_missing
from notices.messages import Text
from notices.site.database.high_water import HighWater
from notices.site.ledger.auditing import SiteLedger
from notices.store import Issued

SECONDS = 1.0
"""For witnesses to answer when all is sent, and nothing else is to be done."""
EVERY = timedelta(hours=1)
"""A ledger that grew has a checkpoint that is no older."""
APART = timedelta(minutes=1)
"""While a worker goes on, rounds that follow each other share one."""


@dataclass(kw_only=True)
class OwnCheckpoints:
    """Issues checkpoints as the ledger grows."""

    ledger: SiteLedger
    """The log."""
    high_water: HighWater
    """Its size and root, without reading all of it."""
    is_shared: bool
    """True: several machines work with the database, and one key signs."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""
    aside: Thread | None = field(default=None, init=False)
    """Asks the witnesses while mail goes on."""
    trouble: NoticesError | None = field(default=None, init=False)
    """Why the last one that was due could not be issued."""

    def keep(self, *, has_sent: bool, is_over: bool) -> bool:
        """Issue one if it is due; false: it is still to be made.

        has_sent: something was sent since the last one. is_over: the work ends now.
        An error is kept as `trouble`, too, and tried again with the next one.
        """
        self.trouble = None
        try:
            newest = self.ledger.store.ledger.newest_issued()
            if not self._is_due(newest, has_sent=has_sent, is_over=is_over):
                return not has_sent
            self._issue(newest)
            self._ask_witnesses(is_over=is_over)
        except NoticesError as error:
            self.trouble = error
            raise
        return True

    def _ask_witnesses(self, *, is_over: bool) -> None:
        """Aside: one that is away delays no mail. What it tells is kept or on hold."""
        issued = self.ledger.store.ledger.newest_issued()
        is_asking = self.aside is not None and self.aside.is_alive()
        if issued is None or is_asking or not self.ledger.witnesses.witnesses:
            return
        self.aside = Thread(target=self._ask, args=(issued,), daemon=True)
        self.aside.start()
        if is_over:
            self.aside.join(SECONDS)

    def _ask(self, issued: Issued) -> None:
        try:
            self.ledger.cosigned(issued)
        except NoticesError as error:
            self.trouble = error

    def _is_due(self, newest: Issued | None, *, has_sent: bool, is_over: bool) -> bool:
        since = newest.issued_at if newest else self.ledger.store.ledger.first_at()
        if since is None:
            return False
        age = abs(self.clock() - since)
        return age >= EVERY or (
            has_sent and (is_over or newest is None or age >= APART)
        )

    def _issue(self, newest: Issued | None) -> None:
        self._require_same_log()
        self._require_key(newest)
        self.high_water.keep()
        mark = self.high_water.read()
        if mark is None or newest is None or self._was_compared_since(newest):
            self.ledger.checkpoint()
        elif mark.size > newest.size:
            self.ledger.issue_root(mark.size, mark.root)

    def _was_compared_since(self, newest: Issued) -> bool:
        """Whether the mark was begun anew from the database: it proves less then."""
        return self.ledger.store.identity.given_at_size() >= newest.size

    def _require_same_log(self) -> None:
        """A log that was set back is not signed on under its name by itself."""
        last = self.ledger.rollback.published()
        if last is None or last.origin != self.ledger.log_key.origin:
            return
        if not self.ledger.store.ledger.has_issued(last.size, last.root):
            raise RefusedError(
                Text(
                    "the ledger does not continue the checkpoint of {size} entries "
                    "that was published: none is issued by itself",
                    size=last.size,
                ),
                hint="begin a new log: change [ledger] origin and signing_key",
            )

    def _require_key(self, newest: Issued | None) -> None:
        """Of several machines each would make a key of its own."""
        if newest is None and self.is_shared and is_missing(self.ledger.log_key.path):
            raise KeyUnavailable(
                "the ledger has no key yet, and no checkpoint was issued",
                hint="type on one machine: notices ledger checkpoint",
            )
