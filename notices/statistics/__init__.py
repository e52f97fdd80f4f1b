"""The yearly tables of the centre, from facts alone, as of a day (design, section 6).

What is counted is chosen by two things, which are both printed: `as_of` selects facts
by when they happened, the place in the ledger by when they were written down. The same
pair gives the same figures for ever.
"""

from notices.statistics.counting import CountedCase, Settings, count_case
from notices.statistics.leaves import Selection, facts_of_leaves
from notices.statistics.yearly import yearly

__all__ = [
    "CountedCase",
    "Selection",
    "Settings",
    "count_case",
    "facts_of_leaves",
    "yearly",
]
