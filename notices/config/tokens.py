"""What `token_command` may be."""

from collections.abc import Iterator

from notices.config.mail_sections import InboxSection, SmtpSection
from notices.messages import Text


def token_problems(
    name: str, section: SmtpSection | InboxSection
) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    command = section.token_command
    if not command:
        return
    key = "token_command"
    if not command[0].strip() or any("\0" in word for word in command):
        yield key, Text("{name}.token_command names no program", name=name)
    if not section.username:
        yield "username", Text("{name}.token_command needs a username", name=name)
    if section.password_file:
        yield (
            "password_file",
            Text("{name}: either a password_file or a token_command", name=name),
        )
