"""The notice: one judgment, one recipient, one number, one date."""

from notices.notice.composing import compose
from notices.notice.values import (
    Center,
    Citation,
    Classification,
    Form,
    Managed,
    Notice,
    PassedOver,
    Recipient,
)

__all__ = [
    "Center",
    "Citation",
    "Classification",
    "Form",
    "Managed",
    "Notice",
    "PassedOver",
    "Recipient",
    "compose",
]
