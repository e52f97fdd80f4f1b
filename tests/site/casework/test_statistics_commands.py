"""`notices statistics` from the database and from an export: the same figures."""

import csv
import io
import json
import subprocess
import time

import pytest

from notices.statistics.sheets import method, sheets
from tests.programs import require_program
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


def test_what_nothing_vouches_for_is_told(filled, tmp_path):
    path = exported(filled, tmp_path)
    words = ["statistics", "2026", "--format", "json", "--from", str(path)]
    code, out, err = filled.run(*words)
    assert code == 0
    assert "nothing vouches for this export" in err
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    code, cut, err = filled.run(*words)
    assert (code, "nothing vouches for this export" in err) == (0, True)
    assert json.loads(cut)["ledger"] != json.loads(out)["ledger"]


def test_an_export_without_an_entry_is_none(filled, tmp_path):
    path = tmp_path / "empty"
    path.touch()
    code, out, err = filled.run("statistics", "2026", "--from", str(path))
    assert (code, out) == (65, "")
    assert "holds no entry" in err


@pytest.mark.parametrize("of", [None, "0", 10**6, -1, True, 0.5])
def test_a_retraction_of_nothing_is_no_fact(filled, tmp_path, of):
    """Such a leaf may stand at the end of an export that nothing vouches for."""
    path = exported(filled, tmp_path)
    lines = path.read_bytes().splitlines()
    last = json.loads(lines[-1])
    last["event"] = "retracted"
    told = {"at": last["facts"]["at"], "by": "p"}
    last["facts"] = told if of is None else {**told, "of_seq": of}
    told = json.dumps(last, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_bytes(b"\n".join([*lines[:-1], told.encode()]) + b"\n")
    code, out, err = filled.run("statistics", "2026", "--from", str(path))
    assert (code, out) == (65, ""), err
    assert "Traceback" not in err
    assert "fault of the program" not in err


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "pdf"])
def test_each_form_is_the_same_bytes_from_an_export(filled, tmp_path, form):
    path = exported(filled, tmp_path)
    one, other = tmp_path / f"one.{form}", tmp_path / f"other.{form}"
    words = ["statistics", "2026", "--format", form]
    assert filled.run(*words, "--out", str(one))[0] == 0
    time.sleep(1.1)  # a clock that got into the file would be another one
    assert filled.run(*words, "--from", str(path), "--out", str(other))[0] == 0
    assert one.read_bytes() == other.read_bytes()


def test_a_spreadsheet_program_reads_every_figure(filled, tmp_path):
    """LibreOffice Calc opens the workbook; each cell is the one of the tables."""
    office = require_program("soffice")
    book = tmp_path / "report.xlsx"
    words = ["statistics", "2026", "--format"]
    assert filled.run(*words, "xlsx", "--out", str(book))[0] == 0
    report = json.loads(filled.run(*words, "json")[1])
    every_sheet = (
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    )
    subprocess.run(
        [
            *(office, f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--headless", "--convert-to", every_sheet),
            *("--outdir", str(tmp_path), str(book)),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    for sheet in (*sheets(report), method(report)):
        text = (tmp_path / f"report-{sheet.key}.csv").read_text("utf-8")
        title, heads, *rows = csv.reader(io.StringIO(text))
        assert title[0] == sheet.title
        assert tuple(heads[: len(sheet.columns)]) == sheet.columns
        told = [
            tuple("" if cell is None else str(cell) for cell in row)
            for row in sheet.rows
        ]
        assert [tuple(row[: len(sheet.columns)]) for row in rows[: len(told)]] == told


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
