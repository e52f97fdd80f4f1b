"""Notices of every kind, and readers of what was written."""

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from notices.judgment import Language
from notices.letters import (
    Letter,
    Templates,
    load_templates,
    sample_notice,
    write_letter,
)
from notices.notice import Form, Notice
from tests.programs import require_program

CORPUS = json.loads(
    (Path(__file__).parent / "corpus" / "hostile.json").read_text(encoding="utf-8")
)
SHA256 = "5" * 64


@pytest.fixture(scope="session")
def templates() -> Templates:
    return load_templates()


@pytest.fixture
def notice() -> Notice:
    return final(Form.FORM_1)


def final(form: Form, **changes: Any) -> Notice:
    """A sample notice that is no draft."""
    return replace(sample_notice(form), is_draft=False, **changes)


def with_judgment(notice: Notice, **changes: Any) -> Notice:
    return replace(notice, judgment=replace(notice.judgment, **changes))


def text_of(value: Any) -> Any:
    """A value of the corpus: text, a repetition, or parts of these."""
    if isinstance(value, list):
        return tuple(text_of(item) for item in value)
    if isinstance(value, dict) and "repeat" in value:
        return value["repeat"] * value["times"]
    if isinstance(value, dict):
        return "".join(text_of(part) for part in value["parts"])
    return value


def hostile_notice(case: dict[str, Any]) -> Notice:
    """A sample notice with the corpus's values put where they belong."""
    fields = {name: text_of(value) for name, value in case.items() if name != "name"}
    base = final(Form.FORM_2 if "language" in fields else Form.FORM_1)
    judgment, target = base.judgment, base.judgment.target
    locator = {
        name: fields.pop(name)
        for name in ("board_name", "poster_id", "file_names")
        if name in fields
    }
    target = replace(
        target,
        urls=fields.pop("urls", target.urls),
        locator=replace(target.locator, **locator),
    )
    assessor = replace(judgment.assessor, name=fields.pop("assessor", "見本 花子"))
    center = replace(base.center, name=fields.pop("center_name", base.center.name))
    recipient = replace(
        base.recipient,
        name=fields.pop("recipient", base.recipient.name),
        language=Language(fields.pop("language", "ja")),
    )
    return replace(
        base,
        center=center,
        recipient=recipient,
        judgment=replace(judgment, target=target, assessor=assessor, **fields),
    )


def letter_of(notice: Notice, templates: Templates, **more: Any) -> Letter:
    return write_letter(notice, templates=templates, notice_json_sha256=SHA256, **more)


def one_text(texts: Iterator[str]) -> str:
    """All words in reading order, line feeds within paragraphs left out."""
    return "".join(texts).replace("\n", "")


def structure_text(pdf: bytes, folder: Path) -> str:
    """The words in the order of the PDF's structure tree, as poppler reads it."""
    path = folder / "letter.pdf"
    path.write_bytes(pdf)
    command = [require_program("pdfinfo"), "-struct-text", "-enc", "UTF-8", str(path)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert not done.stderr, done.stderr
    # "Document" and so on stand on lines of their own, the words in quotes.
    found = re.findall(r'^ *"(.*)"$', done.stdout.decode(), re.MULTILINE)
    return "".join(found)


def docx_paragraphs(package: bytes) -> Iterator[str]:
    """The words of every paragraph in document order."""
    document = docx.Document(io.BytesIO(package))
    for paragraph in document.element.body.iter(qn("w:p")):
        yield "".join(
            (item.text or "") if item.tag == qn("w:t") else "\n"
            for item in paragraph.iter(qn("w:t"), qn("w:br"))
        )


def members(package: bytes) -> dict[str, bytes]:
    """The parts of a DOCX by name."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
