"""What `[test]` may say, and how numbers of tests are written."""

from notices.addresses import address_fault
from notices.config.numbering import pattern_fault
from notices.config.sections import TrialSection

PREFIX = "T-"
"""Begin of every number that was given in test mode."""


def trial_pattern(pattern: str) -> str:
    """The pattern of numbers in test mode."""
    return PREFIX + pattern


def trial_problem(section: TrialSection, pattern: str) -> str:
    """What is wrong with `[test]`; empty: nothing."""
    if not section.address:
        return ""
    if fault := address_fault(section.address, is_own=True):
        return f"test.address {fault}"
    if fault := pattern_fault(trial_pattern(pattern)):
        return f"numbering.pattern with {PREFIX} before it {fault}"
    return ""
