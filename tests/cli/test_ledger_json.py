"""`--json` of the ledger's commands, of statistics and of the schemas."""

import json

import pytest

from notices import Site
from notices.cli import run
from notices.site.starting import start_site
from tests.site.conftest import CASE_1


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("told") / "site"
    start_site(folder)
    with Site.open(folder) as site:
        site.prepare(site.read_case(CASE_1))
    return folder


def answer(capsys, *words):
    code = run(list(map(str, words)))
    said = capsys.readouterr()
    return code, json.loads(said.out)


def test_an_export_says_what_was_written(home, capsys, tmp_path):
    file = tmp_path / "ledger.jsonl"
    code, told = answer(
        capsys, "ledger", "export", file, "--site", home, "--json", "--whole"
    )
    entries = file.read_bytes().count(b"\n")
    wanted = {"file": str(file), "entries": entries, "whole": True, "checkpoint": None}
    assert (code, told) == (0, wanted)
    assert answer(capsys, "ledger", "export", file, "--site", home, "--json")[1][
        "error"
    ]["message"]


def test_the_key_is_the_one_that_is_printed(home, capsys):
    _, told = answer(capsys, "ledger", "key", "--site", home, "--json")
    run(["ledger", "key", "--site", str(home)])
    assert told == {"log_key": capsys.readouterr().out.strip()}


def test_a_proof_is_the_same_document_with_and_without(home, capsys, tmp_path):
    words = ("ledger", "prove", CASE_1, "--site", home)
    _, told = answer(capsys, *words, "--json")
    assert [each["notice"]["case_id"] for each in told["records"]] == [CASE_1]
    file = tmp_path / "proof.json"
    _, written = answer(capsys, *words, "--json", "--out", file)
    assert written == {"file": str(file), "records": 1}
    assert json.loads(file.read_bytes()).keys() == told.keys()


def test_statistics_have_two_words_for_json(home, capsys):
    words = ("statistics", "2025", "--site", home)
    assert answer(capsys, *words, "--json") == answer(
        capsys, *words, "--format", "json"
    )
    code, told = answer(capsys, *words, "--json", "--format", "csv")
    assert (code, told["error"]["code"]) == (2, "usage")


def test_a_schema_is_json_anyway(capsys):
    assert answer(capsys, "schema", "report", "--json") == answer(
        capsys, "schema", "report"
    )
