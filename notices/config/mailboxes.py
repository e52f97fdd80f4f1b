"""The mailboxes of the centre itself, in whichever section they stand."""

from collections.abc import Iterator

from notices.addresses import address_fault
from notices.config.sections import ArchiveSection, CenterSection


def mailbox_problems(
    center: CenterSection, archive: ArchiveSection
) -> Iterator[tuple[str, str]]:
    """Give each section whose `mailbox` is wrong, and what is wrong with it."""
    given = {"center": center.mailbox, "archive": archive.mailbox}
    for section, mailbox in given.items():
        if section == "archive" and not mailbox:
            continue
        if wrong := address_fault(mailbox, is_own=True):
            yield section, f"{section}.mailbox {wrong}"
