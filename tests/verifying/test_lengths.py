"""A length that ends in 0x80 is a length like any other.

asn1crypto takes it for the indefinite form when it writes a parsed value, and writes it
anew: an authority that strays from DER lost its signature so, one time in 256.
"""

import ast
import hashlib
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

import notices
from notices.asn1_values import AnswerAsRead, CertificateAsRead, encoding_of
from notices.verifying.certification import validation
from notices.verifying.certification.building import Builder
from notices.verifying.cms import certificates, der
from tests.verifying.answers import an_answer
from tests.verifying.odd_certificates import EMAIL, Made
from tests.verifying.odd_der import changed, encoded
from tests.verifying.pki import SIGNED_AT, Party, world

FALSE = b"\x01\x01\x00"
"""Written where DER leaves the default out (X.690, 11.5); authorities do it."""
PADDING = x509.ObjectIdentifier("1.3.6.1.4.1.99999.6")
PURPOSES = frozenset((EMAIL.dotted_string,))


def size_of(value: bytes) -> int:
    return sum(map(len, der.children(value)))


def signed_part(certificate: bytes) -> bytes:
    return der.children(certificate)[0]


def extensions(certificate: bytes) -> bytes:
    return der.children(der.children(signed_part(certificate))[7])[0]


def straying(plain: Party, by: Party) -> bytes:
    """Its certificate again, with `critical FALSE` in the last extension."""

    def stray(extension: bytes) -> bytes:
        name, value = der.children(extension)
        return encoded(0x30, name + FALSE + value)

    made = changed(plain.der, 0, 7, 0, -1, change=stray)
    value = by.key.sign(signed_part(made), ec.ECDSA(hashes.SHA256()))
    return changed(made, 2, change=lambda _: encoded(0x03, b"\0" + value))


def authority(by: Party, part: Callable[[bytes], bytes]) -> tuple[Party, bytes]:
    """One whose certificate strays; the length of that part of it ends in 0x80."""
    for size in range(1, 2_000):  # an ECDSA signature has not always the same length
        filling = x509.UnrecognizedExtension(PADDING, bytes(size % 400 + 1))
        plain = Made("CA", is_ca=True, more={"padding": (filling, False)}).by(by)
        made = straying(plain, by)
        if size_of(part(made)) & 0xFF == 0x80:
            return plain, made
    raise AssertionError("no size does it")


def judged_by_openssl(folder: Path, *path: bytes) -> str:
    for name, octets in zip(("leaf", "ca", "root"), path, strict=True):
        (folder / name).write_bytes(octets)
    moment = str(int(SIGNED_AT.timestamp()))
    said = subprocess.run(
        [
            *("openssl", "verify", "-attime", moment),
            *("-trusted", "root", "-untrusted", "ca", "leaf"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout + said.stderr


@pytest.mark.parametrize("part", [bytes, signed_part, extensions])
def test_a_path_through_it_stays_one(
    part: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    root = Made("Root", is_ca=True).by(None)
    plain, ca = authority(root, part)
    leaf = Made("Signer").by(plain)
    assert judged_by_openssl(tmp_path, leaf.der, ca, root.der) == "leaf: OK\n"
    signer, middle, top = map(certificates.parse, (leaf.der, ca, root.der))
    _ = middle.native
    (path,) = Builder([top], [middle]).paths_from(signer)
    validation.check(path, SIGNED_AT, timedelta(0), PURPOSES)
    assert (middle.sha256, middle.dump()) == (hashlib.sha256(ca).digest(), ca)


@pytest.mark.parametrize("part", [bytes, signed_part, extensions])
def test_it_is_not_written_anew_in_what_carries_it(
    part: Callable[[bytes], bytes],
) -> None:
    """In names too: Choice writes what it chose."""
    _, octets = authority(world().root, part)
    read = asn1.Certificate.load(octets)
    assert encoding_of(read) == octets
    content = read["tbs_certificate"]
    assert encoding_of(content) == signed_part(octets)
    assert encoding_of(content["extensions"]) == der.children(signed_part(octets))[7]
    assert encoding_of(read.subject) == der.children(signed_part(octets))[5]


def test_so_is_a_broken_one_inside() -> None:
    """What is not looked at is not read: it may be broken, and it is not ours to say."""
    inside = encoded(0x30, b"\x02\x01\x01" + b"\x0c" * 125)
    assert inside[:3] == b"\x30\x81\x80"
    assert encoding_of(CertificateAsRead.load(inside)) == inside


def test_an_answer_too() -> None:
    answer = an_answer(world().answered)
    assert AnswerAsRead.load(answer).dump() == answer


def test_no_value_is_written_by_the_library() -> None:
    """The kind comes back with every `dump()`."""
    calls = [
        f"{path.name}:{node.lineno}"
        for path in Path(notices.__file__).parent.rglob("*.py")
        if path.name != "asn1_values.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "dump"
    ]
    assert calls == []
