"""What may be cited for which category on which date."""

import json
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from notices.catalogue import Catalogue, Category, Held, Period
from notices.catalogue.spelling import key
from notices.errors import ConfigError

DAYS = [date(2006, 4, 4) + timedelta(days=7 * week) for week in range(1110)]
"""A day of every week from the first draft to the middle of 2027."""

DISABLED = {"gun-possession-incitement", "impersonation-investment-ad"}

NAMES_2024 = [
    "わいせつ電磁的記録記録媒体陳列",
    "児童ポルノ公然陳列",
    "売春目的等の誘引",
    "出会い系サイト規制法違反の禁止誘引行為",
    "薬物犯罪等の実行又は規制薬物の濫用を、公然、あおり、又は唆す行為",
    "規制薬物の広告",
    "指定薬物の広告",
    "指定薬物等である疑いがある物品の広告",
    "危険ドラッグに係る未承認医薬品の広告",
    "預貯金通帳等の譲渡等の勧誘・誘引",
    "携帯電話等の無断有償譲渡等の勧誘・誘引",
    "識別符号の入力を不正に要求する行為",
    "不正アクセス行為を助長する行為",
    "拳銃等の譲渡等",
    "爆発物・銃砲等の製造",
    "殺人、強盗、不同意性交等、放火、誘拐、傷害、逮捕・監禁、脅迫",
    "臓器売買",
    "人身売買",
    "硫化水素ガスの製造",
    "ストーカー行為等",
    "犯罪実行者募集",
    "自殺関与",
    "自殺の誘引・勧誘(集団自殺の呼び掛け等)",
]
"""The rows of the statistics of 2024, tables 1-1 to 1-3, as printed there."""

NAMES_2006 = [
    "わいせつ物公然陳列",
    "児童ポルノ公然陳列",
    "売春防止法違反の広告",
    "出会い系サイト規制法違反",
    "規制薬物(麻薬及び向精神薬、大麻、あへん、覚せい剤)の濫用を、公然、あおり、又は唆す行為",
    "広告規制",
    "口座売買等の勧誘・誘引",
    "携帯電話の匿名貸与業・無断譲渡業等の勧誘・誘引",
    "情報自体から、違法行為(けん銃等の譲渡、爆発物の製造、児童ポルノの提供、公文書偽造、殺人、脅迫等)を直接的かつ明示的に請負・仲介・誘引等する情報",
    "第3の2に列挙する違法情報について、違法情報該当性が明らかであると判断することは困難であるが、その疑いが相当程度認められる情報",
    "人を自殺に勧誘・誘引する情報(集団自殺の呼びかけ等)",
]
"""The classes of the draft of 2006, 第3の2 and 第4の2, the lost 、 restored."""

LAW_BY_DATE = [
    ("2007-06-10", "金融機関本人確認法第16条の2第4項"),
    ("2008-02-29", "金融機関本人確認法第16条の2第4項"),
    ("2008-03-01", "犯罪収益移転防止法第26条第4項"),
    ("2014-06-10", "犯罪収益移転防止法第27条第4項"),
    ("2016-09-30", "犯罪収益移転防止法第27条第4項"),
    ("2016-10-01", "犯罪収益移転防止法第28条第4項"),
    ("2025-06-10", "犯罪収益移転防止法第28条第4項"),
    ("2025-12-31", "犯罪収益移転防止法第28条第4項"),
    ("2026-11-01", "犯罪収益移転防止法第26条第4項"),
    ("2026-11-16", "犯罪収益移転防止法第26条第4項"),
]
"""One offence under five citations."""


def rows(catalogue: Catalogue, edition: str) -> list[Category]:
    return [row for row in catalogue.categories.values() if row.edition == edition]


def test_it_has_the_39_categories_and_the_21_laws(catalogue: Catalogue) -> None:
    assert len(catalogue.categories) == 39
    # Two laws were added: the one that recruits of contractors fall under, and that
    # of footnote 15.
    assert len(catalogue.laws) == 21 + len({"furi", "denki"} & set(catalogue.laws))


@pytest.mark.parametrize(
    ("edition", "names"), [("2024", NAMES_2024), ("2006", NAMES_2006)]
)
def test_names_are_those_of_the_sources_letter_by_letter(
    catalogue: Catalogue, edition: str, names: list[str]
) -> None:
    assert [row.names[-1].ja for row in rows(catalogue, edition)] == names


def test_all_but_two_rows_are_enabled_and_those_two_say_why(
    catalogue: Catalogue,
) -> None:
    disabled = {
        slug: row for slug, row in catalogue.categories.items() if not row.enabled
    }
    assert set(disabled) == DISABLED
    assert all(row.disabled_reason for row in disabled.values())


