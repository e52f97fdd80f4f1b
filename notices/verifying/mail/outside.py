"""What a relay did where nobody signed: harmless, misleading, or unknown (M23)."""

from notices.mail.outside import Outside
from notices.messages import Text, listed
from notices.report import SubIndication
from notices.verifying.checks import Refusal, malformed

MOST = 100
"""Told by name: a detail has no room for more, and a header may have 50,000."""


def check(outside: Outside) -> str:
    """Refuse what misleads; of a field that nobody here knows it cannot be told."""
    if misleading := (*outside.changed, *outside.foreign):
        raise malformed(listed((*misleading, *outside.unknown)[:MOST]))
    if outside.unknown:
        raise Refusal(SubIndication.GENERIC, listed(outside.unknown[:MOST]))
    if not outside.harmless:
        return Text("unchanged")
    return Text("harmless: {changes}", changes=listed(outside.harmless))
