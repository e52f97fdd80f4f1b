"""A certificate before it signs: whether a check would refuse every signature by it.

The same rules as for a signature that is there (M04 to M06, M12, M13), each called
where it stands, so that the two cannot drift apart. Revocation is asked elsewhere.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from asn1crypto import x509

from notices.object_identifiers import EMAIL_PROTECTION
from notices.report import CLOCK_TOLERANCE
from notices.verifying import signed_content
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.certification import validation
from notices.verifying.certification.building import Builder
from notices.verifying.checks import Refusal, unreadable
from notices.verifying.cms import certificates, der, path, signer
from notices.verifying.policy import Policy, read_policy

PURPOSES = frozenset({EMAIL_PROTECTION})
_check = bounded_cache(entries=64, octets=8192)(der.check)
"""The certificates of a site are the same for each notice."""


def certificate_fault(
    certificate: bytes,
    others: Sequence[bytes],
    *,
    trust: Sequence[bytes],
    at: datetime,
    clock_tolerance: timedelta = CLOCK_TOLERANCE,
) -> str:
    """Why no mail that it signs would pass, in words; empty if nothing is wrong.

    certificate: DER. others: what goes along in the signature, DER. trust: as for
    `verify`; ConfigError for a root that cannot be used. Revocation is not judged.
    """
    policy = read_policy(trust=trust, at=at, clock_tolerance=clock_tolerance)
    try:
        _judge(certificate, others, policy)
    except Refusal as refusal:
        return refusal.detail
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - as where a file is checked
        return unreadable(error)
    return ""


def _judge(certificate: bytes, others: Sequence[bytes], policy: Policy) -> None:
    carried = (certificate, *others)
    for one in carried:
        _check(one)
    own, further = signer.pick(carried, *certificates.names(certificate))
    signed_content.require_usage(own, PURPOSES)
    _check_path(own, path.material_of(policy, certificates=further), policy.at)


def _check_path(
    own: x509.Certificate, material: path.Material, moment: datetime
) -> None:
    """One path that holds is enough; else why the first does not."""
    path.check_began(own, material, moment)
    refusals: list[Refusal] = []
    builder = Builder(material.anchors, material.certificates)
    for found in builder.paths_from(own):
        try:
            validation.check(found, moment, material.clock_tolerance, PURPOSES)
        except Refusal as refusal:
            refusals.append(refusal)
        else:
            return
    raise refusals[0] if refusals else path.no_path(own, material)
