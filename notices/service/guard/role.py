"""Whether a person may do something, by the roles that the ledger gives him."""

from collections.abc import Collection
from enum import StrEnum

from notices.approval import EnrolledPerson, Role

EVERYBODY = frozenset(Role)
"""Who is enrolled may look."""
ACTING = frozenset({Role.OPERATOR, Role.CHECKER, Role.ADMINISTRATOR})
"""Whoever may stop everything, and let it go on."""
PREPARING = frozenset({Role.OPERATOR, Role.ASSESSOR})
"""Whoever may make a draft of a judgment, and ask that it goes out."""
EDITING = ACTING | PREPARING
"""Whoever may propose a change of a template."""
ACCEPTING = frozenset({Role.CHECKER, Role.ADMINISTRATOR})
"""Whoever may accept one, or reject it; never his own."""

LOOKING = ACTING | {Role.ASSESSOR}
"""Whoever may put on record what was seen, or what somebody answered."""


class RoleRefused(StrEnum):
    """Why a person may not."""

    REVOKED = "person-revoked"
    """He is not enrolled, or no more, or with another key by now."""
    ROLE = "role-missing"
    """It is for others."""


def role_refusal(
    person: EnrolledPerson | None, key_sha256: str, wanted: Collection[Role]
) -> RoleRefused | None:
    """Judge a person as the ledger has him now; None: he may.

    key_sha256: of the key that he logged in with.
    """
    if person is None or not person.holds or person.key_sha256 != key_sha256:
        return RoleRefused.REVOKED
    return None if person.roles & frozenset(wanted) else RoleRefused.ROLE
