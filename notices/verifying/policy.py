"""What the verifier is given besides the file: roots, clock, signers, evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Required, TypedDict

from asn1crypto import pem, x509

from notices.asn1_values import CertificateAsRead
from notices.errors import ConfigError, InputError
from notices.ledger import VerifierKey, parse_verifier_key
from notices.messages import Text
from notices.report import CLOCK_TOLERANCE, MAX_CLOCK_TOLERANCE, REVOCATION_AGE
from notices.verifying.approval.assertion import read_party
from notices.verifying.approval.statement import RelyingParty
from notices.verifying.cms import der
from notices.verifying.log.cosigned import (
    NO_WITNESSES,
    WitnessPolicy,
    read_witness_policy,
)
from notices.verifying.revocation.answers import (
    NO_ANSWERS,
    Revocation,
    read_crl,
    read_ocsp,
)
from notices.verifying.zip_reader import is_container

_SIGNED_MAIL = b"multipart/signed"
_HEAD = 65_536
"""Octets in which the header of a mail ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The auditor's side of a verification."""

    anchors: tuple[x509.Certificate, ...]
    """The roots that are trusted, and no others."""
    at: datetime
    """The clock; aware."""
    clock_tolerance: timedelta = CLOCK_TOLERANCE
    """How far other clocks may differ from it and from one another, both ways."""
    mailboxes: frozenset[str] = frozenset()
    """Expected signer mailboxes; empty with `certificates` empty: any."""
    certificates: frozenset[str] = frozenset()
    """Expected signer certificates, SHA-256 in lower-case hexadecimal."""
    revocation: Revocation = NO_ANSWERS
    """Revocation answers handed over besides the file."""
    stamp_anchors: tuple[x509.Certificate, ...] = ()
    """Roots for time-stamp authorities alone; empty: those above serve both."""
    intermediates: tuple[x509.Certificate, ...] = ()
    """That came along with what this file was in; they are trusted for nothing."""
    revocation_age: timedelta = REVOCATION_AGE
    """How much older than the proven time an answer about a signer may be."""
    log_keys: tuple[VerifierKey, ...] = ()
    """Keys of logs whose checkpoints are trusted; empty: what a bundle vouches for."""
    witnesses: WitnessPolicy = NO_WITNESSES
    """Who must have cosigned the checkpoint."""
    checkpoints: tuple[str, ...] = ()
    """Notes of logs that others hold, not verified yet."""
    notices: tuple[bytes, ...] = ()
    """Notices that others follow, as mail, `notice.json` or bundle; not judged here."""
    relying_parties: tuple[RelyingParty, ...] = ()
    """Whose passkeys approve; empty: it is told, and not judged."""


class PolicyArguments(TypedDict, total=False):
    """What `read_policy` takes, for those who hand it on as it was said."""

    trust: Required[Sequence[bytes]]
    at: Required[datetime]
    signers: Sequence[str]
    evidence: Sequence[bytes]
    log_keys: Sequence[str]
    clock_tolerance: timedelta
    trust_tsa: Sequence[bytes]
    revocation_age: timedelta
    witness_keys: Sequence[str]
    quorum: int | None
    checkpoints: Sequence[str]
    approval_origins: Sequence[str]


def read_policy(
    *,
    trust: Sequence[bytes],
    at: datetime,
    signers: Sequence[str] = (),
    evidence: Sequence[bytes] = (),
    log_keys: Sequence[str] = (),
    clock_tolerance: timedelta = CLOCK_TOLERANCE,
    trust_tsa: Sequence[bytes] = (),
    revocation_age: timedelta = REVOCATION_AGE,
    witness_keys: Sequence[str] = (),
    quorum: int | None = None,
    checkpoints: Sequence[str] = (),
    approval_origins: Sequence[str] = (),
) -> Policy:
    """Parse what the auditor handed over.

    `trust` holds roots in DER or PEM (several per file are fine), `signers`
    mailboxes or SHA-256 digests of certificates, `evidence` CRLs or OCSP responses
    in DER or PEM, or mail, `notice.json` or bundle of a notice before, `log_keys`
    verifier keys of ledgers (C2SP signed-note), `trust_tsa` roots for time-stamp
    authorities, `witness_keys` those of witnesses of which `quorum` (None: all) must
    have cosigned, `checkpoints` notes that others hold, `approval_origins` addresses
    of consoles on which passkeys approve, each with `,RP-ID` if that is not its host.
    Raises ConfigError for an unusable root, or none at all without a log's key to go
    by; InputError for the rest.
    """
    _require_times(at, clock_tolerance, revocation_age)
    policy = _read_once(
        tuple(trust),
        at,
        tuple(signers),
        tuple(evidence),
        tuple(log_keys),
        clock_tolerance,
        tuple(trust_tsa),
        revocation_age,
        read_witness_policy(witness_keys, quorum),
        tuple(checkpoints),
        tuple(approval_origins),
    )
    # moments are equal in all zones; the report tells it in the one that was given
    same = policy.at.utcoffset() == at.utcoffset()
    return policy if same else replace(policy, at=at)


