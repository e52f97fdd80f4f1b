"""Changes of templates that one person proposes and another decides on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from notices.errors import InputError, RefusedError
from notices.messages import Text
from notices.store.database.console_tables import template_proposals
from notices.store.database.engine import reading, writing
from notices.store.database.postgres import PEOPLE, lock

ACCEPTED, REJECTED, WITHDRAWN = "accepted", "rejected", "withdrawn"
MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateProposal:
    """A new text of one template."""

    proposal_id: str
    """Of this proposal."""
    file: str
    """Such as `form1/letter.ja.j2`."""
    before_sha256: str
    """Of the octets that it changes."""
    content: str
    """The new text."""
    reason: str
    """Why."""
    proposed_at: datetime
    """When."""
    proposed_by: str
    """Short id of who changed it."""
    decided_at: datetime | None = None
    """When somebody decided; None: nobody has."""
    decided_by: str = ""
    """Short id of who did."""
    decision: str = ""
    """`accepted`, `rejected`, `withdrawn`; empty: it is open."""


class StoredProposals:
    """The proposals of one database; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        *,
        file: str,
        before_sha256: str,
        content: str,
        reason: str,
        by: str,
        now: datetime,
    ) -> TemplateProposal:
        """Keep a new one; RefusedError while another one of the file is open."""
        made = TemplateProposal(
            proposal_id=token_hex(8),
            file=file,
            before_sha256=before_sha256,
            content=content,
            reason=reason,
            proposed_at=now,
            proposed_by=by,
        )
        open_one = select(template_proposals).where(
            template_proposals.c.file == file,
            template_proposals.c.decided_at.is_(None),
        )
        with writing(self._engine) as connection:
            lock(connection, PEOPLE)
            if found := connection.execute(open_one.limit(1)).one_or_none():
                raise RefusedError(
                    Text(
                        "{file}: a change of {who} waits for somebody else already",
                        file=file,
                        who=found.proposed_by,
                    ),
                    hint="let it be decided first, or withdrawn",
                )
            values = {
                "proposal_id": made.proposal_id,
                "file": file,
                "before_sha256": before_sha256,
                "content": content,
                "reason": reason,
                "proposed_at": now,
                "proposed_by": by,
                "decision": "",
            }
            connection.execute(insert(template_proposals).values(**values))
        return made

    def get(self, proposal_id: str) -> TemplateProposal:
        """Give a proposal; InputError if there is none of that id."""
        query = select(template_proposals).where(
            template_proposals.c.proposal_id == proposal_id
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise InputError(Text("there is no proposal {id}", id=proposal_id[:40]))
        return _proposal(row)

    def newest(self) -> tuple[TemplateProposal, ...]:
        """The newest proposals: those that are open first."""
        is_decided = template_proposals.c.decided_at.is_not(None)
        query = (
            select(template_proposals)
            .order_by(is_decided, template_proposals.c.proposed_at.desc())
            .limit(MOST_LISTED)
        )
        with reading(self._engine) as connection:
            return tuple(map(_proposal, connection.execute(query)))

    def decide(
        self,
        proposal_id: str,
        decision: str,
        *,
        by: str,
        now: datetime,
        first: Callable[[], None] = lambda: None,
    ) -> None:
        """Write a decision down; RefusedError where there is one already.

        first: done within the transaction; what it raises leaves the proposal open.
        """
        ended = (
            update(template_proposals)
            .where(
                template_proposals.c.proposal_id == proposal_id,
                template_proposals.c.decided_at.is_(None),
            )
            .values(decision=decision, decided_by=by, decided_at=now)
        )
        with writing(self._engine) as connection:
            lock(connection, PEOPLE)
            if not connection.execute(ended).rowcount:
                raise RefusedError(
                    "somebody has decided on this change before",
                    hint="look at the page again",
                )
            first()


def _proposal(row: Row[Any]) -> TemplateProposal:
    return TemplateProposal(
        proposal_id=row.proposal_id,
        file=row.file,
        before_sha256=row.before_sha256,
        content=row.content,
        reason=row.reason,
        proposed_at=row.proposed_at,
        proposed_by=row.proposed_by,
        decided_at=row.decided_at,
        decided_by=row.decided_by or "",
        decision=row.decision,
    )
