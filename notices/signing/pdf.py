"""The PDF signature: PAdES (EN 319 142-1) at B-B, B-T, B-LT or B-LTA.

One certification signature. The levels above B-T add only what the standard has
for it: a DSS, and for B-LTA a document time stamp. All of it happens before the
PDF is mailed; the mailed bytes are never touched again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from io import BytesIO

from cryptography.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import (
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import (
    DocumentTimestamp,
    SignatureObject,
)

from notices.errors import ConfigError, InputError, TimestampUnavailable
from notices.files.reader_words import in_words_for_people
from notices.messages import Text
from notices.report import CLOCK_TOLERANCE
from notices.signing import cms
from notices.signing.keys.signing_key import SigningKey, certificate_der
from notices.signing.moment import Clock
from notices.signing.path import certificate_path
from notices.signing.pdf_revision import (
    FIELD,
    TIMESTAMP_FIELD,
    add_dss,
    embed,
    open_revision,
)
from notices.signing.revocation.status import NO_ANSWERS, RevocationAnswers
from notices.signing.revocation.transport import Transport
from notices.signing.timestamps.client import Timestamp, Timestamper, token_signer
from notices.signing.timestamps.evidence import timestamp_evidence

ATTRIBUTES_ROOM, STAMP_ROOM = 4_096, 16_384
"""Octets kept free for what a signature holds besides its certificates, and for a
time-stamp token with its chain (tokens seen: 1.5 to 7 KB)."""
_MOST_AUTHORITIES = 4
"""How often another one may stamp the document than is in its DSS."""


class PdfLevel(StrEnum):
    """The baseline levels of EN 319 142-1, 6."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


_LONG_TERM = frozenset({PdfLevel.B_LT, PdfLevel.B_LTA})


def sign_pdf(
    pdf: bytes,
    key: SigningKey,
    *,
    signing_time: datetime,
    level: PdfLevel = PdfLevel.B_B,
    timestamper: Timestamper | None = None,
    revocation: RevocationAnswers = NO_ANSWERS,
    trust: Sequence[Certificate] = (),
    trust_tsa: Sequence[Certificate] = (),
    transport: Transport | None = None,
    clock: Clock | None = None,
    tolerance: timedelta = CLOCK_TOLERANCE,
) -> bytes:
    """The PDF with an invisible certification signature.

    `revocation` goes into the DSS: at B-B and B-T in the signed revision itself,
    so that the file is judged offline and nothing follows the signature (at B-T, hand
    over the answers on the time-stamp authority with the signer's); at B-LT
    and B-LTA after it, together with the answers on the time-stamp authority. Its
    path leads to one of the roots in `trust_tsa` (empty: `trust`); its answers come
    from `revocation`,
    else over `transport` from where its certificates say. They are judged by `clock`
    after they came, and may differ from it by `tolerance`.

    ConfigError for a level that needs a time stamp without a `timestamper` or
    revocation answers without any; TimestampUnavailable; RevocationUnavailable;
    InputError for what is no PDF or is signed already.
    """
    _require_means(level, timestamper, revocation, clock)
    try:
        signed = _sign(
            pdf,
            _Signing(
                key=key,
                time=signing_time,
                level=level,
                timestamper=timestamper,
                revocation=revocation,
                trust=tuple(trust),
                trust_tsa=tuple(trust_tsa) or tuple(trust),
                transport=transport,
                clock=clock or (lambda: signing_time),
                tolerance=tolerance,
            ),
            SignatureObject(
                timestamp=signing_time,
                subfilter=SigSeedSubFilter.PADES,
                bytes_reserved=_reserve(key, stamped=level is not PdfLevel.B_B),
            ),
        )
    except (PdfError, SigningError, ValueError) as error:
        raise InputError(
            Text("the PDF cannot be signed: {error}", error=in_words_for_people(error)),
            hint="sign the PDF as the letter writer made it, once",
        ) from error
    return signed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signing:
    """What goes into one PDF signature."""

    key: SigningKey
    time: datetime
    level: PdfLevel
    timestamper: Timestamper | None
    revocation: RevocationAnswers
    trust: tuple[Certificate, ...]
    trust_tsa: tuple[Certificate, ...]
    transport: Transport | None
    clock: Clock
    tolerance: timedelta


def _require_means(
    level: PdfLevel,
    timestamper: Timestamper | None,
    revocation: RevocationAnswers,
    clock: Clock | None,
) -> None:
    if level is not PdfLevel.B_B and timestamper is None:
        raise ConfigError(
            Text("PDF level {level} needs a time-stamp authority", level=level),
            hint="set signing.timestamp_urls, or signing.pdf_level to B-B",
        )
    if level in _LONG_TERM and not revocation:
        raise ConfigError(
            Text("PDF level {level} needs revocation answers", level=level),
            hint="set signing.crls or signing.revocation, or a lower signing.pdf_level",
        )
    if level in _LONG_TERM and clock is None:
        # what is fetched on the way must not be judged by the moment of the signature
        raise ConfigError(Text("PDF level {level} needs a clock", level=level))


