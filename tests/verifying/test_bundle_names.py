"""A renewal brings certificates and answers, and nothing that people would read."""

import hashlib

import pytest

from notices.verifying.bundle.archive_timestamps import Layer, check_cover
from notices.verifying.bundle.manifest import Manifest
from notices.verifying.checks import Refusal
from notices.verifying.zip_reader import ARCHIVE_MANIFEST, MANIFEST, SIGNATURE

STAMP = "META-INF/timestamp001.tst"
SIGNED = ("README.txt", "documents/letter.pdf", "ledger/record.json", "evidence/01.crl")


def cover(signed, added):
    """A bundle with these members, once renewed with those."""
    names = (MANIFEST, SIGNATURE, ARCHIVE_MANIFEST, STAMP, *signed, *added)
    members = dict.fromkeys(names, b"x")
    digest = hashlib.sha256(b"x").digest()
    covered = [one for one in names if one not in (ARCHIVE_MANIFEST, STAMP)]
    layer = Layer(
        name=ARCHIVE_MANIFEST,
        manifest=Manifest(signed_by=STAMP, digests=dict.fromkeys(covered, digest)),
    )
    own = Manifest(signed_by=SIGNATURE, digests=dict.fromkeys(signed, digest))
    check_cover(members, own, [layer])
    return set(members)


@pytest.mark.parametrize("name", ["certificates.pem", "01.crl", "12.ocsp", "1234.crl"])
def test_what_a_renewal_may_bring(name):
    brought = f"evidence/renewal-001-{name}"
    assert brought in cover(SIGNED, [brought])


@pytest.mark.parametrize(
    "name",
    [
        "evidence/renewal-001-IMPORTANT.pdf",
        "evidence/renewal-001-READ-ME.txt",
        "evidence/renewal-002-01.crl",
        "evidence/renewal-001-1.crl",
        "evidence/renewal-001-01.crl.html",
        "evidence/renewal-001-a/01.crl",
        "evidence/renewal-001-certificates.pem.exe",
        "evidence/02.crl",
        "documents/other.pdf",
    ],
)
def test_what_it_may_not(name):
    with pytest.raises(Refusal, match="no signature"):
        cover(SIGNED, [name])


@pytest.mark.parametrize(
    "name", ["letter.pdf", "evidence/letter.pdf", "ledger/other.json", "documents/.x"]
)
def test_what_is_no_part_of_a_bundle(name):
    with pytest.raises(Refusal, match="no part"):
        cover((*SIGNED, name), [])
