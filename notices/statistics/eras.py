"""Years as the centre's report writes them."""

_LAST_HEISEI, _FIRST_REIWA = 2018, 2019


def era(year: int) -> str:
    """A year of Reiwa, as the report writes it; the Western one before 2019.

    >>> era(2024), era(2019), era(2018)
    ('令和6年', '令和元年', '2018年')
    """
    if year < _FIRST_REIWA:
        return f"{year}年"
    return f"令和{'元' if year == _FIRST_REIWA else year - _LAST_HEISEI}年"


def january_era(year: int) -> str:
    """The year of a January: Reiwa began on 1 May 2019.

    >>> january_era(2025), january_era(2019)
    ('令和7年', '平成31年')
    """
    return "平成31年" if year == _FIRST_REIWA else era(year)
