"""A key that never leaves its token: SoftHSM2 signs mail and PDF."""

import importlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from notices.credentials import Secret
from notices.errors import ConfigError, KeyUnavailable
from notices.mail import Headers, message
from notices.signing import (
    KeySources,
    certificate_findings,
    load_key,
    require_usable,
    second_opinion,
    sign_entity,
    sign_pdf,
)
from notices.signing.keys.pkcs11 import read_uri
from tests.programs import require_module, require_program
from tests.signing.authority import MAILBOX, NOW, Authority


@pytest.fixture(autouse=True)
def library() -> None:
    require_module("pkcs11")


MODULE = "/usr/lib/softhsm/libsofthsm2.so"
IDS = {"rsa3072": "a1", "p256": "a2", "p384": "a3"}
PIN = "1234"


@pytest.fixture(scope="module")
def token(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A token named notices with three keys, in a folder of its own."""
    program = require_program("softhsm2-util")
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    # the library reads its configuration from the environment, once
    patch = pytest.MonkeyPatch()
    patch.setenv("SOFTHSM2_CONF", str(config))
    run = [program, "--token", "notices", "--pin", PIN]
    subprocess.run(
        [
            program,
            "--init-token",
            "--free",
            "--label",
            "notices",
            "--so-pin",
            "4321",
            "--pin",
            PIN,
        ],
        check=True,
        capture_output=True,
    )
    for name, number in IDS.items():
        key = authority.keys[name].private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        (folder / name).write_bytes(key)
        subprocess.run(
            [*run, "--import", str(folder / name), "--label", name, "--id", number],
            check=True,
            capture_output=True,
        )


def uri(name: str) -> str:
    return f"pkcs11:token=notices;object={name}?module-path={MODULE}"


def sources(authority: Authority, name: str = "p256", pin: str = PIN) -> KeySources:
    chain = [authority.certificate(name), *authority.chain]
    return KeySources(
        resolve=Path,
        passphrase=lambda: Secret(pin),
        certificate=b"".join(one.public_bytes(Encoding.PEM) for one in chain),
    )


@pytest.mark.usefixtures("token")
def test_a_wrong_pin_is_told_without_showing_it(authority: Authority) -> None:
    """First of all: a log-in is the whole process's (PKCS#11 2.40, 6.7.4)."""
    with pytest.raises(KeyUnavailable, match="PinIncorrect") as caught:
        load_key(uri("p256"), sources(authority, pin="99999"))
    assert "99999" not in caught.value.diagnostics()


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("name", IDS)
def test_a_token_signs_mail_and_pdf(
    authority: Authority, part: bytes, pdf: bytes, mail_headers: Headers, name: str
) -> None:
    key = load_key(uri(name), sources(authority, name))
    findings = certificate_findings(
        key,
        trust=[authority.root],
        from_mailbox=MAILBOX,
        now=NOW,
        revocation=authority.crls(),
    )
    require_usable(findings)
    signature = sign_entity(part, key, signing_time=NOW)
    octets = message(
        mail_headers, part, signature, boundary="f" * 24, digest=key.digest
    )
    for judge in (require_program("openssl"), None):
        second_opinion(octets, trust=[authority.root], now=NOW, openssl=judge)
    assert sign_pdf(pdf, key, signing_time=NOW).startswith(pdf)
    assert repr(key.operation) == "TokenKey(***)"


@pytest.mark.usefixtures("token")
def test_a_key_is_found_by_its_id(authority: Authority, part: bytes) -> None:
    by_id = f"pkcs11:token=notices;id=%A2?module-path={MODULE}"
    key = load_key(by_id, sources(authority))
    assert sign_entity(part, key, signing_time=NOW)


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    "path", ["token=other;object=p256", "token=notices;object=none", "token=notices"]
)
def test_no_token_no_key_or_several_keys_are_told(
    authority: Authority, path: str
) -> None:
    with pytest.raises(KeyUnavailable):
        load_key(f"pkcs11:{path}?module-path={MODULE}", sources(authority))


def test_a_library_that_does_not_load_is_told(authority: Authority) -> None:
    with pytest.raises(ConfigError, match="does not load"):
        load_key("pkcs11:token=a?module-path=/nonexistent.so", sources(authority))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pkcs11:token=a", "names no library"),
        ("pkcs11:token=a;token=b?module-path=/x", "twice"),
        ("pkcs11:colour=red?module-path=/x", "unknown"),
        ("pkcs11:token=a?module-path=/x&pin-value=1234", "pin-value"),
    ],
)
def test_a_wrong_uri_is_told(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        read_uri(text)
    assert "1234" not in caught.value.diagnostics()


def test_a_uri_is_decoded_as_rfc_7512_says() -> None:
    found = read_uri(
        "pkcs11:token=my%20token;id=%00%A1;object=%E7%BD%B2?module-path=/x"
    )
    assert (found.token, found.id, found.label) == ("my token", b"\0\xa1", "署")


@pytest.fixture
def gone(token: None) -> Iterator[Callable[[str], None]]:
    """Takes the token `out`, and puts it `back`."""
    folder = Path(os.environ["SOFTHSM2_CONF"]).parent / "tokens"
    away = folder.with_name("away")

    def put(where: str) -> None:
        if where == "out":
            folder.rename(away)
            folder.mkdir()
        else:
            folder.rmdir()
            away.rename(folder)

    yield put
    if away.exists():
        put("back")


def test_a_token_that_was_gone_works_again(
    authority: Authority, part: bytes, gone: Callable[[str], None]
) -> None:
    """The key of a site is kept open: what was pulled out and put back goes on."""
    pkcs11 = importlib.import_module("pkcs11")
    key = load_key(uri("p256"), sources(authority))
    assert sign_entity(part, key, signing_time=NOW)
    gone("out")
    pkcs11.lib(MODULE).reinitialize()  # what pulling it out does to its sessions
    with pytest.raises(KeyUnavailable, match="did not sign") as caught:
        sign_entity(part, key, signing_time=NOW)
    assert "plugged in" in caught.value.hint
    with pytest.raises(KeyUnavailable):
        load_key(uri("p384"), sources(authority, "p384"))
    gone("back")
    assert sign_entity(part, key, signing_time=NOW)
    assert load_key(uri("p384"), sources(authority, "p384"))


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_a_key_that_wants_its_pin_for_each_signature_gets_it(
    authority: Authority, part: bytes, kind: str
) -> None:
    """CKA_ALWAYS_AUTHENTICATE (PKCS#11 2.40, 4.9), as keys for legal signatures have."""
    tool = require_program("pkcs11-tool")
    label = f"careful-{kind}"
    key_file = Path(os.environ["SOFTHSM2_CONF"]).parent / f"{label}.der"
    key_file.write_bytes(
        authority.keys[kind].private_bytes(
            Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
        )
    )
    subprocess.run(
        [
            *(tool, "--module", MODULE, "--token-label", "notices", "--login"),
            *("--pin", PIN, "--write-object", str(key_file), "--type", "privkey"),
            *("--label", label, "--id", "c1", "--usage-sign", "--always-auth"),
        ],
        check=True,
        capture_output=True,
    )
    key = load_key(uri(label), sources(authority, kind))
    for _ in range(2):
        assert sign_entity(part, key, signing_time=NOW)
