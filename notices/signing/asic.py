"""The signature of an evidence bundle: CAdES (EN 319 122-1) over its manifest."""

import hashlib
from datetime import datetime

from notices.signing import cms
from notices.signing.keys.signing_key import SigningKey
from notices.signing.revocation.status import NO_ANSWERS, RevocationAnswers
from notices.signing.timestamps.client import Timestamper


def sign_manifest(
    manifest: bytes,
    key: SigningKey,
    *,
    signing_time: datetime,
    revocation: RevocationAnswers = NO_ANSWERS,
    timestamper: Timestamper | None = None,
) -> bytes:
    """Detached CMS signature over the octets of an ASiCManifest, DER.

    `revocation` goes along as in a mail. A `timestamper` makes it CAdES-T, and what it
    knows of its authority goes along as well: TimestampUnavailable or
    StamperNotUsable if none answers well.
    """
    attributes = cms.signed_attributes(
        hashlib.new(key.digest, manifest).digest(),
        key,
        (cms.signing_time(signing_time),),
    )
    signature = cms.sign(attributes, key)
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
