"""The signer of a site: key, certificate, revocation answers, time stamps.

Opened and judged before a number is used, and judged again before each attempt.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from notices.config import Config
from notices.errors import CertificateNotUsable, RefusedError
from notices.grammar import is_loopback
from notices.messages import Text
from notices.report import SubIndication, Verdict
from notices.signing import (
    CertificateFinding,
    Clock,
    HttpTransport,
    Level,
    Moment,
    Preflight,
    RevocationAnswers,
    SigningKey,
    TimestampClient,
    Timestamper,
    fetch_answers,
    find_openssl,
    is_example,
    load_certificates,
    preflight,
    read_crl,
    require_endesive,
    require_usable,
    second_opinion,
    sign_entity,
    sign_entity_with_endesive,
    strict_moment,
    timestamp_evidence,
)
from notices.site.signer.key_ring import KeyRing, KeySlot, read_file
from notices.site.signer.stamping import Stamping
from notices.verifying import verify

LONG_TERM = {"B-LT", "B-LTA"}
"""Levels that hold revocation answers whatever else is configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """All that signing needs, judged fit to sign."""

    key: SigningKey
    """Signs."""
    answers: RevocationAnswers
    """Fresh answers for the path, to go along."""
    path: tuple[x509.Certificate, ...]
    """From the certificate to its pinned root."""
    trust: tuple[x509.Certificate, ...]
    """The pinned roots, the time-stamp authority's among them."""
    stamping: Stamping | None
    """Asks for time stamps; None: none is wanted."""
    sign_mail: Callable[..., bytes] = sign_entity
    """Puts the mail's signature together."""

    @property
    def timestamper(self) -> Timestamper | None:
        """The same, for what cannot go without."""
        return self.stamping

    @property
    def certificate_sha256(self) -> str:
        """Which certificate signs, for the record."""
        return self.key.certificate.fingerprint(SHA256()).hex()


