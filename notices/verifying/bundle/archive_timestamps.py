"""Archive time stamps of a bundle (ETSI EN 319 162-1, 4.4.5 and A.7).

Each renewal adds a manifest of everything that there is, and a time stamp over that
manifest. The newest is judged at the given clock, each older one at the time that the
next newer proves (EN 319 102-1, 5.6.3).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notices.messages import Text, listed
from notices.verifying.bundle.manifest import (
    MalformedManifest,
    Manifest,
    differences,
    parse_manifest,
)
from notices.verifying.bundle.members import EVIDENCE
from notices.verifying.checks import malformed
from notices.verifying.cms import timestamp
from notices.verifying.cms.path import Material
from notices.verifying.zip_reader import ARCHIVE_MANIFEST, MANIFEST, MIMETYPE, SIGNATURE

MAX_RENEWALS = 30
"""One in five years is enough; each hashes the whole bundle again."""
RENEWAL = "evidence/renewal-"
"""Revocation answers that a renewal brought along."""
_EVIDENCE_NAME = r"(?:certificates\.pem|[0-9]{2,4}\.(?:crl|ocsp))"
_OLDER = re.compile(r"META-INF/ASiCArchiveManifest(\d{3})\.xml")

_OURS = re.compile(
    r"README\.txt|delivery\.json|received/[A-Za-z0-9][A-Za-z0-9._-]*"
    r"|documents/(?:judgment\.json|message\.eml|letter\.(?:pdf|docx|txt)|notice\.json"
    r"|submission\.json|warnings\.json|xarf(?:-[1-9][0-9]{0,3})?\.json)"
    r"|ledger/(?:record\.json|checkpoint\.(?:txt|tst)|log\.pub|witnesses\.txt)"
    r"|approvals/(?:approval\.(?:json|p7s)|assertion\.json)"
    rf"|{EVIDENCE}{_EVIDENCE_NAME}"
)
"""What a bundle of either version holds (`docs/formats.md`, 3.6 and 9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One renewal."""

    name: str
    """Member that is its manifest."""
    manifest: Manifest
    """What it covers, and the member with its time stamp."""

    @property
    def own(self) -> set[str]:
        """What a renewal adds for itself and cannot cover."""
        return {self.name, self.manifest.signed_by}


def timestamp_name(number: int) -> str:
    """The member that holds the time stamp of renewal `number`, from 1."""
    return f"META-INF/timestamp{number:03}.tst"


def older_name(number: int) -> str:
    """The member that an archive manifest becomes at the next renewal."""
    return f"META-INF/ASiCArchiveManifest{number:03}.xml"


def count(members: Iterable[str]) -> int:
    """How many renewals there are."""
    return sum(1 for name in members if name == ARCHIVE_MANIFEST or _OLDER.match(name))


def layers(members: Mapping[str, bytes]) -> list[Layer]:
    """The renewals, the oldest first; Refusal if one is missing or odd."""
    older = sorted(name for name in members if _OLDER.fullmatch(name))
    newest = [ARCHIVE_MANIFEST] if ARCHIVE_MANIFEST in members else []
    if older and not newest:
        raise malformed("the newest archive manifest is missing")
    names = [*older, *newest]
    if len(names) > MAX_RENEWALS:
        raise malformed(
            Text(
                "{count} renewals, at most {most}",
                count=len(names),
                most=MAX_RENEWALS,
            )
        )
    expected = [*map(older_name, range(1, len(names))), *newest]
    if names != expected:
        raise malformed(Text("archive manifests are {names}", names=", ".join(names)))
    renewals = []
    for number, name in enumerate(names, 1):
        manifest = parsed(members[name], name)
        if manifest.signed_by != timestamp_name(number):
            raise malformed(
                Text(
                    "{name} is not about {timestamp_name}",
                    name=name,
                    timestamp_name=timestamp_name(number),
                )
            )
        if manifest.signed_by not in members:
            raise malformed(
                Text("{signed_by} is missing", signed_by=manifest.signed_by)
            )
        renewals.append(Layer(name=name, manifest=manifest))
    return renewals


def parsed(data: bytes, name: str) -> Manifest:
    """A manifest; Refusal if it cannot be read."""
    try:
        return parse_manifest(data)
    except MalformedManifest as error:
        raise malformed(Text("{name}: {error}", name=name, error=error)) from error


def check_cover(
    members: Mapping[str, bytes], signed: Manifest, renewals: Sequence[Layer]
) -> None:
    """Every member is covered, by each layer that came after it, and is one of ours.

    A renewal is nobody's signature, so it brings nothing but answers and certificates.
    Raises Refusal else.
    """
    if odd := [name for name in signed.digests if not _OURS.fullmatch(name)]:
        raise malformed(
            Text("{odd} is no part of a bundle", odd=", ".join(sorted(odd)))
        )
    before = {MANIFEST, SIGNATURE, *signed.digests}
    for number, layer in enumerate(renewals, 1):
        manifest = layer.manifest
        if faults := differences(manifest, members):
            raise malformed(
                Text("{name}: {faults}", name=layer.name, faults=listed(faults))
            )
        if lacking := before - manifest.digests.keys():
            raise malformed(
                Text(
                    "{name} does not cover {lacking}",
                    name=layer.name,
                    lacking=", ".join(sorted(lacking)),
                )
            )
        added = manifest.digests.keys() - before
        ours = re.compile(rf"{RENEWAL}{number:03}-{_EVIDENCE_NAME}")
        if odd := [name for name in added if not ours.fullmatch(name)]:
            raise malformed(
                Text("{odd} came with no signature", odd=", ".join(sorted(odd)))
            )
        before |= added | layer.own
    if stray := members.keys() - before - {MIMETYPE}:
        raise malformed(
            Text("{stray}: nothing covers it", stray=", ".join(sorted(stray)))
        )


def prove(
    members: Mapping[str, bytes],
    renewals: Sequence[Layer],
    material: Material,
    at: datetime,
) -> list[datetime]:
    """The times that the renewals prove, the oldest first. Raises Refusal."""
    times: list[datetime] = []
    moment = at
    for layer in reversed(renewals):
        token = timestamp.read_token(members[layer.manifest.signed_by])
        moment = timestamp.prove(token, members[layer.name], material, moment)
        times.append(moment)
    return times[::-1]
