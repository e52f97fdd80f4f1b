"""The letter's DOCX: our writer beside python-docx, from the same model and base.

    python bench/docx_writer.py [--rounds N]

`easy` uses python-docx as its manual shows; `tuned` sets styles and widths at the XML
beneath, as one does who has measured. All begin from `base.docx`. Milliseconds are
processor time, the least of N rounds. What they wrote is read back with python-docx and
must say the same, paragraph by paragraph. docs/adr/0009 rests on it.
"""

import argparse
import io
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Twips
from letters import least, notices

from notices.letters import LetterSettings, load_templates
from notices.letters.base import BASE, NUMBER_MARK
from notices.letters.docx import CELL_TWIPS, LABEL_TWIPS, STYLE_IDS, write_docx
from notices.letters.model import Doc, Face, Para, Span, Table
from notices.letters.pdf.faces import faces
from notices.letters.pdf.page import BOXES
from notices.letters.template.composing import compose_model
from notices.letters.template.hygiene import Cleaner

TITLE = "送信防止措置依頼書"
SHA256 = "0" * 64


class Writer:
    """python-docx as its manual shows."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.document: Any = docx.Document(str(BASE))

    def write(self) -> bytes:
        for position, part in enumerate(self.doc.parts):
            begins = position > 0
            for block in part.blocks:
                if isinstance(block, Table):
                    self.table(block, part.language)
                    continue
                for para in block.paras:
                    made = self.document.add_paragraph()
                    self.fill(made, para, STYLE_IDS[block.style], part.language)
                    if begins:
                        made.paragraph_format.page_break_before = True
                    begins = False
        self.document.core_properties.title = TITLE
        for run in self.document.sections[0].footer.paragraphs[0].runs:
            if NUMBER_MARK in run.text:
                run.text = run.text.replace(NUMBER_MARK, self.doc.number)
        written = io.BytesIO()
        self.document.save(written)
        return written.getvalue()

    def fill(self, made: Any, para: Para, style: str, language: str) -> None:
        self.style(made, f"{style}En" if language == "en" else style)
        for span in para.spans:
            run = made.add_run(span.text)
            if span.face is Face.URL:
                self.style(run, "NoticeURL")

    def style(self, made: Any, name: str) -> None:
        made.style = name

    def table(self, table: Table, language: str) -> None:
        made = self.document.add_table(rows=len(table.rows), cols=2)
        made.autofit = False
        made.style = "NoticeTable"
        first: Any = None
        group = ""
        for row, line in zip(table.rows, made.rows, strict=True):
            label, cell = line.cells
            label.width, cell.width = Twips(LABEL_TWIPS), Twips(CELL_TWIPS)
            begins, group = row.group != group, row.group
            paras = [(para, style_of(para)) for para in row.paras]
            if row.group:
                paras.insert(0, (para_of(row.label), "NoticeRowHeading"))
                first = label if begins else first.merge(label)
            if begins or not row.group:
                heading = para_of(row.group or row.label)
                self.fill(label.paragraphs[0], heading, "NoticeHeading", language)
            for position, (para, style) in enumerate(paras):
                made_para = cell.paragraphs[0] if not position else cell.add_paragraph()
                self.fill(made_para, para, style, language)


class Tuned(Writer):
    """Without the look-up of a style by its name, which walks through them all."""

    def style(self, made: Any, name: str) -> None:
        is_run = hasattr(made, "add_text")
        element = made._element  # noqa: SLF001
        properties = element.get_or_add_rPr() if is_run else element.get_or_add_pPr()
        chosen = OxmlElement("w:rStyle" if is_run else "w:pStyle")
        chosen.set(qn("w:val"), name)
        properties.insert(0, chosen)


def para_of(text: str) -> Para:
    return Para((Span(text),))


def style_of(para: Para) -> str:
    return "NoticeBox" if para.text.startswith(BOXES) else "NoticeCell"


def said(package: bytes) -> list[str]:
    """Every paragraph that is not empty, tables included."""
    body = docx.Document(io.BytesIO(package)).element.body
    lines = (
        "".join(
            "\n" if node.tag == qn("w:br") else node.text or ""
            for node in para.iter(qn("w:t"), qn("w:br"))
        )
        for para in body.iter(qn("w:p"))
    )
    return [line for line in lines if line]


def import_time(module: str) -> float:
    """Milliseconds of processor time to import it in a new process."""
    code = (
        "import time; import notices.letters.model, notices.letters.pdf.page; "
        f"start = time.process_time(); import {module}; "
        "print((time.process_time() - start) * 1000)"
    )
    words = [sys.executable, "-c", code]
    return min(
        float(subprocess.run(words, check=True, capture_output=True).stdout)
        for _ in range(7)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    for module in ("notices.letters.docx", "docx"):
        print(f"import {module:24}{import_time(module):8.1f} ms")
    templates, settings, typefaces = load_templates(), LetterSettings(), faces()
    for name, notice in notices().items():
        clean = Cleaner(typefaces.drawable)
        doc = compose_model(
            notice, templates, settings, clean, typefaces, sha256=SHA256
        )
        writers: dict[str, Callable[[], bytes]] = {
            "ours": partial(write_docx, doc, TITLE),
            "python-docx, easy": lambda doc=doc: Writer(doc).write(),
            "python-docx, tuned": lambda doc=doc: Tuned(doc).write(),
        }
        expected = said(writers["ours"]())
        for who, write in writers.items():
            first = write()
            time.sleep(2.1)  # the dates in a ZIP go by two seconds
            same = "the same bytes" if write() == first else "other bytes each time"
            agree = "" if said(first) == expected else "  SAYS SOMETHING ELSE"
            spent = least(write, rounds)
            print(f"{name:20}{who:20}{spent:8.2f} ms{len(first):8} B  {same}{agree}")


if __name__ == "__main__":
    main()
