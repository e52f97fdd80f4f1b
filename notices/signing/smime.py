"""The S/MIME signature over an entity (RFC 8551, RFC 5652; CAdES B and T)."""

import hashlib
from datetime import datetime

from notices.signing import cms, der
from notices.signing.keys.signing_key import SigningKey
from notices.signing.revocation.status import NO_ANSWERS, RevocationAnswers
from notices.signing.timestamps.client import Timestamper

# RFC 8551, 2.5.2: what we understand. A certificate that may only sign is sent
# nothing encrypted, so these are the signature algorithms.
_CAPABILITIES = cms.attribute(
    cms.SMIME_CAPABILITIES,
    der.sequence(cms.ECDSA_WITH_SHA_256, cms.SHA_256_WITH_RSA),
)


def sign_entity(
    entity: bytes,
    key: SigningKey,
    *,
    signing_time: datetime,
    revocation: RevocationAnswers = NO_ANSWERS,
    timestamper: Timestamper | None = None,
) -> bytes:
    """Detached CMS signature over the octets of `entity`, DER.

    `signing_time` is also the mail's Date. `revocation` goes along: the lists in
    SignedData.crls, OCSP answers as revocation-values. A `timestamper` makes it
    CAdES-T, and what it knows of its authority goes along as well:
    TimestampUnavailable or StamperNotUsable if none answers well.
    """
    signature = cms.sign(mail_attributes(entity, key, signing_time), key)
    token = b""
    if timestamper is not None:
        stamp = timestamper.stamp(hashlib.sha256(signature.value).digest())
        token, revocation = stamp.token, revocation | stamp.answers
    return cms.signed_data(
        signature,
        key,
        revocation=revocation,
        time_stamp=token,
    )


def mail_attributes(
    entity: bytes, key: SigningKey, signing_time: datetime
) -> tuple[bytes, ...]:
    """The signed attributes of RFC 8551, 2.5, with signingCertificateV2; each DER."""
    digest = hashlib.new(key.digest, entity).digest()
    return cms.signed_attributes(
        digest, key, (cms.signing_time(signing_time), _CAPABILITIES)
    )
