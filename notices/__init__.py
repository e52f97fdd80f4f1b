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

Public, and only ever added to: the names of this package, of `notices.errors` and of
`notices.verifying`; the error codes and exit codes; what `--json` prints; the keys of
`notices.toml` and `recipients.toml`. Never changed: what was signed, hashed or stored
(docs/formats.md). Everything else may move from one version to the next.

A key is opened when it is needed, and its passphrase is read then; without a good key,
certificate and revocation answer there is no mail, never an unsigned one. Nothing is
sent twice by itself: what may have arrived is `in_doubt` until evidence or an operator
settles it. What goes wrong is a `NoticesError` that says what to do.

Names load when they are used, so that `import notices` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.codec import read_judgment as read_judgment
    from notices.errors import NoticesError as NoticesError
    from notices.judgment import Judgment as Judgment
    from notices.report import Report as Report
    from notices.site import PreparedNotice as PreparedNotice
    from notices.site import Receipt as Receipt
    from notices.site import Site as Site
    from notices.site import verify as verify

__version__ = "0.1.0"

_PUBLIC = {
    "Judgment": "notices.judgment",
    "NoticesError": "notices.errors",
    "PreparedNotice": "notices.site",
    "Receipt": "notices.site",
    "Report": "notices.report",
    "Site": "notices.site",
    "read_judgment": "notices.codec",
    "verify": "notices.site",
}

__all__ = [
    "Judgment",
    "NoticesError",
    "PreparedNotice",
    "Receipt",
    "Report",
    "Site",
    "read_judgment",
    "verify",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
