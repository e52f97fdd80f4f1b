"""What cited articles say, of the day of the finding and from a known source."""

import json
from datetime import date
from typing import Any

import pytest

from notices import Site
from notices.catalogue import Catalogue
from notices.codec import (
    load_catalogue,
    read_judgment,
    read_provision_texts,
    read_recipients,
)
from notices.errors import ConfigError
from notices.notice import Notice, compose
from notices.site.starting import start_site
from tests.codec.cases import example
from tests.codec.test_abroad import CENTER

FILE = """[[text]]
law = "hanshu"
article = "第26条"
from = 2026-11-01
text = '''
第二十六条　見本の条文
４　見本の項
'''
source = "見本"
"""
ENTRIES = read_recipients(
    "[board]\nname = 'みほん'\nmailboxes = ['abuse@board.example.jp']\n"
    "provision_texts = true\n",
    "recipients.toml",
)


def composed(catalogue: Catalogue, *, asks: bool = True, **changes: Any) -> Notice:
    data = example("A") | changes
    rung = data["ladder"][0]["rung"]
    if asks:
        data["ladder"] = [{"rung": rung, "recipient": "board"}]
    return compose(
        read_judgment(json.dumps(data), catalogue),
        center=CENTER,
        number="R8-1-000001",
        date=date(2026, 11, 18),
        directory=ENTRIES,
    )


@pytest.mark.parametrize(
    ("law", "article", "on", "begins"),
    [
        ("keihou", "第175条", "2006-05-01", "第百七十五条 わいせつな文書"),
        ("keihou", "第175条第1項", "2011-07-13", "第百七十五条 わいせつな文書"),
        ("keihou", "第175条第1項", "2011-07-14", None),
        ("honnin", "第16条の2第4項", "2006-05-01", "第十六条の二 他人になりすまして"),
        ("honnin", "第16条第4項", "2006-05-01", None),
        ("honnin", "第16条の20", "2006-05-01", None),
        ("keitai", "第23条（第20条、第21条）", "2006-05-01", "第二十三条 第二十条"),
        ("hanshu", "第26条第4項", "2026-11-16", None),
    ],
)
def test_words_are_given_for_the_days_on_which_they_surely_held(
    law: str, article: str, on: str, begins: str | None
) -> None:
    found = load_catalogue().text_of(law, article, date.fromisoformat(on))
    assert (found and found.text.startswith(begins or "")) == (begins and True)


def test_texts_of_the_package_are_letter_by_letter_those_of_their_source() -> None:
    for text in load_catalogue().texts:
        assert text.source.startswith("seed 2006, 参考条文")
        assert text.text.startswith("第")
        assert not any(line.strip().isdigit() for line in text.text.splitlines())


def test_the_annex_has_each_cited_article_once_where_the_recipient_asks() -> None:
    catalogue = load_catalogue().with_texts(read_provision_texts(FILE, "texts.toml"))
    [text] = composed(catalogue).annex
    assert text.text.startswith("第二十六条　見本の条文")
    assert composed(catalogue, asks=False).annex == ()
    assert composed(load_catalogue()).annex == ()
    before = composed(
        catalogue,
        found_on="2026-10-31",
        statutes=[{"law": "hanshu", "article": "第26条第4項"}],
    )
    assert before.annex == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('law = "hanshu"', 'law = ""', "text[0].law"),
        ('article = "第26条"', "article = 26", "must be a text"),
        ("from = 2026-11-01", "from = 1", "must be a day"),
        ("from = 2026-11-01\n", "", "text[0].from is missing"),
        ("from = 2026-11-01", "from = 2026-11-01\nuntil = 2026-10-01", "before from"),
        ('source = "見本"', "", "text[0].source is missing"),
        ("[[text]]", "[[words]]", "unknown key"),
    ],
)
def test_a_file_with_faults_names_their_lines(old: str, new: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_provision_texts(FILE.replace(old, new), "texts.toml")
    told = caught.value.diagnostics()
    assert words in told
    assert "texts.toml:" in told


def test_a_site_names_its_file_and_check_tells_what_nobody_has_read(tmp_path) -> None:
    home = tmp_path / "site"
    start_site(home)
    config = home / "notices.toml"
    text = config.read_text("utf-8").replace('texts = ""', 'texts = "texts.toml"')
    config.write_text(text, encoding="utf-8")
    (home / "texts.toml").write_text(FILE, encoding="utf-8")
    (home / "recipients.toml").write_text(
        "[board]\nname = 'みほん'\nmailboxes = ['abuse@board.example.jp']\n"
        "provision_texts = true\n",
        encoding="utf-8",
    )
    path = home / "cases" / "IHC-2026-004217.json"
    data = json.loads(path.read_text("utf-8"))
    data["ladder"] = [{"rung": data["ladder"][0]["rung"], "recipient": "board"}]
    path.write_text(json.dumps(data), encoding="utf-8")
    with Site.open(home) as site:
        preview = site.rooms.preparing.previewer.case(site.read_case(data["case_id"]))
        assert preview.warnings == ()
    (home / "texts.toml").write_text(FILE.replace("2026-11-01", "2026-12-01"), "utf-8")
    with Site.open(home) as site:
        preview = site.rooms.preparing.previewer.case(site.read_case(data["case_id"]))
        [remark] = preview.warnings
        assert (remark.code, remark.path) == ("annex", "statutes")
    (home / "texts.toml").write_text(FILE.replace("hanshu", "no-law"), "utf-8")
    with Site.open(home) as site, pytest.raises(ConfigError, match="no-law"):
        site.read_case(data["case_id"])
