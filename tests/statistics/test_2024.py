"""The centre's report of 2024, to the digit (design, section 6)."""

import random
from datetime import date

import pytest

from tests.statistics.conftest import report_of
from tests.statistics.facts_of_2024 import REPORT


def differences(wanted, found, path=""):
    """Every figure of the report that is another one in ours."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            if name not in found:
                yield f"{path}.{name} is missing"
            else:
                yield from differences(value, found[name], f"{path}.{name}")
    elif isinstance(wanted, list):
        if path.endswith(("inhope-out.rows", "inhope-in.rows")):
            wanted = sorted(wanted, key=_place)
        if len(wanted) != len(found):
            yield f"{path}: {len(found)} rows"
        for place, pair in enumerate(zip(wanted, found, strict=False)):
            yield from differences(*pair, f"{path}[{place}]")
    elif wanted != found and not _spelling(path, wanted, found):
        yield f"{path}: {found!r}, printed {wanted!r}"


def _place(row):
    """Places of one count stand by code; the report has them in an order of its own."""
    code = row.get("iso3166")
    return code is None, -row["count"], code or ""


def _spelling(path, wanted, found):
    """S2 of the report: 呼びかけ and 呼び掛け, and the width of brackets, are one."""
    if not path.endswith("name_ja"):
        return False
    plain = str.maketrans({"（": "(", "）": ")"})
    one = wanted.translate(plain).replace("呼びかけ", "呼び掛け")
    return one == found.translate(plain)


@pytest.fixture(scope="module")
def report(leaves):
    return report_of(leaves)


def test_every_figure_of_the_report_comes_back(report):
    wanted = {
        name: REPORT[name]
        for name in ("title_ja", "period", "reports_received", "analysed", "tables")
    }
    assert list(differences(wanted, report)) == []


def test_what_is_not_confirmed_is_counted_apart(report):
    total = report["tables"]["processing-1"]["total"]
    seen = total["removed"] + total["unconfirmed"]
    assert 0 < total["unconfirmed"] < total["requested"]
    assert seen < total["requested"]


def test_why_nobody_was_asked_adds_up(report):
    for name in ("processing-1", "processing-2", "processing-3"):
        for row in report["tables"][name]["rows"]:
            whole = row.get("analysed_domestic", row.get("analysed"))
            assert sum(row["not_requested"].values()) == whole - row["requested"]


@pytest.mark.torture
def test_the_order_of_the_ledger_tells_nothing(leaves, report):
    other = random.Random(7).sample(leaves, len(leaves))  # noqa: S311
    assert report_of(other) == report


@pytest.mark.torture
def test_before_the_end_of_january_its_figures_are_null(leaves):
    report = report_of(leaves, date(2025, 1, 30))
    assert report["tables"]["processing-2"]["total"]["removed"] is None
    assert report["tables"]["processing-1"]["text"]["removed_at_end_of_january"] is None
    # the five days are over for nearly all
    assert report["tables"]["processing-1"]["total"]["removed"] == 1991


@pytest.mark.torture
def test_a_later_day_moves_no_figure(leaves, report):
    later = report_of(leaves, date(2026, 6, 30))
    for name in ("1", "1-1", "1-2", "1-3", "processing-1", "processing-2"):
        assert later["tables"][name] == report["tables"][name]
