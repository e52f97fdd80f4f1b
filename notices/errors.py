"""Every error that leaves this package, as one tree.

    NoticesError                 70  internal
      InputError                 65  bad-input
        InvalidJudgment          65  invalid-judgment
        InvalidTemplate          65  invalid-template
        NotJudgeable             65  not-judgeable
      RefusedError               69  refused
        OnHold                   69  on-hold
        CertificateNotUsable     69  certificate-not-usable
        DeliveryFailed           69  delivery-failed
        NotProvable              69  not-provable
        SetBack                  69  set-back
          OutboxMoved            69  refused
        LogForked                69  log-forked
      TryLater                   75  try-later
        TimestampUnavailable     75  timestamp-unavailable
        RevocationUnavailable    75  revocation-unavailable
        RelayUnavailable         75  relay-unavailable
        TokenUnavailable         75  token-unavailable
        StoreUnavailable         75  store-unavailable
      KeyUnavailable             77  key-unavailable
      ConfigError                78  configuration
        StamperNotUsable         78  stamper-not-usable
      EvidenceBroken             70  evidence-broken
      LaterVersion                3  later-version

    >>> error = RefusedError("R8-1-000001 is withdrawn", hint="make a new one")
    >>> str(error), error.code, error.exit_code
    ('R8-1-000001 is withdrawn', 'refused', 69)

The code is stable and for programs; the exit code is that of sysexits.h.
A bad signature is no error: it is a `notices.report.Report`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from notices.messages import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input, and where."""

    path: str
    """Where: the JSON path of the field, `ladder[0].mailbox`, or `file:line`."""
    message: str
    """What is wrong and what would be right, in one plain sentence."""

    def __str__(self) -> str:
        return Text("{path}: {message}", path=self.path, message=self.message)


class NoticesError(Exception):
    """Something that the caller has to know: what happened, to what, what to do."""

    code: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 70

    def __init__(
        self, message: str, *, hint: str = "", faults: Iterable[Fault] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.faults = tuple(faults)

    def diagnostics(self, tell: Callable[[str], str] = str) -> str:
        """The message, each fault on its own line, then what to do.

        tell: puts a text into the reader's language; else English.
        """
        lines = [tell(self.message), *(f"  {tell(str(each))}" for each in self.faults)]
        if self.hint:
            lines.append(tell(Text("hint: {advice}", advice=self.hint)))
        return "\n".join(lines)


class InputError(NoticesError):
    """What was handed over cannot be used as it is."""

    code = "bad-input"
    exit_code = 65


class InvalidJudgment(InputError):
    """A judgment with one or more faults; all of them are in `faults`."""

    code = "invalid-judgment"


class InvalidTemplate(InputError):
    """A template that must not be used; `faults` name file and line."""

    code = "invalid-template"


class NotJudgeable(InputError):
    """What should be verified is no mail, PDF or bundle at all."""

    code = "not-judgeable"


class LaterVersion(NoticesError):
    """What was handed over was made by a later version: it cannot be judged here."""

    code = "later-version"
    exit_code = 3

    def __init__(self, what: str) -> None:
        super().__init__(
            Text("{what}: it was made by a later version of this program", what=what),
            hint="judge it with that version",
        )


class RefusedError(NoticesError):
    """A rule forbids it, and trying again without a change will not help."""

    code = "refused"
    exit_code = 69


class OnHold(RefusedError):
    """The judgment is on hold, for example until the police have secured evidence."""

    code = "on-hold"


class CertificateNotUsable(RefusedError):
    """The certificate must not sign: expired, revoked, wrong usage, wrong address."""

    code = "certificate-not-usable"


class DeliveryFailed(RefusedError):
    """The server refused for good (5yz)."""

    code = "delivery-failed"


class NotProvable(RefusedError):
    """What was asked for was made, but our own verifier does not prove it."""

    code = "not-provable"


class SetBack(RefusedError):
    """The database is older than what is known outside of it; it must be compared."""

    code = "set-back"


class OutboxMoved(SetBack):
    """The outbox lives in another database now; this one never sends again."""

    code = "refused"


class LogForked(SetBack):
    """A witness has seen another history of the log; the site is on hold."""

    code = "log-forked"


class TryLater(NoticesError):
    """It did not work now, or it is in doubt; nothing is lost."""

    code = "try-later"
    exit_code = 75


class TimestampUnavailable(TryLater):
    """No time-stamp authority answered properly."""

    code = "timestamp-unavailable"


class RevocationUnavailable(TryLater):
    """No fresh answer on whether the certificate is revoked could be had."""

    code = "revocation-unavailable"


class RelayUnavailable(TryLater):
    """The mail server could not be reached or asked to be tried later (4yz)."""

    code = "relay-unavailable"


class TokenUnavailable(TryLater):
    """The command for access tokens (OAuth 2.0) gave none."""

    code = "token-unavailable"


class StoreUnavailable(TryLater):
    """The database is locked, full, read-only or away."""

    code = "store-unavailable"


class KeyUnavailable(NoticesError):
    """No key, no permission for it, or a wrong passphrase or PIN."""

    code = "key-unavailable"
    exit_code = 77


class ConfigError(NoticesError):
    """The configuration or the installation is wrong or incomplete."""

    code = "configuration"
    exit_code = 78


class StamperNotUsable(ConfigError):
    """None of the configured time-stamp authorities serves us or may be believed."""

    code = "stamper-not-usable"


class EvidenceBroken(NoticesError):
    """Stored bytes no longer have the hash that was recorded for them."""

    code = "evidence-broken"
