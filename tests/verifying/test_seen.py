"""What people see is what notice.json says: whole tokens, and no text that hides.

Made by whoever has the right key: the signature holds, so the words have to.
"""

import io
import zipfile
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from notices.verifying.checks import Refusal
from notices.verifying.content import NoticeJson, Statement, check_text
from notices.verifying.mail.docx_looks import check_looks
from tests.vectors.places import V1

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


def parts(**changed):
    """The parts of a genuine letter, with one piece of text changed in one of them."""
    found = {}
    for name in letter().namelist():
        if name.startswith("word/") and name.endswith(".xml"):
            text = letter().read(name).decode()
            for old, new in changed.get(name.rpartition("/")[2][:-4], ()):
                assert old in text
                text = text.replace(old, new, 1)
            found[name] = ET.fromstring(text)  # noqa: S314 - ours
    return found


RUN = "<w:rPrDefault><w:rPr>"
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
    "a border of nothing": ("<w:keepNext/>", "<w:keepNext/><w:pBdr/>"),
    "a thick border": (
        "<w:keepNext/>",
        '<w:keepNext/><w:pBdr><w:top w:val="single" w:sz="96" w:color="auto"/></w:pBdr>',
    ),
    "a white border": (
        "<w:keepNext/>",
        '<w:keepNext/><w:pBdr><w:top w:val="single" w:sz="4" w:color="FFFFFF"/></w:pBdr>',
    ),
    "a border of pictures": (
        "<w:keepNext/>",
        '<w:keepNext/><w:pBdr><w:top w:val="apples" w:sz="4" w:color="auto"/></w:pBdr>',
    ),
}


def test_a_genuine_letter_shows_all_of_it():
    check_looks(parts())


def test_a_thin_line_around_the_box_for_checking_hides_nothing():
    """The style of that box lies in every DOCX since it can be chosen."""
    line = '<w:top w:val="single" w:sz="5" w:space="4" w:color="auto"/>'
    box = ("<w:keepNext/>", f"<w:keepNext/><w:pBdr>{line}</w:pBdr>")
    check_looks(parts(styles=[box]))


@pytest.mark.parametrize("name", STYLES)
def test_a_style_that_hides_text_is_refused(name):
    with pytest.raises(Refusal, match="can hide text"):
        check_looks(parts(styles=[STYLES[name]]))


def test_so_is_it_in_the_letter_itself():
    tiny = ("<w:r><w:t", '<w:r><w:rPr><w:sz w:val="1"/></w:rPr><w:t')
    with pytest.raises(Refusal, match="half points"):
        check_looks(parts(document=[tiny]))
