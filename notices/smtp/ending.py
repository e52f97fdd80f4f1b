"""How far an attempt has come, and how it ends."""

from collections.abc import Awaitable, Callable

from notices.delivery import Reply, Stage, State, classify

OnStage = Callable[[Stage], Awaitable[None]]
"""Called before each stage; for `data` after the 354, before the first body byte.
What it raises ends the attempt without a further byte."""

POSITIVE, INTERMEDIATE = 2, 3
_NEGATIVE = (4, 5)
_CLOSING = 421  # RFC 5321, 3.8: the server closes after it, whatever was asked
_IN_TRANSACTION = frozenset({Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.END_OF_DATA})


class AttemptEnded(Exception):
    """The attempt is over, and it is known what that makes of the delivery."""

    def __init__(self, state: State, *, note: str = "") -> None:
        super().__init__(note)
        self.state = state
        self.note = note


class Progress:
    """How far an attempt has come."""

    def __init__(self, on_stage: OnStage) -> None:
        self._on_stage = on_stage
        self.stage = Stage.CONNECT
        self.is_armed = False
        self.reply: Reply | None = None
        self.tls = ""
        self.callback_error: BaseException | None = None

    async def enter(self, stage: Stage) -> None:
        """Announce the stage; what the listener raises is kept to be told apart."""
        self.stage = stage
        self.reply = None
        try:
            await self._on_stage(stage)
        except BaseException as error:
            self.callback_error = error
            raise

    def must(self, reply: Reply, *, digit: int = POSITIVE) -> None:
        """Go on if the reply's first digit is as expected, else end the attempt."""
        if reply.code // 100 == digit:
            return
        self.reply = reply
        raise AttemptEnded(classify(reply, self.stage))

    @property
    def left_it_clean(self) -> bool:
        """Whether the server answered in order and waits for the next command."""
        if self.reply is None or self.stage not in _IN_TRANSACTION:
            return False
        digit = self.reply.code // 100
        is_told = digit in _NEGATIVE or (
            digit == POSITIVE and self.stage is Stage.END_OF_DATA
        )
        return is_told and self.reply.code != _CLOSING
