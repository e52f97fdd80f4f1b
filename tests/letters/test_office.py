"""LibreOffice opens the DOCX and breaks its pages as the PDF does."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pikepdf
import pytest
from openxml_audit import OpenXmlValidator

from notices.letters import Templates
from notices.letters.pdf.faces import FONTS
from notices.notice import Form
from tests.letters.conftest import final, letter_of, with_judgment
from tests.programs import require_program

_FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def by_office(package: bytes, folder: Path) -> Path:
    """The DOCX as LibreOffice prints it, with the letter's own fonts."""
    (folder / "letter.docx").write_bytes(package)
    configuration = folder / "fonts.conf"
    configuration.write_text(
        _FONT_CONFIGURATION.format(fonts=FONTS, cache=folder / "cache")
    )
    subprocess.run(
        [
            require_program("soffice"),
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(folder / "letter.docx"),
        ],
        env={
            "FONTCONFIG_FILE": str(configuration),
            "PATH": _path(),
            "HOME": str(folder),
        },
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / "letter.pdf"


def _path() -> str:
    return str(Path(shutil.which("sh") or "/bin/sh").parent) + ":/usr/bin:/bin"


def lines(pdf: Path) -> list[str]:
    command = [require_program("pdftotext"), "-layout", str(pdf), "-"]
    words = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return [line for line in words.splitlines() if line.strip()]


@pytest.mark.torture
@pytest.mark.parametrize("times", [1, 120])
@pytest.mark.parametrize("form", list(Form))
def test_pages_and_lines_are_those_of_the_pdf(
    form: Form, times: int, templates: Templates, tmp_path: Path
) -> None:
    notice = final(form)
    notice = with_judgment(notice, reason=notice.judgment.reason * times)
    letter = letter_of(notice, templates)
    mine = tmp_path / "mine.pdf"
    mine.write_bytes(letter.pdf)
    theirs = by_office(letter.docx, tmp_path)
    with pikepdf.open(io.BytesIO(letter.pdf)) as one, pikepdf.open(theirs) as other:
        assert abs(len(one.pages) - len(other.pages)) <= (1 if times > 1 else 0)
    count = len(lines(mine))
    # The head of the English part, and headings that Word breaks anywhere.
    assert abs(count - len(lines(theirs))) <= max(4, count * 0.03)


@pytest.mark.parametrize("form", list(Form))
def test_the_docx_keeps_the_rules_of_the_open_xml_sdk(
    form: Form, templates: Templates, tmp_path: Path
) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(letter_of(final(form), templates).docx)
    result = OpenXmlValidator(security_validation=True).validate(path)
    assert result.is_valid, [str(error) for error in result.errors]


def test_the_validator_sees_a_document_that_breaks_them(
    templates: Templates, tmp_path: Path
) -> None:
    path = tmp_path / "letter.docx"
    package = io.BytesIO(letter_of(final(Form.FORM_1), templates).docx)
    with zipfile.ZipFile(package) as good, zipfile.ZipFile(path, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:tblGrid>", b"<w:tblGrid w:bad='1'>")
                content = content.replace(b"</w:body>", b"<w:tblGrid/></w:body>")
            bad.writestr(name, content)
    assert not OpenXmlValidator().validate(path).is_valid
