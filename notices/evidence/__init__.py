"""Evidence: what can be shown about one notice, years later."""

from notices.evidence.record import check_record, record

__all__ = ["check_record", "record"]
