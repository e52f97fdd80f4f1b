"""Where no answer on revocation is demanded, that alone may lack."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from notices.report import CheckStatus, Finding, Report, SubIndication
from tests.programs import require_program
from tests.site.conftest import CASE_1

WANTED = """\
basicConstraints=critical,CA:TRUE
keyUsage=critical,digitalSignature
extendedKeyUsage=emailProtection
subjectAltName=email:notice@hotline.example.jp
"""


@pytest.mark.parametrize("policy", ["off", "prefer"])
def test_a_check_behind_the_lack_of_an_answer_still_refuses(desk, policy):
    """A signer that is an authority (M13): the mail was queued.

    The verdict's sub-indication is the first one's, TRY_LATER; NSS refuses such mail.
    """
    openssl = require_program("openssl")
    (desk.home / "wanted").write_text(WANTED)
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    issuer = ("-CA", "own-root.pem", "-CAkey", "own-root.key")
    days = ("-days", "300")
    for words in (
        ("req", "-x509", *curve, "-keyout", "own-root.key", "-out", "own-root.pem",
         *days, "-subj", "/CN=Own root"),
        ("req", "-new", *curve, "-keyout", "own.key", "-out", "own.csr",
         "-subj", "/CN=a"),
        ("x509", "-req", "-in", "own.csr", *issuer, *days,
         "-extfile", "wanted", "-out", "own.pem"),
        ("pkcs12", "-export", "-inkey", "own.key", "-in", "own.pem", "-out", "own.p12",
         "-passout", "pass:own"),
    ):  # fmt: skip
        subprocess.run(
            [openssl, *words], cwd=desk.home, check=True, capture_output=True
        )
    (desk.home / "own.pass").write_text("own\n")
    for name in ("own.p12", "own.pass"):
        (desk.home / name).chmod(0o600)
    desk.set("key", '"own.p12"', section="signing")
    desk.set("passphrase_file", '"own.pass"')
    desk.set("trust", '["own-root.pem"]')
    desk.set("crls", "[]")
    desk.set("revocation", f'"{policy}"')
    code, _, err = desk.run("prepare", CASE_1)
    assert (code, "certification authority" in err) == (69, True), err


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (None, True),
        (SubIndication.TRY_LATER, True),
        (SubIndication.CHAIN_CONSTRAINTS_FAILURE, False),
    ],
)
def test_a_report_knows_whether_answers_alone_lack(second, expected):
    found = [SubIndication.TRY_LATER, second]
    findings = tuple(
        Finding(
            id=f"M{number:02}",
            name="a check",
            status=CheckStatus.INDETERMINATE if one else CheckStatus.PASSED,
            sub_indication=one,
        )
        for number, one in enumerate(found, 1)
    )
    report = Report(
        kind="mail",
        subject_sha256="0" * 64,
        validation_time=datetime.now(UTC),
        clock_tolerance=timedelta(0),
        findings=findings,
    )
    assert report.lacks_answers_alone is expected
