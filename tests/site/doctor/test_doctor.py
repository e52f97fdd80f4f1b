"""Each misconfiguration: doctor names it and says what to do, and nothing is sent."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tests.programs import require_program
from tests.signing import old_certificates
from tests.signing.site_authority import (
    DEAD,
    PASSPHRASE,
    equip,
    pem,
    write_key,
    write_secret,
)
from tests.site.conftest import CASE_1


def no_key_file(desk, authority):
    (desk.home / "p256.p12").unlink()


def key_others_can_read(desk, authority):
    (desk.home / "p256.p12").chmod(0o640)


def key_behind_a_link(desk, authority):
    path = desk.home / "p256.p12"
    path.rename(desk.home / "elsewhere.p12")
    path.symlink_to("elsewhere.p12")


def wrong_passphrase(desk, authority):
    write_secret(desk.home / "p256.pass", b"another")


def passphrase_others_can_read(desk, authority):
    (desk.home / "p256.pass").chmod(0o644)


def no_pkcs12(desk, authority):
    write_secret(desk.home / "p256.p12", b"not a key at all")


def foreign_key(desk, authority):
    key = ec.generate_private_key(ec.SECP256R1())
    encoded = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_secret(desk.home / "key.pem", encoded)
    chain = pem(authority.certificate("p256"), *authority.chain)
    (desk.home / "chain.pem").write_bytes(chain)
    desk.set("key", '"pem:key.pem"', section="signing")
    desk.set("certificate", '"chain.pem"')
    desk.set("passphrase_file", '""')


def certificate(name):
    def use(desk, authority):
        desk.set("key", f'"{write_key(desk.home, authority, name)}"', section="signing")
        desk.set("passphrase_file", f'"{name}.pass"')

    use.__name__ = name
    return use


def sha1_certificate(desk, authority):
    """`cryptography` signs nothing with SHA-1 any more, openssl still does."""
    content = old_certificates.sha1(
        require_program("openssl"),
        desk.home,
        issuer=authority.certificate("issuing"),
        issuer_key=authority.keys["issuing"],
        key=authority.keys["p256"],
    )
    (desk.home / "sha1.pem").write_bytes(content + pem(*authority.chain))
    key = authority.keys["p256"].private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    write_secret(desk.home / "key.pem", key)
    desk.set("key", '"pem:key.pem"', section="signing")
    desk.set("certificate", '"sha1.pem"')
    desk.set("passphrase_file", '""')


def foreign_root(desk, authority):
    (desk.home / "roots.pem").write_bytes(pem(authority.certificate("stamp-root")))


def no_root_file(desk, authority):
    (desk.home / "roots.pem").unlink()


def no_list(desk, authority):
    """The authority is away, and no list is kept as a file."""
    authority.spoil = lambda _: b"out of order"


def old_list(desk, authority):
    past = datetime.now(UTC) - timedelta(days=100)
    for number, crl in enumerate(authority.crls(past).crls):
        (desk.home / f"{number}.crl").write_bytes(crl)
    desk.set("crls", '["0.crl", "1.crl"]')
    authority.spoil = lambda _: b"out of order"


def list_that_is_none(desk, authority):
    (desk.home / "x.crl").write_bytes(b"no list")
    desk.set("crls", '["x.crl"]')


def weak_container(desk, authority):
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2048)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(SHA1())  # noqa: S303 - what older programs made
        .build(PASSPHRASE)
    )
    store = pkcs12.serialize_key_and_certificates(
        b"p256",
        authority.keys["p256"],
        authority.certificate("p256"),
        authority.chain,
        encryption,
    )
    write_secret(desk.home / "p256.p12", store)


def no_intermediate(desk, authority):
    store = pkcs12.serialize_key_and_certificates(
        b"p256",
        authority.keys["p256"],
        authority.certificate("p256"),
        None,
        BestAvailableEncryption(PASSPHRASE),
    )
    write_secret(desk.home / "p256.p12", store)


def stamper_away(desk, authority):
    desk.set("timestamp_urls", f'["{DEAD}"]')


def stamper_unknown(desk, authority):
    desk.set("timestamp_urls", f'["{authority.tsa_url}"]')
    (desk.home / "roots.pem").write_bytes(pem(authority.root))


def relay_away(desk, authority):
    desk.set("port", "9")


def no_tls_root(desk, authority):
    desk.set("ca", '"nowhere.pem"')


def tls_root_that_is_none(desk, authority):
    (desk.home / "tls.pem").write_text("no certificate")
    desk.set("ca", '"tls.pem"')


def endesive_with_p256(desk, authority):
    desk.set("backend", '"endesive"')


SIGNING, TIME = "signing", "signing: time"
FAULTS = [
    (no_key_file, 77, SIGNING, "p256.p12 cannot be read"),
    (key_others_can_read, 77, SIGNING, "can be read by others (mode 0640)"),
    (key_behind_a_link, 77, SIGNING, "p256.p12 cannot be read"),
    (wrong_passphrase, 77, SIGNING, "p256.p12: the PKCS#12 file does not open: wrong"),
    (passphrase_others_can_read, 77, SIGNING, "p256.pass can be read by others"),
    (no_pkcs12, 77, SIGNING, "p256.p12: the key's file is no PKCS#12 file"),
    (foreign_key, 69, "signing: key-match", "does not belong to the certificate"),
    (certificate("expired"), 69, TIME, "The certificate expired on"),
    (certificate("not-yet"), 69, TIME, "The certificate is not valid before"),
    (certificate("six-days-left"), 69, TIME, "in less than 7 days"),
    (certificate("for-tls"), 69, "signing: usage", "does not have emailProtection"),
    (
        certificate("other-mailbox"),
        69,
        "signing: address",
        "names other@hotline.example.jp, but the mail comes from",
    ),
    (certificate("revoked"), 69, "signing: revocation", "is revoked since"),
    (certificate("rsa1024"), 69, "signing: key-strength", "The key is RSA-1024"),
    (sha1_certificate, 69, "signing: digest", "signed with sha1, not with SHA-2"),
    (foreign_root, 69, "signing: path", "no path from the certificate to a pinned"),
    (no_intermediate, 69, "signing: path", "no path from the certificate to a pinned"),
    (no_root_file, 78, SIGNING, "signing.trust cannot be read"),
    (no_list, 75, "signing: revocation", "is revoked is not known: there is no answer"),
    (old_list, 75, "signing: revocation", "is revoked is not known"),
    (list_that_is_none, 78, SIGNING, ""),
    (stamper_away, 75, f"time stamps: {DEAD}", "did not answer"),
    (stamper_unknown, 78, "time stamps: ", "leads to no pinned root"),
    (endesive_with_p256, 78, "signing: backend", "labels an ECDSA signature as RSA"),
    (relay_away, 75, "smtp", "127.0.0.1:9 does not answer"),
    (no_tls_root, 78, "smtp", "smtp.ca cannot be read"),
    (tls_root_that_is_none, 78, "smtp", "no certificate could be read"),
]


ALSO = {"sha1_certificate": {"signing: path"}}
"""A path over SHA-1 is none, either."""


@pytest.fixture
def spoilt(desk, arrived, authority):
    """Spoils the site; what the authority was made to say is mended afterwards."""
    equip(desk, authority)
    yield lambda fault: fault(desk, authority)
    authority.spoil = None


def test_a_site_in_order_has_no_fault(desk, arrived, authority):
    equip(desk, authority, "p256", authority.tsa_url)
    code, parts = desk.json("doctor")
    assert code == 0
    assert {part["status"] for part in parts} == {"ok"}
    told = next(one for one in parts if one["name"].startswith("time stamps: "))
    assert "accuracy" in told["detail"]


@pytest.mark.parametrize(
    ("fault", "exit_code", "name", "words"),
    FAULTS,
    ids=[fault.__name__ for fault, *_ in FAULTS],
)
def test_a_fault_is_named_and_nothing_is_sent(
    desk, arrived, spoilt, fault, exit_code, name, words
):
    spoilt(fault)
    code, parts = desk.json("doctor")
    faults = [part for part in parts if part["status"] == "fault"]
    assert code == exit_code, faults
    told = [part for part in faults if part["name"].startswith(name)]
    assert any(words in part["detail"] for part in told), faults
    assert all(part["advice"] for part in faults)
    others = {part["name"] for part in faults if part not in told}
    assert others <= ALSO.get(fault.__name__, set()), "one fault, one finding"
    code, [row] = desk.json("send", CASE_1)
    assert code == exit_code
    assert not list(arrived.iterdir())
    if error := row.get("error"):
        # the courier says it in its own words
        assert name == "smtp" or (words in error["message"] and error["hint"])
    else:
        assert row["state"] in {"queued", "deferred"}, "the relay's faults alone"


WARNINGS = [
    (certificate("twenty-days-left"), TIME, "in less than 30 days"),
    (weak_container, "signing: container", "triple DES"),
]


@pytest.mark.parametrize(
    ("fault", "name", "words"), WARNINGS, ids=[one.__name__ for one, *_ in WARNINGS]
)
def test_a_weakness_is_named_and_does_not_stop(
    desk, arrived, spoilt, fault, name, words
):
    spoilt(fault)
    code, parts = desk.json("doctor")
    assert code == 0
    told = [part for part in parts if part["status"] == "warning"]
    assert {part["name"] for part in told} == {name}
    assert any(words in part["detail"] for part in told)
    assert all(part["advice"] for part in told)
    assert desk.run("send", CASE_1)[0] == 0


def test_no_secret_is_shown(desk, arrived, spoilt, tmp_path):
    """Neither the right passphrase nor a wrong one, in any output."""
    spoilt(lambda desk, _: write_secret(desk.home / "p256.pass", b"wrong-secret"))
    for words in (["doctor"], ["doctor", "--json"], ["send", CASE_1]):
        _, out, err = desk.run(*words)
        assert "wrong-secret" not in out + err
        assert PASSPHRASE.decode() not in out + err


def test_one_stamper_that_works_is_enough(desk, arrived, authority):
    equip(desk, authority, "p256", DEAD, authority.tsa_url)
    code, parts = desk.json("doctor")
    told = {part["name"]: part["status"] for part in parts}
    assert code == 0
    assert told[f"time stamps: {DEAD}"] == "warning"
    assert told[f"time stamps: {authority.tsa_url}"] == "ok"


def test_a_preferred_stamper_that_is_away_is_a_warning(desk, arrived, authority):
    equip(desk, authority, "p256", DEAD)
    desk.set("timestamps", '"preferred"')
    code, parts = desk.json("doctor")
    told = next(part for part in parts if part["name"].startswith("time stamps"))
    assert (code, told["status"]) == (0, "warning")
