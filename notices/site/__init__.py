"""The site: opens a `notices.toml` and wires the rooms.

The only place that knows all rooms, and with the command line the only one that
reads the clock.

Site              an open site; what case systems call
PreparedNotice    what `Site.prepare` gives
Receipt           what `Site.send` gives
NoticeStatus      what `Site.status` gives
verify            judge a mail, PDF or bundle, offline and without a site
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from notices.arguments import require_types
from notices.report import CLOCK_TOLERANCE, REVOCATION_AGE, Report
from notices.site.receipts import NoticeStatus, PreparedNotice, Receipt
from notices.site.site import Site, read_clock

__all__ = ["NoticeStatus", "PreparedNotice", "Receipt", "Site", "verify"]


def verify(
    data: bytes,
    *,
    trust: Sequence[bytes],
    at: datetime | None = None,
    signers: Sequence[str] = (),
    evidence: Sequence[bytes] = (),
    log_keys: Sequence[str] = (),
    clock_tolerance: timedelta = CLOCK_TOLERANCE,
    trust_tsa: Sequence[bytes] = (),
    revocation_age: timedelta = REVOCATION_AGE,
    approval_origins: Sequence[str] = (),
) -> Report:
    """Judge a mail, PDF or evidence bundle with these roots (PEM or DER), offline.

    at: the clock to judge by; None: now. log_keys: ledgers' public keys that a
    bundle must lead to. clock_tolerance: how far other clocks may differ, such as a
    time-stamp authority's, ten minutes at most. trust_tsa: roots of time-stamp
    authorities; empty: those of `trust`. revocation_age: how much older than the
    proven time a list or OCSP answer may be. approval_origins: addresses of consoles
    on which passkeys approve; empty: any. Parsing happens in a process with limits.
    NotJudgeable for what is none of these; a bad signature is a report.

    >>> from pathlib import Path
    >>> from notices import verify
    >>> report = verify(
    ...     Path("mail.eml").read_bytes(), trust=[Path("root.pem").read_bytes()]
    ... )
    >>> report.verdict.value, report.notice.case_id
    ('TOTAL-PASSED', 'IHC-2026-004217')
    """
    require_types({"data": (data, bytes), "trust": (trust, (list, tuple))})
    require_types({f"trust[{n}]": (root, bytes) for n, root in enumerate(trust)})
    from notices.verifying import verify_isolated  # noqa: PLC0415 - as it is needed

    return verify_isolated(
        data,
        trust=trust,
        at=at or read_clock(),
        signers=signers,
        evidence=evidence,
        log_keys=log_keys,
        clock_tolerance=clock_tolerance,
        trust_tsa=trust_tsa,
        revocation_age=revocation_age,
        approval_origins=approval_origins,
    )
