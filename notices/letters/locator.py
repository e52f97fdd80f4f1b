"""その他情報の特定に必要な情報: the form's hints as sub-labels, and the address."""

from notices.judgment import Locator, Target
from notices.letters.dates import english_time, japanese_time
from notices.letters.hygiene import Cleaner


def japanese_locator(target: Target, clean: Cleaner) -> str:
    """The sub-labels that have a value, in the form's order; none at all: なし."""
    found = target.locator
    parts = [
        ("掲示板の名称", clean.line(found.board_name)),
        ("掲示板内の書き込み場所", "、".join(_japanese_place(found, clean))),
        ("日付", japanese_time(found.posted_at) if found.posted_at else ""),
        ("ファイル名", "、".join(map(clean.line, found.file_names))),
        ("IPアドレス", _japanese_addresses(target, clean)),
    ]
    return "　".join(f"{label}: {value}" for label, value in parts if value) or "なし"


def english_locator(target: Target, clean: Cleaner) -> str:
    """The same in English; none at all: none."""
    found = target.locator
    parts = [
        ("Name of the board", clean.line(found.board_name)),
        ("Place of the post", _english_place(found, clean)),
        ("Date", f"{english_time(found.posted_at)} (UTC+9)" if found.posted_at else ""),
        ("File name", ", ".join(map(clean.line, found.file_names))),
        ("IP address", _english_addresses(target, clean)),
    ]
    return "; ".join(f"{label}: {value}" for label, value in parts if value) or "none"


def _japanese_place(found: Locator, clean: Cleaner) -> list[str]:
    pairs = (
        ("スレッド", found.thread),
        ("投稿番号", found.post_number),
        ("投稿者ID ", found.poster_id),
    )
    return [f"{label}{clean.line(value)}" for label, value in pairs if value]


def _english_place(found: Locator, clean: Cleaner) -> str:
    pairs = (("thread", found.thread), ("post", found.post_number))
    place = ", ".join(f"{label} {clean.line(value)}" for label, value in pairs if value)
    poster = f"by {clean.line(found.poster_id)}" if found.poster_id else ""
    return " ".join(filter(None, (place, poster)))


def _japanese_addresses(target: Target, clean: Cleaner) -> str:
    addresses = "、".join(map(clean.line, target.ip_addresses))
    if addresses and target.ip_checked_at:
        return f"{addresses}（{japanese_time(target.ip_checked_at)}確認）"
    return addresses


def _english_addresses(target: Target, clean: Cleaner) -> str:
    addresses = ", ".join(map(clean.line, target.ip_addresses))
    if addresses and target.ip_checked_at:
        return f"{addresses} (checked {english_time(target.ip_checked_at)}, UTC+9)"
    return addresses
