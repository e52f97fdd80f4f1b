"""The report as plain sheets of rows: for tables on a screen, CSV and workbooks.

Each sheet says under its rows how its figures are counted. What is not known yet is
empty, never 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table."""

    key: str
    """Its number in the report, such as `1-2`."""
    title: str
    """What it is about."""
    columns: tuple[str, ...]
    """Headings."""
    rows: tuple[tuple[Cell, ...], ...]
    """Figures are numbers, shares are texts as they are printed."""
    notes: tuple[str, ...] = ()
    """How it is counted."""


HEADINGS: Mapping[str, str] = {
    "name_ja": "類型",
    "count": "件数",
    "share_percent": "割合（%）",
    "delta_from_previous_year": "前年比増減",
    "analysed": "分析件数",
    "domestic": "国内",
    "foreign": "国外",
    "analysed_domestic": "分析件数（国内）",
    "analysed_foreign": "分析件数（国外）",
    "police_reported": "警察へ通報",
    "police_reported_by_category": "警察へ通報",
    "requested": "依頼",
    "removed": "削除完了",
    "removed_at_5_business_days": "削除完了（5営業日後）",
    "removed_at_end_of_january": "削除完了（翌年1月末）",
    "unconfirmed": "未確認",
    "blocked_in_japan": "国内からの閲覧遮断",
    "still_there": "残存",
    "rate_percent": "削除率（%）",
    "illegal": "違法情報",
    "out_of_scope": "対象外",
    "total": "合計",
    "done": "削除完了",
    "median_days": "日数の中央値",
    "percentile_90_days": "日数の90パーセンタイル",
    "not_done": "未完了",
    "provider": "依頼先",
    "reminded": "再度の依頼",
    "done_after_reminder": "再度の依頼後の削除完了",
    "escalated": "上位の管理者への依頼",
    "done_after_escalation": "上位の管理者への依頼後の削除完了",
    "cases_requested": "依頼した対象",
    "urls_requested": "依頼したURL",
    "request": "依頼の通知",
    "reminder": "再度の依頼の通知",
    "withdrawal": "取下げの通知",
    "correction": "訂正の通知",
}
"""What the columns are called, in the words of the centre's report."""
SETTINGS: Mapping[str, Mapping[object, str]] = {
    "abroad_removed_at": {
        "business_days": "国外のホットラインの表2-3は、5営業日後に数える",
        "january": "国外のホットラインの表2-3は、翌年1月末に数える",
    },
    "police_by_category": {
        True: "重要犯罪密接関連情報の警察への通報を類型別に示す",
        False: "重要犯罪密接関連情報の警察への通報は合計のみを示す",
    },
    "january_by_category": {
        True: "違法情報の翌年1月末の件数を類型別に示す",
        False: "違法情報の翌年1月末の件数は合計のみを示す",
    },
    "hotlines_abroad": {
        "inside": "国外のホットラインからの通報を全ての表に含む",
        "apart": "国外のホットラインからの通報はその表及び参考の表のみに含む",
    },
}
"""What the settings of `[statistics]` mean, in words."""
_HIDDEN = frozenset({"slug", "group", "iso3166", "not_requested"})
UNKNOWN = "不明"
_PATROL = "（うちサイバーパトロールセンター）"
_JANUARY = "削除完了は、翌年1月31日の終わりに確認できた件数である。"
_UNCONFIRMED = (
    "未確認は、依頼後に状況を確認できた記録がない件数であり、削除完了に含まない。"
)
_FOREIGN = (
    "国外とは、プロバイダ等の所在地が不明又は国外に所在し、"
    "かつ国外に所在するサーバに蔵置されている場合をいう。"
)
_ROUNDING = "割合は、小数点以下第2位を四捨五入している。"
_DAYS = (
    "日数は、最初の依頼から、その後再び確認されることのなかった最初の削除の確認まで"
    "である。24時間を1日とし、端数を切り捨てる。"
)
_OWN_FIVE = "5営業日は、その依頼先への最初の依頼から数える。"


