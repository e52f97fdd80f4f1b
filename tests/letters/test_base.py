"""The base document of every DOCX is the one that its maker makes."""

import zipfile
from pathlib import Path

import pytest

from notices.errors import ConfigError
from notices.letters import base
from notices.letters.docx import STYLE_IDS
from tests.letters.making_base import make_base


def test_the_file_of_the_package_is_what_its_maker_makes() -> None:
    """After a change of the styles: python -m tests.letters.making_base."""
    assert base.parts_of(make_base()) == dict(base.base_parts())


def test_it_has_every_style_of_the_model_and_each_mark_once() -> None:
    parts = {name: part.decode() for name, part in base.base_parts().items()}
    for name in STYLE_IDS.values():
        assert parts["word/styles.xml"].count(f'w:styleId="{name}"') == 1
        assert parts["word/styles.xml"].count(f'w:styleId="{name}En"') == 1
    assert parts["word/document.xml"].count(base.BODY_END) == 1
    for footer in base.FOOTER_PARTS:
        assert parts[footer].count(base.NUMBER_MARK) == 1
    assert parts[base.HEADER_PARTS[0]].count(base.FIRST_HEAD_MARK) == 1
    assert parts[base.HEADER_PARTS[1]].count(base.HEAD_MARK) == 1
    assert parts["docProps/core.xml"].count(base.TITLE_MARK) == 1


def test_a_damaged_package_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "base.docx"
    broken.write_bytes(b"PK\x03\x04 and no more")
    monkeypatch.setattr(base, "BASE", broken)
    base.base_parts.cache_clear()
    with pytest.raises(ConfigError, match="cannot be read") as told:
        base.base_parts()
    assert told.value.hint == "install the package again"
    assert isinstance(told.value.__cause__, zipfile.BadZipFile)
    base.base_parts.cache_clear()