def _sign(pdf: bytes, signing: _Signing, placeholder: SignatureObject) -> bytes:
    writer = open_revision(pdf)
    if "/AcroForm" in writer.root:
        raise InputError(
            "the PDF has form fields or is signed already",
            hint="sign the PDF as the letter writer made it, once",
        )
    if signing.level not in _LONG_TERM and signing.revocation:
        add_dss(writer, signing.revocation, signing.key.chain)
    setup = SigMDPSetup(
        md_algorithm=signing.key.digest,
        certify=True,
        docmdp_perms=_permission(signing.level),
    )
    stamps: list[Timestamp] = []

    def make(digest: bytes) -> bytes:
        signature = cms.sign(cms.signed_attributes(digest, signing.key), signing.key)
        token = b""
        if signing.level is not PdfLevel.B_B and signing.timestamper is not None:
            stamped = hashlib.sha256(signature.value).digest()
            stamps.append(signing.timestamper.stamp(stamped))
            token = stamps[-1].token
        return cms.signed_data(signature, signing.key, time_stamp=token)

    whole = SigObjSetup(placeholder, setup)
    signed = embed(writer, FIELD, whole, make, signing.key.digest)
    if signing.level in _LONG_TERM:
        return _extend(signed, signing, stamps[-1])
    return signed


def _extend(signed: bytes, signing: _Signing, stamp: Timestamp) -> bytes:
    """The DSS for B-LT, and for B-LTA the document time stamp, in one revision.

    Another authority may stamp the document than the signature, if the first does not
    answer any more: then what proves it goes into the DSS as well, and one asks anew.
    """
    key, stamps = signing.key, [stamp]
    path = certificate_path(key.certificate, key.chain, signing.trust, signing.time)
    # The whole paths with their roots: pyHanko's past validation wants a proof of
    # existence for each certificate, and the time stamp over the DSS is one.
    certificates = [*(path or (key.certificate, *key.chain))]
    answers = signing.revocation
    for _ in range(_MOST_AUTHORITIES):
        authority, told = _evidence_on(stamps[-1], signing)
        certificates += authority
        answers |= told
        writer = open_revision(signed)
        add_dss(writer, answers, certificates)
        if signing.level is PdfLevel.B_LT or signing.timestamper is None:
            output = BytesIO()
            writer.write(output)  # type: ignore[no-untyped-call]
            return output.getvalue()
        stamped = _stamp_document(writer, signing.timestamper, stamps)
        if token_signer(stamps[-1].token)[0] in certificates:
            return stamped
    raise TimestampUnavailable(
        "each time stamp of the letter came from another authority",
        hint="name one that answers in signing.timestamp_urls; nothing was sent",
    )


def _evidence_on(
    stamp: Timestamp, signing: _Signing
) -> tuple[tuple[Certificate, ...], RevocationAnswers]:
    return timestamp_evidence(
        stamp.token,
        trust=signing.trust_tsa,
        chain=signing.key.chain,
        # of another CA than the signer's: `revocation` need not speak of it
        answers=signing.revocation | stamp.answers,
        transport=signing.transport,
        clock=signing.clock,
        tolerance=signing.tolerance,
    )


def _stamp_document(
    writer: IncrementalPdfFileWriter, timestamper: Timestamper, stamps: list[Timestamp]
) -> bytes:
    """The revision with a document time stamp, which is added to `stamps`."""

    def make(digest: bytes) -> bytes:
        stamps.append(timestamper.stamp(digest))
        return stamps[-1].token

    room = DocumentTimestamp(bytes_reserved=2 * STAMP_ROOM)  # type: ignore[no-untyped-call]
    return embed(writer, TIMESTAMP_FIELD, SigObjSetup(room), make)


def _permission(level: PdfLevel) -> MDPPerm:
    # Acrobat counts a DSS or document time stamp under P=1 as a forbidden change,
    # against ISO 32000-2, 12.8.2.2. So P=2 where these follow the signature.
    return MDPPerm.FILL_FORMS if level in _LONG_TERM else MDPPerm.NO_CHANGES


def _reserve(key: SigningKey, *, stamped: bool) -> int:
    """Hexadecimal digits kept free for the signature."""
    certificates = sum(map(len, map(certificate_der, (key.certificate, *key.chain))))
    return 2 * (certificates + ATTRIBUTES_ROOM + (STAMP_ROOM if stamped else 0))
