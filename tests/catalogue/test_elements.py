"""The elements of a category, held against what a judgment says of them."""

import json
from datetime import date
from typing import Any

import pytest

from notices.catalogue import Catalogue, doubts, met_elements
from notices.catalogue.elements import variants, wanted
from notices.codec import load_catalogue, read_judgment
from notices.errors import InvalidJudgment
from notices.judgment import Judgment
from tests.codec.cases import example

ACCOUNT = {"id": "account", "met_by": "預貯金通帳等を意味する表現"}
TRANSFER = {"id": "transfer", "met_by": "「買います」"}
UNNAMED = "transfer is not among them"


def read(catalogue: Catalogue | None = None, **changes: Any) -> Judgment:
    return read_judgment(json.dumps(example("A") | changes), catalogue)


def faults(catalogue: Catalogue | None = None, **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidJudgment) as caught:
        read(catalogue, **changes)
    return {fault.path: fault.message for fault in caught.value.faults}


def told(judgment: Judgment, catalogue: Catalogue) -> dict[str, str]:
    return {fault.path: fault.message for fault in doubts(judgment, catalogue)}


def test_ids_are_unique_and_variants_are_those_of_the_sub_types(
    catalogue: Catalogue,
) -> None:
    for row in catalogue.categories.values():
        ids = [each.id for each in row.elements]
        assert len(ids) == len(set(ids)), row.slug
        assert all(each.isascii() and each.islower() for each in ids)
        assert bool(row.elements) is bool(row.elements_source), row.slug
        sub_types = {choice.name for choice in row.sub_types}
        if sub_types and row.elements:
            assert set(variants(row)) == sub_types


def test_later_editions_say_whose_elements_they_are_held_against(
    catalogue: Catalogue,
) -> None:
    later = [row for row in catalogue.categories.values() if row.edition != "2006"]
    for row in later:
        assert bool(row.elements) is bool(row.elements_of), row.slug
        if row.elements_of:
            earlier = catalogue.categories[row.elements_of]
            assert (earlier.edition, earlier.form) == ("2006", row.form)
            assert earlier.elements == row.elements
    assert sum(bool(row.elements_of) for row in later) == 9


def test_a_judgment_with_all_elements_leaves_nothing_open(catalogue: Catalogue) -> None:
    judgment = read(elements=[TRANSFER, ACCOUNT])
    assert told(judgment, catalogue) == {}
    assert [each.id for each in met_elements(judgment, catalogue)] == [
        "account",
        "transfer",
    ]


def test_one_that_names_none_is_asked_for_none(catalogue: Catalogue) -> None:
    assert told(read(), catalogue) == {}


def test_what_lacks_is_told_with_the_guidelines_words(catalogue: Catalogue) -> None:
    open_points = told(read(elements=[ACCOUNT]), catalogue)
    assert set(open_points) == {"elements"}
    assert open_points["elements"].startswith(UNNAMED)
    assert "相手方となるよう誘引する表現" in open_points["elements"]


def test_where_the_site_demands_them_it_is_a_fault() -> None:
    catalogue = load_catalogue().demanding_elements()
    assert faults(catalogue, elements=[ACCOUNT])["elements"].startswith(UNNAMED)
    assert "elements" in faults(catalogue)
    assert read(catalogue, elements=[ACCOUNT, TRANSFER])


def test_a_category_without_public_elements_is_a_warning_even_then() -> None:
    catalogue = load_catalogue().demanding_elements()
    data = example("C")
    judgment = read_judgment(json.dumps(data), catalogue)
    row = catalogue.categories[judgment.category]
    assert not row.elements
    assert told(judgment, catalogue) == {
        "elements": "none of the category are public; nothing was compared"
    }


def test_words_that_stand_nowhere_are_told(catalogue: Catalogue) -> None:
    odd = {"id": "account", "met_by": "どこにもない語"}
    assert told(read(elements=[odd, TRANSFER]), catalogue) == {
        "elements[0].met_by": "account: stands neither in content nor in reason"
    }
    # blanks and widths are no difference
    wide = {"id": "transfer", "met_by": "「 買いま\u3000す 」"}
    assert told(read(elements=[ACCOUNT, wide]), catalogue) == {}


@pytest.mark.parametrize(
    ("elements", "path", "words"),
    [
        ([{"id": "x", "met_by": "a"}], "elements[0].id", "none of the category"),
        ([ACCOUNT, ACCOUNT], "elements[1].id", "twice"),
        ([{**ACCOUNT, "met_by": " "}], "elements[0].met_by", "is empty"),
        ([{**ACCOUNT, "met_by": "x" * 2001}], "elements[0].met_by", "too long"),
        ([{"id": "account"}], "elements[0].met_by", "is missing"),
        ([ACCOUNT] * 51, "elements", "more than 50"),
        ("account", "elements", "must be a list"),
    ],
)
def test_elements_that_are_none_are_refused(
    elements: object, path: str, words: str
) -> None:
    assert words in faults(elements=elements)[path]


