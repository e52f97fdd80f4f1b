"""`layout.toml`: what legal staff set alone, and what is refused with file and key."""

from dataclasses import replace
from pathlib import Path

import pytest

from notices.codec import notice_json
from notices.errors import InvalidTemplate
from notices.letters import LetterSettings, Templates, check_templates, load_templates
from notices.letters.model import Passage, Style
from notices.notice import Form, Notice
from notices.verifying import content
from notices.verifying.mail import docx
from tests.letters.conftest import final, letter_of, structure_text, with_judgment
from tests.letters.test_accessible import faults
from tests.letters.test_hostile_text import assert_all_agree


def site(folder: Path, text: str) -> Templates:
    (folder / "layout.toml").write_text(text, encoding="utf-8")
    return load_templates([folder])


def with_urls(count: int) -> Notice:
    notice = final(Form.FORM_1)
    urls = tuple(f"https://x.example/{number}" for number in range(count))
    return with_judgment(notice, target=replace(notice.judgment.target, urls=urls))


def test_a_key_that_is_left_out_is_that_of_the_package(tmp_path: Path) -> None:
    own = site(tmp_path, '[texts.ja]\nboard = "名称："\n')
    assert check_templates(own) == ()
    text = letter_of(final(Form.FORM_1), own).text
    assert "    名称：みほん掲示板 雑談\n" in text
    assert "    掲示板内の書き込み場所：スレッド" in text


def test_an_empty_file_changes_nothing(tmp_path: Path, templates: Templates) -> None:
    own = site(tmp_path, "")
    for form in Form:
        assert letter_of(final(form), own).pdf == letter_of(final(form), templates).pdf


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[page", "layout.toml:1 the name of a table is not closed"),
        ("[paper]\nsize = 1", "[paper]"),
        ("page = 1", "[page]"),
        ("[page]\nhead = true", "page.head"),
        ("[page]\nhead_from_page_2 = 1", "page.head_from_page_2"),
        ("[page]\nurls_in_annex_from = -1", "page.urls_in_annex_from"),
        ("[page]\nurls_in_annex_from = true", "page.urls_in_annex_from"),
        ('[page]\nsender_line = "a\\nb"', "page.sender_line"),
        ('[page]\nsender_line = "必ず対応してください"', "page.sender_line"),
        ('[texts.ja]\ndraft = "この書面です"', "texts.ja.draft"),
        ('[texts.en]\ntest = "This letter"', "texts.en.test"),
        ('[texts.ja]\nboard = ""', "texts.ja.board"),
        ("[texts.ja]\nboard = 3", "texts.ja.board"),
        ('[texts.ja]\nannex = "違法な情報"', "texts.ja.annex"),
        ('[texts.ja]\nsee_annex = "{total}件"', "texts.ja.see_annex"),
        ('[texts.ja]\ncontinued = "\u202e"', "texts.ja.continued"),
        (f'[texts.en]\nannex = "{"x" * 201}"', "texts.en.annex"),
        ("[texts.fr]\nannex = 'x'", "[texts.fr]"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(
    text: str, key: str, tmp_path: Path
) -> None:
    own = site(tmp_path, text)
    found = check_templates(own)
    assert any(key in f"{fault.path} {fault.message}" for fault in found), found
    assert all("layout.toml" in fault.path for fault in found)
    with pytest.raises(InvalidTemplate):
        letter_of(final(Form.FORM_1), own)


def test_many_urls_stand_in_an_annex_that_the_verifier_reads(tmp_path: Path) -> None:
    own = site(tmp_path, "[page]\nurls_in_annex_from = 3\n")
    few, many = with_urls(3), with_urls(4)
    assert "別紙" not in letter_of(few, own).text
    letter = letter_of(many, own)
    assert "URL：別紙のとおり（4件）\n" in letter.text
    for url in many.judgment.target.urls:
        assert url in letter.text
    told = content.read_notice_json(notice_json(many))
    assert docx.check(letter.docx, "letter.docx", told)
    assert_all_agree(letter, tmp_path)
    assert faults(letter.pdf) == set()


def test_the_box_for_checking_names_what_is_compared(tmp_path: Path) -> None:
    own = site(tmp_path, "[box]\nchecking = true\n[page]\nurls_in_annex_from = 1\n")
    settings = LetterSettings(root_fingerprint="ab" * 32)
    letter = letter_of(with_urls(2), own, settings=settings)
    blocks = letter.model.parts[0].blocks
    styles = [block.style for block in blocks if isinstance(block, Passage)]
    assert styles[-2:] == [Style.CHECKING, Style.ANNEX]
    for words in (
        "この書面は電子署名を付した電子文書です。 R8-1-000123",
        "確認の手順：https://www.hotline.example.jp/verify",
        f"SHA-256：{'5' * 64}",
        f"ルート証明書の指紋（SHA-256）：{'ab' * 32}",
    ):
        assert words in letter.text
        assert words.replace(" ", "") in structure_text(letter.pdf, tmp_path).replace(
            " ", ""
        )
    assert faults(letter.pdf) == set()


def test_heads_and_the_line_below_the_sender(tmp_path: Path) -> None:
    own = site(
        tmp_path,
        '[page]\nhead_from_page_2 = false\nsender_line = "（公印省略）"\n',
    )
    notice = final(Form.FORM_2)
    letter = letter_of(notice, own)
    assert letter.text.count("（公印省略）") == 1
    assert "確認者氏名　例示 太郎\n" + " " * 48 + "（公印省略）\n" in letter.text
    assert not letter.model.has_heads
    told = content.read_notice_json(notice_json(notice))
    assert docx.check(letter.docx, "letter.docx", told)
