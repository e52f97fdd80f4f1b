"""Up to where MAIL may be said, and away again: whether the relay would take us."""

from aiosmtplib import SMTPException

from notices.errors import RelayUnavailable
from notices.messages import Text, listed
from notices.smtp.ending import AttemptEnded, Progress
from notices.smtp.relay import Relay, tls_context
from notices.smtp.session import Session
from notices.smtp.words import words_of


async def reach(relay: Relay) -> str:
    """Connect, STARTTLS, AUTH as configured, QUIT; gives the TLS version and cipher.

    RelayUnavailable with the stage and what the server said; ConfigError for settings
    that are refused. No transaction is begun.
    """
    tls, progress, session = tls_context(relay), Progress(_silent), Session(relay)
    try:
        await session.open(tls, progress)
    except (AttemptEnded, SMTPException, OSError, ValueError) as error:
        await session.drop()
        note = error.note if isinstance(error, AttemptEnded) else ""
        heard = listed(map(str, filter(None, (note, progress.reply))), "; ")
        raise RelayUnavailable(
            Text(
                "{remote} refuses at {stage}: {said}",
                remote=relay.remote,
                stage=progress.stage,
                said=heard or words_of(error),
            ),
            hint="check smtp.host, smtp.security, smtp.username, its password or token",
        ) from error
    await session.leave()
    return progress.tls


async def _silent(_: object) -> None:
    """Nobody is told the stages."""
