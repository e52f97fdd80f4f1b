"""Charts of the statistics: what is drawn is what the table says."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.casework import read_fact
from notices.service.console.charts import WIDEST, chart_of
from notices.statistics.sheets import Sheet
from tests.service.console.test_people import analysed, requested

NAMES = st.text(st.sampled_from("あいうえおabc、・"), min_size=1, max_size=60)
FIGURES = st.one_of(st.none(), st.integers(0, 10**6))


def sheet(rows, columns=("類型", "分析件数", "依頼", "削除完了")):
    return Sheet(key="x", title="見本", columns=columns, rows=tuple(rows))


@given(st.lists(st.tuples(NAMES, FIGURES, FIGURES, FIGURES), max_size=20))
def test_each_figure_is_drawn_in_its_proportion(rows):
    chart = chart_of(sheet([*rows, ("合計", 5, 5, 5)]))
    shown = [row for row in rows if any(row[1:])]
    if not shown:
        assert chart is None
        return
    assert ["".join(line for line, _ in group.lines) for group in chart.groups] == [
        row[0] for row in shown
    ]
    most = max(value for row in shown for value in row[1:] if value is not None)
    bottom = 0
    for group, row in zip(chart.groups, shown, strict=True):
        known = [
            (place, value) for place, value in enumerate(row[1:]) if value is not None
        ]
        assert [(bar.series, bar.value) for bar in group.bars] == known
        for bar in group.bars:
            assert bar.width == pytest.approx(WIDEST * bar.value / most, abs=0.01)
        # nothing is drawn over another thing, and nothing is cut off
        places = [at for _, at in group.lines] + [bar.top for bar in group.bars]
        assert places == sorted(set(places))
        assert places[0] > bottom
        bottom = group.bars[-1].top + chart.bar_height
    assert bottom <= chart.height


def test_shares_and_days_are_no_bars():
    columns = ("類型", "件数", "割合（%）", "前年比増減", "日数の中央値")
    chart = chart_of(sheet([("甲", 3, 60, 2, 9), ("乙", 2, 40, -1, 9)], columns))
    assert chart.series == ("件数",)
    assert chart_of(sheet([(1, 2, 3, 4)])) is None
    assert chart_of(sheet([])) is None


def test_the_page_draws_what_its_table_says(desk):
    at = desk.clock.now
    lines = [analysed(f"NEW-{n:04d}", at) for n in range(3)]
    lines += [requested(f"NEW-{n:04d}", at) for n in range(2)]
    with desk.opened() as site:
        site.record([read_fact(json.dumps(line)) for line in lines])
    page = desk.browser("kansa-m").get(f"/statistics?year={at.year}").text
    [part] = re.findall(
        r'aria-label="違法情報の処理結果">(.*?)</section>', page, re.DOTALL
    )
    drawn = re.findall(r'class="figure">(\d+)<', part)
    row = re.search(r"<td>預貯金通帳[^<]*</td>(.*?)</tr>", part)[1]
    table = re.findall(r"<td>(\d*)</td>", row)
    assert drawn
    assert drawn == [cell for cell in table[:4] if cell]
    assert "<script" not in part
    # not by colour alone
    assert 'class="bar s1"' in part
