"""Shares and percentiles, as the centre's report rounds them."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def share(part: int | None, whole: int | None) -> str | None:
    """A share in per cent to one place, half up; None where there is nothing to share.

    >>> share(66834, 546941), share(1991, 2186), share(1, 0)
    ('12.2', '91.1', None)
    """
    if part is None or not whole:
        return None
    exact = Decimal(100 * part) / Decimal(whole)
    return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


def percentile(values: Sequence[int], percent: int) -> int | None:
    """The smallest value that so many per cent of the values do not exceed.

    >>> percentile([1, 2, 3, 10], 50), percentile([1, 2, 3, 10], 90)
    (2, 10)
    """
    if not values:
        return None
    place = -(-len(values) * percent // 100)
    return sorted(values)[max(place, 1) - 1]
