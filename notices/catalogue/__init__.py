"""What may be cited for which category on which date; the data comes in parsed."""

from notices.catalogue.checked import CheckedJudgment, check
from notices.catalogue.checks import cited, faults
from notices.catalogue.doubts import doubts
from notices.catalogue.elements import met_elements
from notices.catalogue.english import english_article, english_law_number
from notices.catalogue.lookup import Catalogue
from notices.catalogue.periods import Bound, Period
from notices.catalogue.values import (
    Alias,
    Category,
    Choice,
    Cited,
    ClassLabel,
    Element,
    Group,
    Held,
    Law,
    Name,
    Provision,
    ProvisionText,
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
    "Element",
    "Group",
    "Held",
    "Law",
    "Name",
    "Period",
    "Provision",
    "ProvisionText",
    "StandingReason",
    "Title",
    "check",
    "cited",
    "doubts",
    "english_article",
    "english_law_number",
    "faults",
    "met_elements",
]
