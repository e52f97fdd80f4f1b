"""What is remembered of certificates: as long as they are, and never of another one."""

import gc
import inspect

import pytest
from asn1crypto import x509

from notices.verifying.cms.certificates import kept, same_name, start_of
from tests.verifying.pki import world


def test_what_was_found_goes_with_its_certificate():
    """Hostile files bring certificates without end: none may stay for what it said."""
    asked = []

    @kept
    def serial(certificate: x509.Certificate) -> int:
        asked.append(certificate.serial_number)
        return certificate.serial_number

    for _ in range(3):
        one = x509.Certificate.load(world().signer.der)
        assert serial(one) == serial(one) == one.serial_number
    assert len(asked) == 3
    del one
    gc.collect()
    memory = inspect.getclosurevars(serial).nonlocals["known"]
    assert len(memory) == 0


def test_errors_are_found_anew():
    """A refusal is told each time, not None the second time."""

    @kept
    def refuse(certificate: x509.Certificate) -> None:
        raise ValueError(certificate.serial_number)

    one = x509.Certificate.load(world().signer.der)
    for _ in range(2):
        with pytest.raises(ValueError, match=str(one.serial_number)):
            refuse(one)


def test_certificates_of_one_place_in_memory_are_told_apart():
    """A new certificate may lie where an old one was: it has its own beginning."""
    for party in (world().signer, world().tsa, world().root) * 20:
        one = x509.Certificate.load(party.der)
        assert start_of(one) == one.not_valid_before


def test_names_alike_in_other_letters_are_the_same():
    """RFC 5280, 7.1: case and blanks do not tell; what was compared before, neither."""
    one = x509.Name.build({"common_name": "Example  Root"})
    other = x509.Name.build({"common_name": "example root"})
    third = x509.Name.build({"common_name": "example roof"})
    for _ in range(2):
        assert same_name(one, other)
        assert not same_name(one, third)
