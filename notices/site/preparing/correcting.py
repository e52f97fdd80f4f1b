"""What a changed judgment corrects of what was asked before."""

from collections.abc import Iterator
from dataclasses import replace

from notices.judgment import Judgment, Target
from notices.notice import CorrectedPart


def corrected_parts(before: Judgment, now: Judgment) -> Iterator[CorrectedPart]:
    """What the letter says otherwise, in the order of the form."""
    if _located(before) != _located(now):
        yield CorrectedPart.LOCATION
    if (before.content, before.content_en) != (now.content, now.content_en):
        yield CorrectedPart.CONTENT
    if _classified(before) != _classified(now):
        yield CorrectedPart.CLASSIFICATION
    if (before.reason, before.reason_en) != (now.reason, now.reason_en):
        yield CorrectedPart.GROUNDS
    if before.measure is not now.measure:
        yield CorrectedPart.MEASURE


def _located(judgment: Judgment) -> Target:
    """Where it is, as a letter tells it: which country's provider, it does not."""
    return replace(judgment.target, provider_location=None, server_location=None)


def _classified(judgment: Judgment) -> tuple[object, ...]:
    """What selects category, law and type."""
    return (
        judgment.category,
        judgment.statutes,
        judgment.found_on,
        judgment.sub_type,
        judgment.substance,
    )
