"""`notices catalogue`: one category whole, and two editions compared."""

import json
from datetime import date
from pathlib import Path

import pytest

from notices.catalogue import doubts
from notices.cli import run
from notices.codec import load_catalogue, read_judgment

TODAY = date(2026, 11, 27)
OWN_FILE = Path(__file__).parents[2] / "notices" / "data" / "catalogue.json"


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(["catalogue", *words])
    out, err = capsys.readouterr()
    return code, out, err


def document(capsys: pytest.CaptureFixture[str], *words: str):
    code, out, err = printed(capsys, *words, "--json")
    assert code == 0, err
    return json.loads(out)


ENABLED = [
    (row.slug, TODAY if row.period.possibly(TODAY) else row.period.first.latest)
    for row in load_catalogue().categories.values()
    if row.enabled
]


@pytest.mark.parametrize(("slug", "on"), ENABLED)
def test_every_category_gives_a_judgment_that_passes(capsys, slug, on):
    told = document(capsys, slug, "--on", on.isoformat())
    judgment = read_judgment(json.dumps(told["judgment"]))
    assert judgment.category == slug
    open_points = {fault.path for fault in doubts(judgment, load_catalogue())}
    assert open_points <= {"doubted"}


def test_all_that_is_known_is_shown(capsys):
    code, out, _ = printed(
        capsys, "預貯金通帳等の譲渡等の勧誘・誘引", "--on", "2026-11-16"
    )
    assert code == 0
    for words in (
        "bank-account-transfer-solicitation",
        "  hanshu: 犯罪による収益の移転防止に関する法律",
        "* 第26条第4項  Article 26, paragraph (4)  2026-01-01~2026-11-01..",
        "    第16条の2第4項  Article 16-2, paragraph (4)  ..2008-02-29",
        "seed 2006, 第3の3(2), of 2006-account-trade",
        "transfer: 「販売します、譲渡します、買います、売ります」等の",
        '"category": "bank-account-transfer-solicitation"',
    ):
        assert words in out


def test_a_disabled_category_says_why_and_gives_nothing_to_start_from(capsys):
    told = document(capsys, "remittance-crime-solicitation")
    assert told["judgment"] is None
    assert "draft of July 2026" in told["disabled_reason"]
    _, out, _ = printed(capsys, "remittance-crime-solicitation")
    assert "disabled: " in out
    assert "not cited: " in out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["no-such-category"], 65, "there is no category"),
        (["a", "b"], 2, "give one category"),
        (["diff", "2025-01-01"], 2, "two editions"),
        (["diff", "2025-01-01", "never"], 2, "OLD and NEW"),
        (["--on", "never"], 2, "--on"),
    ],
)
def test_what_cannot_be_meant_is_told(capsys, words, code, says):
    got, _, err = printed(capsys, *words)
    assert got == code
    assert says in err


def test_two_days_are_compared(capsys):
    rows = document(capsys, "diff", "2025-02-28", "2025-09-25")
    added = {row["category"] for row in rows if row["what"] == "added"}
    assert added == {
        "crime-recruitment-job-advert",
        "gun-possession-incitement",
        "illegal-online-gambling",
        "unregistered-moneylending-advert",
    }
    code, out, _ = printed(capsys, "diff", "2025-02-28", "2025-02-28")
    assert (code, out.strip()) == (0, "the two say the same")


def test_a_name_that_changed_with_its_day_is_told(capsys):
    rows = document(capsys, "diff", "2023-07-12", "2023-07-13")
    [row] = [each for each in rows if each["what"] == "name"]
    assert "強制性交等" in row["old"]
    assert "不同意性交等" in row["new"]


def test_the_file_of_a_new_edition_is_compared_with_ours(capsys, tmp_path):
    data = json.loads(OWN_FILE.read_text("utf-8"))
    rows = {row["slug"]: row for row in data["categories"]}
    rows["impersonation-investment-ad"]["enabled"] = True
    rows["organ-trafficking"]["elements"] = [{"id": "sale", "ja": "売買"}]
    new = tmp_path / "new.json"
    new.write_text(json.dumps(data), encoding="utf-8")
    found = document(capsys, "diff", "2026-11-27", str(new), "--on", "2026-11-27")
    assert {(row["category"], row["what"]) for row in found} == {
        ("impersonation-investment-ad", "enabled"),
        ("impersonation-investment-ad", "disabled_reason"),
        ("organ-trafficking", "elements"),
    }
    same = document(capsys, "diff", str(OWN_FILE), str(OWN_FILE))
    assert same == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"categories": 1}', "\x00"])
def test_a_file_that_is_no_catalogue_is_bad_input(capsys, tmp_path, content):
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    code, _, err = printed(capsys, "diff", str(path), "2026-11-27")
    assert code == 65
    assert "is no catalogue" in err
