"""Evidence bundles that somebody asked for, made where the key is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from notices.errors import NoticesError
from notices.messages import listed
from notices.site.exporting import Exported, Exporter
from notices.store.console import AskedBundles, StoredBundles


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleOutcome:
    """What came of one request."""

    asked: AskedBundles
    """The request."""
    files: tuple[str, ...] = ()
    """Names of the bundles that were made."""
    error: NoticesError | None = None
    """Why none was."""


def make_asked(
    bundles: StoredBundles, exporter: Exporter, clock: Callable[[], datetime]
) -> Iterator[BundleOutcome]:
    """Make what waits, one request after the other; the requester reads what failed.

    As `notices export` makes it: our verifier judges each bundle before. What was made
    a day ago is removed.
    """
    bundles.forget(now=clock())
    for asked in bundles.waiting():
        yield _made(bundles, exporter, clock, asked)


def _made(
    bundles: StoredBundles,
    exporter: Exporter,
    clock: Callable[[], datetime],
    asked: AskedBundles,
) -> BundleOutcome:
    try:
        made = exporter.export(asked.case_id, redact=asked.is_redacted)
    except NoticesError as error:
        told = listed(filter(None, (error.message, error.hint)), "; ")
        bundles.end(asked.request_id, {}, error=told, now=clock())
        return BundleOutcome(asked=asked, error=error)
    bundles.end(asked.request_id, _by_name(made), now=clock())
    return BundleOutcome(asked=asked, files=tuple(_by_name(made)))


def _by_name(made: Sequence[Exported]) -> dict[str, bytes]:
    return {one.file_name: one.content for one in made}
