"""Logo and seal in the DOCX: both take those that `notice.json` declares, and no others."""

import base64
from dataclasses import replace

import pytest

from notices.codec import notice_json
from notices.letters.pictures import declared
from notices.notice import Form
from tests.letters.test_logo_and_seal import bilingual, floating, letter_of, site


def refused(second, docx: bytes, notice: bytes) -> str:
    asked = {
        "docx": base64.b64encode(docx).decode(),
        "name": "a.docx",
        "notice": base64.b64encode(notice).decode(),
    }
    return second.ask(asked)["refused"]


@pytest.mark.parametrize("form", list(Form))
def test_declared_pictures_are_taken_and_others_are_not(second, form, tmp_path):
    templates, notice = site(tmp_path), bilingual(form)
    letter, images = letter_of(notice, templates), declared(templates.pictures)
    assert refused(second, letter.docx, notice_json(notice, images=images)) == ""
    odd = [replace(images[0], sha256="0" * 64), *images[1:]]
    for others in (images[:1], odd, ()):
        told = refused(second, letter.docx, notice_json(notice, images=tuple(others)))
        assert "other pictures" in told


def test_a_picture_that_floats_over_words_is_refused(second, tmp_path):
    templates, notice = site(tmp_path), bilingual(Form.FORM_1)
    letter = letter_of(notice, templates)
    told = notice_json(notice, images=declared(templates.pictures))
    assert "another shape" in refused(second, floating(letter), told)
