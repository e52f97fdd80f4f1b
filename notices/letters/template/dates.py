"""Dates as letters write them; times in Japan's standard time."""

from datetime import date, datetime

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
    """Day and minute: 令和8年11月14日 21時07分."""
    local = at.astimezone(JST)
    return f"{japanese_date(local.date())} {local:%H}時{local:%M}分"


def english_time(at: datetime) -> str:
    """Day and minute with the offset: 16 November 2026, 23:41 (UTC+9)."""
    local = at.astimezone(JST)
    return f"{english_date(local.date())}, {local:%H:%M}"
