"""Milliseconds per letter, stage by stage, and what other ways take for the same words.

    python bench/letters.py [--rounds N]

The least of N rounds in a warm process, in processor time: other work on the machine
does not count. WeasyPrint and docxtpl with LibreOffice are measured in wall time where
they are installed.
"""

import argparse
import html
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from notices.letters import LetterSettings, load_templates, sample_notice, write_letter
from notices.letters.archival import Metadata, finish
from notices.letters.composing import compose_model
from notices.letters.faces import faces
from notices.letters.hygiene import Cleaner
from notices.letters.letter_text import write_text
from notices.letters.pdf import draw
from notices.letters.word import write_docx
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


def least(work: Callable[[], object], rounds: int, clock: Callable[[], float]) -> float:
    """The quickest of some rounds, in milliseconds."""
    spent = []
    for _ in range(rounds):
        start = clock()
        work()
        spent.append(clock() - start)
    return min(spent) * 1000


def stages(notice: Notice) -> dict[str, Callable[[], object]]:
    """Every stage as something that can be called again and again."""
    templates, settings, typefaces = load_templates(), LetterSettings(), faces()

    def model() -> object:
        clean = Cleaner(typefaces.drawable)
        return compose_model(notice, templates, settings, clean, typefaces)

    doc = compose_model(
        notice, templates, settings, Cleaner(typefaces.drawable), typefaces
    )
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


def others(notice: Notice) -> dict[str, Callable[[], object]]:
    """Other ways to a PDF with the same words, as far as they are installed."""
    text = write_letter(notice, templates=load_templates(), notice_json_sha256=SHA256)
    paragraphs = text.text.splitlines()
    found: dict[str, Callable[[], object]] = {}
    try:
        import weasyprint  # noqa: PLC0415
    except (ImportError, OSError):
        pass
    else:
        page = "".join(f"<p>{html.escape(line)}</p>" for line in paragraphs)
        found["WeasyPrint"] = lambda: weasyprint.HTML(string=page).write_pdf()
    try:
        import docxtpl  # noqa: PLC0415
    except ImportError:
        return found
    if shutil.which("soffice"):
        found["docxtpl, LibreOffice"] = lambda: _by_office(docxtpl, paragraphs)
    return found


def _by_office(docxtpl: object, paragraphs: list[str]) -> None:
    import docx  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        template, filled = Path(folder, "template.docx"), Path(folder, "letter.docx")
        document = docx.Document()
        document.add_paragraph("{%p for line in lines %}")
        document.add_paragraph("{{ line }}")
        document.add_paragraph("{%p endfor %}")
        document.save(str(template))
        template_of = docxtpl.DocxTemplate(str(template))  # type: ignore[attr-defined]
        template_of.render({"lines": paragraphs}, autoescape=True)
        template_of.save(str(filled))
        subprocess.run(
            [
                "soffice",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                filled,
            ],
            check=True,
            capture_output=True,
        )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    heads = ("model", "text", "pdf", "finishing", "docx", "all")
    print(f"{'ms per letter':<20}" + "".join(f"{head:>11}" for head in heads))
    for name, notice in notices().items():
        few = max(rounds // 5, 3) if name.startswith("50") else rounds
        spent = [
            least(work, few, time.process_time) for work in stages(notice).values()
        ]
        print(f"{name:<20}" + "".join(f"{value:>11.1f}" for value in spent))
    for name, notice in notices().items():
        for other, work in others(notice).items():
            print(f"{name:<20} {other}: {least(work, 2, time.perf_counter):.0f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
