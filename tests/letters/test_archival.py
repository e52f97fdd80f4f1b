"""The PDF as evidence: metadata, fonts, structure, the same bytes each time."""

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from pikepdf import pdfa

from notices.letters import Templates
from notices.letters.pdf.faces import FONTS
from notices.notice import Form
from tests.letters.conftest import SHA256, final, letter_of, members
from tests.programs import require_program


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def test_metadata_name_the_notice_in_dublin_core(templates: Templates) -> None:
    pdf = letter_of(final(Form.FORM_2), templates).pdf
    with opened(pdf) as read, read.open_metadata() as xmp:
        assert (
            xmp["dc:title"]
            == "【公序良俗に反する情報】の通知書兼対応依頼書（R8-2-000124）"
        )
        assert xmp["dc:identifier"] == "R8-2-000124"
        assert xmp["dc:source"] == f"urn:sha-256:{SHA256}"
        assert xmp["dc:date"] == ["2026-11-18"]
        assert xmp["dc:relation"] == {"IHC-2026-004219"}
        assert xmp["dc:type"] == {"form2"}
        assert xmp["dc:description"] == "Example Social, Inc."
        assert xmp["dc:publisher"] == {"見本インターネット・ホットラインセンター"}
        assert xmp["dc:language"] == {"ja", "en"}
        assert read.docinfo["/Title"] == xmp["dc:title"]


@pytest.mark.parametrize(
    "name",
    ["A & B <見本> ]]>", "&amp;&#13;", "\"'", "葛\U000e0100城 😀", "<?xpacket?>"],
)
def test_what_xml_has_a_meaning_for_is_read_back_as_it_was(
    name: str, templates: Templates
) -> None:
    notice = final(Form.FORM_1)
    notice = replace(notice, recipient=replace(notice.recipient, name=name))
    with opened(letter_of(notice, templates).pdf) as read, read.open_metadata() as xmp:
        assert xmp["dc:description"] == name


def test_form_2_of_2006_is_named_as_such(templates: Templates) -> None:
    with (
        opened(letter_of(final(Form.FORM_2_2006), templates).pdf) as read,
        read.open_metadata() as xmp,
    ):
        assert xmp["dc:type"] == {"form2-2006"}


@pytest.mark.parametrize("form", list(Form))
def test_the_file_is_tagged_and_says_its_language(
    form: Form, templates: Templates
) -> None:
    with opened(letter_of(final(form), templates).pdf) as read:
        assert str(read.Root.Lang) == "ja-JP"
        assert read.Root.MarkInfo.Marked
        assert read.Root.ViewerPreferences.DisplayDocTitle
        document = read.Root.StructTreeRoot.K[0]
        languages = [str(section.Lang) for section in document.K]
        assert languages == (["ja-JP", "en"] if form is Form.FORM_2 else ["ja-JP"])


def test_every_font_is_embedded_as_a_subset(
    templates: Templates, tmp_path: Path
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter_of(final(Form.FORM_2), templates).pdf)
    command = [require_program("pdffonts"), str(path)]
    table = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    rows = [line.split() for line in table.splitlines()[2:]]
    assert len(rows) >= 3
    for row in rows:
        assert row[-5:-2] == ["yes", "yes", "yes"], row  # embedded, subset, Unicode


@pytest.mark.parametrize("form", list(Form))
def test_qpdf_finds_nothing_wrong(
    form: Form, templates: Templates, tmp_path: Path
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter_of(final(form), templates).pdf)
    command = [require_program("qpdf"), "--check", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("form", list(Form))
def test_a_draft_is_archival_too(form: Form, templates: Templates) -> None:
    pdf = letter_of(replace(final(form), is_draft=True), templates).pdf
    assert pdfa.validate_written(io.BytesIO(pdf), "2b").passed


_PRINT_HASHES = """
from hashlib import sha256
from dataclasses import replace
from notices.letters import load_templates, sample_notice, write_letter
from notices.notice import Form
letter = write_letter(replace(sample_notice(Form.FORM_2), is_draft=False),
                      templates=load_templates(), notice_json_sha256="5" * 64)
print(sha256(letter.pdf).hexdigest(), sha256(letter.docx).hexdigest())
"""


def test_the_same_notice_gives_the_same_bytes_in_another_process(
    templates: Templates,
) -> None:
    letter = letter_of(final(Form.FORM_2), templates)
    expected = [sha256(letter.pdf).hexdigest(), sha256(letter.docx).hexdigest()]
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", _PRINT_HASHES],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "America/New_York"},
            cwd=Path(__file__).parents[2],
        )
        assert done.stdout.split() == expected


def test_letters_written_in_many_threads_are_the_same(templates: Templates) -> None:
    notices = [final(form) for form in Form] * 4
    alone = [letter_of(notice, templates).pdf for notice in notices]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda n: letter_of(n, templates).pdf, notices))
    assert together == alone


def test_another_notice_gives_other_bytes(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    first = letter_of(notice, templates).pdf
    assert letter_of(replace(notice, number="R8-1-000124"), templates).pdf != first


def test_the_docx_has_no_more_parts_than_it_needs(templates: Templates) -> None:
    names = set(members(letter_of(final(Form.FORM_1), templates).docx))
    assert not {name for name in names if "thumbnail" in name or "customXml" in name}
    assert "word/document.xml" in names


def test_the_fonts_are_the_ones_that_were_chosen() -> None:
    sums = (FONTS / "SHA256SUMS").read_text(encoding="ascii").split()
    assert len(sums) == 6
    for expected, name in zip(sums[::2], sums[1::2], strict=True):
        assert sha256((FONTS / name).read_bytes()).hexdigest() == expected
