"""What `doctor` says of this machine's clock, beside those that servers tell."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from notices.files.network_dates import told_moment
from notices.messages import Text
from notices.site.doctor.checkup import Checkup, warning

_DATE = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}")
"""As Exim and sendmail put it into their greeting (RFC 5322, 3.3)."""
_SET = (
    "let this machine follow a time server (`timedatectl` says whether it does); what"
    " is beyond signing.clock_tolerance_seconds is refused"
)


class ClockWatch:
    """Notes how far the clocks of servers are from this machine's."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._apart: dict[str, timedelta] = {}

    def note(self, server: str, told: datetime) -> None:
        """A server's clock, as it just told it; whole seconds."""
        self._apart[server] = told - self._clock()

    def note_greeting(self, server: str, greeting: str) -> None:
        """The same, where a mail server's greeting has a date."""
        found = _DATE.search(greeting)
        told = told_moment(found[0]) if found else None
        # without a zone (-0000) it is no moment (RFC 5322, 3.3)
        if told is not None and told.utcoffset() is not None:
            self.note(server, told)

    def examine(self, tolerance: timedelta) -> Iterator[Checkup]:
        """One line: who agrees, or who does not and by how much."""
        if not self._apart:
            return
        far = {name: by for name, by in self._apart.items() if abs(by) > tolerance}
        told = ", ".join(
            Text("{name} {by:+.0f} s", name=name, by=by.total_seconds())
            for name, by in (far or self._apart).items()
        )
        if far:
            detail = Text(
                "other clocks than this machine's: {told}; {limit:.0f} s are tolerated",
                told=told,
                limit=tolerance.total_seconds(),
            )
            yield warning("clock", detail, _SET)
        else:
            yield Checkup(
                name="clock",
                status="ok",
                detail=Text("compared with {told}", told=told),
            )
