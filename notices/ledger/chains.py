"""The chains of the ledger: which events an event names (`docs/formats.md`, 4.3).

An event is linked to the one before of the same notice and of the same case. What is
left out in the middle leaves a link to nothing.
"""

from collections.abc import Mapping
from typing import Final

from notices.ledger.event import EventKind, FactValue

NOTICE: Final = "notice"
CASE: Final = "case"
POLICY: Final = "policy"
PERSON: Final = "person"
OTHER_CHAINS: Final = frozenset({POLICY, PERSON})
"""Chains of what a notice was judged by; it stands in none of them itself."""
APPROVAL: Final = "approval"
"""The section of the policy that a notice goes by."""
_OF_PEOPLE = frozenset({"person_enrolled", "person_revoked", "people_recovered"})
_BY_POLICY = frozenset({"drafted", "approved", "rejected", str(EventKind.QUEUED)})
_BY_PERSON = frozenset(
    {"approved", "rejected", str(EventKind.QUEUED), str(EventKind.ATTEMPTED)}
)


def own_chains(
    kind: str, number: str | None, case_id: str | None, facts: Mapping[str, FactValue]
) -> dict[str, str]:
    """The chains that an event stands in: name to key."""
    own = {}
    if number:
        own[NOTICE] = number
    if case_id:
        own[CASE] = case_id
    if kind == "policy_changed":
        own[POLICY] = str(facts.get("section"))
    if kind in _OF_PEOPLE:
        own[PERSON] = str(facts.get("person"))
    return own


def named_chains(
    kind: str,
    number: str | None,
    case_id: str | None,
    facts: Mapping[str, FactValue],
    own: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The chains whose newest event an event names: its own, and what was in force.

    own: its own chains, where they are known already.
    """
    if own is None:
        own = own_chains(kind, number, case_id, facts)
    named = {}
    if kind in _BY_POLICY:
        named[POLICY] = APPROVAL
    if kind in _BY_PERSON and facts.get("approver"):
        named[PERSON] = str(facts["approver"])
    return {**named, **own}
