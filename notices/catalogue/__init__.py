"""What may be cited for which category on which date; the data comes in parsed."""

from notices.catalogue.checked import CheckedJudgment, check
from notices.catalogue.checks import cited, faults
from notices.catalogue.english import english_article, english_law_number
from notices.catalogue.lookup import Catalogue
from notices.catalogue.values import (
    Alias,
    Bound,
    Category,
    Choice,
    Cited,
    ClassLabel,
    Group,
    Held,
    Law,
    Name,
    Period,
    Provision,
    StandingReason,
    Title,
)

__all__ = [
    "Alias",
    "Bound",
    "Catalogue",
    "Category",
    "CheckedJudgment",
    "Choice",
    "Cited",
    "ClassLabel",
    "Group",
    "Held",
    "Law",
    "Name",
    "Period",
    "Provision",
    "StandingReason",
    "Title",
    "check",
    "cited",
    "english_article",
    "english_law_number",
    "faults",
]
