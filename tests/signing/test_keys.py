"""Keys from files: what opens, what does not, and that nothing is shown."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from notices.credentials import Secret
from notices.errors import CertificateNotUsable, ConfigError, KeyUnavailable
from notices.mail import Headers, message, split
from notices.report import CheckStatus
from notices.signing import (
    KeySources,
    certificate_findings,
    is_example,
    load_certificates,
    load_key,
    load_pem,
    load_pkcs12,
    require_usable,
    sign_entity,
)
from notices.signing.keys.signing_key import order_chain
from notices.verifying import verify
from tests.programs import require_program
from tests.signing.authority import MAILBOX, NOW, Authority
from tests.verifying.pki import Party, new_ca, new_root

EXAMPLE = Path(__file__).parents[2] / "certs" / "example"
PASSPHRASE = "correct horse"  # noqa: S105


def sources(folder: Path, passphrase: str = PASSPHRASE, **more: object) -> KeySources:
    return KeySources(
        resolve=lambda name: folder / name,
        passphrase=lambda: Secret(passphrase) if passphrase else None,
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def p12(authority: Authority, tmp_path: Path) -> Path:
    content = pkcs12.serialize_key_and_certificates(
        b"sign",
        authority.keys["p256"],
        authority.certificate("p256"),
        [authority.root, *authority.chain],
        BestAvailableEncryption(PASSPHRASE.encode()),
    )
    path = tmp_path / "signer.p12"
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("uri", ["signer.p12", "pkcs12:signer.p12"])
def test_a_pkcs12_file_gives_key_certificate_and_chain_without_root(
    p12: Path, authority: Authority, uri: str
) -> None:
    key = load_key(uri, sources(p12.parent))
    assert key.certificate == authority.certificate("p256")
    assert key.chain == tuple(authority.chain)
    assert key.weaknesses == ()


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_pem_key_comes_with_its_certificate_file(
    authority: Authority, tmp_path: Path, *, encrypted: bool
) -> None:
    protection = (
        BestAvailableEncryption(PASSPHRASE.encode()) if encrypted else NoEncryption()
    )
    pem = authority.keys["rsa2048"].private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, protection
    )
    path = tmp_path / "key.pem"
    path.write_bytes(pem)
    path.chmod(0o600)
    chain = [authority.certificate("rsa2048"), *authority.chain, authority.root]
    certificates = b"".join(one.public_bytes(Encoding.PEM) for one in chain)
    key = load_key("pem:key.pem", sources(tmp_path, certificate=certificates))
    assert key.certificate == authority.certificate("rsa2048")
    assert key.chain == tuple(authority.chain)


def test_a_wrong_passphrase_is_told_without_showing_it(p12: Path) -> None:
    with pytest.raises(KeyUnavailable, match="wrong passphrase") as caught:
        load_key("signer.p12", sources(p12.parent, "battery staple"))
    assert caught.value.exit_code == 77
    assert "battery" not in caught.value.diagnostics() + repr(caught.value)


@pytest.mark.parametrize("content", [b"", b"no key", b"\x30\x80"])
def test_what_is_no_key_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad"
    path.write_bytes(content)
    path.chmod(0o600)
    for uri in ("pkcs12:bad", "pem:bad"):
        with pytest.raises(KeyUnavailable):
            load_key(uri, sources(tmp_path))


def test_a_file_without_key_is_told(authority: Authority, tmp_path: Path) -> None:
    content = pkcs12.serialize_key_and_certificates(
        None, None, None, [authority.root], BestAvailableEncryption(b"x")
    )
    with pytest.raises(KeyUnavailable, match="no private key"):
        load_pkcs12(content, Secret("x"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_may_read_is_refused(p12: Path, mode: int) -> None:
    p12.chmod(mode)
    with pytest.raises(KeyUnavailable, match="read by others") as caught:
        load_key("signer.p12", sources(p12.parent))
    assert "chmod 600" in caught.value.hint


def test_a_link_is_not_followed(p12: Path) -> None:
    (p12.parent / "link.p12").symlink_to(p12)
    with pytest.raises(KeyUnavailable):
        load_key("link.p12", sources(p12.parent))


def test_a_second_name_of_the_file_is_refused(p12: Path) -> None:
    os.link(p12, p12.parent / "other.p12")
    with pytest.raises(KeyUnavailable, match="hard links"):
        load_key("signer.p12", sources(p12.parent))


def test_a_missing_file_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match=r"none\.p12"):
        load_key("none.p12", sources(tmp_path))


def test_nothing_of_the_key_is_shown(p12: Path) -> None:
    key = load_key("signer.p12", sources(p12.parent))
    assert repr(key) == "SigningKey(***, subject='CN=Test p256,O=Test,C=JP')"
    assert repr(key.operation) == "SoftwareKey(***)"
    assert PASSPHRASE not in repr(sources(p12.parent))


def test_a_weak_container_is_opened_and_warned_about(
    authority: Authority, tmp_path: Path
) -> None:
    key = authority.keys["p256"].private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(key)
    certificate = authority.certificate("p256").public_bytes(Encoding.PEM)
    (tmp_path / "cert.pem").write_bytes(certificate)
    subprocess.run(
        [
            *(require_program("openssl"), "pkcs12", "-export", "-legacy"),
            *("-inkey", "key.pem", "-in", "cert.pem", "-out", "old.p12"),
            *("-passout", "pass:x"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    found = load_pkcs12((tmp_path / "old.p12").read_bytes(), Secret("x")).weaknesses
    assert any("SHA-1" in one for one in found)
    assert any("RC2" in one or "DES" in one for one in found)


def test_the_chain_is_put_in_order_from_any_heap(authority: Authority) -> None:
    heap = [authority.root, authority.certificate("tsa"), *authority.chain]
    chain = order_chain(authority.certificate("p256"), heap)
    assert chain == tuple(authority.chain)


def test_certificates_are_read_from_pem_and_der(authority: Authority) -> None:
    root = authority.root
    assert load_certificates(root.public_bytes(Encoding.DER)) == (root,)
    both = root.public_bytes(Encoding.PEM) * 2
    assert load_certificates(both) == (root, root)
    with pytest.raises(ConfigError):
        load_certificates(b"nothing")


def test_another_certificate_is_no_example(authority: Authority) -> None:
    assert not is_example(authority.root)


def test_the_example_tls_certificate_belongs_to_its_root() -> None:
    (root,) = load_certificates((EXAMPLE / "tls-root.pem").read_bytes())
    (leaf,) = load_certificates((EXAMPLE / "tls-cert.pem").read_bytes())
    leaf.verify_directly_issued_by(root)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost"]


def _above(
    name: x509.Name, key: Party | x509.Certificate, issuer: Party
) -> x509.Certificate:
    """A CA of that name and key, issued by somebody else."""
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject)
        .public_key(
            key.key.public_key() if isinstance(key, Party) else key.public_key()
        )
        .serial_number(77)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(issuer.key, hashes.SHA256())
    )


def test_of_two_intermediates_of_one_name_the_issuer_goes_along(
    authority: Authority,
) -> None:
    """A CA with a new key keeps its name; which one comes first says nothing."""
    [issuer], root = authority.chain, new_root("Some Root")
    twin = _above(issuer.subject, new_ca(root), root)
    for others in ([twin, issuer], [issuer, twin]):
        assert order_chain(authority.certificate("p256"), others) == (issuer,)


def test_a_cross_certified_issuer_goes_along_twice(authority: Authority) -> None:
    """One key, two certificates: readers trust the one root or the other."""
    [issuer], root = authority.chain, new_root("Other Root")
    crossed = _above(issuer.subject, issuer, root)
    others = [crossed, issuer, authority.root, root.certificate]
    chain = order_chain(authority.certificate("p256"), others)
    assert set(chain) == {issuer, crossed}


def test_a_certificate_for_pss_alone_is_refused_by_name(
    authority: Authority, tmp_path: Path
) -> None:
    """By us, before OpenSSL says `illegal or unsupported padding mode`."""
    program = require_program("openssl")
    key, made = tmp_path / "key", tmp_path / "pem"
    words = [
        *("req", "-x509", "-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"),
        *("-nodes", "-keyout", str(key), "-out", str(made), "-days", "300"),
        *("-subj", "/CN=A", "-addext", f"subjectAltName=email:{MAILBOX}"),
        *("-addext", "extendedKeyUsage=emailProtection"),
        *("-addext", "keyUsage=digitalSignature"),
    ]
    subprocess.run([program, *words], check=True, capture_output=True)
    findings = certificate_findings(
        load_pem(key.read_bytes(), made.read_bytes()),
        trust=[authority.root],
        from_mailbox=MAILBOX,
        now=NOW,
    )
    with pytest.raises(CertificateNotUsable, match="RSASSA-PSS alone"):
        require_usable(findings)
    assert any("RSA-2048 to RSA-4096" in one.hint for one in findings)


@pytest.mark.parametrize(
    ("name", "digest"), [("p384", "sha384"), ("p256", "sha256"), ("rsa3072", "sha256")]
)
def test_p384_signs_with_sha_384_and_the_mail_says_so(
    authority: Authority, part: bytes, mail_headers: Headers, name: str, digest: str
) -> None:
    """RFC 5753, 8: a digest of the curve's strength."""
    key = authority.key(name)
    signature = sign_entity(part, key, signing_time=NOW)
    info = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    assert info["digest_algorithm"]["algorithm"].native == key.digest == digest
    octets = message(mail_headers, part, signature, boundary="f" * 24, digest=digest)
    assert split(octets).digest == digest
    report = verify(octets, trust=[authority.root.public_bytes(Encoding.PEM)], at=NOW)
    [told] = [one for one in report.findings if one.id == "M06"]
    assert told.status is CheckStatus.PASSED, told
