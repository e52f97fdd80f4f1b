"""Addresses for providers of filters: what is given, what never, and that it is a fact."""

import csv
import io
from datetime import UTC, datetime

from notices.casework.words import CSAM
from notices.codec import load_catalogue
from tests.site.conftest import CASE_1, CASE_2_ABROAD, desk, received

__all__ = ["desk", "received"]

HAND_OVER = ("cases", "--for", "filter_provider", "--since", "2026-11-01")


def handed(desk, *words):
    code, out, err = desk.run(*HAND_OVER, "--format", "csv", *words)
    assert code == 0
    return list(csv.DictReader(io.StringIO(out))), err


def facts(desk, case_id=CASE_1):
    _, story = desk.json("case", case_id)
    return [fact for fact in story["facts"] if fact["fact"] == "referred"]


def test_url_category_and_day_are_given_and_nothing_else(desk, received):
    desk.run("send", CASE_1)
    rows, err = handed(desk, "--to", "JP")
    assert rows == [
        {
            "url": "https://board.example.jp/thread/1208/52",
            "category": "bank-account-transfer-solicitation",
            "category_name": "預貯金通帳等の譲渡等の勧誘・誘引",
            "found_on": "2026-11-16",
        }
    ]
    assert err == ""
    [fact] = facts(desk)
    assert (fact["direction"], fact["body"], fact["country"]) == (
        "out",
        "filter_provider",
        "JP",
    )
    assert desk.run("ledger", "verify")[0] == 0


def test_a_case_that_nobody_was_asked_for_is_given_by_its_judgment(desk):
    desk.run("police", CASE_1, "--reported")
    assert len(handed(desk)[0]) == 1
    (desk.home / "cases" / f"{CASE_1}.json").unlink()
    rows, err = handed(desk)
    assert (rows, "its judgment is not here" in err) == ([], True)
    assert len(facts(desk)) == 1


def test_what_must_not_be_given_is_left_out_and_told(desk, received):
    desk.run("send", CASE_1, CASE_2_ABROAD)
    desk.run("police", CASE_1, "--hold", "証拠の保全")
    desk.run("look", CASE_2_ABROAD, "--outcome", "removed")
    rows, err = handed(desk)
    assert rows == []
    assert "asked to wait" in err
    assert "seen to be gone" in err
    assert facts(desk) == facts(desk, CASE_2_ABROAD) == []


def test_what_was_taken_back_is_not_given(desk, received):
    desk.run("send", CASE_1)
    desk.run("withdraw", CASE_1, "--reason", "x")
    assert handed(desk)[0] == []


def test_never_of_child_abuse_material(desk):
    case_id = desk.case(
        CASE_1,
        case_id="IHC-2026-000911",
        category="csam-display",
        statutes=None,
        content="（記載しない。）",
        reason="（記載しない。）",
    )
    code, _, err = desk.run("police", case_id, "--reported")
    assert code == 0, err
    rows, err = handed(desk)
    assert (rows, "given to nobody" in err) == ([], True)
    assert facts(desk, case_id) == []


def test_the_list_of_such_categories_is_the_catalogues():
    """Every category of the law on child abuse material is among them."""
    found = {
        category.slug
        for category in load_catalogue().categories.values()
        if any("児童ポルノ公然陳列" in name.ja for name in category.names)
    }
    assert found == CSAM


def test_a_hand_over_deals_with_no_answer(desk, received):
    """A hundred cases are handed over at once; nobody read a reply by that."""
    desk.run("send", CASE_1)
    number = desk.json("list")[1][0]["number"]
    path = desk.home / "facts.jsonl"
    at = datetime.now(UTC).isoformat()
    path.write_text(
        f'{{"case_id":"{CASE_1}","fact":"answered","at":"{at}","by":"inbox",'
        f'"number":"{number}","answer":"declined"}}\n',
        encoding="utf-8",
    )
    assert desk.run("record", str(path))[0] == 0
    handed(desk)
    assert [one["kind"] for one in desk.json("due")[1]] == ["reply"]