def test_every_reference_leads_somewhere(catalogue: Catalogue) -> None:
    for row in catalogue.categories.values():
        assert row.group in catalogue.groups
        assert row.superseded_by is None or row.superseded_by in catalogue.categories
        for provision in (*row.provisions, *row.background):
            assert provision.law in catalogue.laws
            assert provision.source
            assert provision.confidence in {"high", "medium", "low"}
            assert set(provision.substances) <= {it.name for it in row.substances}


def test_form_1_cites_and_form_2_only_has_a_background(catalogue: Catalogue) -> None:
    for row in catalogue.categories.values():
        if not row.is_illegal:
            assert row.provisions == (), row.slug
        elif row.enabled:
            assert row.provisions, row.slug


@pytest.mark.parametrize(("on", "cited"), LAW_BY_DATE)
def test_the_date_of_the_finding_selects_the_law(
    catalogue: Catalogue, on: str, cited: str
) -> None:
    day = date.fromisoformat(on)
    row = catalogue.categories["bank-account-transfer-solicitation"]
    only = catalogue.provisions(row, day).only
    assert only is not None
    assert str(catalogue.cite(only, day)) == cited


def test_between_the_bounds_of_2026_two_provisions_possibly_hold(
    catalogue: Catalogue,
) -> None:
    row = catalogue.categories["bank-account-transfer-solicitation"]
    held = catalogue.provisions(row, date(2026, 6, 10))
    assert held.only is None
    assert held.surely == ()
    assert {it.article for it in held.possibly} == {"第26条第4項", "第28条第4項"}


def test_successive_provisions_never_surely_hold_together(catalogue: Catalogue) -> None:
    for slug in (
        "csam-display",
        "mobile-phone-transfer-solicitation",
        "bank-account-transfer-solicitation",
    ):
        for day in DAYS:
            held = catalogue.provisions(catalogue.categories[slug], day)
            assert len(held.surely) <= 1, (slug, day)


def test_a_category_never_surely_exists_beside_its_successor(
    catalogue: Catalogue,
) -> None:
    for row in catalogue.categories.values():
        if row.superseded_by:
            after = catalogue.categories[row.superseded_by]
            assert row.period.last.latest < after.period.first.latest
            assert row.period.last.earliest < after.period.first.earliest
            assert not any(
                row.period.surely(day) and after.period.surely(day) for day in DAYS
            )


def test_provisions_of_an_enabled_row_hold_on_every_day_of_its_sure_period(
    catalogue: Catalogue,
) -> None:
    for row in catalogue.categories.values():
        if row.is_illegal and row.enabled:
            for day in filter(row.period.surely, DAYS):
                assert catalogue.provisions(row, day).possibly, (row.slug, day)


def test_every_name_and_alias_means_one_category_on_every_day(
    catalogue: Catalogue,
) -> None:
    for day in DAYS:
        for row in catalogue.existing(day):
            names = {
                row.name_on(day).ja,
                *(it.text for it in row.aliases if it.period.possibly(day)),
            }
            for name in names:
                found = catalogue.resolve(name, day)
                assert found is not None, (name, day)
                if row.period.surely(day):
                    assert found is row, (name, day)


def test_one_name_never_belongs_to_two_that_surely_exist(catalogue: Catalogue) -> None:
    for day in DAYS:
        sure = [row for row in catalogue.existing(day) if row.period.surely(day)]
        for one, two in combinations(sure, 2):
            assert key(one.name_on(day).ja) != key(two.name_on(day).ja)


@pytest.mark.parametrize(
    ("text", "on", "slug"),
    [
        (
            "わいせつ電磁的 記録記録媒体陳列",
            "2024-05-01",
            "obscene-electromagnetic-display",
        ),
        (
            "自殺の誘引・勧誘（集団自殺の呼びかけ等）",
            "2024-05-01",
            "suicide-solicitation",
        ),
        ("児童ポルノ公然陳列", "2006-05-01", "2006-csam-display"),
        ("児童ポルノ公然陳列", "2024-05-01", "csam-display"),
        ("広告規制", "2006-05-01", "2006-drug-advert"),
        ("広告規制", "2024-05-01", "controlled-drug-advertising"),
        ("わいせつ物公然陳列", "2010-05-01", "2006-obscene-display"),
        ("わいせつ物公然陳列", "2024-05-01", "obscene-electromagnetic-display"),
        (
            "殺人、強盗、強制性交等、放火、誘拐、傷害、逮捕・監禁、脅迫",
            "2023-05-01",
            "violent-crime",
        ),
        ("ｆｉｒｅａｒｍ－ｔｒａｎｓｆｅｒ", "2024-05-01", None),
        ("けん銃等の譲渡", "2024-05-01", "firearm-transfer"),
        ("拳銃等の売買", "2024-05-01", None),
    ],
)
def test_names_are_resolved_after_nfkc_and_by_date(
    catalogue: Catalogue, text: str, on: str, slug: str | None
) -> None:
    found = catalogue.resolve(text, date.fromisoformat(on))
    assert (found.slug if found else None) == slug


