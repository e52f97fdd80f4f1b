"""What can be wrong with a received mail."""

from notices.errors import InputError


class MalformedMessage(InputError):
    """The bytes are no message of the one shape that we send; `reason` says why."""

    code = "malformed-message"

    @property
    def reason(self) -> str:
        """The one sentence that says what differs."""
        return self.message
