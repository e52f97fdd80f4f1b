"""What is judged quickly or remembered is judged as it would be at length."""

from datetime import datetime, timedelta

import pytest
from asn1crypto import crl, x509

from notices.report import CLOCK_TOLERANCE
from notices.verifying.checks import Refusal
from notices.verifying.cms import fast_timestamp, path, timestamp
from notices.verifying.cms.der import NotDER
from notices.verifying.cms.path import Material
from notices.verifying.cms.signed_data import SignedData
from notices.verifying.policy import Revocation, read_crl
from tests.verifying.genuine import stamp_with
from tests.verifying.mutants import mutants
from tests.verifying.pki import DAY, JUDGED_AT, SIGNED_AT, Party, issue, new_rsa, world

VALUE = b"the signature value that is stamped"
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
    try:
        general = timestamp.read_token(octets).general
        timestamp.prove_generally(general, VALUE, material(*LISTS), JUDGED_AT)
    except (Refusal, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def test_a_stamp_of_the_usual_kind_is_judged_quickly() -> None:
    octets = stamp_with(world().tsa)(VALUE)
    usual = token(octets)
    assert fast_timestamp.holds(usual, VALUE, material(*LISTS), JUDGED_AT)
    assert accepts_generally(octets)
    assert not fast_timestamp.holds(usual, VALUE + b".", material(*LISTS), JUDGED_AT)


def test_a_stamp_by_an_authority_for_something_else_is_not() -> None:
    other = issue(world().ca, "No Authority", new_rsa())
    signer = token(stamp_with(other)(VALUE))
    assert not fast_timestamp.holds(signer, VALUE, material(*LISTS), JUDGED_AT)


def test_parameters_that_mean_nothing_are_refused_by_both() -> None:
    """Vector 1: a mutant with another tag than NULL beside rsaEncryption passed."""
    octets = stamp_with(world().tsa)(VALUE)
    oid = bytes.fromhex("06092a864886f70d010101")
    at = octets.rindex(oid + b"\x05\x00\x04") + len(oid)
    changed = octets[:at] + b"\x0d" + octets[at + 1 :]
    assert not fast_timestamp.holds(token(changed), VALUE, material(*LISTS), JUDGED_AT)
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
            changed = token(mutant)
        except (Refusal, ValueError, KeyError, TypeError):
            continue
        if fast_timestamp.holds(changed, VALUE, material(*LISTS), JUDGED_AT):
            assert accepts_generally(mutant)


def test_no_mutant_is_accepted_quickly_that_is_refused_at_length() -> None:
    check_mutants(1, 300)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(2, 10))
def test_none_of_many_mutants_is_accepted_quickly(seed: int) -> None:
    check_mutants(seed, 5_000)


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
