"""A certificate is asked for, and what the authority answers is put in its place."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cryptography import x509

from notices.config import Config, KeyEntry
from notices.config.adding_keys import with_key
from notices.credentials import Secret, read_private_file, read_secret
from notices.errors import (
    CertificateNotUsable,
    InputError,
    KeyUnavailable,
    RefusedError,
)
from notices.files import require_free, safe_write
from notices.files.system_words import in_words
from notices.judgment import JST
from notices.messages import Text
from notices.signing import CertificateFinding, load_pem, preflight, require_usable
from notices.signing.keys.requests import (
    Applicant,
    certificate_of,
    certificate_request,
    chain_pem,
    key_pem,
    new_key,
    read_answer_of_authority,
    require_applicant,
)
from notices.site.signer.desk import SignerDesk

FOLDER = "keys"
"""Where new keys lie, beside `notices.toml`."""
PRIVATE, PRIVATE_FOLDER = 0o600, 0o700


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRequest:
    """What was made for an authority."""

    request: Path
    """To be sent to it."""
    key: Path
    """Stays here, encrypted."""
    passphrase: Path
    """Of the key; readable for its owner alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What is in place."""

    entry: KeyEntry
    """As it stands in `signing.keys`."""
    certificate: Path
    """With the authorities above it."""
    findings: tuple[CertificateFinding, ...]
    """What was seen of it."""


@dataclass(frozen=True, kw_only=True)
class KeyDesk:
    """Makes keys, and puts certificates beside them."""

    config: Config
    """The site's."""
    desk: SignerDesk
    """Knows roots, and the chain of the key before."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def request(self, applicant: Applicant, kind: str) -> CertificateRequest:
        """A new key in a folder of its own, and the request for its certificate.

        InputError for an applicant that no authority would take; RefusedError if one
        of that day and kind is there already.
        """
        require_applicant(applicant)
        folder = self._folder()
        stem = f"{self._today():%Y-%m-%d}-{kind}"
        made = CertificateRequest(
            request=folder / f"{stem}.csr",
            key=folder / f"{stem}.key",
            passphrase=folder / f"{stem}.pass",
        )
        for path in (made.request, made.key, made.passphrase):
            require_free(path)
        passphrase, key = Secret(secrets.token_urlsafe(32)), new_key(kind)
        request = certificate_request(key, applicant)
        safe_write(made.passphrase, f"{passphrase.reveal()}\n".encode(), mode=PRIVATE)
        safe_write(made.key, key_pem(key, passphrase), mode=PRIVATE)
        safe_write(made.request, request)
        return made

    def install(self, answer: bytes, first_day: date | None = None) -> Installed:
        """Put an authority's answer beside the key that it is for.

        first_day: from when it signs; None: today. The key before stays for what it has
        signed. CertificateNotUsable if it would not be fit to sign; then nothing is
        changed.
        """
        certificates = read_answer_of_authority(answer)
        key, leaf = self._key_of(certificates)
        day = first_day or self._today()
        self._require_new(key, day)
        others = (*certificates, *self.desk.chain(self.clock()))
        chain = chain_pem(leaf, others)
        findings = self._judged(key, chain)
        entry = KeyEntry(
            key=f"pem:{FOLDER}/{key.name}",
            certificate=f"{FOLDER}/{key.stem}.pem",
            passphrase_file=f"{FOLDER}/{key.stem}.pass",
            first_day=day,
        )
        path = self.config.path
        before = path.read_bytes()
        after = with_key(before.decode("utf-8"), entry, path)
        target = key.with_suffix(".pem")
        safe_write(target, chain, replaces=chain.__eq__)
        safe_write(path, after.encode(), replaces=before.__eq__)
        return Installed(entry=entry, certificate=target, findings=findings)

    def _require_new(self, key: Path, day: date) -> None:
        """RefusedError for a key that signs already, or a day on which one begins."""
        for entry in self.config.signing.entries:
            began = entry.first_day
            if entry.key == f"pem:{FOLDER}/{key.name}":
                raise RefusedError(
                    Text("{key} is in signing.keys already", key=entry.key),
                    hint="for a further certificate make a further key:"
                    " `notices key request`",
                )
            if began == day:
                raise RefusedError(
                    Text(
                        "{key} of signing.keys begins on {day} as well",
                        key=entry.key.partition("?")[0],
                        day=day,
                    ),
                    hint="give the day on which this one is to take over: --from DAY",
                )

    def _judged(self, key: Path, chain: bytes) -> tuple[CertificateFinding, ...]:
        """All but revocation, which is asked before each signature."""
        loaded = load_pem(key.read_bytes(), chain, _passphrase(key))
        now = self.clock()
        checked = preflight(
            loaded,
            trust=self.desk.authorities.trust,
            from_mailbox=self.config.center.mailbox,
            now=now,
            policy="off",
            tolerance=self.desk.authorities.tolerance,
        )
        if not checked.path:
            raise CertificateNotUsable(
                "There is no path from the certificate to a pinned root.",
                hint="put the authority's root into signing.trust, and the certificates"
                " between (PEM) into the file of its answer, after the one for the key",
            )
        findings = self.desk.completed(checked, loaded, now).findings
        require_usable(findings)
        return findings

    def _key_of(
        self, certificates: tuple[x509.Certificate, ...]
    ) -> tuple[Path, x509.Certificate]:
        folder = self.config.resolve(FOLDER)
        closed: list[KeyUnavailable] = []
        for path in sorted(folder.glob("*.key"), reverse=True):
            try:
                leaf = _own_of(path, certificates)
            except KeyUnavailable as error:
                closed.append(error)  # another one may be the right one
            else:
                if leaf is not None:
                    return path, leaf
        if closed:
            raise closed[0]
        raise InputError(
            Text("none of the keys in {folder} is this certificate's", folder=folder),
            hint="install it where `notices key request` was called",
        )

    def _folder(self) -> Path:
        folder = self.config.resolve(FOLDER)
        try:
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        except OSError as error:
            raise KeyUnavailable(
                Text(
                    "{folder} cannot be made: {error}",
                    folder=folder,
                    error=in_words(error),
                ),
                hint="make the site's folder writable",
            ) from error
        return folder

    def _today(self) -> date:
        return self.clock().astimezone(JST).date()


def _own_of(
    key: Path, certificates: tuple[x509.Certificate, ...]
) -> x509.Certificate | None:
    """The certificate that is for the key in that file; KeyUnavailable."""
    content, passphrase = read_private_file(key).content, _passphrase(key)
    try:
        return certificate_of(content, passphrase, certificates)
    except KeyUnavailable as error:
        words = Text("{name}: {message}", name=key, message=error.message)
        raise KeyUnavailable(words, hint=error.hint) from error


def _passphrase(key: Path) -> Secret:
    return read_secret(key.with_suffix(".pass"))
