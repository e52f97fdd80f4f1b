"""What `[approval]` may say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from notices.grammar import url_fault
from notices.messages import Text

_MOST_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSection:
    """`[approval]`: whether somebody must approve before the centre signs."""

    required: Literal["none", "checker"] = "none"
    """`checker`: the judgment's checker signs what goes out, before the centre does."""
    valid_business_days: int = 5
    """How many business days after it an approval still lets a notice out."""
    people: str = "people.toml"
    """File that lists the people, for reading; the ledger decides."""
    rp_id: str = ""
    """Host name that passkeys belong to (WebAuthn); empty: none are used."""
    origin: str = ""
    """Address of the console, such as `https://console.example.jp`."""

    @property
    def is_required(self) -> bool:
        """Whether somebody must approve before the centre signs."""
        return self.required != "none"


def approval_problems(section: ApprovalSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    if not 0 <= section.valid_business_days <= _MOST_DAYS:
        yield (
            "valid_business_days",
            Text(
                "approval.valid_business_days must be 0 to {most_days}",
                most_days=_MOST_DAYS,
            ),
        )
    if not section.people:
        yield "people", "approval.people must name a file"
    if bool(section.rp_id) != bool(section.origin):
        yield "rp_id", "approval.rp_id and approval.origin belong together"
    is_local = section.origin.startswith("http://localhost")
    if section.origin and not section.origin.startswith("https://") and not is_local:
        yield "origin", "approval.origin must begin with https://"
    elif section.origin and (wrong := url_fault(section.origin)):
        yield "origin", Text("approval.origin {wrong}", wrong=wrong)
