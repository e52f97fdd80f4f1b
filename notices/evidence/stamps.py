"""The time stamps that a bundle holds, and what proves their authorities later."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from asn1crypto import cms
from cryptography import x509

from notices.asn1_values import encoding_of
from notices.errors import NoticesError
from notices.mail import MalformedMessage, split
from notices.object_identifiers import TIME_STAMP_TOKEN
from notices.report import CLOCK_TOLERANCE
from notices.signing import (
    NO_ANSWERS,
    Clock,
    RevocationAnswers,
    Timestamper,
    Transport,
    timestamp_evidence,
)
from notices.verifying.bundle.members import MESSAGE
from notices.verifying.zip_reader import SIGNATURE

_STAMP_SUFFIX = ".tst"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationSources:
    """Where certificates lead to and revocation answers come from."""

    trust: Sequence[x509.Certificate]
    """Roots of signers, and of time-stamp authorities without roots of their own."""
    trust_tsa: Sequence[x509.Certificate] = ()
    """Roots of time-stamp authorities alone."""
    chain: Sequence[x509.Certificate] = ()
    """Intermediates that tokens may leave out."""
    answers: RevocationAnswers
    """What is at hand."""
    transport: Transport | None
    """How authorities are asked; None: they are not."""
    clock: Clock
    """Read after an authority has answered."""
    tolerance: timedelta = CLOCK_TOLERANCE
    """How far the authorities' clocks may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StampEvidence:
    """Revocation answers on time-stamp authorities."""

    answers: RevocationAnswers = NO_ANSWERS
    """To go into the bundle."""
    certificates: tuple[x509.Certificate, ...] = ()
    """The authorities' own, without roots."""
    warnings: tuple[str, ...] = ()
    """What could not be had: it must be handed over when the bundle is judged."""


def authority_evidence(
    tokens: Sequence[bytes], sources: RevocationSources
) -> StampEvidence:
    """What proves the authorities of these tokens, as far as it can be had."""
    answers = NO_ANSWERS
    certificates: list[x509.Certificate] = []
    warnings: list[str] = []
    for token in tokens:
        try:
            path, answered = timestamp_evidence(
                token,
                trust=sources.trust_tsa or sources.trust,
                chain=sources.chain,
                answers=sources.answers | answers,
                transport=sources.transport,
                clock=sources.clock,
                tolerance=sources.tolerance,
            )
        except NoticesError as error:
            warnings.append(error.message)
            continue
        answers |= answered
        certificates += [one for one in path if one.issuer != one.subject]
    return StampEvidence(
        answers=answers,
        certificates=tuple(dict.fromkeys(certificates)),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def trial_token(timestamper: Timestamper | None) -> tuple[bytes, ...]:
    """A token over nothing that matters, to learn who will stamp the bundle.

    What proves the authority must be in the bundle before it is stamped.
    """
    if timestamper is None:
        return ()
    return (timestamper.stamp(sha256(b"").digest()).token,)


def tokens_in(members: Mapping[str, bytes]) -> tuple[bytes, ...]:
    """Every token of a bundle: of the mail, the checkpoint, the bundle itself.

    Those in the PDF prove it to PDF readers; the mail's is older and covers it.
    """
    signatures = [
        content for name, content in members.items() if name.endswith(_STAMP_SUFFIX)
    ]
    if SIGNATURE in members:
        signatures += _in_signature(members[SIGNATURE])
    if MESSAGE in members:
        # the verifier says what is wrong with a mail that cannot be read
        with suppress(MalformedMessage):
            signatures += _in_signature(split(members[MESSAGE]).signature)
    return tuple(dict.fromkeys(signatures))


def _in_signature(signature: bytes) -> Iterator[bytes]:
    signed = cms.ContentInfo.load(signature)["content"]
    for attribute in signed["signer_infos"][0]["unsigned_attrs"] or ():
        if attribute["type"].dotted == TIME_STAMP_TOKEN:
            yield from (encoding_of(value) for value in attribute["values"])
