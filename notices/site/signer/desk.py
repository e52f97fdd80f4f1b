"""The signer of a site: key, certificate, revocation answers, time stamps.

Opened and judged before a number is used, and judged again before each attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography import x509

from notices import evidence, signing, verifying
from notices.config import Config
from notices.errors import (
    CertificateNotUsable,
    ConfigError,
    KeyUnavailable,
    NoticesError,
    RefusedError,
)
from notices.grammar import is_loopback
from notices.messages import Text, listed
from notices.report import Report, Verdict
from notices.signing import (
    WARN_BEFORE_END,
    CertificateFinding,
    Clock,
    Level,
    Moment,
    Preflight,
    RevocationAnswers,
    SigningKey,
    is_example,
    preflight,
    require_usable,
    strict_moment,
)
from notices.site.signer.authorities import Authorities
from notices.site.signer.by_certificate import public_half
from notices.site.signer.by_our_verifier import with_our_verifier
from notices.site.signer.key_ring import KeyRing, KeySlot, no_key_on
from notices.site.signer.signer import Signer
from notices.site.signer.stamping import Stamping

if TYPE_CHECKING:
    from notices.evidence import ResultJudge
    from notices.signing import TimestampClient

# What signs and verifies loads when it is asked for: a day's end needs the key alone.
LONG_TERM = {"B-LT", "B-LTA"}
"""Levels that hold revocation answers whatever else is configured."""


class SignerDesk:
    """Opens the keys once, and judges them as often as it is needed.

    What an authority answers is judged by the clock after the answer came.
    """

    def __init__(self, config: Config, clock: Clock, ring: KeyRing) -> None:
        self._config = config
        self._clock = clock
        self.ring = ring
        self.troubles: tuple[NoticesError, ...] = ()
        """What stops nothing today: the certificate ends, days without a key."""

    @cached_property
    def authorities(self) -> Authorities:
        """Those that the site's roots, lists and time stamps are of."""
        return Authorities(self._config, self._clock)

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
        self._note_end(checked.findings, now)
        if self._config.signing.backend == "endesive":
            signing.require_endesive(slot.key)
        return Signer(
            key=slot.key,
            answers=checked.answers,
            path=checked.path,
            trust=self.authorities.trust,
            trust_tsa=self.authorities.trust_tsa,
            transport=self.authorities.transport,
            stamping=self._stamping(slot.key),
            sign_mail=(
                signing.sign_entity_with_endesive
                if self._config.signing.backend == "endesive"
                else signing.sign_entity
            ),
        )

    def judge(self, now: datetime, slot: KeySlot | None = None) -> Preflight:
        """What is known about key and certificate; `now` says which key.

        Answers at hand come first; where they do not suffice, or are not the newest,
        the authorities are asked, and judged at the time at which they have answered.
        """
        return self._judge((slot or self.ring.current(now)).key)

    def require_deliverable(self, signed_by: str, message: Callable[[], bytes]) -> None:
        """Judge the certificate of a mail that is signed already; else the reason.

        signed_by: its SHA-256. message: the mail. The private key need not be here:
        where none opens, the certificate in the mail is judged, which says the same.
        """
        with suppress(KeyUnavailable, ConfigError):
            self.signer(self._clock(), signed_by=signed_by)
            return
        key = public_half(message(), signed_by)
        passed_over = {"key-match"}
        if _is_valid(key.certificate, self._clock()):
            passed_over.add("time")
        findings = self._judge(key).findings
        require_usable(tuple(one for one in findings if one.id not in passed_over))

    def path(self, now: datetime) -> tuple[x509.Certificate, ...]:
        """From the key that signs at `now` to its root; empty if there is none."""
        return self._path(self.key(now))

    def _judge(self, key: SigningKey) -> Preflight:
        """Judged once: after all answers came, which its path alone decides."""
        self._refuse_example_abroad(key)
        if self._config.signing.revocation != "off" and (path := self._path(key)):
            return self._preflight(key, self.authorities.ask_about(path))
        return self._preflight(key, self.authorities.answers)

    def _path(self, key: SigningKey) -> tuple[x509.Certificate, ...]:
        trust, now = self.authorities.trust, self._clock()
        return signing.certificate_path(key.certificate, key.chain, trust, now)

    def require_accepted(self, message: bytes, signer: Signer, now: datetime) -> None:
        """RefusedError unless our verifier and a second one accept these bytes.

        The second is another process, so it is asked first and heard last; where both
        refuse, ours says why. now: after the last time stamp came.
        """
        second = self.ask_second(message, signer, now)
        try:
            self._require_ours(message, now)
        except BaseException:
            with suppress(RefusedError):
                second()  # or nobody else could ask it
            raise
        second()

    def _require_ours(self, message: bytes, now: datetime) -> None:
        report = verifying.verify(
            message,
            trust=self.authorities.trust_files,
            trust_tsa=self.authorities.trust_tsa_files,
            at=now,
            signers=(self._config.center.mailbox,),
            clock_tolerance=self.authorities.tolerance,
        )
        if report.verdict is not Verdict.TOTAL_PASSED and not self.is_left_open(report):
            bad = [
                f"{finding.id} {finding.name}: {finding.detail}"
                for finding in report.findings
                if finding.sub_indication
            ]
            raise RefusedError(
                Text(
                    "our own verifier does not accept the signed mail: {bad}",
                    bad=listed(bad),
                ),
                hint="nothing was queued; check certificate and revocation answers "
                "with `notices doctor`",
            )

    def is_left_open(self, report: Report) -> bool:
        """Whether an answer on revocation alone lacks, and none is demanded."""
        is_required = self._config.signing.revocation == "require"
        return not is_required and report.lacks_answers_alone

    def require_second(self, message: bytes, signer: Signer, now: datetime) -> None:
        """RefusedError unless readers that are not ours accept these bytes."""
        self.ask_second(message, signer, now)()

    def ask_second(
        self, message: bytes, signer: Signer, now: datetime
    ) -> Callable[[], str]:
        """Ask readers that are not ours; what is returned tells who accepts."""
        is_required = self._config.signing.revocation == "require"
        moment = Moment(now, self.authorities.tolerance)
        return signing.ask_second(
            message,
            trust=self.authorities.trust,
            now=strict_moment(signer.path, signer.answers, moment),
            openssl=signing.find_openssl(),
            check_crls=is_required and signer.carries_list,
        )

    @property
    def judge_of_evidence(self) -> ResultJudge:
        """How bundles and time stamps are judged before they are handed out."""
        return evidence.ResultJudge(
            trust=self.authorities.trust_files,
            trust_tsa=self.authorities.trust_tsa_files,
            tolerance=self.authorities.tolerance,
            may_lack_answers=self._config.signing.revocation != "require",
        )

    def chain(self, now: datetime) -> tuple[x509.Certificate, ...]:
        """The intermediates beside the key, as far as it opens: a pool, no more.

        Renewals go on when the key of that time is long gone.
        """
        with suppress(KeyUnavailable, ConfigError):
            return self.ring.current(now).key.chain
        return ()

    def timestamp_client(self, key: SigningKey) -> TimestampClient:
        """The configured authorities; each is judged before its stamp is used."""
        signing = self._config.signing
        is_required = signing.revocation == "require" or signing.pdf_level in LONG_TERM
        return self.authorities.stampers(key.chain, is_required=is_required)

    def _stamping(self, key: SigningKey) -> Stamping | None:
        if not self._config.signing.wants_timestamps:
            return None
        return Stamping(
            self.timestamp_client(key),
            is_required=self._config.signing.timestamps != "preferred",
        )

    def _preflight(self, key: SigningKey, answers: RevocationAnswers) -> Preflight:
        now = self._clock()
        checked = preflight(
            key,
            trust=self.authorities.trust,
            from_mailbox=self._config.center.mailbox,
            now=now,
            revocation=answers,
            policy=self._config.signing.revocation,
            tolerance=self.authorities.tolerance,
            answer_policy=self.authorities.policy,
            demanded=self.authorities.demanded,
        )
        return self.completed(checked, key, now)

    def completed(
        self, checked: Preflight, key: SigningKey, now: datetime
    ) -> Preflight:
        """With what our own verifier says of that certificate."""
        findings = with_our_verifier(
            checked.findings,
            key,
            trust=self.authorities.trust_files,
            now=now,
            tolerance=self.authorities.tolerance,
        )
        return replace(checked, findings=findings)

    def _note_end(self, findings: Iterable[CertificateFinding], now: datetime) -> None:
        """Keep it for who sends: from 30 days before the end on."""
        told: list[NoticesError] = [
            CertificateNotUsable(one.detail, hint=one.hint)
            for one in findings
            if one.id == "time" and one.level is Level.WARNING
        ]
        if gaps := self.ring.gaps(now, now + WARN_BEFORE_END):
            told.append(no_key_on(gaps[0]))
        self.troubles = tuple(told)

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