def notes_of(key: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """How the figures of a table are counted, as the settings have it."""
    five = _five(int(settings.get("grace_business_days", 0)))
    is_january = settings.get("abroad_removed_at") == "january"
    return {
        "1": (_ROUNDING, _hotlines(settings)),
        "1-1": (_FOREIGN,),
        "1-2": (_FOREIGN,),
        "1-3": (_FOREIGN,),
        "processing-1": (five, _UNCONFIRMED),
        "processing-2": (_JANUARY, _UNCONFIRMED),
        "processing-3": (_JANUARY, _UNCONFIRMED),
        "inhope-out": ("不明とは、通報先の国・地域名が確認できなかった場合をいう。",),
        "inhope-in-2-3": (_JANUARY if is_january else five,),
        "form-1-abroad": (five, _UNCONFIRMED),
        "providers": (five, _OWN_FIVE, _UNCONFIRMED),
        "days-until-done": (_DAYS,),
    }.get(key, ())


def _unreported(table: Mapping[str, Any]) -> Iterator[str]:
    """Told where somebody was asked before the police were told."""
    count = table.get("text", {}).get("requested_without_police_report")
    if count:
        yield f"依頼のうち{count}件は、警察へ通報していない。"


def _five(grace: int) -> str:
    days = f"{5 + grace}営業日目（5営業日に猶予{grace}営業日を加える。）"
    return (
        f"削除完了は、依頼の日の翌日から数えて{days if grace else '5営業日目'}"
        "の終わりに確認できた件数である。"
    )


def _hotlines(settings: Mapping[str, Any]) -> str:
    """Where the reports of hotlines abroad are counted (S14 of the report of 2024)."""
    if settings.get("hotlines_abroad", "inside") == "inside":
        return "国外のホットラインからの通報を含む。"
    return "国外のホットラインからの通報は、その表及び参考の表のみに含む。"


def sheets(report: Mapping[str, Any]) -> tuple[Sheet, ...]:
    """Make a sheet of each table, in the order of the report."""
    return tuple(
        Sheet(
            key=key,
            title=table["title_ja"],
            columns=_headings(key, lines),
            rows=tuple(tuple(line.values()) for line in lines),
            notes=(*notes_of(key, report.get("settings", {})), *_unreported(table)),
        )
        for key, table in report["tables"].items()
        if (lines := list(_lines(table, _hidden(key, report))))
    )


def _hidden(key: str, report: Mapping[str, Any]) -> frozenset[str]:
    """Columns that this report does not show, by its settings."""
    settings = report.get("settings", {})
    hidden = set()
    if key.startswith("processing") and not settings.get("police_by_category"):
        hidden.add("police_reported_by_category")
    if key == "processing-1" and not settings.get("january_by_category"):
        hidden.add("removed_at_end_of_january")
    return _HIDDEN | hidden


def method(report: Mapping[str, Any]) -> Sheet:
    """What the whole report rests on."""
    ledger = report.get("ledger", {})
    rows: Sequence[tuple[str, Cell]] = [
        ("対象期間", f"{report['period']['from']} から {report['period']['to']} まで"),
        ("基準日", report["as_of"]),
        ("台帳の大きさ", ledger.get("size")),
        ("台帳のルート", ledger.get("root")),
        ("受理した通報", report["reports_received"]),
        ("分析件数", report["analysed"]),
        *_settings_in_words(report.get("settings", {})),
    ]
    told = (notes_of(key, report.get("settings", {})) for key in report["tables"])
    notes = tuple(dict.fromkeys(note for notes in told for note in notes))
    return Sheet(
        key="method",
        title="集計の方法",
        columns=("項目", "値"),
        rows=tuple(rows),
        notes=(
            "基準日までに起きた事実のうち、台帳の上記の大きさまでに記録されたものを数える。",
            "1件の事案は、最も新しい判断の日（日本時間）の年に1回だけ数える。",
            "再度の依頼、訂正、取下げ及び試験は、依頼に数えない。",
            *notes,
        ),
    )


def _settings_in_words(settings: Mapping[str, Any]) -> Iterator[tuple[str, Cell]]:
    """Each setting with its name, and what it means."""
    for name, value in settings.items():
        told = str(value).lower() if isinstance(value, bool) else value
        words = SETTINGS.get(name, {}).get(value, "")
        yield f"[statistics] {name}", f"{told}（{words}）" if words else told


def _lines(
    table: Mapping[str, Any], hidden: frozenset[str]
) -> Iterator[dict[str, Cell]]:
    """The rows with their total; a table without rows is one row of its figures."""
    rows = table.get("rows")
    total = table.get("total")
    if rows is None:
        figures = {name: value for name, value in table.items() if name != "title_ja"}
        yield _cells({**figures, **figures.pop("notices", {})}, hidden)
        return
    for row in rows:
        yield _cells(row, hidden)
    if isinstance(total, int):
        yield _cells({"name_ja": "合計", "count": total}, hidden)
    elif total:
        total = {"name_ja": "合計", **total}
        patrol = total.pop("of_which_cyber_patrol_center", None)
        yield _cells(total, hidden)
        if patrol:
            same = dict.fromkeys(total)
            yield _cells({**same, **patrol, "name_ja": _PATROL}, hidden)


def _cells(row: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Cell]:
    return {
        name: UNKNOWN if _is_unknown(name, value) else value
        for name, value in row.items()
        if name not in hidden and not isinstance(value, dict | list)
    }


def _is_unknown(name: str, value: Any) -> bool:
    """Without a year before, and without an entry in the directory: 不明, never 0."""
    return value is None and name in {"delta_from_previous_year", "provider"}


def _headings(key: str, lines: Sequence[Mapping[str, Cell]]) -> tuple[str, ...]:
    places = {"name_ja": "国・地域名"} if key in {"inhope-out", "inhope-in"} else {}
    return tuple({**HEADINGS, **places}.get(name, name) for name in lines[0])
