"""Changes that a second person accepts: until then no letter is made with them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.errors import InvalidTemplate, RefusedError
from notices.letters import check_templates, load_templates
from notices.letters.template.checks.acceptance import ACCEPTED_NAME
from notices.notice import Form
from notices.site.preparing.accepting import accept_templates
from tests.letters.conftest import final, letter_of

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
LAYOUT = '[second_person]\nfiles = ["layout.toml", "form1/letter.ja.j2"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "layout.toml").write_text(LAYOUT, encoding="utf-8")
    (tmp_path / "form1").mkdir()
    usual = load_templates().source("form1/letter.ja.j2").text
    (tmp_path / "form1/letter.ja.j2").write_text(usual, encoding="utf-8")
    return tmp_path


def accepted(folder: Path, editor: str = "直子", reader: str = "確夫") -> list[str]:
    made = accept_templates(
        load_templates([folder]),
        folder,
        edited_by=editor,
        accepted_by=reader,
        now=NOW,
    )
    return [one.file for one in made]


def test_no_letter_is_made_before_and_every_one_after(folder: Path) -> None:
    notice = final(Form.FORM_1)
    with pytest.raises(InvalidTemplate, match="waits for a second person") as caught:
        letter_of(notice, load_templates([folder]))
    assert [one.path for one in caught.value.faults] == [
        "layout.toml",
        "form1/letter.ja.j2",
    ]
    assert check_templates(load_templates([folder])) == ()
    # a draft is looked at before
    assert letter_of(replace(notice, is_draft=True), load_templates([folder]))
    assert accepted(folder) == ["layout.toml", "form1/letter.ja.j2"]
    assert letter_of(notice, load_templates([folder]))
    assert accepted(folder) == []


def test_one_more_byte_waits_again_and_both_stay_on_record(folder: Path) -> None:
    accepted(folder)
    path = folder / "form1/letter.ja.j2"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(InvalidTemplate, match=r"form1/letter\.ja\.j2 waits") as caught:
        letter_of(final(Form.FORM_1), load_templates([folder]))
    assert "確夫" in caught.value.faults[0].message
    assert accepted(folder, "確夫", "直子") == ["form1/letter.ja.j2"]
    rows = json.loads((folder / ACCEPTED_NAME).read_text(encoding="utf-8"))
    assert [(row["file"], row["accepted_by"]) for row in rows] == [
        ("layout.toml", "確夫"),
        ("form1/letter.ja.j2", "確夫"),
        ("form1/letter.ja.j2", "直子"),
    ]
    assert rows[0]["at"] == "2026-11-28T12:00:00+09:00"
    assert rows[0]["user"].startswith("user:")


@pytest.mark.parametrize("reader", ["直子", " 直子", "直\u200b子", "", "a\nb"])
def test_nobody_accepts_a_change_of_their_own(folder: Path, reader: str) -> None:
    with pytest.raises(RefusedError):
        accepted(folder, "直子", reader)
    assert not (folder / ACCEPTED_NAME).exists()


def test_what_the_check_refuses_is_not_accepted(folder: Path) -> None:
    (folder / "form1/letter.ja.j2").write_text("{{ 宛て先 }}", encoding="utf-8")
    with pytest.raises(InvalidTemplate, match="fault"):
        accepted(folder)


def test_a_site_without_templates_of_its_own_has_nothing_to_accept() -> None:
    with pytest.raises(RefusedError, match="no template folder"):
        accept_templates(
            load_templates(), None, edited_by="a", accepted_by="b", now=NOW
        )


@pytest.mark.parametrize("text", ["{", "[1]", '[{"file": "x"}]', "null"])
def test_a_record_that_was_spoilt_is_told(folder: Path, text: str) -> None:
    (folder / ACCEPTED_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(InvalidTemplate, match="no list of acceptances"):
        load_templates([folder])


@pytest.mark.parametrize("name", ["../x.png", "form3/letter.ja.j2", "README.md"])
def test_only_files_of_the_folder_can_be_named(folder: Path, name: str) -> None:
    text = f'[second_person]\nfiles = ["{name}"]\n'
    (folder / "layout.toml").write_text(text, encoding="utf-8")
    (fault,) = check_templates(load_templates([folder]))
    assert "second_person.files" in fault.message
