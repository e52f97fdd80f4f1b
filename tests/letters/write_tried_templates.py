"""Writes which templates were tried with every kind of letter, by their SHA-256.

    python -m tests.letters.write_tried_templates

`sha256sum -c ../notices/data/tried_templates.txt` compares them in `templates/`.
Nothing is written for a file that has a fault. `test_template_check.py` tries them
again and fails if the list is not what would be written now.
"""

from pathlib import Path

from notices.errors import Fault
from notices.letters import load_templates
from notices.letters.template.checks.checking import tried_faults
from notices.letters.template.checks.template_check import faults_of_every_kind
from notices.letters.template.checks.tried import line_of
from notices.letters.template.checks.word_table import TABLE_NAME, table_text
from notices.letters.template.folders.names import LAYOUT_NAME, SAMPLES
from notices.letters.template.layout_file import shape_faults
from notices.letters.template.sources import TemplateSource

LIST = Path(__file__).parents[2] / "notices" / "data" / "tried_templates.txt"


def tried_templates() -> str:
    """A line for each file of the package without any fault, in their order.

    Behind them the table of words that they were judged by.
    """
    tried = "".join(
        f"{line_of(source.name, source.text)}\n"
        for source in load_templates().sources
        if source.name not in SAMPLES.values() and not _faults(source.bare)
    )
    return f"{tried}{line_of(TABLE_NAME, table_text())}\n"


def _faults(source: TemplateSource) -> tuple[Fault, ...]:
    if source.name == LAYOUT_NAME:
        return shape_faults(source.text)
    return tried_faults(source) or faults_of_every_kind(source)


if __name__ == "__main__":
    LIST.write_text(tried_templates(), encoding="utf-8")
