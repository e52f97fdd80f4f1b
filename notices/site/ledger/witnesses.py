"""Asking witnesses to cosign a checkpoint (C2SP tlog-witness, add-checkpoint).

Each gets the proof that the checkpoint continues the last one that it saw. One that is
away delays nothing. One that refuses a proof that holds has seen another history of
this log: that is an alarm, and the site is on hold until somebody has looked.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import monotonic

from notices.errors import InputError, LogForked, NoticesError, TryLater
from notices.files.system_words import in_words
from notices.ledger import (
    MAX_PROOF,
    Cosignature,
    Note,
    parse_note,
    parse_signature_lines,
    verify_consistency,
)
from notices.messages import Text
from notices.signing.revocation.transport import (
    HttpAnswer,
    HttpTransport,
    TransportError,
    shown,
)
from notices.site.ledger.configured_witnesses import Witness
from notices.store import Fork, Issued
from notices.store.ledger.stored import StoredLedger
from notices.verifying.checkpoint import cosignatures

SECONDS = 5.0
"""For all witnesses together: nobody waits for one that is away."""
SIZE_TYPE = "text/x.tlog.size"
_PATH = "/add-checkpoint"
_ROUNDS = 3
"""A witness that is elsewhere says where, and is asked again."""
_GOOD, _CONFLICT, _UNPROVEN = 200, 409, 422
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,15})\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """What came of asking."""

    issued: Issued
    """The checkpoint, with the cosignatures that are here now."""
    troubles: tuple[NoticesError, ...] = ()
    """Why others did not cosign; nothing waits for them."""


class _OtherHistory(Exception):
    """A witness refused what is proven; never leaves this room."""

    def __init__(self, told: Text) -> None:
        super().__init__(told)
        self.told = told


@dataclass(frozen=True, kw_only=True)
class WitnessDesk:
    """Asks the witnesses of a site."""

    witnesses: Sequence[Witness]
    """Whom to ask."""
    quorum: int
    """How many of them make a checkpoint a cosigned one."""
    ledger: StoredLedger
    """The log."""
    open_transport: Callable[[], HttpTransport]
    """The way to them."""
    on_fork: Callable[[Fork], None]
    """Writes the alarm down, and puts the site on hold."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def ask(self, issued: Issued) -> Witnessed:
        """Ask those that have not cosigned this checkpoint yet, side by side.

        LogForked if one of them has seen another history; that is on record then.
        """
        wanted = [one for one in self.witnesses if not _has_cosigned(issued, one)]
        if not wanted:
            return Witnessed(issued=issued)
        hurried = replace(self.open_transport(), until=monotonic() + SECONDS)
        ask = partial(self._asked, issued, hurried)
        with ThreadPoolExecutor(len(wanted)) as threads:
            answers = list(threads.map(ask, wanted))
        cosigned = [one for one in answers if isinstance(one, Cosignature)]
        if cosigned:
            self.ledger.add_cosignatures(issued.size, cosigned)
        for one in answers:
            if isinstance(one, LogForked):
                raise one
        lines = (*issued.cosignatures, *(str(one.line) for one in cosigned))
        return Witnessed(
            issued=replace(issued, cosignatures=lines),
            troubles=tuple(one for one in answers if isinstance(one, NoticesError)),
        )

    def newest_cosigned(self) -> tuple[Issued, ...]:
        """The checkpoints that a quorum of these witnesses cosigned, newest first."""
        if not self.witnesses:
            return ()
        keys = [one.key for one in self.witnesses]
        return self.ledger.cosigned(keys, self.quorum)

    def _asked(
        self, issued: Issued, transport: HttpTransport, witness: Witness
    ) -> Cosignature | NoticesError:
        name = witness.key.name
        try:
            return self._ask(issued, transport, witness)
        except TransportError as error:
            return TryLater(
                Text("the witness {name} did not cosign: {why}", name=name, why=error)
            )
        except _OtherHistory as told:
            return self._forked(issued, witness, told.told)
        except NoticesError as error:
            return error

    def _ask(
        self, issued: Issued, transport: HttpTransport, witness: Witness
    ) -> Cosignature:
        old = min(self.ledger.cosigned_by(witness.key), issued.size)
        url, code = witness.url.rstrip("/") + _PATH, 0
        for _ in range(_ROUNDS):
            body = self._request(old, issued)
            answer = transport.exchange(url, body=body, media_type="text/plain")
            code = answer.code
            if code == _GOOD:
                return _cosignature(issued, witness, answer)
            if code == _UNPROVEN and old:
                raise _OtherHistory(Text("422, to a proof from {old} entries", old=old))
            told = _size_in(answer)
            if told is None:
                break
            if told == old == issued.size:
                raise _OtherHistory(Text("409, it has another tree of this size"))
            if told > issued.size:
                self._require_known(told)
                break
            if told == old:
                break
            old = told
        raise TransportError(
            Text("{shown} answered {code}", shown=shown(url), code=code)
        )

    def _request(self, old: int, issued: Issued) -> bytes:
        """`old`, the proof from there, an empty line, the checkpoint.

        InputError if our own proof does not hold: then the refusal would be our fault.
        """
        tree = self.ledger.tree(issued.size)
        proof = tree.consistency_proof(old)
        earlier = tree.root(old)
        if len(proof) > MAX_PROOF or not verify_consistency(
            old, issued.size, proof, earlier, issued.root
        ):
            raise InputError(
                Text(
                    "the ledger gives no proof from {old} to {size} entries",
                    old=old,
                    size=issued.size,
                ),
                hint="see `notices ledger verify`",
            )
        hashes = "".join(f"{b64encode(one).decode()}\n" for one in proof)
        return f"old {old}\n{hashes}\n{issued.note}".encode()

    def _require_known(self, told: int) -> None:
        """A witness is ahead: of another process of ours, or of a ledger set back."""
        if told > self.ledger.size():
            raise _OtherHistory(
                Text("409, it has cosigned a log of {told} entries", told=told)
            )

    def _forked(self, issued: Issued, witness: Witness, told: Text) -> LogForked:
        size = self.ledger.cosigned_by(witness.key)
        other = self.ledger.issued_at_size(size) if size else None
        fork = Fork(
            witness=str(witness.key),
            told=str(told),
            note=issued.note,
            other=other.cosigned_note if other else "",
            at=self.clock(),
        )
        self.on_fork(fork)
        return LogForked(
            Text(
                "the witness {witness} has seen another history of this log ({told}), "
                "and the site is on hold. It refused {refused}; the last one that it "
                "cosigned, as far as it is known here: {other}",
                witness=witness.key.name,
                told=told,
                refused=_in_words(issued),
                other=_in_words(other) if other else Text("none"),
            ),
            hint="both notes: notices ledger forks; what to do: docs/log.md",
        )


