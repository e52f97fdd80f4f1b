"""The names that a template may say, Japanese and English."""

from collections.abc import Mapping
from typing import Any

NAMES = {
    "整理番号": "number",
    "日付": "date",
    "宛先": "recipient",
    "敬称": "honorific",
    "センター名": "center_name",
    "センター住所": "center_address",
    "センター電話": "center_phone",
    "センターメール": "center_mail",
    "確認ページ": "verification_page",
    "担当者": "assessor",
    "確認者": "checker",
    "管理対象": "managed",
    "IP割振先": "is_ip_holder",
    "IPアドレス": "ip_addresses",
    "対象URL": "urls",
    "特定情報": "locator",
    "掲載情報": "content",
    "法令": "citations",
    "分類一覧": "classes",
    "類型": "type_name",
    "類型原名": "type_name_ja",
    "理由": "reason",
    "英文併記": "is_bilingual",
    "任意の注記": "voluntary_note",
    "URL数": "url_count",
    "URL複数": "has_several_urls",
    "経緯": "history",
    "取決め": "agreements",
    "措置": "measure",
    "参考条文": "annex",
    "依頼内容": "requested",
    "先の整理番号": "earlier_number",
    "先の日付": "earlier_date",
    "先のハッシュ値": "earlier_sha256",
    "確認日": "seen_on",
    "訂正箇所": "corrected",
}
"""Japanese name to English name; both are understood."""

ITEM_NAMES = {
    "連番": "ordinal",
    "所在": "address",
    "表示": "text",
    "印": "box",
    "文言": "wording",
    "原文": "wording_ja",
    "法令名": "official",
    "略称": "short",
    "条項": "article",
    "条文": "words",
}
"""The same for what stands in a list."""

KNOWN_NAMES = frozenset({*NAMES, *NAMES.values()})
"""Every name in both languages."""
LIST_NAMES = frozenset(
    {
        *("対象URL", "urls", "法令", "citations"),
        *("分類一覧", "classes", "参考条文", "annex"),
    }
)
"""What a template may loop over."""


def both(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The values under their English and their Japanese names."""
    doubled = dict(values)
    for japanese, english in names.items():
        if english in values:
            doubled[japanese] = values[english]
    return doubled
