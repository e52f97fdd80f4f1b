"""The DOCX that our own writer makes passes, whatever the notice holds."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from notices.codec import notice_json
from notices.judgment import Language
from notices.letters import load_templates, sample_notice, write_letter
from notices.notice import Form, Notice
from notices.verifying.content import read_notice_json
from notices.verifying.mail.docx import check
from tests.verifying.forged_besides import notice

CORPUS = json.loads(
    (Path(__file__).parents[1] / "letters/corpus/hostile.json").read_text("utf-8")
)
URLS = [
    (case["name"], tuple(case["urls"]))
    for case in CORPUS
    if all(isinstance(url, str) for url in case.get("urls", ["", 0]))
]


def checked(made: Notice) -> str:
    machine = notice_json(made)
    letter = write_letter(made, templates=load_templates(), notice_json_sha256="0" * 64)
    return check(letter.docx, "letter.docx", read_notice_json(machine))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("form", Form)
def test_every_form_in_every_language_passes(form: Form, language: Language) -> None:
    made = replace(sample_notice(form), is_draft=False)
    made = replace(made, recipient=replace(made.recipient, language=language))
    assert "number, recipient, date" in checked(made)


@pytest.mark.parametrize(("name", "urls"), URLS, ids=[name for name, _ in URLS])
def test_odd_urls_are_recognised_as_they_are_printed(name: str, urls: Any) -> None:
    made = notice()
    target = replace(made.judgment.target, urls=urls)
    changed = replace(made, judgment=replace(made.judgment, target=target))
    assert f"{len(urls)} URLs" in checked(changed), name
