"""The text is recognised however the letter room writes addresses."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from notices.codec import notice_json
from notices.letters import (
    LetterSettings,
    load_templates,
    sample_notice,
    write_letter,
    write_mail,
)
from notices.notice import Form, Notice
from notices.report import Report, Verdict
from notices.verifying import verify
from tests.verifying.genuine import Mail, sign_pdf
from tests.verifying.pki import JUDGED_AT, SIGNED_AT, world

URLS = (
    "https://board.example/thread/1208/52",
    "http://192.0.2.80:8080/a?b=c&d=e#f",
    "https://xn--r8jz45g.example/" + "very/long/way/" * 30,
)


def about(urls: tuple[str, ...], form: Form = Form.FORM_1) -> Notice:
    notice = replace(sample_notice(form), is_draft=False)
    looked_up = SIGNED_AT - timedelta(days=1)
    target = replace(notice.judgment.target, urls=urls, ip_checked_at=looked_up)
    # found, judged and written before the mail is signed
    day = SIGNED_AT.date()
    judgment = replace(notice.judgment, target=target, found_on=day - timedelta(days=1))
    return replace(notice, date=day, judgment=judgment)


def sent(
    notice: Notice, style: str, told: Notice | None = None, body: str = ""
) -> Report:
    """The verdict on a mail about `notice` whose text is about `told`, or is `body`."""
    settings = LetterSettings(url_style="defanged" if style == "defanged" else "exact")
    text = write_mail(told or notice, templates=load_templates(), settings=settings)
    machine = notice_json(notice)
    letter = write_letter(
        notice,
        templates=load_templates(),
        notice_json_sha256=sha256(machine).hexdigest(),
    ).pdf
    made = Mail(
        world(),
        notice=machine,
        text=body or text.body,
        to=notice.recipient.mailbox,
        letter=sign_pdf(letter, world()),
    )
    return verify(made.build(), trust=[world().root.pem], at=JUDGED_AT)


@pytest.mark.parametrize("form", [Form.FORM_1, Form.FORM_2])
@pytest.mark.parametrize("style", ["exact", "defanged"])
def test_a_mail_with_either_style_of_address_passes(style: str, form: Form) -> None:
    report = sent(about(URLS, form), style)
    assert report.verdict is Verdict.TOTAL_PASSED, report.findings


@pytest.mark.parametrize("style", ["exact", "defanged"])
def test_an_address_that_the_text_does_not_name_is_missed(style: str) -> None:
    report = sent(about(URLS), style, told=about(URLS[:2]))
    failed = [one.id for one in report.findings if one.status == "failed"]
    assert failed == ["M18"]


ODD = (
    "https://x.example/\u63b2\u793a\u677f/a",
    "https://\u65e5\u672c_\u8a9e.example/x",
    "https://\u4f8b\u3048.example/",
    "HTTPS://WWW.Example.JP/a[.]b?hxxp://c",
)


@pytest.mark.parametrize("style", ["exact", "defanged"])
def test_odd_addresses_pass_in_either_style(style: str) -> None:
    """What a reader undoes must be what the writer did: a path may hold [.] itself."""
    report = sent(about(ODD), style)
    assert report.verdict is Verdict.TOTAL_PASSED, report.findings


def test_a_text_of_the_version_before_passes() -> None:
    """It printed what was found, where the fonts had it and IDNA 2008 refused it."""
    notice = about(ODD)
    report = sent(notice, "exact", body="\n".join((notice.number, *ODD)))
    assert report.verdict is Verdict.TOTAL_PASSED, report.findings


@pytest.mark.parametrize("url", ODD)
def test_an_odd_address_that_is_left_out_is_missed(url: str) -> None:
    rest = tuple(one for one in ODD if one != url)
    report = sent(about(ODD), "exact", told=about(rest))
    assert [one.id for one in report.findings if one.status == "failed"] == ["M18"]
