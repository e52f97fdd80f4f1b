"""What `[center]` may say, which stands in letters and mails, and `[archive]`."""

from collections.abc import Iterator
from dataclasses import fields

from notices.config.sections import ArchiveSection, CenterSection
from notices.grammar import MAX_URL, mailbox_fault, name_fault, url_fault

_FAULTS = {"mailbox": mailbox_fault, "verification_page": url_fault}
"""What may stand in a key; all others are names."""


def center_problems(section: CenterSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    for item in fields(section):
        text = getattr(section, item.name)
        judge = _FAULTS.get(item.name, name_fault)
        fault = name_fault(text, longest=MAX_URL) or judge(text)
        if fault:
            yield item.name, f"center.{item.name} {fault}"


def archive_problems(section: ArchiveSection) -> Iterator[tuple[str, str]]:
    """Give each key of `[archive]` that is wrong, and what is wrong with it."""
    if section.mailbox and (fault := mailbox_fault(section.mailbox)):
        yield "mailbox", f"archive.mailbox {fault}"
