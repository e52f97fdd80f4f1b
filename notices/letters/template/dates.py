"""Dates as letters write them; times in Japan's standard time."""

from datetime import date, datetime, timedelta

from notices.judgment import JST

# First days of the eras: 元号法 and its cabinet orders.
_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def japanese_date(day: date) -> str:
    """The date by era, unpadded: 令和8年11月22日; the first year is 元年."""
    for first, era in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def english_date(day: date) -> str:
    """The date in English: 22 November 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def japanese_time(at: datetime) -> str:
    """Day and minute, seconds where there are some: 令和8年11月14日21時7分.

    A time of another zone is told as it was found, too: so the post can be found.
    """
    told = _japanese_clock(at.astimezone(JST))
    if at.utcoffset() == _JAPAN:
        return told
    return f"{told}（日本時間。{_zone(at)}では{_japanese_clock(at)}）"


def english_time(at: datetime) -> str:
    """Day and minute with the offset: 16 November 2026, 23:41 (UTC+9)."""
    local = at.astimezone(JST)
    told = f"{_english_clock(local)} ({_zone(local)})"
    if at.utcoffset() == _JAPAN:
        return told
    return f"{_english_clock(at)} ({_zone(at)}), which is {told}"


_JAPAN = timedelta(hours=9)


def _japanese_clock(at: datetime) -> str:
    seconds = f"{at.second}秒" if at.second else ""
    return f"{japanese_date(at.date())}{at.hour}時{at.minute}分{seconds}"


def _english_clock(at: datetime) -> str:
    return f"{english_date(at.date())}, {at:%H:%M}{f':{at:%S}' if at.second else ''}"


def _zone(at: datetime) -> str:
    """The offset: UTC, UTC+9, UTC-3:30."""
    minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "-"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}"
