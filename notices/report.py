"""What a verifier says, in the words of ETSI EN 319 102-1 (clause 5.1.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

CLOCK_TOLERANCE = timedelta(seconds=60)
"""How far two clocks may differ where nobody says otherwise."""
MAX_CLOCK_TOLERANCE = timedelta(seconds=600)
REVOCATION_AGE = timedelta(days=3650)
"""How old an answer about a signer may be where nobody says otherwise.

Then its own nextUpdate decides (RFC 5280, 5.1.2.5; RFC 6960, 2.4): whoever issues lists
for a year and more, such as an offline authority, is not refused for that.
"""


class Verdict(StrEnum):
    """The verdict on a whole file."""

    TOTAL_PASSED = "TOTAL-PASSED"
    TOTAL_FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"

    @property
    def exit_code(self) -> int:
        """0 passed, 1 the thing judged is bad, 3 cannot be judged."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Verdict.TOTAL_PASSED: 0,
    Verdict.TOTAL_FAILED: 1,
    Verdict.INDETERMINATE: 3,
}


def worst_exit_code(codes: Iterable[int]) -> int:
    """The exit code for several files: 1 before 3 before 0; others before all."""
    order = {0: 0, 3: 1, 1: 2}
    return max(codes, key=lambda code: order.get(code, 3), default=0)


class SubIndication(StrEnum):
    """Why a verdict is not TOTAL-PASSED (EN 319 102-1, tables 5 and 6)."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    GENERIC = "GENERIC"
    """Any other reason: made by a later version than the one that judges."""


class CheckStatus(StrEnum):
    """How one check ended; `skipped` says in its detail why."""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One numbered check and how it ended."""

    id: str
    """Its stable number: `M04` for mail, P for PDF, B for bundle, A for its approval,
    N for notice.json, L for a proof of the log."""
    name: str
    """What is checked, in a few words."""
    status: CheckStatus
    """How it ended."""
    sub_indication: SubIndication | None = None
    """Why it did not pass (EN 319 102-1, tables 5 and 6)."""
    detail: str = ""
    """What was compared, or why it was not checked; plain text, controls escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerIdentity:
    """Whose signature it is, as the certificate says."""

    subject: str
    """Subject (RFC 4514)."""
    mailbox: str
    """rfc822Name of the subjectAltName; empty if there is none."""
    serial: str
    """Serial number, lower-case hexadecimal."""
    issuer: str
    """Issuer (RFC 4514)."""
    certificate_sha256: str = ""
    """Of the certificate (DER), lower-case hexadecimal, to be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """Which notice the file is, as its signed part says."""

    number: str
    """整理番号."""
    case_id: str
    """The case system's id."""
    date: date | None
    """The letter's date. None: a redacted bundle leaves out what tells it."""
    recipient: str
    """Whom it addresses; empty or a mailbox where a bundle leaves out the name."""
    form: str
    """Reference form of the guideline: `form1`, `form2` or `form2-2006`."""
    kind: str | None = None
    """`request`, `reminder`, `withdrawal` or `correction`; None: a letter alone, or a
    redacted bundle, does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """One line of a notice's story, and what it rests on."""

    at: datetime
    """When."""
    text: str
    """What happened, in a sentence."""
    source: str
    """`ledger entry N`, `time stamp`, or `the signer's claim`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of verifying one file."""

    kind: str
    """`mail`, `pdf`, `bundle` or `notice`."""
    subject_sha256: str
    """SHA-256 of the judged file, lower-case hexadecimal."""
    validation_time: datetime
    """The clock that the verifier was given."""
    clock_tolerance: timedelta
    """How far that clock and others were allowed to differ."""
    findings: tuple[Finding, ...]
    """Every check in its order, also those that were skipped."""
    signer: SignerIdentity | None = None
    """Whose signature; None if no certificate could be read."""
    signing_time: datetime | None = None
    """The signer's claim of when it was signed."""
    best_signature_time: datetime | None = None
    """The earliest time for which there is proof; None without a time stamp."""
    notice: NoticeFacts | None = None
    """Which notice it is; None if that could not be read."""
    story: tuple[StoryLine, ...] = ()
    """What happened to the notice, in order of time; bundles only."""
    delivery: str = ""
    """Where the delivery stood by its events; bundles only, empty where none tells."""
    conditions: tuple[str, ...] = ()
    """What the verdict does not answer, such as who was expected to sign."""

    @property
    def verdict(self) -> Verdict:
        """TOTAL-FAILED if a check failed, else INDETERMINATE if one could not tell."""
        statuses = {finding.status for finding in self.findings}
        if CheckStatus.FAILED in statuses or not self.findings:
            return Verdict.TOTAL_FAILED
        if CheckStatus.INDETERMINATE in statuses:
            return Verdict.INDETERMINATE
        return Verdict.TOTAL_PASSED

    @property
    def sub_indication(self) -> SubIndication | None:
        """The sub-indication of the first check that decided the verdict."""
        deciding = {
            Verdict.TOTAL_FAILED: CheckStatus.FAILED,
            Verdict.INDETERMINATE: CheckStatus.INDETERMINATE,
        }.get(self.verdict)
        for finding in self.findings:
            if finding.status == deciding:
                return finding.sub_indication
        return None

    @property
    def lacks_answers_alone(self) -> bool:
        """Whether nothing keeps it from being passed but an answer on revocation.

        `sub_indication` is the first one's: behind it another check may have failed.
        """
        wanting = {one.sub_indication for one in self.findings if one.sub_indication}
        is_open = self.verdict is Verdict.INDETERMINATE
        return is_open and wanting == {SubIndication.TRY_LATER}
