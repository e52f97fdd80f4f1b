"""Letters of every kind as we write them keep their words: no rule refuses them."""

import hashlib
import io
from dataclasses import replace

import pikepdf
import pytest

from notices.codec import load_catalogue, notice_json
from notices.letters import load_templates, write_letter, write_mail
from notices.letters.template.checks.probes import probes
from notices.notice import Form, Notice, RequestKind
from notices.report import Verdict
from notices.verifying import form_tables, form_words, verify
from notices.verifying.content import read_notice_json
from notices.verifying.pdf.shown.letter import read_shown
from tests.verifying import forged_forms
from tests.verifying.forged_forms import TEST_MAIL, TESTED, Told
from tests.verifying.pki import JUDGED_AT, world

CLASSES = {row.key: row.name for row in load_catalogue().class_labels["form2"]}
EVERY = 5
"""Each fifth probe: together they have every rung, language and mark."""


def whole(notice: Notice) -> Notice:
    """A probe with the keys of its class, which probes change alone."""
    told = notice.classification
    if told.class_2006:
        changed = {"slug": f"2006-po-{told.class_2006}-probe"}
    else:
        changed = {"group_name": CLASSES.get(told.group, told.group_name)}
    return replace(notice, is_draft=False, classification=replace(told, **changed))


@pytest.mark.parametrize("is_test", [False, True], ids=["real", "test"])
@pytest.mark.parametrize("kind", RequestKind)
@pytest.mark.parametrize("form", Form)
def test_no_letter_of_ours_is_refused(form, kind, is_test):
    templates = load_templates()
    for probe in probes(form, kind)[::EVERY]:
        notice = replace(whole(probe.notice), is_test=is_test)
        document = notice_json(notice)
        told = read_notice_json(document)
        sha256 = hashlib.sha256(document).hexdigest()
        letter = write_letter(notice, templates=templates, notice_json_sha256=sha256)
        with pikepdf.open(io.BytesIO(letter.pdf)) as pdf:
            shown = read_shown(pdf)
        mail = write_mail(notice, templates=templates)
        form_words.check_consistent(told)
        form_words.check_form_words(shown.text, shown.margins, told)
        form_words.check_mail_words(mail.subject, mail.body, told)


GENUINE = {
    "form 1": Told(pages=forged_forms.request()),
    "form 1, in English": Told(pages=forged_forms.in_english()),
    "to a server's operator": Told(pages=forged_forms.SERVER),
    "to who holds the addresses": Told(pages=forged_forms.HOLDER),
    "two addresses": Told(pages=forged_forms.addressed("192.0.2.1", "2001:db8::1")),
    "form 2": Told(pages=forged_forms.request(Form.FORM_2)),
    "form 2, in English": Told(pages=forged_forms.in_english(Form.FORM_2)),
    "form 2 of 2006": Told(pages=forged_forms.request(Form.FORM_2_2006)),
    "a post that quotes us": Told(
        pages=forged_forms.quoting(
            "【試験】あなたが管理するサーバ 192.0.2.77 から、■自殺誘引等情報\n類型：他、"
            "取消：下記の依頼を取り下げます。website that you operate"
        )
    ),
    "a test": Told(
        pages=TESTED, subject="【試験】{number}", text=TEST_MAIL + "{number}\n{urls}\n"
    ),
}


@pytest.mark.parametrize("name", GENUINE)
def test_what_the_forgeries_are_made_of_passes(name):
    made = world()
    report = verify(
        GENUINE[name].build(made),
        trust=[made.root.pem],
        at=JUDGED_AT,
        evidence=made.crls,
    )
    refused = [
        f"{one.id} {one.detail}" for one in report.findings if one.sub_indication
    ]
    assert (report.verdict, refused) == (Verdict.TOTAL_PASSED, [])


def test_the_classes_are_those_of_the_catalogue():
    assert CLASSES == form_tables.CLASSES
