"""The yearly report as PDF and as a workbook, judged by programs of others."""

import copy
import json
import re
import zipfile
from datetime import date
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

from notices.codec import load_catalogue, load_report_words
from notices.messages import names_of
from notices.site.casework.public_report import public_report
from notices.statistics.sheets import sheets
from tests.letters.test_accessible import faults
from tests.site.casework.test_case_commands import judged, record, sent
from tests.site.conftest import desk
from tests.statistics.conftest import leaf_of, leaves, report_of
from tests.statistics.test_settings import case

__all__ = ["desk", "leaves", "record"]


@pytest.fixture(scope="module")
def report(leaves):
    return {**report_of(leaves), "ledger": {"size": 286_427, "root": "ab" * 32}}


def written(report, language="ja"):
    return public_report(
        report, catalogue=load_catalogue(), publisher="見本センター", language=language
    )


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return "\n".join(pages).replace("\r", "")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_is_archival_and_accessible(report, language):
    pdf = written(report, language)
    assert faults(pdf) == set()
    assert written(report, language) == pdf, "the same report gives the same bytes"


def test_every_figure_of_2024_stands_in_it(report):
    """As the centre's page prints them."""
    text = re.sub(r"\s", "", words_of(written(report)))
    for told in (
        "受理した通報・・・546,556件",
        "違法情報66,834件12.2%33,634件",
        "自殺誘引等情報6,582件1.2%-27件",
        "違法情報と判断した66,834件のうち、国内案件は2,971件で、そのうち2,898件",
        "1,991件（91.1%）が削除に至りました",
        "令和7年1月末時点では、2,122件（97.1%）が削除に至りました",
        "合計14,149件（11,863件）9,488件（7,974件）8,024件（6,856件）",
        "4,986件（78.4%）が削除に至りました",
        "ウクライナ703件",
        "不明49件",
        "14件（93.3%）が削除に至りました",
    ):
        assert told in text, told


def test_both_languages_have_the_same_words():
    words = load_report_words()
    assert words["ja"].keys() == words["en"].keys()
    for key, pattern in words["ja"].items():
        assert names_of(pattern) == names_of(words["en"][key]), key


def test_before_the_end_of_january_nothing_is_claimed(leaves):
    early = {**report_of(leaves, date(2025, 1, 15)), "ledger": {}}
    text = re.sub(r"\s", "", words_of(written(early)))
    assert "令和7年1月末時点の件数は、その日の後に集計します。" in text
    assert "対応依頼の結果は、令和7年1月末の時点で集計します。" in text
    assert "令和7年1月末に確認した際" not in text
    for nothing in ("－件", "－%", "None"):
        assert nothing not in text


def test_the_sentences_add_up_where_somebody_was_asked_before_the_police_were_told():
    kind = {"group": "serious-crime", "slug": "firearm-transfer"}
    lines = [
        one
        for case_id, told in (("IHC-000001", False), ("IHC-000002", True))
        for one in case(case_id, **kind)
        if told or one["fact"] != "police_reported"
    ]
    leaves = [leaf_of(seq, line) for seq, line in enumerate(lines)]
    report = report_of(leaves, as_of=date(2026, 3, 3), year=2025)
    text = report["tables"]["processing-2"]["text"]
    assert text["not_requested_removed_etc"] == text["gone_before_police"] == 0
    assert text["requested_without_police_report"] == 1
    words = re.sub(r"\s", "", words_of(written({**report, "ledger": {}})))
    assert "1件（通報前に削除された0件を除く。）を警察に通報し" in words
    assert "2件（対応依頼を行う前に削除されたもの等0件を除く。）" in words
    assert "この依頼には、警察への通報を経ずに行った1件を含みます。" in words
    [sheet] = [one for one in sheets(report) if one.key == "processing-2"]
    assert "依頼のうち1件は、警察へ通報していない。" in sheet.notes


def test_the_settings_are_what_the_notes_say(leaves):
    settings = {"grace_business_days": 2, "hotlines_abroad": "apart"}
    report = {**report_of(leaves, **settings), "ledger": {}}
    text = re.sub(r"\s", "", words_of(written(report)))
    assert "5営業日後（その後2営業日以内の確認を含む。）" in text
    assert "国外のホットラインとの連携及び参考の各表のみに含みます" in text
    notes = [note for sheet in sheets(report) for note in sheet.notes]
    assert any("7営業日目" in note for note in notes)
    assert not any("数えて5営業日目の" in note for note in notes)
    whole = report["tables"]["1"]["total"]["count"]
    assert report["analysed"] == whole


