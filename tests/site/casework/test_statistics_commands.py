"""`notices statistics` from the database and from an export: the same figures."""

import json

import pytest

from tests.site.casework.test_case_commands import judged, record, sent
from tests.site.conftest import CASE_1, desk, received

__all__ = ["desk", "received", "record"]

FROM_SITE = {"2026", "--format", "json"}


@pytest.fixture
def filled(desk, record):
    """Two cases, one of them asked for."""
    record(judged(), sent(), judged("IHC-2026-000002", ago=400))
    return desk


def counted(desk, *words):
    code, out, err = desk.run("statistics", "2026", "--format", "json", *words)
    assert code == 0, err
    return json.loads(out)


def exported(desk, tmp_path):
    path = tmp_path / "ledger.jsonl"
    assert desk.run("ledger", "export", str(path))[0] == 0
    return path


def test_an_export_gives_the_same_bytes(filled, tmp_path):
    path = exported(filled, tmp_path)
    filled.run("ledger", "checkpoint", "--out", str(tmp_path / "note"))
    (tmp_path / "log.pub").write_text(filled.run("ledger", "key")[1], "utf-8")
    vouched = ("--log-key", tmp_path / "log.pub", "--checkpoint", tmp_path / "note")
    here = counted(filled)
    assert counted(filled, "--from", str(path), *map(str, vouched)) == here
    assert here["tables"]["1-1"]["total"]["analysed"] == 2
    assert here["ledger"]["size"] == len(path.read_bytes().splitlines())


def test_the_pair_of_day_and_size_gives_the_same_figures_for_ever(filled, record):
    before = counted(filled)
    size = str(before["ledger"]["size"])
    record(judged("IHC-2026-000003", ago=390))
    assert counted(filled, "--size", size) == before
    assert counted(filled)["tables"]["1-1"]["total"]["analysed"] == 3


def altered(lines):
    """Each way in which an export can be another one."""
    yield "lacks", lines[:2] + lines[3:]
    yield "doubled", [*lines[:3], lines[2], *lines[3:]]
    yield "moved", [lines[0], lines[2], lines[1], *lines[3:]]
    yield "cut", [*lines[:-1], lines[-1][:-10]]
    told = lines[1].replace(b'"provider_location":"US"', b'"provider_location":"JP"')
    assert told != lines[1]
    yield "altered", [lines[0], told, *lines[2:]]
    last = json.loads(lines[-1])
    gone = json.dumps({"leaf": "00" * 32, "seq": last["seq"], "v": 1}, sort_keys=True)
    yield "withheld", [*lines[:-1], gone.replace(" ", "").encode()]


def test_an_export_that_is_another_one_is_refused(filled, tmp_path):
    path = exported(filled, tmp_path)
    filled.run("ledger", "checkpoint", "--out", str(tmp_path / "note"))
    (tmp_path / "log.pub").write_text(filled.run("ledger", "key")[1], "utf-8")
    vouched = [
        *("--log-key", str(tmp_path / "log.pub")),
        *("--checkpoint", str(tmp_path / "note")),
    ]
    for how, lines in altered(path.read_bytes().splitlines()):
        path.write_bytes(b"\n".join(lines) + b"\n")
        words = ["statistics", "2026", "--from", str(path), *vouched]
        code, out, err = filled.run(*words)
        assert (how, code, out) == (how, 65, "")
        assert "line" in err or "checkpoint" in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["statistics", "1999"], 65),
        (["statistics", "2026", "--as-of", "2099-01-01"], 65),
        (["statistics", "2026", "--size", "999"], 65),
        (["statistics", "2026", "--format", "xlsx"], 2),
        (["statistics", "2026", "--log-key", "x"], 2),
    ],
)
def test_what_cannot_be_counted_is_told(filled, words, code):
    assert filled.run(*words)[0] == code


def test_a_workbook_has_numbers_and_is_replaced_by_force_alone(filled, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "2026.xlsx"
    words = ["statistics", "2026", "--format", "xlsx", "--out", str(path)]
    assert filled.run(*words)[0] == 0
    book = openpyxl.load_workbook(path)
    assert {"1", "1-1", "processing-1", "method"} <= set(book.sheetnames)
    rows = {row[0].value: row[1].value for row in book["1"].iter_rows()}
    assert rows["違法情報"] == 2
    assert filled.run(*words)[0] == 69
    assert filled.run(*words, "--force")[0] == 0


def test_version_1_is_withheld_and_can_be_shown_whole(filled, received, tmp_path):
    assert filled.run("send", CASE_1)[0] == 0
    whole = tmp_path / "whole.jsonl"
    assert filled.run("ledger", "export", str(whole), "--whole")[0] == 0
    assert exported(filled, tmp_path).read_bytes() == whole.read_bytes()
