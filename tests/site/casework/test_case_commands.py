"""The life of a case as an operator types it: facts in, acts, lists, what is due."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from notices.casework import fact_hash, read_fact
from notices.cli import run
from notices.site import Site
from tests.casework.conftest import ANALYSED, CASE, asked, line, looked
from tests.site.conftest import CASE_1, desk

__all__ = ["desk"]

OTHER = "IHC-2026-000778"
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=20)


def fact(name, ago_hours, fields, *, case_id=CASE):
    """A line, so many hours before now."""
    at = (NOW - timedelta(hours=ago_hours)).isoformat()
    return line(name, at, case_id=case_id, **fields)


def judged(case_id=CASE, ago=480):
    found_on = (NOW - timedelta(hours=ago + 48)).date().isoformat()
    return fact("analysed", ago, {**ANALYSED[2], "found_on": found_on}, case_id=case_id)


def sent(case_id=CASE, ago=470, number="R8-1-000777"):
    return fact("requested", ago, asked(number=number)[2], case_id=case_id)


@pytest.fixture
def record(desk, tmp_path):
    """Write lines into a file and take them in."""

    def take(*lines, options=()):
        path = tmp_path / "facts.jsonl"
        path.write_text("".join(f"{text}\n" for text in lines), encoding="utf-8")
        return desk.run("record", str(path), *options)

    return take


def state(desk, case_id=CASE):
    code, story = desk.json("case", case_id)
    assert code == 0
    return story["state"]


def test_facts_are_taken_in_whatever_their_order_and_once(desk, record):
    code, out, _ = record(sent(), judged())
    assert (code, out) == (0, "2 facts taken, 0 known before\n")
    assert record(judged(), sent())[1] == "0 facts taken, 2 known before\n"
    assert state(desk) == "requested"
    assert desk.run("ledger", "verify")[0] == 0


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ('{"fact":"look', "line 3"),
        (fact("looked", 400, {"outcome": "away"}), "line 3.outcome"),
        (fact("looked", -1, {"outcome": "moved"}), "line 3.at"),
        (fact("looked", 500, {"outcome": "moved"}), "line 3.at"),
        (fact("closed", 1, {}, case_id="IHC-2026-009999"), "line 3.case_id"),
        (fact("police_released", 1, {}), "line 3.at"),
        (sent(ago=300), "line 3.number"),
    ],
)
def test_with_one_bad_line_nothing_is_taken(desk, record, bad, place):
    code, out, err = record(judged(), sent(), bad)
    assert (code, out) == (65, "")
    assert place in err
    assert desk.json("cases") == (0, [])
    code, out, err = record(judged(), sent(), bad, options=["--partial"])
    assert (code, out) == (65, "2 facts taken, 0 known before\n") or "number" in place
    assert place in err


def test_what_lines_have_against_each_other_is_told_beside_what_each_has(desk, record):
    """A person mends a file once, not once for each kind of fault."""
    code, _, err = record(judged(), "not json", sent(case_id="IHC-2026-000999"))
    assert code == 65
    assert "line 2" in err
    assert "line 3.case_id" in err
    assert desk.json("cases")[1] == []


def test_a_number_belongs_to_one_case(desk, record):
    """Else one mail would count as two requests."""
    code, _, err = record(judged(), judged(OTHER), sent(), sent(OTHER))
    assert code == 65
    assert "line 3.number" in err
    assert "line 4.number" in err
    assert record(judged(), judged(OTHER), sent())[0] == 0
    code, _, err = record(sent(OTHER))
    assert code == 65
    assert f"line 1.number: is a number of the case {CASE}" in err


def test_a_number_told_of_the_wrong_case_can_be_told_of_the_right_one(desk, record):
    wrong = sent()
    assert record(judged(), judged(OTHER), wrong)[0] == 0
    of = {"of": fact_hash(read_fact(wrong)), "reason": "another case"}
    assert record(fact("retracted", 1, of), sent(OTHER))[0] == 0
    assert state(desk) == "analysed"
    assert state(desk, OTHER) == "requested"


def test_broken_octets_and_a_file_cut_in_the_middle(desk, tmp_path):
    path = tmp_path / "facts.jsonl"
    whole = judged().encode() + b"\n" + sent().encode()
    for octets in (whole[:-20], whole + b"\n\xff\xfe\n"):
        path.write_bytes(octets)
        code, _, err = desk.run("record", str(path))
        assert code == 65
        assert "nothing was taken" in err
        # it said "line 2 ...: line 1, column": the one of the file, the other of the line
        assert "line 1" not in err
    assert desk.run("record", str(tmp_path / "none.jsonl"))[0] == 65
    assert desk.json("cases") == (0, [])


def test_a_life_by_hand(desk, record):
    """Police, hold, release, request, look, answer, close, reopen."""
    record(judged())
    assert desk.run("police", CASE, "--reported", "--reference", "生安 第1号")[0] == 0
    assert desk.run("police", CASE, "--release", "済み")[0] == 69
    assert desk.run("police", CASE, "--hold", "証拠の保全")[0] == 0
    assert state(desk) == "on_hold"
    assert desk.run("police", CASE, "--release", "済み")[0] == 0
    record(sent(ago=460))
    [due] = desk.json("due")[1]
    assert (due["kind"], due["case_id"]) == ("look", CASE)
    assert desk.run("look", CASE, "--outcome", "still_there", "--from", "JP")[0] == 0
    assert desk.json("due") == (0, [])
    assert state(desk) == "still_there"
    code, _, err = desk.run("reopen", CASE, "--reason", "x")
    assert (code, "is not closed" in err) == (69, True)
    assert desk.run("close", CASE, "--reason", "対応なし")[0] == 0
    assert desk.run("close", CASE, "--reason", "again")[0] == 69
    assert desk.run("reopen", CASE, "--reason", "再掲載")[0] == 0
    facts = desk.json("case", CASE)[1]["facts"]
    assert [one["fact"] for one in facts] == [
        "analysed",
        "requested",
        "police_reported",
        "police_hold",
        "police_released",
        "looked",
        "closed",
        "reopened",
    ]
    assert desk.run("ledger", "verify")[0] == 0


def test_one_act_for_several_cases_is_done_for_all_or_none(desk, record):
    other = "IHC-2026-000002"
    record(judged(), judged(other))
    code, _, err = desk.run("close", CASE, other, "IHC-2026-000009", "--reason", "x")
    assert (code, "IHC-2026-000009" in err) == (65, True)
    desk.run("close", other, "--reason", "x")
    code, _, err = desk.run("close", CASE, other, "--reason", "y")
    assert (code, other in err) == (69, True)
    assert state(desk) == "analysed"


def test_a_morning_of_looks_from_a_file(desk, record, tmp_path):
    cases = [f"IHC-2026-00{n:04}" for n in range(30)]
    record(*(judged(case_id) for case_id in cases))
    path = tmp_path / "looks.csv"
    rows = "".join(f"{case_id},removed,JP,\n" for case_id in cases)
    path.write_text("\ufeffcase_id,outcome,from,note\n" + rows, encoding="utf-8")
    assert desk.run("look", "--file", str(path))[0] == 0
    path.write_text("case_id,outcome\n" + f"{cases[0]},gone\nX,removed\n", "utf-8")
    code, _, err = desk.run("look", "--file", str(path))
    assert code == 65
    assert "row 2.outcome" in err
    assert "row 3.case_id" in err


def test_lists_go_page_by_page(desk, record):
    cases = [f"IHC-2026-00{n:04}" for n in range(7)]
    record(*(judged(case_id, ago=300 - n) for n, case_id in enumerate(cases)))
    desk.run("close", cases[2], "--reason", "x")
    seen, after = [], ""
    while page := desk.json("cases", "--limit", "3", "--after", after)[1]:
        seen += [row["case_id"] for row in page]
        after = seen[-1]
    assert seen == cases
    [closed] = desk.json("cases", "--state", "closed")[1]
    assert closed["case_id"] == cases[2]
    _, out, _ = desk.run("cases", "--format", "jsonl", "--limit", "2")
    assert [json.loads(text)["case_id"] for text in out.splitlines()] == cases[:2]
    assert desk.run("cases", "--format", "csv")[1].count("\n") == 8


def test_what_was_due_on_a_day_gone_by(desk, record):
    record(judged(), sent(ago=470))
    desk.run("look", CASE, "--outcome", "removed")
    assert desk.json("due") == (0, [])
    yesterday = (NOW - timedelta(days=2)).date().isoformat()
    assert [one["kind"] for one in desk.json("due", "--on", yesterday)[1]] == ["look"]


def test_what_was_told_wrongly_is_retracted_and_stays(desk, record):
    wrong = fact("looked", 100, looked(0, "removed")[2])
    record(judged(), sent(), wrong)
    assert state(desk) == "done"
    back = fact("retracted", 1, {"of": fact_hash(read_fact(wrong)), "reason": "誤り"})
    assert record(back)[0] == 0
    assert state(desk) == "requested"
    assert desk.run("ledger", "verify")[0] == 0


def test_no_free_text_is_in_a_leaf(desk, record):
    """The words of the ledger can be published; what a person wrote lies beside."""
    note = "とても珍しい言葉"
    record(judged(), fact("looked", 3, {"outcome": "moved", "note": note}))
    with Site.open(desk.home) as site:
        leaves = site.parts.store.ledger.events()
    assert any(b'"looked"' in leaf for leaf in leaves)
    assert not any(note.encode() in leaf for leaf in leaves)


@pytest.mark.parametrize(
    "words",
    [
        ["police", CASE],
        ["police", CASE, "--reported", "--hold", "x"],
        ["look", CASE],
        ["look", CASE, "--outcome", "vanished"],
        ["look", CASE, "--outcome", "moved", "--at", "yesterday"],
        ["look", CASE, "--outcome", "moved", "--at", "2026-11-20"],
        ["police", CASE, "--gone", "2026-11-20+09:00"],
        ["refer", CASE, "--to", "US"],
        ["due", "--on", "2026-02-30"],
    ],
)
def test_what_was_typed_wrongly_is_a_usage_error(desk, words):
    assert desk.run(*words)[0] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["look", CASE, "--outcome", "moved", "--at", "2026-11-20T09:00"], "no zone"),
        (["police", CASE, "--hold", ""], "reason is missing"),
        (["close", CASE, "--reason", ""], "reason is missing"),
        (["close", CASE, "--reason", " \t\u3000"], "reason is missing"),
        (["police", CASE, "--hold", "\n"], "reason is missing"),
        (["keep", CASE, "--reason", " "], "reason is missing"),
        (["cases", "--category", "no-such"], "is no category"),
        (["cases", "--after", "IHC-2026-999999"], "IHC-2026-999999"),
    ],
)
def test_what_would_be_guessed_or_seem_empty_is_refused(desk, record, words, said):
    record(judged(), sent())
    code, _, err = desk.run(*words)
    assert code == 65
    assert said in err
    assert state(desk) == "requested"


def test_the_commands_are_in_the_help(capsys):
    run(["--help"])
    out = capsys.readouterr().out
    for name in ("record", "police", "look", "refer", "case", "cases", "due"):
        assert f"  {name} " in out


def test_a_sheet_of_what_is_due_is_filled_in_and_taken_back(desk, record, tmp_path):
    cases = [f"IHC-2026-00{n:04}" for n in range(3)]
    numbers = {case_id: f"R8-1-00077{n}" for n, case_id in enumerate(cases)}
    record(
        *(judged(case_id) for case_id in cases),
        *(sent(case_id, number=number) for case_id, number in numbers.items()),
    )
    code, out, _ = desk.run("due", "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["case_id"] for row in rows] == cases
    path = tmp_path / "looks.csv"
    path.write_text(out, "utf-8")
    assert desk.run("look", "--file", str(path))[0] == 65  # nobody looked yet
    rows[0] |= {"outcome": "removed", "note": "表示なし"}
    with path.open("w", encoding="cp932", newline="") as sheet:
        writer = csv.DictWriter(sheet, fieldnames=rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert desk.run("look", "--file", str(path))[0] == 0
    assert [row["case_id"] for row in desk.json("due")[1]] == cases[1:]


def test_a_judgment_in_the_folder_is_a_case_before_anybody_is_asked(desk):
    """The police come first: also where the case was not prepared yet."""
    assert desk.run("police", CASE_1, "--hold", "証拠の保全")[0] == 0
    _, story = desk.json("case", CASE_1)
    assert (story["state"], story["facts"][0]["fact"]) == ("on_hold", "analysed")
    assert desk.run("send", CASE_1)[0] == 69
    code, _, err = desk.run("police", "IHC-2026-009999", "--reported")
    assert (code, "no case" in err) == (65, True)


@pytest.mark.parametrize(
    "words",
    [
        ("look", CASE, "--outcome", "moved", "--at", "9999-12-31T23:59:59-23:59"),
        ("police", CASE, "--gone", "0001-01-01T00:00:00+14:00"),
        ("due", "--on", "9999-12-31"),
        ("due", "--on", "0001-01-01"),
        ("cases", "--since", "9999-12-31"),
    ],
)
def test_a_time_at_the_edge_of_the_years_is_no_fault_of_the_program(
    desk, record, words
):
    record(judged(), sent())
    assert desk.run(*words)[0] == 2


def test_a_look_before_its_case_is_told_as_that(desk, record):
    record(judged(), sent())
    early = (NOW - timedelta(days=30)).isoformat()
    code, out, err = desk.run("look", CASE, "--outcome", "removed", "--at", early)
    assert (code, out) == (65, "")
    assert f"{CASE}.at: is before the judgment of {CASE}" in err


def test_what_was_retracted_later_counts_on_the_day_before(desk, record):
    seen = fact("looked", 100, {"outcome": "removed"})
    name = fact_hash(read_fact(seen))
    record(judged(), sent(), seen)
    record(fact("retracted", 20, {"of": name, "reason": "another page"}))
    between = (NOW - timedelta(hours=60)).date().isoformat()
    assert desk.json("due", "--on", between) == (0, [])
    assert [one["kind"] for one in desk.json("due")[1]] == ["look"]


def test_what_a_referral_lacks_is_told_in_the_words_of_the_command(desk):
    code, out, err = desk.run("refer", "--to", "KR", "--body", "hotline")
    assert (code, out) == (65, "")
    assert "\n  category: must be told" in err
    assert "facts[0]" not in err
    assert "--partial" not in err


@pytest.mark.parametrize("how", [("--again", " "), ("--rung", "server_administrator")])
def test_no_second_notice_is_made_for_a_reason_of_blanks(desk, how):
    words = how if how[0] == "--again" else (*how, "--reason", "\u3000")
    code, _, err = desk.run("send", CASE_1, *words)
    assert (code, "reason is missing" in err) == (65, True)
    assert desk.json("list") == (0, [])


def test_of_a_day_gone_by_what_began_later_is_not_even_read(desk, record):
    """A case that was told later still counts, as it was then."""
    later = [f"IHC-2026-{number:06d}" for number in range(5000, 5040)]
    facts = [judged(), sent(), fact("looked", 1, {"outcome": "removed"})]
    record(*facts, *(judged(case_id=one, ago=3) for one in later))
    day = NOW - timedelta(days=2)
    with Site.open(desk.home) as site:
        casework = site.parts.casework
        assert [*casework.changed_pages(day)] == [(CASE,)]
        assert {one.case_id for one in site.due(day.date())} == {CASE}
