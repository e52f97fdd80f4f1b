"""Certificates that openssl makes, and that are not what others take."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.signing import preflight
from notices.signing.keys.signing_key import SigningKey, load_pem
from notices.signing.revocation.ocsp import ocsp_urls
from tests.programs import require_program
from tests.signing.authority import MAILBOX

EXTENSIONS = f"""\
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=emailProtection
subjectAltName=email:{MAILBOX}
authorityInfoAccess=OCSP;dirName:name
[name]
CN=A responder in a directory
"""


def made(folder: Path, *parameters: str) -> SigningKey:
    """A key with a certificate of its own, and what else the parameters say."""
    openssl = require_program("openssl")
    (folder / "wanted").write_text(EXTENSIONS)
    curve = ("-pkeyopt", "ec_paramgen_curve:P-256", *parameters)
    wanted = ("-extfile", "wanted", "-out", "certificate")
    for words in (
        ("genpkey", "-algorithm", "EC", *curve, "-out", "key"),
        ("req", "-new", "-key", "key", "-subj", "/CN=Centre", "-out", "request"),
        ("x509", "-req", "-in", "request", "-signkey", "key", "-days", "300", *wanted),
    ):
        subprocess.run([openssl, *words], cwd=folder, check=True, capture_output=True)
    return load_pem(
        (folder / "key").read_bytes(), (folder / "certificate").read_bytes()
    )


@pytest.mark.parametrize(
    ("parameters", "level"),
    [((), "passed"), (("-pkeyopt", "ec_param_enc:explicit"), "refused")],
)
def test_a_curve_that_is_written_out_is_refused_before_a_number_is_used(
    tmp_path: Path, parameters: tuple[str, ...], level: str
) -> None:
    """`doctor` passed it; our verifier refused the mail after it was signed."""
    key = made(tmp_path, *parameters)
    checked = preflight(key, trust=(), from_mailbox=MAILBOX, now=datetime.now(UTC))
    [strength] = [one for one in checked.findings if one.id == "key-strength"]
    assert strength.level.value == level


def test_a_responder_in_a_directory_is_asked_by_nobody(tmp_path: Path) -> None:
    """It ended every command that signs as a fault of the program."""
    assert ocsp_urls(made(tmp_path).certificate) == ()