def _in_words(issued: Issued) -> str:
    return Text(
        "the checkpoint of {size} entries with the root {root}",
        size=issued.size,
        root=issued.root.hex(),
    )


def _has_cosigned(issued: Issued, witness: Witness) -> bool:
    return any(
        line.name == witness.key.name and line.key_hash == witness.key.key_hash
        for text in issued.cosignatures
        for line in parse_signature_lines(text)
    )


def _cosignature(issued: Issued, witness: Witness, answer: HttpAnswer) -> Cosignature:
    """The witness's own line among what it answered; TransportError if none holds."""
    try:
        lines = parse_signature_lines(answer.body.decode("utf-8"))
        note = Note(text=parse_note(issued.note).text, signatures=lines)
        cosigned = cosignatures(note, [witness.key])
    except (InputError, UnicodeDecodeError) as error:
        why = error if isinstance(error, InputError) else in_words(error)
        raise TransportError(
            Text("its answer is no cosignature: {why}", why=why)
        ) from error
    if not cosigned:
        raise TransportError("its answer has no line of its key")
    return cosigned[0]


def _size_in(answer: HttpAnswer) -> int | None:
    """The size that a conflict names; None: it is another answer."""
    told = _SIZE.fullmatch(answer.body)
    is_size = answer.code == _CONFLICT and answer.media_type == SIZE_TYPE
    return int(told[1]) if told and is_size else None
