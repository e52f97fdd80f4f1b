"""What is judged at all, what is an error instead, and how a report is shown."""

import base64
import json
import re
import signal
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from notices.errors import ConfigError, InputError, NotJudgeable
from notices.report import Verdict
from notices.signing import load_log_key, new_log_key_text
from notices.verifying import (
    IsolatedVerifier,
    Limits,
    render_text,
    to_json,
    verify,
    verify_isolated,
)
from notices.verifying.mail import checks as mail_checks
from notices.verifying.pdf import checks as pdf_checks
from notices.verifying.process.report_json import dump_report, load_report
from tests.verifying.genuine import Mail, genuine_letter, notice_json
from tests.verifying.pki import DAY, JUDGED_AT, world


def judge(data: bytes, **more: object):
    return verify(data, **({"trust": [world().root.pem], "at": JUDGED_AT} | more))


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n", b"PK\x03\x04", b"[]"])
def test_what_is_neither_mail_nor_pdf_is_not_judged(data: bytes) -> None:
    with pytest.raises(NotJudgeable):
        judge(data)


@pytest.mark.parametrize("data", [b"Subject: hello\r\n\r\n", b"%PDF-1.7\n", b"a:"])
def test_any_mail_or_pdf_gets_a_verdict(data: bytes) -> None:
    report = judge(data)
    assert report.verdict is Verdict.TOTAL_FAILED
    assert report.sub_indication == "FORMAT_FAILURE"
    assert (report.signer, report.notice) == (None, None)


def roots() -> dict[str, list[bytes]]:
    root = world().root
    return {
        "PEM": [root.pem],
        "DER": [root.der],
        "PEM with text before": [b"Example Root\n" + root.pem],
        "two in one file": [world().evil_root.pem + root.pem],
        "two files": [world().evil_root.der, root.der],
    }


@pytest.mark.parametrize("kind", roots())
def test_roots_may_come_as(kind: str) -> None:
    assert judge(Mail(world()).build(), trust=roots()[kind]).verdict == "TOTAL-PASSED"


def bad_roots() -> dict[str, list[bytes]]:
    root = world().root
    key = world().signer.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "none": [],
        "empty": [b""],
        "text": [b"hello"],
        "cut off": [root.der[:-1]],
        "PEM cut off": [root.pem[:-40]],
        "an end entity": [world().signer.pem],
        "a key": [key],
        "a list": [root.crl()],
    }


@pytest.mark.parametrize("kind", bad_roots())
def test_an_unusable_root_is_a_configuration_error(kind: str) -> None:
    with pytest.raises(ConfigError):
        judge(Mail(world()).build(), trust=bad_roots()[kind])


def test_unusable_evidence_signers_and_clock_are_input_errors() -> None:
    data = Mail(world()).build()
    naive = datetime(2026, 6, 16)  # noqa: DTZ001
    for wrong in ({"evidence": [b"x"]}, {"signers": ["nobody"]}, {"at": naive}):
        with pytest.raises(InputError):
            judge(data, **wrong)


def test_evidence_may_be_pem() -> None:
    letter = genuine_letter(world(), world().signer, notice_json())
    pem = b"".join(
        b"-----BEGIN X509 CRL-----\n%b-----END X509 CRL-----\n"
        % base64.encodebytes(one)
        for one in world().crls
    )
    assert judge(letter, evidence=[pem]).verdict == "TOTAL-PASSED"


def test_text_has_one_line_a_check_and_ends_with_the_verdict() -> None:
    report = judge(Mail(world()).build())
    lines = render_text(report, "mail.eml").splitlines()
    assert lines[0] == "mail.eml"
    assert lines[-2] == "verdict TOTAL-PASSED"
    assert lines[-1].startswith("BUT     nobody was expected as the signer")
    assert len([one for one in lines if re.match(r"  .{4} [MP]\d\d ", one)]) == len(
        report.findings
    )


def test_nothing_invisible_is_printed() -> None:
    evil = b"From: =?x?\x1b[31mOK\x1b[0m\r\n\r\n"
    shown = render_text(judge(b"X: 1\r\n" + evil), "a\u202ebcd\n.eml")
    assert shown.startswith("a〔U+202E〕bcd〔U+000A〕.eml\n")
    assert all(char == "\n" or char.isprintable() for char in shown)


def test_json_has_the_published_shape() -> None:
    shown = to_json(judge(Mail(world()).build()), "mail.eml")
    assert [key for key in shown if key != "story"] == [
        "file",
        "kind",
        "verdict",
        "sub_indication",
        "signer",
        "signing_time",
        "best_signature_time",
        "clock_tolerance_seconds",
        "subject_sha256",
        "notice",
        "checks",
        "delivery",
        "conditions",
    ]
    assert list(shown["signer"]) == [
        *("subject", "mailbox", "serial", "issuer", "certificate_sha256")
    ]
    assert list(shown["notice"]) == [
        *("number", "case_id", "date", "recipient", "form", "kind")
    ]
    assert list(shown["checks"][0]) == [
        "id",
        "name",
        "status",
        "sub_indication",
        "detail",
    ]
    assert json.loads(json.dumps(shown)) == shown


