"""What people see is what notice.json says: whole tokens, and no text that hides.

Made by whoever has the right key: the signature holds, so the words have to.
"""

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from notices.judgment import Language
from notices.letters import load_templates, sample_notice, write_letter
from notices.letters.base import base_parts
from notices.letters.settings import LetterSettings
from notices.notice import Form
from notices.verifying.checks import Refusal
from notices.verifying.content import NoticeJson, Statement, check_text
from notices.verifying.mail.docx_shape import FIXED, check_fixed, check_shape
from tests.vectors.places import V1

ROOT = Path(__file__).parents[2]
URL = "https://board.example/thread/1?res=5"
NUMBER = "R8-1-000123"
NOTICE = NoticeJson(
    statement=Statement(
        number=NUMBER,
        case_id="IHC-2026-004217",
        date=date(2026, 6, 15),
        form="form1",
        recipient="例示掲示板",
    ),
    mailbox="abuse@board.example",
    urls=(URL,),
)
GOOD = {
    "on a line": f"{NUMBER}\n{URL}\n",
    "broken over lines": f"{NUMBER}\nhttps://board.example/\n  thread/1?res=\n 5\n",
    "in Japanese": f"整理番号{NUMBER}の{URL}を確認",
    "in brackets": f"[{NUMBER}] <{URL}>",
    "at the end of a sentence": f"No. {NUMBER}: see {URL}.\nNext",
    "in parentheses": f"{NUMBER} (at {URL}), please",
    "once as part of a longer one, once whole": f"{NUMBER} {URL}0 {URL} ",
    "defanged": f"{NUMBER} hxxps://board[.]example/thread/1?res=5",
}
BAD = {
    "a longer URL": f"{NUMBER} {URL}0",
    "a URL that goes on": f"{NUMBER} {URL}/../../other",
    "a URL with a fragment": f"{NUMBER} {URL}#other",
    "a URL within another": f"{NUMBER} https://other.example/?u={URL}",
    "a URL that goes on after a comma": f"{NUMBER} {URL},6",
    "a longer number": f"{NUMBER}4 {URL}",
    "a number within another": f"X{NUMBER} {URL}",
    "a number with a tail": f"{NUMBER}-2 {URL}",
}


@pytest.mark.parametrize("name", GOOD)
def test_the_text_may_name_it_in_these_ways(name):
    assert check_text(GOOD[name], NOTICE) == "number and 1 URLs"


@pytest.mark.parametrize("name", BAD)
def test_a_part_of_another_token_is_not_its_name(name):
    with pytest.raises(Refusal, match="does not name"):
        check_text(BAD[name], NOTICE)


def letter():
    bundle = zipfile.ZipFile(V1 / "bundles/whole.asice")
    return zipfile.ZipFile(io.BytesIO(bundle.read("documents/letter.docx")))


def parts(*change):
    """The parts of a genuine letter, one piece of the styles changed."""
    found = {name: letter().read(name) for name in letter().namelist()}
    for old, new in change:
        styles = found["word/styles.xml"].decode()
        assert old in styles
        found["word/styles.xml"] = styles.replace(old, new, 1).encode()
    return found


RUN = "<w:rPrDefault><w:rPr>"
THICK = '<w:top w:val="single" w:sz="400" w:space="0" w:color="auto"/>'
STYLES = {
    "white text": (RUN, f'{RUN}<w:color w:val="FFFFFF"/>'),
    "text of a theme's colour": (RUN, f'{RUN}<w:color w:themeColor="background1"/>'),
    "a highlight": (RUN, f'{RUN}<w:highlight w:val="black"/>'),
    "a shade behind letters": (RUN, f'{RUN}<w:shd w:val="clear" w:fill="000000"/>'),
    "hidden text": (RUN, f"{RUN}<w:vanish/>"),
    "struck text": (RUN, f"{RUN}<w:strike/>"),
    "outlined text": (RUN, f"{RUN}<w:outline/>"),
    "an effect": (RUN, f'{RUN}<w:effect w:val="blinkBackground"/>'),
    "squeezed letters": (RUN, f'{RUN}<w:w w:val="1"/>'),
    "displaced letters": (RUN, f'{RUN}<w:position w:val="2000"/>'),
    "tiny letters": ('<w:sz w:val="21"/>', '<w:sz w:val="2"/>'),
    "letters of no size": ('<w:sz w:val="21"/>', '<w:sz w:val="x"/>'),
    "lines without height": ('w:line="328"', 'w:line="1"'),
    "a dark shade": ('w:fill="F0F0F0"', 'w:fill="000000"'),
    "a pattern": ('w:val="clear" w:color="auto"', 'w:val="solid" w:color="auto"'),
    "a paragraph far away": ('<w:ind w:left="4095"/>', '<w:ind w:left="20000"/>'),
    "a frame": ("<w:keepNext/>", '<w:keepNext/><w:framePr w:x="20000"/>'),
    "a border": ("<w:keepNext/>", f"<w:keepNext/><w:pBdr>{THICK}</w:pBdr>"),
}


def test_the_styles_of_a_genuine_letter_are_known():
    check_fixed(parts())


@pytest.mark.parametrize("name", STYLES)
def test_a_style_that_hides_text_is_refused(name):
    with pytest.raises(Refusal, match="of the DOCX is not as ours"):
        check_fixed(parts(STYLES[name]))


def test_what_we_write_is_known_to_the_verifier():
    """Whoever changes the base document adds the sums of its parts, here and there."""
    told = (ROOT / "verifier-js/src/files/docx_shape.js").read_text("utf-8")
    for name, sums in FIXED.items():
        assert hashlib.sha256(base_parts()[name]).hexdigest() in sums
        assert all(one in told for one in sums)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("language", list(Language))
def test_every_letter_that_we_write_is_of_the_shape(form, language):
    """Whoever writes a new element says in the shape that it hides nothing."""
    notice = sample_notice(form)
    written = write_letter(
        replace(notice, recipient=replace(notice.recipient, language=language)),
        templates=load_templates(),
        notice_json_sha256="0" * 64,
        settings=LetterSettings(),
    )
    package = zipfile.ZipFile(io.BytesIO(written.docx))
    check_fixed({name: package.read(name) for name in package.namelist()})
    for name in ("document", "header1", "header2", "footer1", "footer2"):
        tree = ET.fromstring(package.read(f"word/{name}.xml"))  # noqa: S314 - ours
        check_shape(name, tree)
