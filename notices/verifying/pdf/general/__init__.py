"""Letters that our own writers would not leave so: read by pyHanko.

Names load when they are used (PEP 562): nine letters of ten need none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.verifying.pdf.general.incremental_updates import as_signed as as_signed
    from notices.verifying.pdf.general.incremental_updates import check as check
    from notices.verifying.pdf.general.incremental_updates import metadata as metadata
    from notices.verifying.pdf.general.reading import only_signature as only_signature
    from notices.verifying.pdf.general.reading import open_strictly as open_strictly
    from notices.verifying.pdf.general.reading import security_store as security_store
    from notices.verifying.pdf.general.reading import signed_range as signed_range

_ROOM = {
    "as_signed": "incremental_updates",
    "check": "incremental_updates",
    "metadata": "incremental_updates",
    "only_signature": "reading",
    "open_strictly": "reading",
    "security_store": "reading",
    "signed_range": "reading",
}

__all__ = [
    "as_signed",
    "check",
    "metadata",
    "only_signature",
    "open_strictly",
    "security_store",
    "signed_range",
]


def __getattr__(name: str) -> object:
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