def test_the_list_of_checks_is_the_same_everywhere() -> None:
    """In the modules, at the top of the modules, and in the documentation."""
    pages = Path(__file__).parents[2] / "docs" / "verification.md"
    table = re.findall(
        r"^\| ([MP]\d\d) \| ([^|]+?) \|", pages.read_text(), re.MULTILINE
    )
    listed = []
    for module in (mail_checks, pdf_checks):
        listed += re.findall(r"^    ([MP]\d\d)  (.+)$", module.__doc__, re.MULTILINE)
    run = [
        *mail_checks.CHECKS,
        mail_checks.AGREEMENT,
        *mail_checks.BESIDES,
        mail_checks.OUTSIDE,
        mail_checks.WORDS,
        mail_checks.BEFORE,
        *pdf_checks.CHECKS,
    ]
    assert table == listed == [(check.id, check.name) for check in run]


def test_a_report_travels_between_processes_without_loss() -> None:
    for data in (Mail(world()).build(), b"Subject: x\r\n\r\n"):
        report = judge(data)
        assert load_report(dump_report(report)) == report


def test_the_isolated_verifier_says_the_same_and_is_reusable() -> None:
    good, bad = Mail(world()).build(), b"Subject: x\r\n\r\n"
    options = {"trust": [world().root.pem], "at": JUDGED_AT}
    with IsolatedVerifier() as verifier:
        for data in (good, bad, good):
            assert verifier.verify(data, **options) == judge(data)


class _Interrupted(BaseException):
    """What Ctrl-C is, or a signal's handler of whoever calls us."""


def _interrupt(_signal: int, _frame: object) -> None:
    raise _Interrupted


def test_a_report_that_nobody_waited_for_is_not_the_next_files() -> None:
    """Who was interrupted left it in the pipe: the next file passed by it."""
    good, bad = Mail(world()).build(), b"Subject: x\r\n\r\n"
    options = {"trust": [world().root.pem], "at": JUDGED_AT}
    with IsolatedVerifier() as verifier:
        assert verifier.verify(good, **options).verdict is Verdict.TOTAL_PASSED
        process = verifier._process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        before = signal.signal(signal.SIGALRM, _interrupt)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            with pytest.raises(_Interrupted):
                verifier.verify(good, **options)
        finally:
            signal.signal(signal.SIGALRM, before)
        process.send_signal(signal.SIGCONT)
        assert verifier.verify(bad, **options) == judge(bad)


def test_the_isolated_verifier_forgets_what_it_was_asked_before() -> None:
    """Roots, clock, signers and evidence are told once, but never kept too long."""
    data = Mail(world(), crls=()).build()
    usual = {"trust": [world().root.pem], "at": JUDGED_AT, "evidence": world().crls}
    others = (
        {"trust": [world().evil_root.pem]},
        {"evidence": []},
        {"at": JUDGED_AT + 900 * DAY},
        {"signers": ["somebody@else.example"]},
    )
    with IsolatedVerifier() as verifier:
        for other in others:
            for asked in (usual, usual | other, usual):
                passed = verifier.verify(data, **asked).verdict is Verdict.TOTAL_PASSED
                assert passed is (asked == usual)


def test_without_roots_the_isolated_verifier_forgets_as_well() -> None:
    """A proof of the log needs no octets beside it: it was judged by the key before."""
    folder = Path(__file__).parents[1] / "vectors" / "v1" / "ledger"
    proof = (folder / "prove.json").read_bytes()
    own = (folder / "log.pub").read_text("ascii").strip()
    text = new_log_key_text(own.partition("+")[0], bytes(32))
    other = str(load_log_key(text).public)
    with IsolatedVerifier() as verifier:
        for key in (other, own, other, own):
            report = verifier.verify(proof, trust=[], at=JUDGED_AT, log_keys=[key])
            assert (report.verdict is Verdict.TOTAL_PASSED) is (key == own)


@pytest.mark.parametrize(
    ("limits", "count", "words"),
    [
        (Limits(memory=80 << 20), 1_000_000, "bytes of memory"),
        (Limits(cpu_seconds=0), 6_000_000, "of processor time"),
        (Limits(wall_seconds=0), 1, "on the clock"),
    ],
)
def test_over_a_limit_the_finding_names_it(
    limits: Limits, count: int, words: str
) -> None:
    many_values = b"\x05\x00" * count
    length = len(many_values)
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    value = bytes([0x30, 0x80 | len(octets)]) + octets + many_values
    report = verify_isolated(
        Mail(world(), change_signature=lambda _: value).build(),
        trust=[world().root.pem],
        at=JUDGED_AT,
        limits=limits,
    )
    assert report.verdict is Verdict.TOTAL_FAILED
    assert report.sub_indication == "FORMAT_FAILURE"
    assert words in report.findings[0].detail


def test_an_isolated_verifier_still_raises_what_is_no_verdict() -> None:
    with IsolatedVerifier() as verifier, pytest.raises(NotJudgeable):
        verifier.verify(b"hello", trust=[world().root.pem], at=JUDGED_AT)
    with IsolatedVerifier() as verifier, pytest.raises(ConfigError):
        verifier.verify(b"a: b", trust=[b"x"], at=JUDGED_AT)
