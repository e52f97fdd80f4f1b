"""The notice: one judgment, one recipient, one number, one date."""

from notices.notice.composing import compose
from notices.notice.values import (
    Center,
    Citation,
    Classification,
    CorrectedPart,
    Followed,
    Following,
    Form,
    Managed,
    Notice,
    PassedOver,
    Recipient,
    RequestKind,
)

__all__ = [
    "Center",
    "Citation",
    "Classification",
    "CorrectedPart",
    "Followed",
    "Following",
    "Form",
    "Managed",
    "Notice",
    "PassedOver",
    "Recipient",
    "RequestKind",
    "compose",
]