@pytest.mark.parametrize(
    ("law", "on", "official", "short"),
    [
        ("kakuseizai", "2020-03-31", "覚せい剤取締法", "覚せい剤取締法"),
        ("kakuseizai", "2020-04-01", "覚醒剤取締法", "覚醒剤取締法"),
        ("taima", "2024-12-11", "大麻取締法", "大麻取締法"),
        ("taima", "2024-12-12", "大麻草の栽培の規制に関する法律", "大麻草栽培規制法"),
        ("yakki", "2014-11-24", "薬事法", "薬事法"),
        (
            "yakki",
            "2014-11-25",
            "医薬品、医療機器等の品質、有効性及び安全性の確保等に関する法律",
            "医薬品医療機器等法",
        ),
        (
            "jipo",
            "2006-08-01",
            "児童買春、児童ポルノに係る行為等の処罰及び児童の保護等に関する法律",
            "児童ポルノ法",
        ),
        (
            "jipo",
            "2014-07-15",
            "児童買春、児童ポルノに係る行為等の規制及び処罰並びに児童の保護等に関する法律",
            "児童ポルノ法",
        ),
    ],
)
def test_titles_are_those_of_the_day(
    catalogue: Catalogue, law: str, on: str, official: str, short: str
) -> None:
    title = catalogue.title(law, date.fromisoformat(on))
    assert (title.official, title.short) == (official, short)


def test_a_name_changes_with_its_day(catalogue: Catalogue) -> None:
    row = catalogue.categories["violent-crime"]
    assert "強制性交等" in row.name_on(date(2023, 7, 12)).ja
    assert "不同意性交等" in row.name_on(date(2023, 7, 13)).ja


@pytest.mark.parametrize(
    ("substance", "on", "cited"),
    [
        ("大麻", "2024-12-11", "大麻取締法第4条第1項第4号"),
        ("大麻", "2024-12-12", "麻薬及び向精神薬取締法第29条の2"),
        ("覚せい剤", "2019-05-01", "覚せい剤取締法第20条の2"),
        ("覚醒剤", "2026-11-17", "覚醒剤取締法第20条の2"),
        ("向精神薬", "2026-11-17", "麻薬及び向精神薬取締法第50条の18"),
    ],
)
def test_the_drug_selects_the_act(
    catalogue: Catalogue, substance: str, on: str, cited: str
) -> None:
    day = date.fromisoformat(on)
    row = catalogue.categories["controlled-drug-advertising"]
    only = catalogue.provisions(row, day, substance).only
    assert only is not None
    assert str(catalogue.cite(only, day)) == cited


def test_the_list_of_a_day_shows_disabled_rows_with_their_reason(
    catalogue: Catalogue,
) -> None:
    listed = {row["slug"]: row for row in catalogue.list_on(date(2026, 11, 18))}
    assert set(listed) >= DISABLED
    assert all(listed[slug]["disabled_reason"] for slug in DISABLED)
    assert "2006-po-3-suicide" not in listed
    json.dumps(list(listed.values()))


def test_a_sure_provision_with_a_rival_must_be_named(catalogue: Catalogue) -> None:
    one, two = catalogue.categories["prostitution-solicitation"].provisions
    assert Held(surely=(one,), possibly=(one, two)).only is None
    assert Held(surely=(), possibly=(one,)).only is None
    assert Held(surely=(one,), possibly=(one,)).only is one


def test_a_period_without_bounds_holds_always() -> None:
    assert Period().surely(date.min)
    assert Period().surely(date.max)


@pytest.mark.parametrize(
    "data", [{}, {"categories": [{}]}, {"categories": [], "laws": []}]
)
def test_damaged_data_is_a_fault_of_the_installation(data: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="catalogue"):
        Catalogue.from_data(data)


def test_the_data_file_ends_with_a_line_end_and_has_no_doubled_slug() -> None:
    path = Path(__file__).parents[2] / "notices" / "data" / "catalogue.json"
    text = path.read_text(encoding="utf-8")
    slugs = [row["slug"] for row in json.loads(text)["categories"]]
    assert len(slugs) == len(set(slugs))
    assert text.endswith("}\n")
