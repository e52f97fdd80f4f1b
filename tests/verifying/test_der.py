"""Strict DER, with cryptography's own reader as the judge of single values."""

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from hypothesis import example, given
from hypothesis import strategies as st

from notices.verifying.cms import der


def is_taken(value: bytes) -> bool:
    try:
        der.check(value)
    except der.NotDER:
        return False
    return True


def is_read(kind: type, value: bytes) -> bool:
    try:
        asn1.decode_der(kind, value)
    except ValueError:
        return False
    return True


@given(st.binary(max_size=5))
@example(b"")
@example(b"\x80\x2a\x03")  # a zero before the first number
@example(b"\x2a\x80\x03")  # and before the second
@example(b"\x2a\x81\x80\x03")  # a zero within a number
@example(b"\x2a\x81")  # cut off
def test_an_object_identifier(contents: bytes) -> None:
    value = bytes([0x06, len(contents)]) + contents
    assert is_taken(value) is is_read(x509.ObjectIdentifier, value)


@given(st.binary(max_size=5))
@example(b"\x00\x7f")
@example(b"\x00\x80")
@example(b"\xff\x80")
@example(b"\xff\x7f")
def test_an_integer(contents: bytes) -> None:
    value = bytes([0x02, len(contents)]) + contents
    assert is_taken(value) is is_read(int, value)


@pytest.mark.parametrize("contents", [b"", b"\x00", b"\x01", b"\xff", b"\x00\x00"])
def test_a_boolean(contents: bytes) -> None:
    value = bytes([0x01, len(contents)]) + contents
    assert is_taken(value) is is_read(bool, value)
