"""What the console says of itself, and by what it judges."""

from dataclasses import dataclass
from pathlib import Path

from notices.service.guard.limits import RateLimit
from notices.verifying.approval.statement import RelyingParty

LOGINS = RateLimit(requests=10, seconds=300.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """One console of one site."""

    site_path: Path
    """The site's folder or its `notices.toml`."""
    party: RelyingParty
    """Whose passkeys are asked for, and at which address."""
    center: str
    """Official Japanese name of the centre."""
    center_en: str
    """Its English name."""
    logins: RateLimit = LOGINS
    """Of one visitor who is not logged in: attempts to log in, uses of links."""
    threads: int = 4
    """Requests that are dealt with at once; the others wait."""
