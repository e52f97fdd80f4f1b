"""What came of trying one part of a site."""

from collections.abc import Callable
from dataclasses import dataclass

from notices.errors import NoticesError
from notices.messages import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One part of the site: fine, worth a look, or broken."""

    name: str
    """Which part."""
    status: str
    """`ok`, `warning` or `fault`."""
    detail: str
    """What was seen."""
    advice: str = ""
    """What to do."""
    exit_code: int = 0
    """What a command that needs this part would end with; 0 if it works."""

    def to_json(self) -> dict[str, str]:
        """The fields of `notices doctor --json`."""
        return {
            "name": self.name,
            "status": self.status,
            "detail": self.detail,
            "advice": self.advice,
        }


def fault(name: str, error: NoticesError) -> Checkup:
    """A part that does not work."""
    return Checkup(
        name=name,
        status="fault",
        detail=listed([error.message, *map(str, error.faults)]),
        advice=error.hint,
        exit_code=error.exit_code,
    )


def warning(name: str, detail: str, advice: str = "") -> Checkup:
    """A part that works, but not for long or not well."""
    return Checkup(name=name, status="warning", detail=detail, advice=advice)


def guard(name: str, look: Callable[[], str]) -> Checkup:
    """Try a part: `look` tells what it sees, or raises."""
    try:
        return Checkup(name=name, status="ok", detail=look())
    except NoticesError as error:
        return fault(name, error)
