"""Form 1 abroad on paper: English names and citations, what is asked, whole sites."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from notices.catalogue import StandingReason
from notices.codec import (
    load_catalogue,
    load_examples,
    read_judgment,
    read_provision_texts,
    read_recipients,
)
from notices.errors import InvalidTemplate
from notices.letters import load_templates, write_letter, write_mail
from notices.letters.samples import CENTER
from notices.notice import Notice, compose

EARLIER = Path(__file__).parent / "earlier"
SLUG = "illegal-online-gambling"
ARTICLE = "第九条の二　（見本の条文）"
CATALOGUE = (
    load_catalogue()
    .with_standing([StandingReason(category=SLUG, reason="見本", source="見本")])
    .with_texts(
        read_provision_texts(
            f'[[text]]\nlaw = "gamble"\narticle = "第9条の2"\nfrom = 2025-09-25\n'
            f'text = "{ARTICLE}"\nsource = "見本"\n',
            "texts.toml",
        )
    )
)
ENTRIES = read_recipients(
    "[op]\nname = 'みほん運営会社'\nname_en = 'Example Operator N.V.'\n"
    "mailboxes = ['abuse@bets.example']\ncountry = 'CW'\nlanguage = 'ja+en'\n"
    "provision_texts = true\n",
    "recipients.toml",
)
BLOCK = {"measure": "block_access_from_japan"}
IN_ENGLISH = (
    "Basic Act on Countermeasures for Gambling Addiction (Act No. 74 of 2018), "
    "Article 9-2"
)


def notice(*, scope: str = "item", name_en: str = "", **changes: Any) -> Notice:
    data = json.loads(load_examples()["IHC-2026-004217.json"])
    del data["statutes"]
    data |= {
        "category": SLUG,
        "content_en": "A website that offers bets.",
        "reason_en": "It shows persons in Japan such a website.",
        **changes,
    }
    data["target"] |= {
        "facility": "website",
        "scope": scope,
        "provider_location": "CW",
        "server_location": "CW",
    }
    step = {"rung": "website_administrator", "recipient": "op"}
    data["ladder"] = [step | ({"name_en": name_en} if name_en else {})]
    return compose(
        read_judgment(json.dumps(data), CATALOGUE),
        center=CENTER,
        number="R8-1-000321",
        date=date(2026, 11, 28),
        directory=ENTRIES,
    )


def text_of(made: Notice) -> str:
    letter = write_letter(made, templates=load_templates(), notice_json_sha256="0" * 64)
    assert letter.remarks == ()
    with pypdfium2.PdfDocument(letter.pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert "".join(made.recipient.name_en.split()) in "".join("".join(pages).split())
    return " ".join(letter.text.split())


def test_the_english_part_names_law_and_recipient_in_english() -> None:
    japanese, english = text_of(notice()).split("English translation for reference.")
    assert "みほん運営会社 御中" in japanese
    assert "ギャンブル等依存症対策基本法第9条の2" in japanese
    assert "To: Example Operator N.V." in english
    assert IN_ENGLISH in english
    assert "みほん運営会社" not in english


def test_a_name_of_the_judgment_goes_before_that_of_the_directory() -> None:
    assert "To: Other Name Ltd." in text_of(notice(name_en="Other Name Ltd."))


@pytest.mark.parametrize(
    ("scope", "japanese", "english"),
    [
        ("site", "対象の範囲：ウェブサイトの全体", "Extent: the website as a whole"),
        ("app", "対象の範囲：アプリケーションの全体", "Extent: the application as a"),
    ],
)
def test_a_whole_site_or_app_is_said_to_be_one(
    scope: str, japanese: str, english: str
) -> None:
    text = text_of(notice(scope=scope))
    assert japanese in text
    assert english in text
    assert "対象の範囲" not in text_of(notice())


def test_what_is_asked_is_said_in_letter_and_mail() -> None:
    text = text_of(notice(**BLOCK))
    assert (
        "日本国内から当該情報を閲覧することができないようにする措置を講じるよう" in text
    )
    assert "take measures to make it inaccessible from Japan." in text
    assert "stop its transmission" not in text
    mail = write_mail(notice(**BLOCK), templates=load_templates()).body
    assert "What we request: measures to make it inaccessible from Japan" in mail
    assert "依頼の内容：日本国内から当該情報を閲覧することができないようにする" in mail


def test_a_template_that_always_asks_the_same_is_not_used_for_something_else() -> None:
    """The templates of the version before say 送信を防止する措置, whatever is asked."""
    earlier = load_templates([EARLIER])
    usual = write_letter(notice(), templates=earlier, notice_json_sha256="0" * 64)
    assert "送信を防止する措置" in usual.text
    for write in (
        lambda: write_letter(
            notice(**BLOCK), templates=earlier, notice_json_sha256="0" * 64
        ),
        lambda: write_mail(notice(**BLOCK), templates=earlier),
    ):
        with pytest.raises(InvalidTemplate, match="does not say what is asked"):
            write()


def test_the_annex_stands_below_the_form_where_it_is_asked_for() -> None:
    made = notice()
    japanese, english = text_of(made).split("English translation for reference.")
    form, _, annex = japanese.partition("参考条文")
    assert "以上" in form
    assert "ギャンブル等依存症対策基本法" in annex
    assert " ".join(ARTICLE.split()) in annex
    assert "見本の条文" not in english
    assert "参考条文" not in text_of(replace(made, annex=()))


def test_a_template_without_an_annex_is_told() -> None:
    letter = write_letter(
        notice(), templates=load_templates([EARLIER]), notice_json_sha256="0" * 64
    )
    assert [(each.path, each.code) for each in letter.remarks] == [
        ("provision_texts", "print")
    ]


HOSTILE = (
    "예시 운영자",
    "示例运营商",
    "葛\U000e0100飾区",
    "Cafe\u0301 N.V.",
    "Name\u00a0with NBSP",
    "مشغل المثال",
    "Smile \U0001f600 Ltd.",
    "〔U+202E〕",
    "{{ 7*7 }} {% raw %}",
    "@表題",
    "To: somebody else",
    "A" * 300,
)


@pytest.mark.parametrize("name_en", HOSTILE)
def test_any_name_in_english_that_is_accepted_can_be_printed(name_en: str) -> None:
    """One law for every output: what `check` calls in order can be sent."""
    made = notice(name_en=name_en, scope="app", **BLOCK)
    letter = write_letter(made, templates=load_templates(), notice_json_sha256="0" * 64)
    assert {each.path for each in letter.remarks} <= {"ladder[0].name_en"}
    assert "みほん運営会社　御中" in letter.text
    write_mail(made, templates=load_templates())
