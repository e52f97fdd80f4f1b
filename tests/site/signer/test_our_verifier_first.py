"""What our own verifier refuses of a certificate is told before a number is used.

`doctor` passed an authority's own certificate and one of the serial number 0; `prepare`
signed with them, and then our verifier refused the mail (M12, M13): a number was lost.
The certificates are openssl's.
"""

import shutil

import pytest
from sqlalchemy import func, select

from notices import Site
from notices.errors import CertificateNotUsable
from notices.store.database.schema import numbers
from tests.site.conftest import CASE_1
from tests.site.signer.test_key_request import Openssl

USUAL = {
    "basicConstraints": "critical,CA:FALSE",
    "keyUsage": "critical,digitalSignature",
    "extendedKeyUsage": "emailProtection",
    "authorityKeyIdentifier": "keyid",
}
ODD = {
    "ca": ({"basicConstraints": "critical,CA:TRUE"}, (), "certification authority"),
    "serial-0": ({}, ("-set_serial", "0"), "serial number that is not positive"),
    "long-serial": (
        {},
        ("-set_serial", "0x" + "7f" * 21),
        "serial number of more than 20 octets",
    ),
    "signs-certificates": (
        {"keyUsage": "critical,digitalSignature,keyCertSign"},
        (),
        "may sign certificates, of no authority",
    ),
    "critical-key-identifier": (
        {"subjectKeyIdentifier": "critical,hash"},
        (),
        "must not be critical",
    ),
}


@pytest.fixture
def ca(tmp_path, desk):
    folder = tmp_path / "ca"
    folder.mkdir()
    made = Openssl(folder)
    for name in ("root.pem", "root.crl"):
        shutil.copy(folder / name, desk.home / name)
    desk.set("trust", '["root.pem"]', section="signing")
    desk.set("crls", '["root.crl"]')
    return made


def equip(desk, ca, extensions, words):
    """Give the site a key whose certificate has these extensions."""
    with Site.open(desk.home) as site:
        mailbox = site.parts.config.center.mailbox
    lines = {**USUAL, "subjectAltName": f"email:{mailbox}", **extensions}
    text = "".join(f"{name}={value}\n" for name, value in lines.items())
    (ca.folder / "extensions").write_text(text)
    subject = ("-subj", "/C=JP/O=Some Centre/CN=Some Centre")
    ca.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
           "-keyout", "odd.key", *subject, "-out", "odd.csr")  # fmt: skip
    ca.run("x509", "-req", "-in", "odd.csr", "-CA", "root.pem", "-CAkey", "root.key",
           *(words or ("-set_serial", "77")), "-days", "300", "-extfile", "extensions",
           "-out", "odd.pem")  # fmt: skip
    for name in ("odd.key", "odd.pem"):
        shutil.copy(ca.folder / name, desk.home / name)
    (desk.home / "odd.key").chmod(0o600)
    desk.set("key", '"pem:odd.key"', section="signing")
    desk.set("certificate", '"odd.pem"')
    desk.set("passphrase_file", '""')


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize("name", ODD)
def test_an_odd_certificate_is_refused_before_a_number_is_used(desk, ca, name):
    extensions, words, said = ODD[name]
    equip(desk, ca, extensions, words)
    _, parts = desk.json("doctor")
    [fault] = [one for one in parts if one["name"] == "signing: verifier"]
    assert fault["status"] == "fault"
    assert said in fault["detail"]
    assert fault["advice"]
    with Site.open(desk.home) as site:
        with pytest.raises(CertificateNotUsable, match=said):
            site.prepare(site.read_case(CASE_1))
        given = select(func.count()).select_from(numbers)
        with site.parts.store.engine.connect() as connection:
            assert connection.scalar(given) == 0


def test_an_ordinary_one_of_the_same_authority_signs(desk, ca):
    equip(desk, ca, {}, ())
    _, parts = desk.json("doctor")
    [told] = [one for one in parts if one["name"] == "signing: verifier"]
    assert told["status"] == "ok"
    with Site.open(desk.home) as site:
        assert site.prepare(site.read_case(CASE_1)).state.value == "held"
