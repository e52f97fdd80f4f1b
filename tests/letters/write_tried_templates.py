"""Writes which templates were tried with every kind of letter, by their SHA-256.

    python -m tests.letters.write_tried_templates

`sha256sum -c ../notices/data/tried_templates.txt` compares them in `templates/`.
Nothing is written for a template that has a fault. `test_template_check.py` tries them
again and fails if the list is not what would be written now.
"""

from pathlib import Path

from notices.letters import load_templates
from notices.letters.template.checks.checking import line_of, tried_faults
from notices.letters.template.checks.template_check import faults_of_every_kind

LIST = Path(__file__).parents[2] / "notices" / "data" / "tried_templates.txt"


def tried_templates() -> str:
    """A line for each template of the package without any fault, in their order."""
    return "".join(
        f"{line_of(source)}\n"
        for source in load_templates().sources
        if source.name.endswith(".j2")
        and not tried_faults(source.bare)
        and not faults_of_every_kind(source.bare)
    )


if __name__ == "__main__":
    LIST.write_text(tried_templates(), encoding="utf-8")