class SignerDesk:
    """Opens the keys once, and judges them as often as it is needed.

    What an authority answers is judged by the clock after the answer came.
    """

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._answers = RevocationAnswers()
        self.ring = KeyRing(config)

    def key(self, now: datetime) -> SigningKey:
        """The key that signs at `now`."""
        return self.ring.current(now).key

    def signer(self, now: datetime, *, signed_by: str = "") -> Signer:
        """The signer, fit to sign; `now` says which key. Else the reason as an error.

        signed_by: SHA-256 of the certificate of a mail that is signed already; then
        that one is judged, whichever key signs by now.
        """
        slot = (
            self.ring.of_certificate(signed_by, now)
            if signed_by
            else self.ring.current(now)
        )
        checked = self.judge(now, slot)
        findings = checked.findings
        if signed_by and _is_valid(slot.key.certificate, self._clock()):
            # there was time enough when it was signed; now only the end counts
            findings = tuple(one for one in findings if one.id != "time")
        require_usable(findings)
        if self._config.signing.backend == "endesive":
            require_endesive(slot.key)
        return Signer(
            key=slot.key,
            answers=checked.answers,
            path=checked.path,
            trust=self.trust,
            stamping=self._stamping(slot.key),
            sign_mail=(
                sign_entity_with_endesive
                if self._config.signing.backend == "endesive"
                else sign_entity
            ),
        )

    def judge(self, now: datetime, slot: KeySlot | None = None) -> Preflight:
        """What is known about key and certificate; `now` says which key.

        Answers that are kept as files come first; only where they do not suffice
        the authorities are asked, and judged at the time at which they have answered.
        """
        key = (slot or self.ring.current(now)).key
        self._refuse_example_abroad(key)
        self._answers |= self.kept_answers
        checked = self._preflight(key)
        is_wanting = checked.is_excused or _lacks_answer(checked)
        if self._config.signing.revocation != "off" and is_wanting:
            self._answers |= fetch_answers(checked.path, HttpTransport())
            checked = self._preflight(key)
        return checked

    def require_accepted(self, message: bytes, signer: Signer, now: datetime) -> None:
        """RefusedError unless our verifier and a second one accept these bytes.

        now: after the last time stamp came.
        """
        report = verify(
            message,
            trust=self.trust_files,
            at=now,
            signers=(self._config.center.mailbox,),
            clock_tolerance=self.tolerance,
        )
        is_required = self._config.signing.revocation == "require"
        is_open = (
            not is_required
            and report.verdict is Verdict.INDETERMINATE
            and report.sub_indication is SubIndication.TRY_LATER
        )
        if report.verdict is not Verdict.TOTAL_PASSED and not is_open:
            bad = [
                f"{finding.id} {finding.name}: {finding.detail}"
                for finding in report.findings
                if finding.sub_indication
            ]
            raise RefusedError(
                Text(
                    "our own verifier does not accept the signed mail: {bad}",
                    bad="; ".join(bad),
                ),
                hint="nothing was queued; check certificate and revocation answers "
                "with `notices doctor`",
            )
        second_opinion(
            message,
            trust=self.trust,
            now=strict_moment(signer.path, signer.answers, Moment(now, self.tolerance)),
            openssl=find_openssl(),
            check_crls=is_required and _carries_list(signer),
        )

    @property
    def tolerance(self) -> timedelta:
        """How far the clocks of authorities may differ from this machine's."""
        return timedelta(seconds=self._config.signing.clock_tolerance_seconds)

    @cached_property
    def trust(self) -> tuple[x509.Certificate, ...]:
        """The pinned roots."""
        return tuple(
            certificate
            for content in self.trust_files
            for certificate in load_certificates(content)
        )

    @cached_property
    def trust_files(self) -> tuple[bytes, ...]:
        """The files of the pinned roots."""
        return tuple(
            read_file(self._config, name, "signing.trust")
            for name in self._config.signing.trust
        )

    @property
    def kept_answers(self) -> RevocationAnswers:
        """Read anew each time: a list may have been replaced meanwhile."""
        return RevocationAnswers(
            crls=tuple(
                read_crl(read_file(self._config, name, "signing.crls"))
                for name in self._config.signing.crls
            )
        )

    @property
    def stampers(self) -> TimestampClient:
        """The configured authorities, of which only the clocks are judged."""
        return TimestampClient(
            urls=self._config.signing.timestamp_urls,
            clock=self._clock,
            tolerance=self.tolerance,
        )

    def timestamp_client(self, key: SigningKey) -> TimestampClient:
        """The configured authorities; each is judged before its stamp is used."""
        signing = self._config.signing
        is_required = signing.revocation == "require" or signing.pdf_level in LONG_TERM

        def judge(token: bytes) -> RevocationAnswers:
            _, answers = timestamp_evidence(
                token,
                trust=self.trust,
                chain=key.chain,
                answers=self._answers | self.kept_answers,
                transport=HttpTransport(),
                clock=self._clock,
                tolerance=self.tolerance,
                required=is_required,
            )
            self._answers |= answers
            return answers

        return replace(self.stampers, judge=judge)

    def _stamping(self, key: SigningKey) -> Stamping | None:
        if not self._config.signing.wants_timestamps:
            return None
        return Stamping(
            self.timestamp_client(key),
            is_required=self._config.signing.timestamps != "preferred",
        )

    def _preflight(self, key: SigningKey) -> Preflight:
        return preflight(
            key,
            trust=self.trust,
            from_mailbox=self._config.center.mailbox,
            now=self._clock(),
            revocation=self._answers,
            policy=self._config.signing.revocation,
            tolerance=self.tolerance,
        )

    def _refuse_example_abroad(self, key: SigningKey) -> None:
        host = self._config.smtp.host
        if is_example(key.certificate) and not is_loopback(host):
            raise CertificateNotUsable(
                Text(
                    "the example certificate must not sign for {host}: "
                    "everybody has its key",
                    host=host,
                ),
                hint="set signing.key to your own key; the example is for loopback",
            )


def _is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _carries_list(signer: Signer) -> bool:
    """Whether a list of the signer's issuer goes along, and not an OCSP answer."""
    issuer = signer.key.certificate.issuer
    lists = map(x509.load_der_x509_crl, signer.answers.crls)
    return any(one.issuer == issuer for one in lists)


def _lacks_answer(checked: Preflight) -> bool:
    """True if revocation alone stands in the way, so that asking may help."""
    findings: tuple[CertificateFinding, ...] = checked.findings
    return bool(checked.path) and any(
        finding.id == "revocation" and finding.level in (Level.TRY_LATER, Level.WARNING)
        for finding in findings
    )