@pytest.mark.parametrize(
    ("named", "lacking"),
    [
        (["phone", "no-consent", "payment", "purchase"], []),
        (["phone", "no-consent", "payment"], ["purchase"]),
        (["phone", "others-name", "acquisition"], []),
        (["others-name", "acquisition"], ["phone"]),
    ],
)
def test_of_several_variants_the_nearest_counts(
    catalogue: Catalogue, named: list[str], lacking: list[str]
) -> None:
    """携帯電話: 無断有償譲受け, 他人名義の譲受け and three more, one of them whole."""
    row = catalogue.categories["mobile-phone-transfer-solicitation"]
    assert len(variants(row)) == 5
    missing = min(
        (
            [each.id for each in wanted(row, name) if each.id not in named]
            for name in variants(row)
        ),
        key=len,
    )
    assert missing == lacking


@pytest.mark.parametrize("sub_type", ["公文書偽造", "公文書　偽造"])
def test_the_sub_type_that_is_named_tells_the_variant(
    catalogue: Catalogue, sub_type: str
) -> None:
    """Its own elements lack, though another sub-type's would be nearly whole."""
    named = ("explicit", "gun", "transfer")
    elements = [{"id": each, "met_by": "「買います」"} for each in named]
    changes = doubtful(category="2006-po-1-direct-inducement", elements=elements)
    judgment = read(**changes | {"sub_type": sub_type})
    lacking = [fault.message[:8] for fault in doubts(judgment, catalogue)]
    assert lacking == ["document", "forgery "]


DOUBTFUL = {
    "category": "2006-po-2-suspected-illegal",
    "found_on": "2006-08-01",
    "judged_at": "2006-08-02T10:00:00+09:00",
    "checked_at": "2006-08-02T11:00:00+09:00",
    "edition": "2006-06-01",
    "police": {},
    "statutes": None,
}


def doubtful(**changes: Any) -> dict[str, Any]:
    target = example("A")["target"]
    target.pop("ip_checked_at")
    target.pop("ip_addresses")
    target["locator"].pop("posted_at")
    return {**DOUBTFUL, "target": target, **changes}


def test_what_is_hard_to_judge_keeps_the_category_that_was_doubted(
    catalogue: Catalogue,
) -> None:
    """第3の4: 公序良俗に反する情報としての対応を行うことも考えられる."""
    judgment = read(**doubtful(doubted="bank-account-transfer-solicitation"))
    assert told(judgment, catalogue) == {}
    assert "which category" in told(read(**doubtful()), catalogue)["doubted"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (doubtful(doubted="stalking"), "of form 1 that existed"),
        (doubtful(doubted="no-such-category"), "of form 1 that existed"),
        (doubtful(doubted="illegal-online-gambling"), "of form 1 that existed"),
        ({"doubted": "csam-display"}, "leave it out"),
    ],
)
def test_a_doubt_that_is_none_is_refused(changes: dict[str, Any], words: str) -> None:
    assert words in faults(**changes)["doubted"]


GAMBLING = {"category": "illegal-online-gambling", "statutes": None}


@pytest.mark.parametrize("sub_type", ["", "site", "app", "lure"])
def test_gambling_has_sub_types_that_may_be_left_out(sub_type: str) -> None:
    assert read(**GAMBLING, sub_type=sub_type).sub_type == sub_type


def test_what_was_not_verified_is_not_cited(catalogue: Catalogue) -> None:
    statutes = [{"law": "gamble", "article": "第9条の2第1項第2号"}]
    assert "statutes[0]" in faults(**GAMBLING | {"statutes": statutes})
    row = catalogue.categories["illegal-online-gambling"]
    only = catalogue.provisions(row, date(2026, 11, 16)).only
    assert only is not None
    assert only.article == "第9条の2"
    unverified = [each for each in row.provisions if each.disabled_reason]
    assert {each.article[-3:] for each in unverified} == {"第1号", "第2号"}


@pytest.mark.parametrize(
    "article", ["第23条（第20条第2項）", "第23条(第22条第1項第1号)"]
)
def test_the_act_that_applies_may_be_named_within_the_wider_citation(
    catalogue: Catalogue, article: str
) -> None:
    slug = "mobile-phone-transfer-solicitation"
    named = read(category=slug, statutes=[{"law": "keitai", "article": article}])
    assert named.statutes
    assert told(named, catalogue) == {}
    plain = read(category=slug, statutes=None)
    only = catalogue.provisions(catalogue.categories[slug], plain.found_on).only
    assert only is not None
    assert only.article.startswith("第23条（第20条、")
    open_point = told(plain, catalogue)["statutes"]
    assert "the one that applies may be named: 第23条（第20条第1項）" in open_point


def test_between_two_known_days_the_reason_is_told() -> None:
    message = faults(found_on="2026-06-10", statutes=None)["statutes"]
    assert "the day of the change between them is not known" in message


def test_a_post_that_is_later_than_its_judgment_is_told(catalogue: Catalogue) -> None:
    """A page may show any time; a year mistyped went out in a letter, and nobody knew."""
    target = example("A")["target"]
    locator = target["locator"] | {"posted_at": "2027-11-14T21:07:00+09:00"}
    later = read(target=target | {"locator": locator})
    assert told(later, catalogue)["target.locator.posted_at"] == (
        "is later than the judgment"
    )
    assert "target.locator.posted_at" not in told(read(), catalogue)
