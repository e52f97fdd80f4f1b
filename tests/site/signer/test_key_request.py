"""`notices key request` and `install`: the authority is openssl, the mail then goes out."""

import re
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from notices import Site
from notices.config import load_config
from notices.judgment import JST
from tests.programs import require_program
from tests.signing.site_authority import emptied
from tests.site.conftest import CASE_1, CASE_2_ABROAD

CA_FILE = """\
[ca]
default_ca = own
[own]
database = index
serial = serial
crlnumber = crlnumber
new_certs_dir = .
certificate = root.pem
private_key = root.key
default_md = sha256
default_days = 300
default_crl_days = 7
policy = any
copy_extensions = copy
unique_subject = no
[any]
countryName = supplied
organizationName = supplied
organizationIdentifier = optional
commonName = supplied
surname = optional
givenName = optional
"""


class Openssl:
    """An authority of the `openssl` command alone."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "index").write_text("")
        (folder / "serial").write_text("1000\n")
        (folder / "crlnumber").write_text("01\n")
        (folder / "ca.cnf").write_text(CA_FILE)
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-keyout", "root.key", "-out", "root.pem", "-days", "3000",
                 "-subj", "/C=JP/O=Some Authority/CN=Some Root")  # fmt: skip
        self.run("ca", "-config", "ca.cnf", "-gencrl", "-out", "root.crl")

    def run(self, *words):
        command = [require_program("openssl"), *words]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return (done.stdout + done.stderr).decode()

    def issue(self, request):
        """The answer as .p7b, as authorities send it."""
        said = self.run("req", "-in", str(request), "-verify", "-noout", "-text")
        assert "verify OK" in said
        self.run("ca", "-config", "ca.cnf", "-batch", "-notext", "-in", str(request),
                 "-out", "new.pem")  # fmt: skip
        self.run("crl2pkcs7", "-nocrl", "-certfile", "new.pem", "-certfile", "root.pem",
                 "-outform", "DER", "-out", "answer.p7b")  # fmt: skip
        return self.folder / "answer.p7b"


@pytest.fixture
def ca(tmp_path, desk):
    folder = tmp_path / "ca"
    folder.mkdir()
    made = Openssl(folder)
    for name in ("root.pem", "root.crl"):
        (desk.home / name).write_bytes((folder / name).read_bytes())
    desk.set("trust", '["certs/example/root.pem", "root.pem"]', section="signing")
    desk.set(
        "crls",
        '["certs/example/root.crl", "certs/example/issuing-ca.crl", "root.crl"]',
    )
    return made


def requested(desk, *words):
    code, made = desk.json("key", "request", *words)
    assert code == 0, made
    csr = x509.load_pem_x509_csr(Path(made["request"]).read_bytes())
    assert csr.is_signature_valid
    return made, csr


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa3072"])
def test_from_the_request_to_the_mail(desk, ca, mail_server, kind):
    mails, port = mail_server
    desk.set("port", str(port))
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_2_ABROAD))  # by the key of before
    made, csr = requested(desk, "--kind", kind)
    config = load_config(desk.home)
    names = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.RFC822Name) == [config.center.mailbox]
    usages = csr.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usages) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    code, done = desk.json("key", "install", str(ca.issue(made["request"])))
    assert code == 0, done
    assert {one["level"] for one in done["findings"]} == {"passed"}
    after = load_config(desk.home)
    first, second = after.signing.keys
    assert first.key == config.signing.key
    assert (second.key, str(second.first_day)) == (done["key"], done["from"])
    assert second.first_day == datetime.now(JST).date()
    # every comment of the file is where it was
    text = config.path.read_text("utf-8")
    assert "# Who puts the mail's signature together" in text
    emptied(mails)
    for case in (CASE_2_ABROAD, CASE_1):
        code, [row] = desk.json("send", case)
        assert (code, row["state"]) == (0, "sent"), row
    code, parts = desk.json("doctor", "--rehearse")
    assert code == 0, [one for one in parts if one["status"] == "fault"]


def test_what_is_secret_is_of_its_owner_alone_and_never_replaced(desk):
    made, _ = requested(desk)
    for name in ("key", "passphrase_file"):
        path = desk.home / "keys" / made[name].rpartition("/")[2]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = (desk.home / "keys" / made["key"].rpartition("/")[2]).read_bytes()
    assert b"ENCRYPTED" in key
    assert stat.S_IMODE((desk.home / "keys").stat().st_mode) == 0o700
    code, _, err = desk.run("key", "request")
    assert (code, "is there already" in err or "exists" in err) == (69, True), err
    assert (desk.home / "keys" / made["key"].rpartition("/")[2]).read_bytes() == key


def test_a_person_is_named_in_a_sponsor_validated_request_alone(desk):
    _, csr = requested(
        desk,
        *("--given-name", "Hanako", "--surname", "Mihon"),
        *("--organization-identifier", "NTRJP-1234567890123"),
    )
    told = {one.oid: one.value for one in csr.subject}
    assert told[NameOID.GIVEN_NAME] == "Hanako"
    assert told[NameOID.ORGANIZATION_IDENTIFIER] == "NTRJP-1234567890123"
    _, csr = requested(desk, "--kind", "p384")
    assert not csr.subject.get_attributes_for_oid(NameOID.SURNAME)


@pytest.mark.parametrize(
    "words",
    [
        ("--given-name", "Hanako"),
        ("--organization-identifier", "1234567890123"),
        ("--organization", "x" * 65),
        ("--country", "Japan"),
        ("--country", "UK"),
        ("--organization", "見" * 65),
        ("--organization", "Mihon\nCenter"),
        ("--given-name", "H" * 40, "--surname", "M" * 24),
        ("--organization-identifier", "NTRJP-"),
        ("--organization-identifier", "NTRJP-" + "1" * 59),
    ],
)
def test_what_no_authority_would_take_is_refused_before_a_key_is_made(desk, words):
    code, _, err = desk.run("key", "request", *words)
    assert (code, bool(err)) == (65, True)
    assert not (desk.home / "keys").exists()


def test_a_certificate_that_would_not_be_fit_changes_nothing(desk, ca, tmp_path):
    """Its root is not pinned; then no certificate at all; then somebody else's."""
    made, _ = requested(desk)
    answer = ca.issue(made["request"])
    desk.set("trust", '["certs/example/root.pem"]')
    path = desk.home / "notices.toml"
    before = path.read_bytes()
    code, _, err = desk.run("key", "install", str(answer))
    assert (code, "no path from the certificate" in err) == (69, True), err
    (tmp_path / "nonsense").write_bytes(b"nonsense")
    code, _, err = desk.run("key", "install", str(tmp_path / "nonsense"))
    assert (code, "holds no certificate" in err) == (65, True)
    code, _, err = desk.run("key", "install", str(desk.home / "root.pem"))
    assert (code, "none of the keys" in err) == (65, True)
    assert path.read_bytes() == before
    assert not list((desk.home / "keys").glob("*.pem"))


