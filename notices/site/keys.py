"""The signer of a site: key, certificate, revocation answers, time stamps.

Opened and judged before a number is used, and judged again before each attempt.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from notices.config import Config, is_loopback
from notices.credentials import (
    Secret,
    read_passphrase,
    read_private_file,
    refuse_exposed,
)
from notices.errors import CertificateNotUsable, ConfigError, RefusedError
from notices.report import SubIndication, Verdict
from notices.signing import (
    CertificateFinding,
    HttpTransport,
    KeySources,
    Level,
    Preflight,
    RevocationAnswers,
    SigningKey,
    TimestampClient,
    Timestamper,
    fetch_answers,
    find_openssl,
    is_example,
    load_certificates,
    load_key,
    preflight,
    read_crl,
    require_usable,
    second_opinion,
)
from notices.verifying import verify

PASSPHRASE = "signing-passphrase"  # noqa: S105 - the name of the credential
PLAIN_SCHEMES = ("pkcs12:", "pem:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """All that signing needs, judged fit to sign."""

    key: SigningKey
    """Signs."""
    answers: RevocationAnswers
    """Fresh answers for the path, to go along."""
    timestamper: Timestamper | None
    """Gives time stamps; None: none is configured."""

    @property
    def certificate_sha256(self) -> str:
        """Which certificate signs, for the record."""
        return self.key.certificate.fingerprint(SHA256()).hex()


class SignerDesk:
    """Opens the key once, and judges it as often as it is needed."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._answers = RevocationAnswers()

    def signer(self, now: datetime) -> Signer:
        """The signer, fit to sign at `now`; else the reason as an error."""
        checked = self.judge(now)
        require_usable(checked.findings)
        return Signer(
            key=self.key, answers=checked.answers, timestamper=self._timestamper
        )

    def judge(self, now: datetime) -> Preflight:
        """What is known about key and certificate at `now`.

        Answers that are kept as files come first; only where they do not suffice
        the authorities are asked.
        """
        self._refuse_example_abroad()
        self._answers |= self.kept_answers
        checked = self._preflight(now)
        if self._config.signing.revocation != "off" and _lacks_answer(checked):
            self._answers |= fetch_answers(checked.path, HttpTransport())
            checked = self._preflight(now)
        return checked

    def require_accepted(self, message: bytes, now: datetime) -> None:
        """RefusedError unless our verifier and a second one accept these bytes."""
        report = verify(
            message,
            trust=self.trust_files,
            at=now,
            signers=(self._config.center.mailbox,),
        )
        is_open = (
            self._config.signing.revocation != "require"
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
                f"our own verifier does not accept the signed mail: {'; '.join(bad)}",
                hint="nothing was queued; check certificate and revocation answers "
                "with `notices doctor`",
            )
        second_opinion(message, trust=self.trust, now=now, openssl=find_openssl())

    @cached_property
    def key(self) -> SigningKey:
        """The key; KeyUnavailable (77) if it does not open or others can read it."""
        signing = self._config.signing
        certificate = b""
        if signing.certificate:
            certificate = self._read(signing.certificate, "signing.certificate")
        key = load_key(
            signing.key,
            KeySources(
                resolve=self._config.resolve,
                passphrase=self._passphrase,
                certificate=certificate,
                may_be_exposed=True,
            ),
        )
        if not is_example(key.certificate):
            # git keeps no file modes, so the example alone may be readable by all
            for path in self._secret_files():
                refuse_exposed(path, read_private_file(path))
        return key

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
            self._read(name, "signing.trust") for name in self._config.signing.trust
        )

    @property
    def kept_answers(self) -> RevocationAnswers:
        """Read anew each time: a list may have been replaced meanwhile."""
        return RevocationAnswers(
            crls=tuple(
                read_crl(self._read(name, "signing.crls"))
                for name in self._config.signing.crls
            )
        )

    @property
    def _timestamper(self) -> Timestamper | None:
        urls = self._config.signing.timestamp_urls
        return TimestampClient(urls=urls) if urls else None

    def _preflight(self, now: datetime) -> Preflight:
        return preflight(
            self.key,
            trust=self.trust,
            from_mailbox=self._config.center.mailbox,
            now=now,
            revocation=self._answers,
            policy=self._config.signing.revocation,
        )

    def _passphrase(self) -> Secret | None:
        name = self._config.signing.passphrase_file
        path = self._config.resolve(name) if name else None
        return read_passphrase(PASSPHRASE, path, may_be_exposed=True)

    def _secret_files(self) -> list[Path]:
        signing = self._config.signing
        names = [signing.passphrase_file] if signing.passphrase_file else []
        if not signing.key.startswith("pkcs11:"):
            key = signing.key
            for scheme in PLAIN_SCHEMES:
                key = key.removeprefix(scheme)
            names.append(key)
        return [
            self._config.resolve(name)
            for name in names
            if not Path(name).name.startswith("fd:")
        ]

    def _refuse_example_abroad(self) -> None:
        host = self._config.smtp.host
        if is_example(self.key.certificate) and not is_loopback(host):
            raise CertificateNotUsable(
                f"the example certificate must not sign for {host}: "
                "everybody has its key",
                hint="set signing.key to your own key; the example is for loopback",
            )

    def _read(self, name: str, what: str) -> bytes:
        path = self._config.resolve(name)
        try:
            return path.read_bytes()
        except OSError as error:
            raise ConfigError(
                f"{what} cannot be read: {path}: {error.strerror}",
                hint="check the path in notices.toml",
            ) from error


def _lacks_answer(checked: Preflight) -> bool:
    """True if revocation alone stands in the way, so that asking may help."""
    findings: tuple[CertificateFinding, ...] = checked.findings
    return bool(checked.path) and any(
        finding.id == "revocation" and finding.level in (Level.TRY_LATER, Level.WARNING)
        for finding in findings
    )
