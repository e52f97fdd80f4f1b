"""Names for tests and examples: nothing is sent to them, or for them, in earnest.

A relay on loopback is a test of its own: there the example site goes the whole way.
Any other relay would carry the mail out, where nobody reads it.
"""

from collections.abc import Iterable

from notices.addresses import is_reserved
from notices.delivery import Envelope
from notices.errors import RefusedError
from notices.grammar import is_loopback
from notices.messages import Text


def fault(host: str, mailboxes: Iterable[str]) -> str:
    """Why mail with these mailboxes must not go to this relay; empty: it may."""
    named = [mailbox for mailbox in mailboxes if is_reserved(mailbox)]
    if is_loopback(host) or not named:
        return ""
    return Text(
        "{names} has a name for tests and examples, which {host} must not be given",
        names=" and ".join(dict.fromkeys(named)),
        host=host,
    )


def require_real(host: str, envelope: Envelope) -> None:
    """RefusedError unless every mailbox of a mail can be somebody's."""
    paths = (envelope.reverse_path, envelope.forward_path, envelope.archive_path)
    if wrong := fault(host, paths):
        raise RefusedError(
            Text("{fault}; nothing was sent", fault=wrong),
            hint="name the real mailbox in the judgment, recipients.toml or "
            "notices.toml; for a trial set smtp.host to a server on this machine",
        )