def test_the_third_key_stands_beside_the_two_before(desk, ca):
    for kind in ("p256", "p384"):
        made, _ = requested(desk, "--kind", kind)
        day = datetime.now(UTC) + timedelta(days=1 if kind == "p256" else 2)
        words = ("--from", f"{day.astimezone(JST):%Y-%m-%d}")
        code, done = desk.json("key", "install", str(ca.issue(made["request"])), *words)
        assert code == 0, done
    keys = load_config(desk.home).signing.keys
    assert len(keys) == 3
    assert (
        len(re.findall(r"(?m)^keys = \[", (desk.home / "notices.toml").read_text()))
        == 1
    )


def test_a_file_written_in_another_way_is_left_alone(desk, ca):
    """What is to be added is told."""
    path = desk.home / "notices.toml"
    path.write_text(path.read_text("utf-8").replace("\nkeys = []\n", "\n"), "utf-8")
    made, _ = requested(desk)
    before = path.read_bytes()
    code, _, err = desk.run("key", "install", str(ca.issue(made["request"])))
    assert (code, path.read_bytes()) == (78, before)
    assert 'add to signing.keys by hand: { key = "pem:keys/' in err


@pytest.mark.filterwarnings("ignore:Attribute's length")
def test_a_name_of_64_kanji_is_a_name_of_64_characters(desk, ca):
    """22 of them were a fault of the program; the key of that day was left behind.

    The library counts octets, and warns of it where a certificate is read: that was
    shown to people, with a path of the machine.
    """
    made, csr = requested(desk, "--organization", "見" * 64)
    told = {one.oid: one.value for one in csr.subject}
    assert told[NameOID.ORGANIZATION_NAME] == "見" * 64
    words = ("key", "install", str(ca.issue(made["request"])), "--site", str(desk.home))
    done = subprocess.run(
        [sys.executable, "-m", "notices", *words], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("beside", [b"", b"\xff\xfe", b"a passphrase\r\n"])
def test_other_files_in_the_folder_of_keys_are_in_nobodys_way(desk, ca, beside):
    """A key without its .pass ended it with 77; one that is none with 70."""
    made, _ = requested(desk)
    answer = ca.issue(made["request"])
    stray = desk.home / "keys" / "zz.key"
    stray.write_bytes(b"no key")
    stray.chmod(0o600)
    if beside:
        stray.with_suffix(".pass").write_bytes(beside)
        stray.with_suffix(".pass").chmod(0o600)
    code, _, err = desk.run("key", "install", str(desk.home / "root.pem"))
    assert (code, "zz." in err) == (77, True), err
    code, _, err = desk.run("key", "install", str(answer))
    assert code == 0, err


def test_what_signs_already_or_begins_on_that_day_is_told(desk, ca):
    """It was told to add a line by hand, with which nothing worked any more."""
    first, _ = requested(desk)
    answer = ca.issue(first["request"])
    assert desk.run("key", "install", str(answer))[0] == 0
    second, _ = requested(desk, "--kind", "p384")
    path = desk.home / "notices.toml"
    before = path.read_bytes()
    code, _, err = desk.run("key", "install", str(answer), "--from", "2030-01-01")
    assert (code, "already" in err, "key request" in err) == (69, True, True), err
    answer = ca.issue(second["request"])
    code, _, err = desk.run("key", "install", str(answer))
    assert (code, "--from DAY" in err) == (69, True), err
    assert path.read_bytes() == before
    day = datetime.now(JST) + timedelta(days=1)
    code, _, err = desk.run("key", "install", str(answer), "--from", f"{day:%Y-%m-%d}")
    assert code == 0, err


def test_a_missing_certificate_between_is_asked_for_in_the_answer(desk, ca):
    made, _ = requested(desk)
    answer = ca.issue(made["request"])
    desk.set("trust", '["certs/example/root.pem"]')
    code, _, err = desk.run("key", "install", str(answer))
    assert (code, "into the file of its answer" in err) == (69, True), err
