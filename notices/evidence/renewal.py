"""Renewing a bundle: an archive time stamp over all of it (EN 319 162-1, A.7).

Nothing inside is signed again. The new time stamp proves that everything, the earlier
time stamps included, existed while their algorithms and authorities were still good.
"""

from dataclasses import replace
from hashlib import sha256

from notices import media_types
from notices.errors import InputError
from notices.evidence.bundle import evidence_members, write_manifest
from notices.evidence.container import write_container
from notices.evidence.stamps import (
    RevocationSources,
    authority_evidence,
    tokens_in,
    trial_token,
)
from notices.messages import Text
from notices.signing import Timestamper, load_certificates
from notices.verifying.bundle.archive_timestamps import (
    RENEWAL,
    count,
    older_name,
    timestamp_name,
)
from notices.verifying.bundle.members import CERTIFICATES
from notices.verifying.zip_reader import (
    ARCHIVE_MANIFEST,
    MIMETYPE,
    SIGNATURE,
    MalformedContainer,
    read_container,
)


def renew(
    bundle: bytes, timestamper: Timestamper, sources: RevocationSources
) -> tuple[bytes, tuple[str, ...]]:
    """A copy with one more archive time stamp, and warnings.

    What proves the authorities of the earlier time stamps and of the new one is put
    in before. InputError for what is no bundle; TimestampUnavailable if no authority
    answers.
    """
    try:
        members = dict(read_container(bundle))
    except MalformedContainer as error:
        raise InputError(
            Text("this is no evidence bundle: {error}", error=error),
            hint="see `notices verify`",
        ) from error
    if not {SIGNATURE, CERTIFICATES} <= members.keys():
        raise InputError("this container is no evidence bundle of ours")
    del members[MIMETYPE]
    number = count(members) + 1
    if number > 1:
        members[older_name(number - 1)] = members.pop(ARCHIVE_MANIFEST)
    tokens = (*tokens_in(members), *trial_token(timestamper))
    carried = load_certificates(members[CERTIFICATES])
    evidence = authority_evidence(
        tokens, replace(sources, chain=(*sources.chain, *carried))
    )
    prefix = f"{RENEWAL}{number:03}-"
    members |= evidence_members(evidence.certificates, evidence.answers, prefix)
    stamp = timestamp_name(number)
    manifest = write_manifest(members, stamp, media_types.TIME_STAMP_TOKEN)
    token = timestamper.stamp(sha256(manifest).digest()).token
    members |= {ARCHIVE_MANIFEST: manifest, stamp: token}
    return write_container(members), evidence.warnings