def _require_times(
    at: datetime, clock_tolerance: timedelta, revocation_age: timedelta
) -> None:
    """InputError for a clock or a time span that cannot be gone by."""
    if at.utcoffset() is None:
        raise InputError("the clock has no time zone", hint="give an aware datetime")
    if not timedelta(0) <= clock_tolerance <= MAX_CLOCK_TOLERANCE:
        most = Text(
            "{max_clock_tolerance:.0f} s",
            max_clock_tolerance=MAX_CLOCK_TOLERANCE.total_seconds(),
        )
        raise InputError(
            Text(
                "clocks cannot differ by {total_seconds:g} s",
                total_seconds=clock_tolerance.total_seconds(),
            ),
            hint=Text(
                "0 s to {most}; a clock that is further off must be set", most=most
            ),
        )
    if revocation_age < timedelta(0):
        raise InputError(
            "an answer cannot be younger than the time that it is for",
            hint="give the days that it may be older, 0 or more",
        )


@lru_cache(maxsize=8)
def _read_once(
    trust: tuple[bytes, ...],
    at: datetime,
    signers: tuple[str, ...],
    evidence: tuple[bytes, ...],
    log_keys: tuple[str, ...],
    clock_tolerance: timedelta,
    trust_tsa: tuple[bytes, ...],
    revocation_age: timedelta,
    witnesses: WitnessPolicy,
    checkpoints: tuple[str, ...],
    approval_origins: tuple[str, ...],
) -> Policy:
    """For an archive the same is handed over file after file."""
    anchors = _read_anchors(trust)
    if not anchors and not log_keys:
        raise ConfigError(
            "no root certificate to trust", hint="name one with --trust ROOT.pem"
        )
    digests = {signer for signer in map(_as_digest, signers) if signer}
    return Policy(
        anchors=anchors,
        at=at,
        clock_tolerance=clock_tolerance,
        certificates=frozenset(digests),
        mailboxes=frozenset(encoded for encoded in signers if not _as_digest(encoded)),
        revocation=_read_evidence(one for one in evidence if not is_notice(one)),
        notices=tuple(filter(is_notice, evidence)),
        log_keys=tuple(map(parse_verifier_key, log_keys)),
        stamp_anchors=_read_anchors(trust_tsa),
        revocation_age=revocation_age,
        witnesses=witnesses,
        checkpoints=checkpoints,
        relying_parties=tuple(map(read_party, approval_origins)),
    )


@lru_cache(maxsize=16)
def _read_anchors(files: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    return tuple(
        _read_anchor(encoded) for data in files for encoded in _der_values(data)
    )


def _as_digest(signer: str) -> str:
    digits = signer.replace(":", "").lower()
    is_digest = len(digits) == 64 and set(digits) <= set("0123456789abcdef")  # noqa: PLR2004
    if not is_digest and signer.count("@") != 1:
        raise InputError(
            Text("{signer!r} is neither a mailbox nor a SHA-256 digest", signer=signer),
            hint="such as notices@hotline.example, or 64 hexadecimal digits",
        )
    return digits if is_digest else ""


def _der_values(data: bytes) -> list[bytes]:
    try:
        if pem.detect(data):
            return [value for _, _, value in pem.unarmor(data, multiple=True)]
    except ValueError as error:
        raise ConfigError("a PEM file is broken") from error
    return [data]


def _read_anchor(value: bytes) -> x509.Certificate:
    try:
        der.check(value)
        certificate = CertificateAsRead.load(value, strict=True)
        is_ca = certificate.ca
        _ = certificate.public_key.native, certificate.subject.native
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            "a root certificate cannot be read",
            hint="give one certificate in PEM or DER",
        ) from error
    if not is_ca:
        raise ConfigError(
            "a certificate to trust is no certification authority",
            hint="trust the root that issued the signer's certificate",
        )
    return certificate


def is_notice(data: bytes) -> bool:
    """Whether it is meant as mail of ours, `notice.json`, bundle; it is read later."""
    return (
        is_container(data)
        or data.lstrip()[:1] == b"{"
        or _SIGNED_MAIL in data[:_HEAD].lower()
    )


def _read_evidence(evidence: Iterable[bytes]) -> Revocation:
    answers = Revocation()
    for data in evidence:
        for value in _der_values(data):
            answers += _read_answer(value)
    return answers


def _read_answer(value: bytes) -> Revocation:
    for read in (read_crl, read_ocsp):
        try:
            return read(value)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    raise InputError(
        "a file given as evidence is neither a CRL nor an OCSP response",
        hint="DER or PEM of a CRL, DER of an OCSP response, or the notice before",
    )
