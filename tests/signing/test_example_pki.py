"""The example PKI: complete, fit to sign, and made by its script."""

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.credentials import Secret
from notices.errors import CertificateNotUsable
from notices.mail import Headers, message
from notices.signing import (
    KeySources,
    Preflight,
    RevocationAnswers,
    SigningKey,
    is_example,
    load_certificates,
    load_key,
    preflight,
    require_usable,
    second_opinion,
    sign_entity,
)
from tests.programs import require_program
from tests.signing.authority import MAILBOX, NOW

FOLDER = Path(__file__).parents[2] / "certs" / "example"
YEARS = [NOW.replace(year=year) for year in (2026, 2035, 2055)]


def example_key(name: str, folder: Path = FOLDER) -> SigningKey:
    passphrase = (folder / "signer.passphrase").read_text().rstrip("\n")
    sources = KeySources(
        resolve=lambda path: folder / path,
        passphrase=lambda: Secret(passphrase),
        may_be_exposed=True,
    )
    return load_key(f"{name}.p12", sources)


def judge(name: str, now: datetime, folder: Path = FOLDER) -> Preflight:
    lists = [folder / "issuing-ca.crl", folder / "root.crl"]
    checked = preflight(
        example_key(name, folder),
        trust=load_certificates((folder / "root.pem").read_bytes()),
        from_mailbox=MAILBOX,
        now=now,
        revocation=RevocationAnswers(crls=tuple(one.read_bytes() for one in lists)),
    )
    require_usable(checked.findings)
    return checked


@pytest.mark.parametrize("now", YEARS)
@pytest.mark.parametrize("name", ["signer", "signer-rsa"])
def test_the_signers_are_fit_to_sign_for_thirty_years(name: str, now: datetime) -> None:
    assert judge(name, now).path


@pytest.mark.parametrize(
    ("name", "sentence"), [("expired", "expired on 2025"), ("revoked", "revoked since")]
)
def test_the_expired_and_the_revoked_one_are_not(name: str, sentence: str) -> None:
    with pytest.raises(CertificateNotUsable, match=sentence):
        judge(name, NOW)


@pytest.mark.parametrize("name", ["signer", "signer-rsa", "expired", "revoked", "tsa"])
def test_every_one_of_them_is_told_as_an_example(name: str) -> None:
    assert is_example(example_key(name).certificate)


@pytest.mark.parametrize("now", YEARS)
def test_openssl_accepts_its_mail_with_the_list_inside(
    part: bytes, mail_headers: Headers, now: datetime
) -> None:
    lists = RevocationAnswers(crls=((FOLDER / "issuing-ca.crl").read_bytes(),))
    signature = sign_entity(
        part, example_key("signer"), signing_time=now, revocation=lists
    )
    second_opinion(
        message(mail_headers, part, signature, boundary="f" * 24),
        trust=load_certificates((FOLDER / "root.pem").read_bytes()),
        now=now,
        openssl=require_program("openssl"),
        check_crls=True,
    )


def test_the_script_makes_a_whole_pki_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = FOLDER / "make_example_pki.py"
    spec = importlib.util.spec_from_file_location("make_example_pki", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    module.main()
    made = {path.name for path in tmp_path.iterdir()}
    kept = {path.name for path in FOLDER.iterdir() if path.is_file()}
    assert made == kept - {"README.md", "make_example_pki.py"}
    judge("signer", datetime(2030, 1, 1, tzinfo=UTC), tmp_path)
    for name in ("signer.p12", "signer-rsa.p12", "signer.passphrase", "tls-key.pem"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
