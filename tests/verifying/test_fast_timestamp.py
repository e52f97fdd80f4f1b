"""What is judged quickly or remembered is judged as it would be at length."""

import hashlib
from datetime import datetime, timedelta

import pytest
from asn1crypto import cms, crl, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from notices.report import CLOCK_TOLERANCE
from notices.running import complete
from notices.verifying.checks import Refusal
from notices.verifying.cms import (
    fast_timestamp,
    general_timestamp,
    path,
    timestamp,
    timestamp_rules,
)
from notices.verifying.cms.der import NotDER
from notices.verifying.cms.path import Material
from notices.verifying.cms.signed_data import SignedData
from notices.verifying.revocation.answers import Revocation, read_crl
from tests.verifying.genuine import stamp_with
from tests.verifying.mutants import mutants
from tests.verifying.pki import DAY, JUDGED_AT, SIGNED_AT, Party, issue, new_rsa, world

VALUE = b"the signature value that is stamped"
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
SECOND = timedelta(seconds=1)


def material(*lists: bytes) -> Material:
    found = Revocation()
    for one in lists or world().crls:
        found += read_crl(one)
    return Material(
        anchors=(x509.Certificate.load(world().root.der),),
        certificates=(x509.Certificate.load(world().ca.der),),
        revocation=found,
    )


LISTS = tuple(world().crls)


def token(octets: bytes) -> SignedData:
    return timestamp.read_token(octets).parts


def accepts_generally(octets: bytes) -> bool:
    """What our rules say of what pyHanko reads, and pyHanko of all of it."""
    try:
        read = timestamp.read_token(octets)
        found = general_timestamp.read(read.general, read.parts)
        timestamp_rules.check_attributes(found)
        ours = fast_timestamp.read(read.parts)
        is_ours = ours is not None and ours.attributes == found.attributes
        # whatever else came along is not signed, and on no path of ours
        alone = read.general.copy()
        alone["certificates"] = [
            cms.CertificateChoices({"certificate": found.certificate})
        ]
        imprint = hashlib.sha256(VALUE).digest()
        said = complete(validate_tst_signed_data(alone, oracle(), lambda _: imprint))
    except (Refusal, SignatureValidationError, *UNREADABLE):
        return False
    problem = said["trust_problem_indic"]
    return is_ours and said["intact"] and said["valid"] and problem is None


def oracle() -> ValidationContext:
    """pyHanko, which knows nothing of our rules."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(world().root.der)],
        other_certs=[x509.Certificate.load(world().ca.der)],
        crls=list(LISTS),
        moment=JUDGED_AT,
        revocation_mode="require",
    )


def holds(octets: bytes, about: bytes = VALUE) -> bool:
    """Whether it is read quickly, and proves a time."""
    if fast_timestamp.read(token(octets)) is None:
        return False
    try:
        read = timestamp.read_token(octets)
        timestamp.prove(read, about, material(*LISTS), JUDGED_AT)
    except (Refusal, *UNREADABLE):
        return False
    return True


def test_a_stamp_of_the_usual_kind_is_judged_quickly() -> None:
    octets = stamp_with(world().tsa)(VALUE)
    assert holds(octets)
    assert accepts_generally(octets)
    assert not holds(octets, VALUE + b".")


def test_a_stamp_by_an_authority_for_something_else_is_not() -> None:
    other = issue(world().ca, "No Authority", new_rsa())
    assert not holds(stamp_with(other)(VALUE))


def test_parameters_that_mean_nothing_are_refused_by_both() -> None:
    """Vector 1: a mutant with another tag than NULL beside rsaEncryption passed."""
    octets = stamp_with(world().tsa)(VALUE)
    oid = bytes.fromhex("06092a864886f70d010101")
    at = octets.rindex(oid + b"\x05\x00\x04") + len(oid)
    changed = octets[:at] + b"\x0d" + octets[at + 1 :]
    assert not holds(changed)
    assert not accepts_generally(changed)


@pytest.mark.parametrize("version", [1, 2, 9])
def test_a_stamp_of_another_version_is_refused(version: int) -> None:
    """Vector 2: of version 1, which is not signed, other readers see no TSTInfo."""
    octets = stamp_with(world().tsa)(VALUE)
    assert token(octets).version == 3
    changed = octets.replace(b"\x02\x01\x03\x31", b"\x02\x01%c\x31" % version, 1)
    with pytest.raises((Refusal, NotDER)):
        token(changed)


def check_mutants(seed: int, count: int) -> None:
    genuine = stamp_with(world().tsa)(VALUE)
    for mutant in mutants(genuine, seed, count):
        try:
            token(mutant)
        except (Refusal, *UNREADABLE):
            continue
        if holds(mutant):
            assert accepts_generally(mutant)


def test_no_mutant_is_accepted_quickly_that_is_refused_at_length() -> None:
    check_mutants(1, 300)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(2, 42))
def test_none_of_many_mutants_is_accepted_quickly(seed: int) -> None:
    check_mutants(seed, 1_000)


def revoking(moment: datetime) -> tuple[bytes, ...]:
    ca = Party(world().ca.key, world().ca.certificate)
    ca.revoked = {world().signer.certificate.serial_number: moment}
    return (world().root.crl(), ca.crl())


def found(question: Material, moment: datetime, how: str) -> object:
    signer = x509.Certificate.load(world().signer.der)
    try:
        return [one.dump() for one in getattr(path, how)(signer, question, moment)]
    except Refusal as refusal:
        return refusal.sub_indication


@pytest.mark.parametrize("revoked", [None, SIGNED_AT + DAY / 2])
def test_what_is_remembered_is_what_would_be_found(revoked: datetime | None) -> None:
    """Around each time that the material names, in both orders of asking."""
    lists = revoking(revoked) if revoked else LISTS
    question = material(*lists)
    named = {SIGNED_AT, JUDGED_AT}
    for one in map(crl.CertificateList.load, lists):
        named.add(one["tbs_cert_list"]["this_update"].native)
        named.add(one["tbs_cert_list"]["next_update"].native)
    if revoked:
        named.add(revoked)
    named |= {one + by for one in named for by in (-CLOCK_TOLERANCE, CLOCK_TOLERANCE)}
    around = sorted(one + by for one in named for by in (-SECOND, 0 * SECOND, SECOND))
    for moment in (*around, *reversed(around)):
        signer = x509.Certificate.load(world().signer.der)
        if signer.not_valid_before <= moment <= signer.not_valid_after:
            assert found(question, moment, "find") == found(
                question, moment, "find_anew"
            )


def test_a_path_is_not_remembered_for_another_certificate_or_list() -> None:
    other = issue(world().ca, "Another Signer")
    assert found(material(*LISTS), JUDGED_AT, "find")
    known = material(world().root.crl())
    assert str(found(known, JUDGED_AT, "find")) == "TRY_LATER"
    theirs = path.find(x509.Certificate.load(other.der), material(*LISTS), JUDGED_AT)
    assert theirs[0].dump() == other.der
