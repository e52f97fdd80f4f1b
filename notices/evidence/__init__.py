"""Evidence: what can be shown about one notice, years later."""

from notices.evidence.audit import Audit, audit
from notices.evidence.record import check_record, record

__all__ = ["Audit", "audit", "check_record", "record"]
