"""What `[center]` may say, which stands in letters and mails, and `[archive]`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import partial

from notices.addresses import address_fault
from notices.config.mail_sections import ArchiveSection
from notices.config.sections import CenterSection
from notices.grammar import MAX_URL, name_fault, url_fault
from notices.messages import Text

_own_address = partial(address_fault, is_own=True)
_FAULTS: Mapping[str, Callable[[str], str | None]] = {
    "mailbox": _own_address,
    "verification_page": url_fault,
}
"""What may stand in a key; all others are names."""


def center_problems(section: CenterSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    for item in fields(section):
        text = getattr(section, item.name)
        judge = _FAULTS.get(item.name, name_fault)
        fault = name_fault(text, longest=MAX_URL) or judge(text)
        if fault:
            yield item.name, Text("center.{name} {fault}", name=item.name, fault=fault)


def archive_problems(section: ArchiveSection) -> Iterator[tuple[str, str]]:
    """Give each key of `[archive]` that is wrong, and what is wrong with it."""
    if section.mailbox and (fault := _own_address(section.mailbox)):
        yield "mailbox", Text("archive.mailbox {fault}", fault=fault)
