"""What `check` calls in order can be sent, and print leads back to what was judged."""

import io
import json
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import docx
import pytest
from docx.oxml.ns import qn

from notices import Site
from notices.cli import run
from tests.programs import require_program
from tests.site.conftest import CASE_1

VECTORS = json.loads((Path(__file__).parent / "print.json").read_text("utf-8"))
"""URLs with the address that WHATWG's parser (Node.js) makes of them, and names.

Of a URL that it refuses, and where it changes ASCII, the address is as RFC 3986 has it.
"""
URLS, NAMES = VECTORS["urls"], VECTORS["names"]
QUICK = {
    "hangul",
    "variation selector",
    "decomposed kana",
    "no-break space",
    "a URL",
}
"""Names of `make test`; the others are judged by the law in test_print_law.py, too."""


def rows(found, quick):
    return [
        pytest.param(
            row,
            id=row["name"],
            marks=() if row["name"] in quick else pytest.mark.torture,
        )
        for row in found
    ]


def target(desk, urls=(), **locator):
    """The target of the example case with other URLs and another locator."""
    case = json.loads((desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8"))
    found = case["target"]
    place = {**found["locator"], **locator}
    return {**found, "urls": list(urls) or found["urls"], "locator": place}


def step(name="見本", language="ja"):
    return {
        "rung": "board_administrator",
        "name": name,
        "mailbox": "abuse@board.example.jp",
        "language": language,
    }


def road(desk, received, case):
    """`check`, `send`, `verify` of one case: its row of `check`, and its letters."""
    desk.set("attachments", '["docx"]')
    code, checked = desk.json("check", case)
    assert (code, checked["valid"]) == (0, True)
    code, [row] = desk.json("send", case)
    assert (code, row["state"]) == (0, "sent"), row
    mail = received / f"{row['number']}.eml"
    code = run(["verify", str(mail), "--trust", str(desk.root), "--json"])
    [report] = json.loads(desk.capsys.readouterr().out)
    assert (code, report["verdict"]) == (0, "TOTAL-PASSED"), report["checks"]
    return checked, letters(desk, row["number"])


def letters(desk, number):
    """The words of the letter as poppler and python-docx read them, and the text."""
    with Site.open(desk.home) as site:
        pdf, word, text = site.rooms.exporter.letters(number, desk.home)
    command = [require_program("pdfinfo"), "-struct-text", "-enc", "UTF-8", str(pdf)]
    done = subprocess.run(command, capture_output=True, check=True)
    lines = re.findall(r'^ *"(.*)"$', done.stdout.decode(), re.MULTILINE)
    body = docx.Document(io.BytesIO(word.read_bytes())).element.body
    runs = [run.text or "" for run in body.iter(qn("w:t"))]
    made = ("".join(lines), "".join(runs), text.read_text("utf-8"))
    return [squeezed(words) for words in made]


def squeezed(text):
    return re.sub(r"\s", "", text)


def read_back(text):
    """A reader's own reading of 〔U+XXXX〕."""
    marks = re.compile("〔U\\+([0-9A-F]+)〕")
    return squeezed(marks.sub(lambda mark: chr(int(mark[1], 16)), text))


def leads_back(url, address):
    """Parsed by urllib, the address has the parts of the URL, byte for byte."""
    judged, pasted = urlsplit(url), urlsplit(address)
    assert address.isascii()
    assert (pasted.scheme, pasted.port) == (judged.scheme, judged.port)
    for part in ("path", "query", "fragment"):
        octets = unquote_to_bytes(getattr(pasted, part))
        assert octets == unquote_to_bytes(getattr(judged, part))
    if judged.netloc.isascii():
        assert pasted.netloc == judged.netloc


@pytest.mark.parametrize("style", ["exact", "defanged"])
def test_every_url_is_sent_and_what_is_pasted_leads_to_it(style, desk, received):
    """With several in one request: none takes the place of another."""
    desk.set("url_style", f'"{style}"')
    case = desk.case(
        CASE_1,
        target=target(desk, [row["url"] for row in URLS]),
        ladder=[step(language="ja+en")],
        content_en="words",
        reason_en="words",
    )
    _, made = road(desk, received, case)
    for row in URLS:
        leads_back(row["url"], row["address"])
        for words in made:
            assert row["address"] in words or style == "defanged"
            assert squeezed(row["behind"]) in read_back(words), row["name"]


def test_urls_that_end_as_sentences_do_are_sent(desk, received):
    """What follows a URL in prose was cut off theirs, and the rest taken for others."""
    urls = [
        f"https://見本{n}.example{end}" for n, end in enumerate(("/B_(c)", "/d.", ":"))
    ]
    case = desk.case(CASE_1, target=target(desk, urls))
    _, made = road(desk, received, case)
    ends = [url.rpartition("example")[2] for url in urls]
    assert all(f"example{end}" in words for end in ends for words in made)


@pytest.mark.parametrize("row", rows(URLS, {"idn host", "dotted capital I"}))
def test_a_url_is_sent(row, desk, received):
    case = desk.case(CASE_1, target=target(desk, [row["url"]]))
    _, made = road(desk, received, case)
    assert all(row["address"] in words for words in made)


@pytest.mark.parametrize("row", rows(NAMES, QUICK))
def test_a_name_is_sent_as_it_was_judged(row, desk, received):
    """Also what finds the post: one character more is another poster."""
    name = row["text"]
    place = ("board_name", "thread", "post_number", "poster_id")
    person = {"name": name, "role": "担当者"}
    case = desk.case(
        CASE_1,
        ladder=[step(name)],
        target=target(desk, **dict.fromkeys(place, name), file_names=[name]),
        assessor=person,
    )
    checked, made = road(desk, received, case)
    paths = {
        "ladder[0].name",
        "assessor.name",
        *(f"target.locator.{key}" for key in place),
        "target.locator.file_names[0]",
    }
    told = {warning["path"] for warning in checked["warnings"]}
    assert told == (set() if row["is_drawn"] else paths)
    for words in made:
        assert read_back(words).count(squeezed(name)) >= len(paths), words


def test_a_center_with_such_a_name_sends(desk, received):
    desk.set("name", '"見本\u00a0센터\U000e0101"', section="center")
    checked, made = road(desk, received, CASE_1)
    told = [(one["path"], one["message"]) for one in checked["warnings"]]
    assert ("center.name", "U+00A0: not visible, spelt out") in told
    assert all("見本〔U+00A0〕〔U+C13C〕〔U+D130〕" in words for words in made)


def test_notes_of_check_are_printed_with_their_field(desk):
    case = desk.case(CASE_1, ladder=[step("네이버")])
    code, out, _ = desk.run("check", case)
    assert code == 0
    assert "note: ladder[0].name: U+B124: no font has it, spelt out" in out
