"""What `[approval]` leads to: the rule by which the door judges."""

from collections.abc import Callable, Sequence

from notices.config import Config
from notices.rules import Calendar
from notices.site import configured
from notices.site.acting import system_user
from notices.site.approval.grounds import GroundSources
from notices.store import ApprovalRule, StoredNotice
from notices.store.database.readable import stored_object


def rule_of(
    config: Config, grounds: GroundSources, calendar: Callable[[], Calendar]
) -> ApprovalRule:
    """The rule of a site."""

    def changed(stored: StoredNotice, before: str) -> Sequence[str]:
        return grounds.changed(
            stored.key.case_id, stored_object(before, "drafts.grounds")
        )

    section = config.approval
    return ApprovalRule(
        required=section.required,
        valid_business_days=section.valid_business_days,
        rp_id=section.rp_id,
        origin=section.origin,
        log=configured.log_origin(config),
        by=system_user(),
        tolerance=config.signing.clock_tolerance,
        calendar=calendar,
        changed=changed,
    )
