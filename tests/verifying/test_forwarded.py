"""Our mail as an attachment: handed on by programs, each in its own way."""

import base64
import email
import email.policy
import time
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache

import pytest

from notices.report import Report, Verdict
from notices.verifying.mail.forwarded import attached_message
from notices.verifying.policy import read_policy
from notices.verifying.process.isolation import IsolatedVerifier
from notices.verifying.verifier import judge, judge_with_attached
from tests.verifying.genuine import Mail
from tests.verifying.pki import JUDGED_AT, world


@cache
def ours() -> bytes:
    return Mail(world()).build()


def around(part: bytes, head: str = "", boundary: str = "b1") -> bytes:
    """A mail of somebody with a text, something else, and that part."""
    lines = [
        "From: Somebody <somebody@board.example>",
        "To: lawyer@office.example",
        "Subject: Fwd: a notice",
        head or f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
        "This is a multi-part message in MIME format.",
        f"--{boundary}",
        f'Content-Type: multipart/alternative; boundary="{boundary}-in"',
        "",
        f"--{boundary}-in",
        "Content-Type: text/plain",
        "",
        "Is this genuine?",
        f"--{boundary}-in--",
        f"--{boundary}",
        "",
    ]
    text = "\n".join(lines)
    end = f"\r\n--{boundary}--\r\n".encode()
    return text.replace("\n", "\r\n").encode() + part + end


def thunderbird(mail: bytes) -> bytes:
    return around(
        b'Content-Type: message/rfc822; charset=UTF-8; name="=?UTF-8?B?6YCa.eml?="\r\n'
        b"Content-Disposition: attachment; filename*0*=UTF-8''%E9%80%9A.eml\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\n" + mail,
        head='Content-Type: multipart/mixed;\n boundary="b1"',
    )


def webmail(mail: bytes) -> bytes:
    return around(
        b'Content-Type: application/octet-stream; name="notice.eml"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(mail),
        head="MIME-Version: 1.0\nContent-Type: MULTIPART/MIXED; charset=x; boundary=b1",
    )


def plain_part(mail: bytes) -> bytes:
    return around(b"Content-Type: message/rfc822\r\n\r\n" + mail)


def whole(mail: bytes) -> bytes:
    return b"From: a@board.example\r\nContent-Type: message/rfc822\r\n\r\n" + mail


def unix_lines(mail: bytes) -> bytes:
    return plain_part(mail).replace(b"\r\n", b"\n")


def standard_library(mail: bytes) -> bytes:
    """Python's own writer of mails, which nobody here wrote."""
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"] = "a@board.example", "b@office.example"
    made.set_content("見てください。\n")
    made.add_attachment(mail, "application", "octet-stream", filename="notice.eml")
    return made.as_bytes()


WAYS: list[Callable[[bytes], bytes]] = [
    thunderbird,
    webmail,
    plain_part,
    whole,
    unix_lines,
    standard_library,
]


def judged(data: bytes) -> Report:
    policy = read_policy(trust=[world().root.pem], at=JUDGED_AT)
    return judge_with_attached(data, policy)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_was_handed_on_is_judged_and_so_told(
    way: Callable[[bytes], bytes],
) -> None:
    report = judged(way(ours()))
    assert report.verdict is Verdict.TOTAL_PASSED, report
    assert "attached to this mail" in report.conditions[0]
    assert "around it" in report.conditions[0]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_was_altered_on_the_way_is_not_genuine(
    way: Callable[[bytes], bytes],
) -> None:
    octets = ours()
    at = octets.index(b"base64", octets.index(b"multipart/mixed")) + 60
    other = b"B" if octets[at : at + 1] == b"A" else b"A"
    report = judged(way(octets[:at] + other + octets[at + 1 :]))
    assert report.verdict is Verdict.TOTAL_FAILED


def test_two_attached_messages_are_no_answer() -> None:
    part = b"Content-Type: message/rfc822\r\n\r\n" + ours()
    report = judged(around(part + b"\r\n--b1\r\n" + part))
    assert (report.verdict, report.conditions) == (Verdict.TOTAL_FAILED, ())


def test_ours_itself_is_judged_as_it_is() -> None:
    policy = read_policy(trust=[world().root.pem], at=JUDGED_AT)
    assert judged(ours()) == judge(ours(), policy)


def test_whoever_does_not_ask_for_it_gets_the_mail_around_judged() -> None:
    """A site's archive: what a stranger sent with ours in it is a stranger's."""
    with IsolatedVerifier() as verifier:
        asked = {"trust": [world().root.pem], "at": JUDGED_AT}
        data = thunderbird(ours())
        assert verifier.verify(data, **asked).verdict is Verdict.TOTAL_FAILED
        inside = verifier.verify(data, **asked, look_inside=True)
        assert inside.verdict is Verdict.TOTAL_PASSED
        assert inside == judged(data)
        assert verifier.certificates_in(data) == verifier.certificates_in(ours())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Content-Type: multipart/mixed; boundary=",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 300_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\t" * 300_000,
        b"Content-Type: multipart/mixed;" + b" boundary" * 300_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: x;"
        + b"name=" * 300_000,
        b"Content-A:" * 300_000,
        b"Content-A:\r\n " * 300_000,
        b"\r\n" * 600_000,
    ],
    ids=range(9),
)
def test_hostile_mails_cost_little(data: bytes) -> None:
    began = time.process_time()
    assert attached_message(data) is None
    assert time.process_time() - began < 1
