"""Strict DER, with cryptography's own reader as the judge of single values."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from hypothesis import example, given
from hypothesis import strategies as st

from notices.verifying.cms import der
from tests.verifying.pki import world


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


def wrapped(*values: bytes) -> bytes:
    """A SEQUENCE of them, its length in three octets."""
    contents = b"".join(values)
    return b"\x30\x82" + len(contents).to_bytes(2) + contents


ANEW = """
import sys
from notices.verifying.cms import der
for line in sys.stdin:
    try:
        der.check(bytes.fromhex(line))
        print("taken")
    except der.NotDER as error:
        print(error)
"""


def said(value: bytes) -> str:
    try:
        der.check(value)
    except der.NotDER as error:
        return str(error)
    return "taken"


def test_what_is_known_excuses_no_other_octets() -> None:
    """Certificates of every mail are looked at once; one octet more is another one."""
    certificates = [world().root.der, world().signer.der, *world().crls]
    whole = wrapped(*certificates)
    der.check(whole)
    changed = []
    for at in range(len(whole)):
        octets = bytearray(whole)
        octets[at] ^= 0x81
        changed.append(bytes(octets))
    changed += [wrapped(wrapped(*certificates)), wrapped(whole[:-1]), whole + b"\0"]
    fresh = subprocess.run(
        [sys.executable, "-c", ANEW],
        input="\n".join(one.hex() for one in reversed(changed)),
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[2],
    ).stdout.splitlines()
    told = [said(one) for one in changed]
    assert told == fresh[::-1]
    assert 0 < told.count("taken") < len(told)


def test_what_is_known_is_too_deep_further_down() -> None:
    value = wrapped(b"\x04\x82\x01\x90" + bytes(400))
    der.check(value)
    for _ in range(der.MAX_DEPTH - 1):
        value = wrapped(value)
        assert said(value) == "taken"
    assert said(wrapped(value)).startswith("nested deeper")


def test_many_nested_values_cost_no_more_than_one() -> None:
    """Each of them is as long as what is kept: nothing is kept of most."""
    value = wrapped(b"\x04\x82\xc3\x50" + bytes(50_000))
    for _ in range(der.MAX_DEPTH - 4):
        value = wrapped(value)
    many = b"".join([value] * 160)
    contents = len(many).to_bytes(3)
    began = time.process_time()
    der.check(b"\x30\x83" + contents + many)
    assert time.process_time() - began < 2
