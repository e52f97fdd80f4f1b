"""A case as the site's mode has it: in test mode its tests stand for what was sent."""

from dataclasses import dataclass, replace

from notices.casework import Answered, Case, Fact, Requested, Returned
from notices.casework.case import in_order
from notices.delivery import State
from notices.judgment import Rung
from notices.site.test_mode import SiteMode
from notices.store import Store, StoredNotice
from notices.store.casework import StoredCasework

ARRIVED = frozenset({State.SENT, State.DELIVERED})
"""States in which a notice is known to have been sent."""
_OF_SENDING = (Requested, Returned, Answered)
_TELLER = "worker"


@dataclass(frozen=True, kw_only=True)
class CasesAsSent:
    """Reads cases: of a site in test mode with its tests in place of real notices."""

    store: Store
    """The outbox."""
    casework: StoredCasework
    """Facts and cases of the database."""
    mode: SiteMode
    """Real, or a trial whose mail goes to one address of our own."""

    def case(self, case_id: str) -> Case:
        """The case by its facts; InputError if nothing is known of it.

        In test mode no fact tells of what was sent (tests are no facts), and none need
        be on record: what was sent as a test is told as if it were a fact.
        """
        if not self.mode.is_test:
            return self.casework.case(case_id)
        tests = [each for each in self.store.find(case_id) if each.is_test]
        if not tests:
            return _without_sending(self.casework.case(case_id))
        [known] = self.casework.cases_of([case_id]) or [Case(case_id=case_id, facts=())]
        sent = (_as_fact(each) for each in tests if each.state in ARRIVED)
        case = _without_sending(known)
        return replace(case, facts=in_order((*case.facts, *sent)))


def _without_sending(case: Case) -> Case:
    facts = (one for one in case.facts if not isinstance(one.details, _OF_SENDING))
    return replace(case, facts=tuple(facts))


def _as_fact(test: StoredNotice) -> Fact:
    """What would be told of it, were it real."""
    return Fact(
        case_id=test.key.case_id,
        at=test.created_at,
        by=_TELLER,
        details=Requested(
            number=test.number,
            kind=test.key.request_kind,
            rung=Rung(test.key.rung),
            form=test.form,
        ),
    )
