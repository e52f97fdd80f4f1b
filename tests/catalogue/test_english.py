"""Citations in English: articles by rule, titles by their sources."""

from datetime import date

import pytest

from notices.catalogue import (
    Catalogue,
    StandingReason,
    english_article,
    english_law_number,
)

ARTICLES = [
    ("第26条第4項", "Article 26, paragraph (4)"),
    ("第９条", "Article 9"),
    ("第76条の6の2第1項", "Article 76-6-2, paragraph (1)"),
    ("第5条第3号", "Article 5, item (iii)"),
    ("第6条第2項第3号", "Article 6, paragraph (2), item (iii)"),
    ("第16条の2第1項、第2項及び第4項", "Article 16-2, paragraphs (1), (2) and (4)"),
    ("第20条から第23条まで", "Articles 20 to 23"),
    ("第3条の7〜第3条の9", "Articles 3-7 to 3-9"),
    (
        "第23条（第20条、第21条第1項・第2項、第22条第1項第1号）",
        (
            "Article 23 (Article 20; Article 21, paragraphs (1) and (2); "
            "Article 22, paragraph (1), item (i))"
        ),
    ),
    ("第2条第1項第39号", "Article 2, paragraph (1), item (xxxix)"),
]


@pytest.mark.parametrize(("japanese", "english"), ARTICLES)
def test_articles_are_written_as_the_translation_service_does(
    japanese: str, english: str
) -> None:
    assert english_article(japanese) == english


@pytest.mark.parametrize(
    "text",
    ["", "第条", "附則第2条", "第3条ほか", "第3条（", "第3条（ほか）", "第3条第0号"],
)
def test_what_cannot_be_read_without_doubt_stays_japanese(text: str) -> None:
    assert english_article(text) == ""


@pytest.mark.parametrize(
    ("number", "english"),
    [
        ("平成19年法律第22号", "Act No. 22 of 2007"),
        ("令和元年法律第63号", "Act No. 63 of 2019"),
        ("昭和２８年法律第１４号", "Act No. 14 of 1953"),
        ("明治40年法律第45号", "Act No. 45 of 1907"),
        ("明治17年太政官布告第32号", ""),
        ("安政5年法律第1号", ""),
    ],
)
def test_law_numbers_name_the_year_of_the_common_era(number: str, english: str) -> None:
    assert english_law_number(number) == english


def test_everything_that_form_1_may_cite_has_an_english_place(
    catalogue: Catalogue,
) -> None:
    for row in catalogue.categories.values():
        for provision in row.provisions:
            assert english_article(provision.article), (row.slug, provision.article)
            assert english_law_number(catalogue.laws[provision.law].law_number)


def test_every_english_title_has_its_source(catalogue: Catalogue) -> None:
    titles = [title for law in catalogue.laws.values() for title in law.titles]
    assert sum(bool(title.en) for title in titles) == 18
    for title in titles:
        assert bool(title.en) is bool(title.en_source), title.official
        assert title.en.isascii()


@pytest.mark.parametrize(
    ("slug", "on", "english"),
    [
        (
            "bank-account-transfer-solicitation",
            "2026-11-16",
            (
                "Act on Prevention of Transfer of Criminal Proceeds (Act No. 22 of 2007), "
                "Article 26, paragraph (4)"
            ),
        ),
        (
            "csam-display",
            "2010-05-01",
            (
                "Act on Punishment of Activities Relating to Child Prostitution and Child "
                "Pornography, and the Protection of Children (Act No. 52 of 1999), "
                "Article 7, paragraph (4)"
            ),
        ),
        (  # no sourced English title since 2014: the Japanese one, never a guess
            "csam-display",
            "2026-11-16",
            (
                "児童買春、児童ポルノに係る行為等の規制及び処罰並びに児童の保護等に関する法律"
                " (Act No. 52 of 1999), Article 7, paragraph (6)"
            ),
        ),
    ],
)
def test_a_citation_in_english_is_that_of_its_day(
    catalogue: Catalogue, slug: str, on: str, english: str
) -> None:
    day = date.fromisoformat(on)
    only = catalogue.provisions(catalogue.categories[slug], day).only
    assert only is not None
    assert catalogue.cite(only, day).english == english


def reason(category: str) -> StandingReason:
    return StandingReason(category=category, reason="decided", source="minutes")


def test_a_standing_reason_is_for_a_category_of_form_1(catalogue: Catalogue) -> None:
    slug = "illegal-online-gambling"
    assert catalogue.with_standing([reason(slug)]).standing[slug].reason == "decided"
    assert not catalogue.standing
    for other in ("stalking", "no-such-category"):
        with pytest.raises(ValueError, match=other):
            catalogue.with_standing([reason(other)])
