"""Milliseconds per letter, stage by stage, and what other ways take for the same words.

    python bench/letters.py [--rounds N]

The least of N rounds in a warm process, in processor time: other work on the machine
does not count. `all` is text, PDF and DOCX with the check of the template. Where they
are installed, WeasyPrint and docxtpl with LibreOffice make a plain PDF of the same words
in the same face, without table, tags or PDF/A.
"""

import argparse
import html
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from notices.letters import LetterSettings, load_templates, sample_notice, write_letter
from notices.letters.docx import write_docx
from notices.letters.pdf.archival import Metadata, finish
from notices.letters.pdf.drawing import draw
from notices.letters.pdf.faces import FONTS, MINCHO, faces
from notices.letters.template.composing import compose_model
from notices.letters.template.hygiene import Cleaner
from notices.letters.text import write_text
from notices.notice import Form, Notice

SENTENCE = "「見本」という表現が、不特定又は多数の者が閲覧できる電子掲示板に掲載。"
SHA256 = "0" * 64


def notices() -> dict[str, Notice]:
    """A letter of one page, of seven pages, and one with 50,000 characters."""
    short = replace(sample_notice(Form.FORM_1), is_draft=False)
    urls = tuple(f"https://board.example.jp/thread/{n}" for n in range(12))
    long_url = "https://board.example.jp/" + "%E3%81%82" * 220
    seven = _with(short, SENTENCE * 195, (*urls, long_url))
    huge = _with(short, (SENTENCE * 1500)[:50_000], short.judgment.target.urls)
    return {"one page": short, "seven pages": seven, "50,000 characters": huge}


def _with(notice: Notice, reason: str, urls: tuple[str, ...]) -> Notice:
    target = replace(notice.judgment.target, urls=urls)
    judgment = replace(notice.judgment, reason=reason, target=target)
    return replace(notice, judgment=judgment)


def least(work: Callable[[], object], rounds: int) -> float:
    """The quickest of some rounds, in milliseconds."""
    spent = []
    for _ in range(rounds):
        start = processor_time()
        work()
        spent.append(processor_time() - start)
    return min(spent) * 1000


def stages(notice: Notice) -> dict[str, Callable[[], object]]:
    """Every stage as something that can be called again and again."""
    templates, settings, typefaces = load_templates(), LetterSettings(), faces()

    def model() -> object:
        clean = Cleaner(typefaces.drawable)
        return compose_model(
            notice, templates, settings, clean, typefaces, sha256=SHA256
        )

    clean = Cleaner(typefaces.drawable)
    doc = compose_model(notice, templates, settings, clean, typefaces, sha256=SHA256)
    drawn = draw(doc, typefaces)
    metadata = Metadata(
        title=doc.title,
        number=doc.number,
        notice_json_sha256=SHA256,
        date=notice.date,
        case_id=notice.judgment.case_id,
        form=notice.form.value,
        recipient=notice.recipient.name,
        publisher=notice.center.name,
        languages=("ja",),
    )
    return {
        "model": model,
        "text": lambda: write_text(doc),
        "pdf": lambda: draw(doc, typefaces),
        "finishing": lambda: finish(drawn, metadata),
        "docx": lambda: write_docx(doc, doc.title),
        "all": lambda: write_letter(
            notice, templates=templates, notice_json_sha256=SHA256
        ),
    }


Way = Callable[[list[str]], object]
"""Makes a PDF of some paragraphs."""


def other_ways(folder: Path) -> dict[str, Way]:
    """Other ways to a PDF, as far as they are installed, with fonts and base ready."""
    found: dict[str, Way] = {}
    if find_spec("weasyprint"):
        found["WeasyPrint"] = _by_weasyprint()
    if find_spec("docxtpl") and shutil.which("soffice"):
        found["docxtpl+LO"] = _by_office(folder)
    return found


def _by_weasyprint() -> Way:
    import weasyprint  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fonts = FontConfiguration()
    style = weasyprint.CSS(
        string=f"@font-face {{ font-family: Letter; src: url({MINCHO.as_uri()}) }}"
        "@page { size: A4 } body { font: 10.5pt Letter }",
        font_config=fonts,
    )

    def write(paragraphs: list[str]) -> object:
        page = "".join(f"<p>{html.escape(line)}</p>" for line in paragraphs)
        document = weasyprint.HTML(string=f"<html lang=ja><body>{page}")
        return document.write_pdf(stylesheets=[style], font_config=fonts)

    return write


def _by_office(folder: Path) -> Way:
    import docx  # noqa: PLC0415
    import docxtpl  # noqa: PLC0415

    template, filled = folder / "template.docx", folder / "letter.docx"
    document = docx.Document()
    for line in ("{%p for line in lines %}", "{{ line }}", "{%p endfor %}"):
        document.add_paragraph(line)
    document.save(str(template))
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{FONTS}</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    command = [
        "soffice",
        f"-env:UserInstallation=file://{folder}/profile",
        *("--headless", "--convert-to", "pdf", "--outdir", str(folder), str(filled)),
    ]
    environment = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}

    def write(paragraphs: list[str]) -> object:
        letter = docxtpl.DocxTemplate(str(template))
        letter.render({"lines": paragraphs}, autoescape=True)
        letter.save(str(filled))
        return subprocess.run(command, env=environment, check=True, capture_output=True)

    return write


def processor_time() -> float:
    """Seconds of this process and of the programs that it has run."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    heads = ("model", "text", "pdf", "finishing", "docx", "all")
    with tempfile.TemporaryDirectory() as folder:
        ways = other_ways(Path(folder))
        print(
            f"{'ms per letter':<20}"
            + "".join(f"{head:>11}" for head in (*heads, *ways))
        )
        for name, notice in notices().items():
            few = max(rounds // 5, 3) if name.startswith("50") else rounds
            spent = [least(work, few) for work in stages(notice).values()]
            words = write_letter(
                notice, templates=load_templates(), notice_json_sha256=SHA256
            ).text.splitlines()
            spent += [least(partial(way, words), 3) for way in ways.values()]
            print(f"{name:<20}" + "".join(f"{value:>11.1f}" for value in spent))


if __name__ == "__main__":
    main()
