"""The time stamps of one notice: had, missed, and told on record."""

from collections.abc import Callable, Mapping

from notices.errors import StamperNotUsable, TimestampUnavailable
from notices.ledger import FactValue
from notices.signing import (
    NO_ANSWERS,
    RevocationAnswers,
    Timestamp,
    Timestamper,
)


class Stamping:
    """Asks for time stamps, and remembers what came of it."""

    def __init__(self, client: Timestamper, *, is_required: bool) -> None:
        self._client = client
        self._is_required = is_required
        self._newest: Timestamp | None = None
        self.missing = ""
        """Why the notice goes without one; empty if it does not."""

    def stamp(self, digest: bytes) -> Timestamp:
        """A time stamp over a SHA-256 digest, or why there is none, as an error."""
        self._newest = self._client.stamp(digest)
        return self._newest

    def or_without(self, make: Callable[[Timestamper | None], bytes]) -> bytes:
        """What `make` makes with time stamps.

        Without them where they are only preferred and no authority answers well. Once
        one was missed it is not asked again for this notice: each try may take long.
        """
        if self.missing:
            return make(None)
        try:
            return make(self)
        except (TimestampUnavailable, StamperNotUsable) as error:
            if self._is_required:
                raise
            self.missing = error.message
            return make(None)

    @property
    def answers(self) -> RevocationAnswers:
        """On the authority that stamped last."""
        return self._newest.answers if self._newest else NO_ANSWERS

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """For the ledger: the mail's time stamp, or why there is none."""
        if self.missing or self._newest is None:
            return {"timestamp_missing": self.missing}
        accuracy = self._newest.accuracy
        return {
            "timestamp_time": self._newest.time.isoformat(),
            "timestamp_authority": self._newest.authority,
            "timestamp_policy": self._newest.policy,
            "timestamp_accuracy_ms": (
                None if accuracy is None else round(accuracy.total_seconds() * 1000)
            ),
        }
