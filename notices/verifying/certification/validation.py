"""One path at one moment (RFC 5280, 6.1), the trusted root judged like the others.

A root is trusted for what it says of itself: its names, its path length, its purposes
and its life bind as those of every authority below it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from asn1crypto import x509

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.report import SubIndication
from notices.verifying.certification import profile
from notices.verifying.certification.building import Path
from notices.verifying.certification.names import Constraints
from notices.verifying.certification.profile import CONSTRAINTS, GENERAL, WEAK, refuse
from notices.verifying.certification.signatures import sealed, weakness
from notices.verifying.cms.certificates import end_of, same_name, start_of

ANY_PURPOSE = "2.5.29.37.0"
_POLICY_RULES = frozenset(
    (
        profile.POLICY_CONSTRAINTS,
        profile.INHIBIT_ANY_POLICY,
        profile.POLICY_MAPPINGS,
    )
)


def check(
    path: Path, moment: datetime, tolerance: timedelta, purposes: frozenset[str]
) -> None:
    """Everything but revocation; building it has checked the signatures. Refusal.

    purposes: extended key usages of which the signer and every authority that names
    its purposes must share one; empty: any.
    """
    check_life(path, moment, tolerance)
    profile.check_end_entity(path[0])
    for authority in path[1:]:
        profile.check_authority(authority)
    _check_strength(path)
    _check_lengths(path)
    _check_key_identifiers(path)
    check_purposes(path, purposes)
    _check_names(path)
    _check_policies(path, moment, tolerance)


def check_life(path: Path, moment: datetime, tolerance: timedelta) -> None:
    """A certificate's end is its end; its beginning may be a clock's error away."""
    check_ends(path, moment)
    for certificate in path:
        start = start_of(certificate)
        if moment + tolerance < start:
            raise refuse(
                GENERAL,
                Text(
                    "valid from {start:%Y-%m-%d}, judged at {at:%Y-%m-%d %H:%M:%S%z}",
                    start=start,
                    at=moment,
                ),
                certificate,
            )


def check_ends(path: Iterable[x509.Certificate], moment: datetime) -> None:
    """No tolerance between clocks moves a certificate's end. Refusal."""
    for place, certificate in enumerate(path):
        end = end_of(certificate)
        if moment > end:
            is_signer = place == 0 and not certificate.ca
            raise refuse(
                SubIndication.OUT_OF_BOUNDS_NO_POE if is_signer else GENERAL,
                Text(
                    "expired on {end:%Y-%m-%d}, judged at {at:%Y-%m-%d %H:%M:%S%z}",
                    end=end,
                    at=moment,
                ),
                certificate,
            )


def _check_strength(path: Path) -> None:
    """Below the root, whose own signature proves nothing anyway."""
    for certificate, issuer in pairwise(path):
        if found := weakness(sealed(encoding_of(certificate)), issuer):
            said = Text("signed with {found}: not accepted", found=found)
            raise refuse(WEAK, said, certificate)


def _check_lengths(path: Path) -> None:
    """6.1.4 (l), (m): authorities below one, without those self-issued."""
    below = 0
    for authority in path[1:]:
        limit = authority.max_path_length
        if limit is not None and below > limit:
            raise refuse(
                GENERAL,
                Text(
                    "{below} authorities below one that allows {limit}",
                    below=below,
                    limit=limit,
                ),
                authority,
            )
        if not same_name(authority.subject, authority.issuer):
            below += 1


def _check_key_identifiers(path: Path) -> None:
    """4.2.1.1: where both name a key, it is the same one."""
    for certificate, issuer in pairwise(path):
        named, own = certificate.authority_key_identifier, issuer.key_identifier
        if named and own and named != own:
            raise refuse(
                GENERAL, "another key identifier than its issuer's", certificate
            )


def check_purposes(path: Path, purposes: frozenset[str]) -> None:
    """4.2.1.12: an authority that names purposes vouches for no others. Refusal."""
    wanted = purposes & purposes_of(path[0]) or purposes
    for authority in path[1:]:
        named = purposes_of(authority)
        if named and ANY_PURPOSE not in named:
            wanted &= named
            if purposes and not wanted:
                raise refuse(CONSTRAINTS, "an authority for other purposes", authority)


def purposes_of(certificate: x509.Certificate) -> frozenset[str]:
    """The extended key usages that it names; empty if it names none."""
    said = certificate.extended_key_usage_value or ()
    return frozenset(one.dotted for one in said)


def _check_names(path: Path) -> None:
    """6.1.3 (b), (c): from the root down; what issued to itself is let through."""
    allowed = Constraints().below(path[-1])
    for certificate in reversed(path[:-1]):
        is_last = certificate is path[0]
        if is_last or not same_name(certificate.subject, certificate.issuer):
            allowed.check(certificate)
        allowed = allowed if is_last else allowed.below(certificate)


def _check_policies(path: Path, moment: datetime, tolerance: timedelta) -> None:
    """6.1: the policy graph, where a rule asks for it."""
    found = {name for one in path for name in profile.extensions_of(one)}
    if not found & _POLICY_RULES:
        return
    # loads what every process that verifies would pay for, and hardly any path needs
    from notices.verifying.certification import policies  # noqa: PLC0415

    policies.check(path, moment, tolerance)
