"""The law of print: letter, DOCX, XMP and mail of whatever `check` accepts lead back.

`tests/site` holds the same law over the whole way, with signatures; here it is quick
enough for ten thousand judgments.
"""

import io
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import hypothesis
import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.catalogue import CheckedJudgment
from notices.codec import notice_json
from notices.letters import Templates, load_templates, write_letter, write_mail
from notices.letters.samples import CENTER
from notices.mail.headers import address_field, decode_address, decode_text, text_field
from notices.notice import Form, Notice, compose
from notices.verifying import content, words
from notices.verifying.mail import docx
from notices.verifying.pdf.shown.letter import read_shown
from tests.letters.conftest import final, structure_text
from tests.letters.judgments import (
    assert_leads_back,
    judged,
    names,
    places,
    read_back,
    squeezed,
    urls,
)

TEMPLATES = load_templates()
OUTCOMES: Counter[str] = Counter()


def holds(place: Sequence[str], url: str, name: str, said: str) -> None:
    """The law for one judgment, by the functions that the verifier asks."""
    OUTCOMES["tried"] += 1
    judgment = judged(f"LAW-{OUTCOMES['tried']}", place, url, name, said)
    if judgment is None:
        return
    OUTCOMES["accepted"] += 1
    notice = noticed(judgment)
    machine = notice_json(notice)
    told = content.read_notice_json(machine)
    letter = write_letter(
        notice, templates=TEMPLATES, notice_json_sha256=sha256(machine).hexdigest()
    )
    assert_leads_back(letter.text, url=url, name=name, times=3 + bool(place))
    docx.check(letter.docx, "letter.docx", told)
    content.compare(xmp(letter.pdf), told, sha256(machine).hexdigest())
    shows(letter.pdf, told)
    assert compatible(squeezed(name)) in compatible(read_back(pdf_words(letter.pdf)))
    mail = write_mail(notice, templates=TEMPLATES)
    content.check_text(mail.body, told)
    assert squeezed(name) in read_back(mail.body)
    assert decode_address(value(address_field("To", name, "a@x.example"))) == (
        name,
        "a@x.example",
    )
    assert decode_text(value(text_field("Subject", mail.subject))) == mail.subject


def shows(pdf: bytes, told: content.NoticeJson) -> None:
    """Glyph by glyph, the pages say what notice.json says."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        shown = read_shown(opened)
    words.check_named(shown.text, told.statement)
    words.check_margins(shown.margins, told.statement.number, shown.text)
    words.check_values(shown.text, told)


def noticed(judgment: CheckedJudgment) -> Notice:
    day = date(2026, 11, 18)
    return compose(judgment, center=CENTER, number="R8-1-000123", date=day)


def xmp(pdf: bytes) -> content.Xmp:
    with pikepdf.open(io.BytesIO(pdf)) as read:
        return content.read_xmp(read.Root.Metadata.read_bytes())


def pdf_words(pdf: bytes) -> str:
    """As PDFium, which wrote none of it, reads the pages."""
    with pypdfium2.PdfDocument(pdf) as document:
        words = "".join(page.get_textpage().get_text_range() for page in document)
    return words.replace("\ufffe", "")  # PDFium's mark of a hyphen at a line's end


def compatible(text: str) -> str:
    """PDFium reads a ligature such as U+FB00 as its letters, whatever the file says."""
    return unicodedata.normalize("NFKC", text)


def value(line: str) -> str:
    return line.replace("\r\n", "").partition(":")[2].strip(" ")


LAW = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@settings(LAW, max_examples=25)
@given(place=places, url=urls, name=names, words=names)
def test_law_what_check_accepts_is_printed_and_leads_back(
    place: list[str], url: str, name: str, words: str
) -> None:
    holds(place, url, name, words)


@settings(LAW, max_examples=100)
@given(place=places, url=urls, name=names, words=names)
def law_over_a_hundred_judgments(
    place: list[str], url: str, name: str, words: str
) -> None:
    holds(place, url, name, words)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(100))
def test_law_over_ten_thousand_judgments_most_of_them_accepted(
    seed: int, laws_seed: int
) -> None:
    OUTCOMES.clear()
    hypothesis.seed(laws_seed + seed)(law_over_a_hundred_judgments)()
    assert OUTCOMES["accepted"] > 20, OUTCOMES


SEQUENCES = st.sampled_from(["葛\U000e0100", "辻\U000e0101", "邉\U000e0100"])


@settings(LAW, max_examples=10)
@given(st.lists(SEQUENCES, min_size=1, max_size=4))
def test_law_a_shape_that_a_font_has_is_drawn_and_read_as_it_was(
    signs: list[str],
) -> None:
    name = "".join(signs)
    holds([], "https://x.example/", name, "reason")
    judgment = judged("LAW-IVS", [], "https://x.example/", name, "reason")
    assert judgment is not None
    letter = write_letter(
        noticed(judgment), templates=TEMPLATES, notice_json_sha256="0" * 64
    )
    assert letter.warnings == ()
    assert letter.text.count(name) == 3


def test_a_shape_is_another_picture_and_the_same_words(
    templates: Templates, tmp_path: Path
) -> None:
    """辻 with U+E0100 has one dot; poppler reads both characters."""
    plain, shaped = (
        write_letter(final_to(name), templates=templates, notice_json_sha256="0" * 64)
        for name in ("辻", "辻\U000e0100")
    )
    assert picture(plain.pdf) != picture(shaped.pdf)
    assert "辻\U000e0100　御中" in structure_text(shaped.pdf, tmp_path)


def final_to(name: str) -> Notice:
    notice = final(Form.FORM_1)
    return replace(notice, recipient=replace(notice.recipient, name=name))


def picture(pdf: bytes) -> bytes:
    with pypdfium2.PdfDocument(pdf) as document:
        return bytes(document[0].render(scale=2).to_pil().tobytes())
