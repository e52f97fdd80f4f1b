"""Time stamps (RFC 3161): until when something is proven to have existed.

The token is read quickly, or at length if it is of no usual kind; then the rules are
the same: attributes, imprint, authority, its path and who revoked it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from asn1crypto import cms

from notices.messages import Text
from notices.object_identifiers import SIGNED_DATA, TIME_STAMP_TOKEN, TIME_STAMPING
from notices.report import SubIndication
from notices.verifying.checks import Refusal, malformed, readable
from notices.verifying.cms import (
    der,
    fast_timestamp,
    general_timestamp,
    path,
    signed_data,
    timestamp_rules,
)
from notices.verifying.cms.carried import read_choices
from notices.verifying.cms.path import Material
from notices.verifying.cms.signed_data import SignedData
from notices.verifying.cms.signer import Signature
from notices.verifying.cms.timestamp_rules import Stamp, TokenSigner
from notices.verifying.revocation.answers import NO_ANSWERS, Revocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A time stamp token with one signer."""

    octets: bytes
    """ContentInfo, DER."""
    parts: SignedData
    """What it is made of."""

    @property
    def general(self) -> cms.SignedData:
        """For the reader of any kind."""
        return cms.ContentInfo.load(self.octets, strict=True)["content"]


def find_token(signature: Signature) -> Token | None:
    """The signature's time stamp token (RFC 3161, appendix A), or None.

    Refusal if there are several: which of them counts would be a guess.
    """
    tokens: list[bytes] = []
    for attribute in signature.signer.unsigned_attributes:
        name, values = signed_data.read_attribute(attribute)
        if name == TIME_STAMP_TOKEN:
            tokens += values
    if not tokens:
        return None
    if len(tokens) > 1:
        raise malformed(Text("{count} time stamps, at most one", count=len(tokens)))
    # the signature around it is strict DER, so this is
    return _token(tokens[0])


def read_token(data: bytes) -> Token:
    """A time stamp token in strict DER with one signer."""
    try:
        der.check(data)
    except der.NotDER as error:
        raise malformed(
            Text("the time stamp is not strict DER: {error}", error=error)
        ) from error
    return _token(data)


def _token(data: bytes) -> Token:
    if signed_data.content_type(data) != SIGNED_DATA:
        raise malformed("the time stamp is no SignedData")
    parts = signed_data.read(data)
    if len(parts.signers) != 1:
        count = len(parts.signers)
        raise malformed(Text("{count} signers, must be exactly one", count=count))
    # RFC 5652, 5.1: what is no id-data is so since version 3. Of version 1 PKCS #7
    # readers see another content, and the version is not signed.
    if parts.version == 1:
        raise malformed("the time stamp says version 1")
    return Token(octets=data, parts=parts)


def answers_in(token: Token | None) -> Revocation:
    """Revocation answers that a token carries; none if they cannot be read."""
    if token is None:
        return NO_ANSWERS
    return readable(lambda: read_choices(token.parts.answers)) or NO_ANSWERS


def claimed(token: Token) -> Stamp:
    """What the token says, not yet proven."""
    return timestamp_rules.read_info(token.parts.content, token.parts.content_type)


def prove(
    token: Token, imprinted: bytes, material: Material, moment: datetime
) -> datetime:
    """The time by which it was stamped, after all of it held at `moment`.

    `imprinted` are the bytes that the stamp must be about. The time is `genTime` with
    the accuracy that the authority claims. It may be later than the moment by the
    tolerance: two clocks never agree. Raises Refusal.
    """
    stamp = claimed(token)
    signer = fast_timestamp.read(token.parts) or _of_any_kind(token)
    timestamp_rules.check_attributes(signer)
    timestamp_rules.check_imprint(stamp, imprinted)
    timestamp_rules.check_authority(signer, stamp)
    _check_path(signer, stamp, _material(token, signer, material), moment)
    timestamp_rules.check_life(signer, stamp, material.clock_tolerance)
    if stamp.at - moment > material.clock_tolerance:
        raise Refusal(
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            Text(
                "stamped at {at:%Y-%m-%d %H:%M:%S%z}, {late} after the time of "
                "judging; clocks may differ by {tolerance}",
                at=stamp.at,
                late=_seconds(stamp.at - moment),
                tolerance=_seconds(material.clock_tolerance),
            ),
        )
    # at the moment of judging it was there, however inaccurate its own clock is
    return max(stamp.at, min(stamp.latest, moment))


def _of_any_kind(token: Token) -> TokenSigner:
    return general_timestamp.read(token.general, token.parts)


def _material(token: Token, signer: TokenSigner, given: Material) -> Material:
    return replace(
        given,
        anchors=given.stamp_anchors or given.anchors,
        certificates=(*given.certificates, *signer.others),
        revocation=given.revocation + read_choices(token.parts.answers),
    )


def _check_path(
    signer: TokenSigner, stamp: Stamp, material: Material, moment: datetime
) -> None:
    """The authority was good at the moment, or ended well after it stamped. Refusal."""
    purposes = frozenset((TIME_STAMPING,))
    try:
        path.find(signer.certificate, material, moment, purposes)
    except Refusal as refusal:
        if refusal.sub_indication is not SubIndication.REVOKED_NO_POE:
            raise
        path.find_anew(signer.certificate, material, moment, purposes, stamp.latest)


def told(proven: datetime, moment: datetime) -> str:
    """When it existed, and whether clocks had to be excused for that."""
    if proven <= moment:
        return Text("existed at {proven:%Y-%m-%d %H:%M:%S%z}", proven=proven)
    return Text(
        "existed at {proven:%Y-%m-%d %H:%M:%S%z}, {late} after the time of judging: "
        "as far as clocks may differ",
        proven=proven,
        late=_seconds(proven - moment),
    )


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():.3f}".rstrip("0").rstrip(".") + " s"