def cells(report, path=()):
    """Every whole number of the tables, by its place."""
    for name, value in (
        report.items() if isinstance(report, dict) else enumerate(report)
    ):
        if isinstance(value, (dict, list)):
            yield from cells(value, (*path, name))
        elif type(value) is int:
            yield (*path, name)


@pytest.mark.parametrize("place", range(0, 600, 97))
def test_an_auditor_finds_one_altered_figure_by_the_export_alone(report, place):
    """He makes the report again, and compares the words of both."""
    shown = [each for each in cells(report["tables"]) if "not_requested" not in each]
    shown = [
        each
        for each in shown
        if each[-1] in {"analysed", "domestic", "count", "requested"}
    ]
    path = shown[place % len(shown)]
    altered = copy.deepcopy(report)
    inner = altered["tables"]
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] += 1
    published, own = words_of(written(altered)), words_of(written(report))
    lines = zip(published.splitlines(), own.splitlines(), strict=True)
    different = [pair for pair in lines if pair[0] != pair[1]]
    assert different, path
    told = f"{inner[path[-1]]:,}"
    assert any(told in line for line, _ in different)


def test_the_command_gives_the_same_bytes_from_the_export(desk, record, tmp_path):
    record(judged(), sent(), judged("IHC-2026-000002", ago=400))
    export = tmp_path / "ledger.jsonl"
    assert desk.run("ledger", "export", str(export))[0] == 0
    made = []
    for name, words in (("a", ()), ("b", ("--from", str(export)))):
        path = tmp_path / f"{name}.pdf"
        command = ["statistics", "2026", "--format", "pdf", "--out", str(path), *words]
        assert desk.run(*command)[0] == 0
        assert desk.run(*command)[0] == 69
        assert desk.run(*command, "--force")[0] == 0
        made.append(path.read_bytes())
    assert made[0] == made[1]
    assert desk.run("statistics", "2026", "--format", "pdf")[0] == 2
    english = tmp_path / "en.pdf"
    words = ("--language", "en", "--out", str(english))
    assert desk.run("statistics", "2026", "--format", "pdf", *words)[0] == 0
    assert "Internet Hotline Center in 2026" in words_of(english.read_bytes())


def test_the_settings_of_a_site_hold_for_its_export(desk, record, tmp_path):
    record(judged(), sent())
    desk.set("hotlines_abroad", '"apart"')
    export = tmp_path / "ledger.jsonl"
    assert desk.run("ledger", "export", str(export))[0] == 0
    words = ("statistics", "2026", "--format", "json")
    toml = str(desk.home / "notices.toml")
    here = json.loads(desk.run(*words)[1])
    there = json.loads(desk.run(*words, "--from", str(export), "--settings", toml)[1])
    assert here == there
    assert here["settings"]["hotlines_abroad"] == "apart"
    assert desk.run(*words, "--settings", toml)[0] == 2


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_the_workbook_holds_numbers_by_its_own_xml(desk, record, tmp_path):
    """Read by the standard (ECMA-376, 18.3.1.4), not by what wrote it."""
    record(judged(), sent(), judged("IHC-2026-000002", ago=400))
    path = tmp_path / "2026.xlsx"
    words = ["statistics", "2026", "--format", "xlsx", "--out", str(path)]
    assert desk.run(*words)[0] == 0
    with zipfile.ZipFile(path) as book:
        sheets = ET.fromstring(book.read("xl/workbook.xml"))  # noqa: S314 - our own
        names = [each.get("name") for each in sheets.iter(f"{MAIN}sheet")]
        first = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    assert names[0] == "1"
    assert {"1-1", "processing-1", "providers", "method"} <= set(names)
    cells = {each.get("r"): each for each in first.iter(f"{MAIN}c")}
    illegal = [cells[f"{column}3"] for column in "BC"]
    assert [each.get("t", "n") for each in illegal] == ["n", "n"]
    assert [each.find(f"{MAIN}v").text for each in illegal] == ["2", "100"]
