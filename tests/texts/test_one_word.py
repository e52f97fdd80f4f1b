"""One word for one thing in Japanese: what the screen calls so, the pages call so too.

A bundle was 証拠一式, 証拠束 and 証拠パッケージ, the high-water mark 到達点 and 到達記録,
a witness 立会者 and 立会人, and long vowels of loan words were written both ways.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OTHER_WORDS = {
    "証拠束": "証拠一式",
    "証拠パッケージ": "証拠一式",
    "到達記録": "到達点",
    "立会人": "立会者",
    "案件番号": "案件ID",
    "ノート": "書付け",
    "サーバ(?!ー)": "サーバー",
    "フォルダ(?!ー)": "フォルダー",
    "ヘッダ(?!ー)": "ヘッダー",
    "ブラウザー": "ブラウザ",
    "様式(?=[12]|\\{form\\})": "書式",  # 参考書式1 of the guideline
    "ひな形": "ひな型",
    "(?<!ウェブ)(?<!別の)サイト(?!消滅|の管理|運営)": "運用フォルダー",
}
"""Words that were used, and the one that is."""
PAGES = [
    *sorted((ROOT / "notices" / "data" / "texts" / "ja").glob("*.po")),
    *sorted((ROOT / "docs" / "ja").glob("*.md")),
]


def _japanese(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".po":
        return "\n".join(re.findall(r'^(?:msgstr )?"(.*)"$', text, re.MULTILINE))
    return text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_thing_has_one_word(path):
    words = re.compile("|".join(OTHER_WORDS))
    assert words.findall(_japanese(path)) == []
