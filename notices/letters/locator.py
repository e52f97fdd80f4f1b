"""その他情報の特定に必要な情報: the form's hints as sub-labels, and the address."""

from notices.judgment import Locator, Target
from notices.letters.dates import english_time, japanese_time
from notices.letters.hygiene import Cleaner


def japanese_locator(target: Target, clean: Cleaner) -> str:
    """The sub-labels that have a value, in the form's order; none at all: なし."""
    found = _cleaned(target.locator, clean)
    parts = [
        ("掲示板の名称", found.board_name),
        ("掲示板内の書き込み場所", "、".join(_japanese_place(found))),
        ("日付", japanese_time(found.posted_at) if found.posted_at else ""),
        ("ファイル名", "、".join(found.file_names)),
        ("IPアドレス", _japanese_addresses(target, clean)),
    ]
    return "　".join(f"{label}: {value}" for label, value in parts if value) or "なし"


def english_locator(target: Target, clean: Cleaner) -> str:
    """The same in English; none at all: none."""
    found = _cleaned(target.locator, clean)
    parts = [
        ("Name of the board", found.board_name),
        ("Place of the post", _english_place(found)),
        ("Date", f"{english_time(found.posted_at)} (UTC+9)" if found.posted_at else ""),
        ("File name", ", ".join(found.file_names)),
        ("IP address", _english_addresses(target, clean)),
    ]
    return "; ".join(f"{label}: {value}" for label, value in parts if value) or "none"


_PATH = "target.locator"


def _cleaned(found: Locator, clean: Cleaner) -> Locator:
    """The locator with its texts as they are printed; what is only blanks is none."""

    def printed(name: str) -> str:
        text: str = getattr(found, name)
        return clean.at(f"{_PATH}.{name}").line(text) if text.strip() else ""

    return Locator(
        board_name=printed("board_name"),
        thread=printed("thread"),
        post_number=printed("post_number"),
        posted_at=found.posted_at,
        poster_id=printed("poster_id"),
        file_names=tuple(
            clean.at(f"{_PATH}.file_names[{index}]").line(name)
            for index, name in enumerate(found.file_names)
        ),
    )


def _japanese_place(found: Locator) -> list[str]:
    pairs = (
        ("スレッド", found.thread),
        ("投稿番号", found.post_number),
        ("投稿者ID ", found.poster_id),
    )
    return [f"{label}{value}" for label, value in pairs if value]


def _english_place(found: Locator) -> str:
    pairs = (("thread", found.thread), ("post", found.post_number))
    place = ", ".join(f"{label} {value}" for label, value in pairs if value)
    poster = f"by {found.poster_id}" if found.poster_id else ""
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
