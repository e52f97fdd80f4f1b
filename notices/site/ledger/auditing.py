"""The ledger of a site: checkpoints, proofs, the full check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from notices.errors import ConfigError, InputError, NoticesError
from notices.evidence import MAX_FAULTS, Audit, audit, is_checkpoint
from notices.files import safe_write
from notices.ledger import Checkpoint, Hash, Proving, parse_checkpoint, parse_note
from notices.messages import Text
from notices.site.database.rollback import Rollback
from notices.site.ledger.log_key import LogKeyFile
from notices.site.ledger.showing import notices_of, record_of
from notices.site.ledger.witnesses import WitnessDesk
from notices.store import Issued, Store
from notices.verifying import open_checkpoint
from notices.verifying.log.following import FollowedLog, LogFinding, compared

if TYPE_CHECKING:
    from notices.site.documents.records import ProofDocument
    from notices.site.signer.desk import SignerDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """Two checkpoints of one log, and the proof that the old is within the new."""

    old: Checkpoint
    """The earlier one."""
    new: Checkpoint
    """The later one."""
    proof: tuple[bytes, ...]
    """Hashes (RFC 9162, 2.1.4)."""


@dataclass(frozen=True, kw_only=True)
class SiteLedger:
    """The log of a site: signed, proven and checked."""

    store: Store
    """The outbox."""
    log_key: LogKeyFile
    """Signs checkpoints."""
    published: Path
    """The file beside the site with the last checkpoint."""
    open_desk: Callable[[], SignerDesk] | None
    """Asks authorities for its time stamps; None: none is wanted."""
    rollback: Rollback
    """Tells whether the database was set back."""
    witnesses: WitnessDesk
    """Asks those outside who cosign."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""
    troubles: list[NoticesError] = field(default_factory=list)
    """Why witnesses did not cosign, of the checkpoints since the site was opened."""

    def checkpoint(self) -> Issued:
        """Sign the ledger as it is now, record that, and return it.

        The same ledger gives the same checkpoint. Time-stamped where an authority is
        configured, also if it was issued before that. The authority is judged before,
        as the stamp is by our own verifier: TimestampUnavailable, StamperNotUsable,
        RevocationUnavailable, NotProvable; then nothing is issued.
        Witnesses are asked; LogForked if one has seen another history.
        """
        return self.cosigned(self.issue(self.store.ledger.tree()))

    def cosigned_now(self) -> Issued:
        """A checkpoint of now, or the last one that a quorum cosigned if now none does.

        What nobody cosigned is given only where no checkpoint ever was.
        """
        newest = self.checkpoint()
        found = self.witnesses.newest_cosigned()
        return found[0] if found else newest

    def cosigned(self, issued: Issued) -> Issued:
        """Ask the witnesses that have not cosigned it; who is away delays nothing.

        Gives it with the cosignatures that are here now; see `checkpoint`.
        """
        asked = self.witnesses.ask(issued)
        self.troubles[:] = asked.troubles
        if asked.issued.cosignatures != issued.cosignatures:
            self._publish_newest(asked.issued)
        return asked.issued

    def issue(self, tree: Proving) -> Issued:
        """`checkpoint` of a ledger that was read already."""
        size, top = len(tree), tree.root()
        earlier = self.store.ledger.newest_issued()
        if earlier and earlier.size == size and earlier.root == top:
            return self._stamped(earlier)
        if earlier:
            _refuse_fork(earlier, tree)
        return self.issue_root(size, top)

    def issue_root(self, size: int, top: Hash) -> Issued:
        """Sign what is known to continue the last checkpoint; see `checkpoint`."""
        self.rollback.require_none()
        body = Checkpoint(origin=self.log_key.origin, size=size, root=top).text()
        note = str(self.log_key.key().sign(body))
        made = Issued(
            size=size,
            root=top,
            note=note,
            time_stamp=self._time_stamp(note),
            issued_at=self.clock(),
        )
        issued = self.store.ledger.issue(made)
        if issued is made:
            self._publish_newest(issued)
        return issued

    def _stamped(self, issued: Issued) -> Issued:
        """The same note, with the stamp that it lacks since no authority was known."""
        if issued.time_stamp or not (stamp := self._time_stamp(issued.note)):
            return issued
        self.store.ledger.add_stamp(issued.size, stamp, now=self.clock())
        return self.store.ledger.issued_at_size(issued.size) or issued

    def _publish_newest(self, issued: Issued) -> None:
        """Unless another process was quicker, with a later one."""
        newest = self.store.ledger.newest_issued()
        if newest and newest.size == issued.size:
            self.publish(issued)

    def publish(self, issued: Issued) -> None:
        """Keep the note beside the site: it tells when a database was set back."""
        path = self.published
        try:
            safe_write(path, issued.cosigned_note.encode(), replaces=is_checkpoint)
        except NoticesError as error:
            raise ConfigError(
                Text(
                    "the checkpoint was issued, but not written: {message}",
                    message=error.message,
                ),
                hint="make the folder writable, or correct [ledger] checkpoint",
            ) from error

    def _time_stamp(self, note: str) -> bytes:
        if self.open_desk is None:
            return b""
        from notices.evidence import require_stamp  # noqa: PLC0415 - loads pyHanko

        desk = self.open_desk()
        chain = desk.chain(self.clock())
        stampers = desk.authorities.stampers(chain, is_required=True)
        stamp = stampers.stamp(sha256(note.encode()).digest())
        require_stamp(
            stamp.token,
            note.encode(),
            judge=desk.judge_of_evidence,
            answers=stamp.answers,
            chain=chain,
            at=self.clock(),
        )
        return stamp.token

    def prove(self, case_id: str) -> ProofDocument:
        """The records of a case, each event with its proof, and the checkpoint."""
        tree = self.store.ledger.tree()
        issued = self.cosigned(self.issue(tree))
        return {
            "checkpoint": issued.cosigned_note,
            "log_key": str(self.log_key.public()),
            "records": [
                record_of(self.store, stored, tree, with_salts=True)
                for stored in notices_of(self.store, case_id)
            ],
        }

    def examine(self, notes: Sequence[str] = ()) -> Audit:
        """Check every entry of the ledger, and every checkpoint issued or given.

        notes: checkpoints that somebody outside holds; without them a database that
        was rolled back whole, with its own record of checkpoints, is not noticed.
        """
        own = [_parsed(each) for each in self.store.ledger.issued()]
        key = self.log_key.public() if notes else None
        given = [open_checkpoint(note, key) for note in notes if key]
        ledger = self.store.ledger
        audited = audit(ledger.entries(), [*own, *given], ledger.subtrees())
        lost = [
            Text(
                "the text {name} beside entry {seq} is gone, and no disposal says so",
                name=name,
                seq=seq,
            )
            for seq, name in ledger.missing_texts()
        ]
        return replace(audited, faults=(*audited.faults, *lost)[:MAX_FAULTS])

    def consistency(self, old_note: str, new_note: str) -> Consistency | FollowedLog:
        """Prove from the ledger that the old checkpoint is within the new one.

        Two of one size with other roots are a fork: then that is given. InputError if
        one is not of this log, or the ledger no longer continues it.
        """
        key = self.log_key.public()
        old, new = open_checkpoint(old_note, key), open_checkpoint(new_note, key)
        told = compared(old, new)
        if told and told.finding is LogFinding.FORK:
            return told
        if old.size > new.size:
            raise InputError(
                Text(
                    "the old checkpoint has {size} entries, the new one {new_size}",
                    size=old.size,
                    new_size=new.size,
                ),
                hint="name the older one first",
            )
        tree = self.store.ledger.tree()
        for checkpoint in (old, new):
            if (
                checkpoint.size > len(tree)
                or tree.root(checkpoint.size) != checkpoint.root
            ):
                raise InputError(
                    Text(
                        "the ledger does not continue the checkpoint of {size} entries",
                        size=checkpoint.size,
                    ),
                    hint="see `notices ledger verify --checkpoint FILE`",
                )
        return Consistency(
            old=old, new=new, proof=tree.consistency_proof(old.size, new.size)
        )


def _refuse_fork(earlier: Issued, tree: Proving) -> None:
    """A log that signs two histories is worth nothing; so it never does."""
    if earlier.size > len(tree) or tree.root(earlier.size) != earlier.root:
        raise InputError(
            Text(
                "the ledger no longer continues its checkpoint of {size} "
                "entries: nothing was signed",
                size=earlier.size,
            ),
            hint="see `notices ledger verify`; restore the database",
        )


def _parsed(issued: Issued) -> Checkpoint:
    return parse_checkpoint(parse_note(issued.note).text)
