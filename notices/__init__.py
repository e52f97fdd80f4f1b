"""Notices: signed takedown requests from a finalised judgment, and their proof.

    >>> from pathlib import Path
    >>> from notices import Site, read_judgment, verify
    >>> text = Path("cases/IHC-2026-004217.json").read_text("utf-8")
    >>> with Site.open("notices.toml") as site:
    ...     notice = site.prepare(read_judgment(text))  # held: nothing is sent yet
    ...     receipt = site.send(notice)  # one attempt now
    >>> notice.state.value, receipt.state.value
    ('held', 'sent')
    >>> mail, root = Path("mail.eml").read_bytes(), Path("root.pem").read_bytes()
    >>> verify(mail, trust=[root]).verdict.value
    'TOTAL-PASSED'

Public, and only ever added to: the names of this package, of `notices.errors`, of
`notices.verifying` and of `notices.casework`; the error codes and exit codes; what
`--json` prints; the keys of `notices.toml` and `recipients.toml`. Never changed: what
was signed, hashed or stored (docs/formats.md). Everything else may move from one
version to the next.

A key is opened when it is needed, and its passphrase is read then; without a good key,
certificate and revocation answer there is no mail, never an unsigned one. Nothing is
sent twice by itself: what may have arrived is `in_doubt` until evidence or an operator
settles it. What goes wrong is a `NoticesError` that says what to do.

A Site belongs to one thread at a time; open one in each thread and process. Its calls
wait for the network; within an event loop use `asend` and `awork` (docs/python.md).

Names load when they are used, so that `import notices` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.codec import read_judgment as read_judgment
    from notices.delivery import Decision as Decision
    from notices.delivery import State as State
    from notices.errors import CertificateNotUsable as CertificateNotUsable
    from notices.errors import ConfigError as ConfigError
    from notices.errors import DeliveryFailed as DeliveryFailed
    from notices.errors import EvidenceBroken as EvidenceBroken
    from notices.errors import Fault as Fault
    from notices.errors import InputError as InputError
    from notices.errors import InvalidJudgment as InvalidJudgment
    from notices.errors import InvalidTemplate as InvalidTemplate
    from notices.errors import KeyUnavailable as KeyUnavailable
    from notices.errors import LaterVersion as LaterVersion
    from notices.errors import LogForked as LogForked
    from notices.errors import NoticesError as NoticesError
    from notices.errors import NotJudgeable as NotJudgeable
    from notices.errors import NotProvable as NotProvable
    from notices.errors import OnHold as OnHold
    from notices.errors import OutboxMoved as OutboxMoved
    from notices.errors import RefusedError as RefusedError
    from notices.errors import RelayUnavailable as RelayUnavailable
    from notices.errors import RevocationUnavailable as RevocationUnavailable
    from notices.errors import SetBack as SetBack
    from notices.errors import StamperNotUsable as StamperNotUsable
    from notices.errors import StoreUnavailable as StoreUnavailable
    from notices.errors import TimestampUnavailable as TimestampUnavailable
    from notices.errors import TokenUnavailable as TokenUnavailable
    from notices.errors import TryLater as TryLater
    from notices.judgment import Judgment as Judgment
    from notices.judgment import Rung as Rung
    from notices.report import Report as Report
    from notices.report import Verdict as Verdict
    from notices.rules import Channel as Channel
    from notices.site import NoticeStatus as NoticeStatus
    from notices.site import PreparedNotice as PreparedNotice
    from notices.site import Receipt as Receipt
    from notices.site import Site as Site
    from notices.site import verify as verify
    from notices.site.documents import CaseRecord as CaseRecord
    from notices.site.documents import ReceiptDocument as ReceiptDocument
    from notices.site.documents import StatusDocument as StatusDocument
    from notices.store import NoticeFilter as NoticeFilter
    from notices.store.casework import CaseFilter as CaseFilter
    from notices.store.casework import CaseSummary as CaseSummary

__version__ = "0.1.0"

_PUBLIC = {
    "CaseRecord": "notices.site.documents",
    "CaseFilter": "notices.store.casework",
    "CaseSummary": "notices.store.casework",
    "CertificateNotUsable": "notices.errors",
    "Channel": "notices.rules",
    "ConfigError": "notices.errors",
    "Decision": "notices.delivery",
    "DeliveryFailed": "notices.errors",
    "EvidenceBroken": "notices.errors",
    "Fault": "notices.errors",
    "InputError": "notices.errors",
    "InvalidJudgment": "notices.errors",
    "InvalidTemplate": "notices.errors",
    "Judgment": "notices.judgment",
    "KeyUnavailable": "notices.errors",
    "LaterVersion": "notices.errors",
    "LogForked": "notices.errors",
    "NotJudgeable": "notices.errors",
    "NotProvable": "notices.errors",
    "NoticeFilter": "notices.store",
    "NoticeStatus": "notices.site",
    "NoticesError": "notices.errors",
    "OnHold": "notices.errors",
    "OutboxMoved": "notices.errors",
    "PreparedNotice": "notices.site",
    "Receipt": "notices.site",
    "ReceiptDocument": "notices.site.documents",
    "RefusedError": "notices.errors",
    "RelayUnavailable": "notices.errors",
    "Report": "notices.report",
    "RevocationUnavailable": "notices.errors",
    "Rung": "notices.judgment",
    "SetBack": "notices.errors",
    "Site": "notices.site",
    "State": "notices.delivery",
    "StatusDocument": "notices.site.documents",
    "StamperNotUsable": "notices.errors",
    "StoreUnavailable": "notices.errors",
    "TimestampUnavailable": "notices.errors",
    "TokenUnavailable": "notices.errors",
    "TryLater": "notices.errors",
    "Verdict": "notices.report",
    "read_judgment": "notices.codec",
    "verify": "notices.site",
}

__all__ = [
    "CaseFilter",
    "CaseRecord",
    "CaseSummary",
    "CertificateNotUsable",
    "Channel",
    "ConfigError",
    "Decision",
    "DeliveryFailed",
    "EvidenceBroken",
    "Fault",
    "InputError",
    "InvalidJudgment",
    "InvalidTemplate",
    "Judgment",
    "KeyUnavailable",
    "LaterVersion",
    "LogForked",
    "NotJudgeable",
    "NotProvable",
    "NoticeFilter",
    "NoticeStatus",
    "NoticesError",
    "OnHold",
    "OutboxMoved",
    "PreparedNotice",
    "Receipt",
    "ReceiptDocument",
    "RefusedError",
    "RelayUnavailable",
    "Report",
    "RevocationUnavailable",
    "Rung",
    "SetBack",
    "Site",
    "StamperNotUsable",
    "State",
    "StatusDocument",
    "StoreUnavailable",
    "TimestampUnavailable",
    "TokenUnavailable",
    "TryLater",
    "Verdict",
    "read_judgment",
    "verify",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value  # found without this function from now on
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
