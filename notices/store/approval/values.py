"""What the store gives of drafts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDraft:
    """What was written of a notice before anybody signed it."""

    number: str
    """整理番号."""
    draft: str
    """What may be approved: canonical JSON (docs/formats.md, 5.1)."""
    sha256: str
    """Hash of the draft."""
    mail: str
    """What the mail says besides its documents, as JSON."""
    grounds: str
    """Hashes of what it was made of, as JSON."""
    drafted_at: datetime
    """When."""
    send_asked_at: datetime | None
    """When somebody asked to send it; None: nobody did."""
