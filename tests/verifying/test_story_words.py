"""The story of a bundle tells each event that it may hold in words, not by its name."""

import re

from notices.verifying.bundle.story import _TELLING
from tests.cli.test_progress import ROOT

NEVER_SIGNED = {"voided"}
"""No message, so no bundle."""


def events_of_a_notice():
    """Those that the formats give a `number`: the second column begins with n."""
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    for names in re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \| n\b", page, re.MULTILINE):
        yield from re.findall(r"[a-z_]+", names)


def test_every_event_of_a_notice_has_its_sentence():
    events = set(events_of_a_notice())
    assert {"prepared", "requested", "rejected"} <= events
    assert events - NEVER_SIGNED - _TELLING.keys() == set()
