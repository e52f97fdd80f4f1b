"""The report to be saved: what it is made of goes with the page, nothing is kept here.

The visitor's browser brings it back; a seal with a key that lives as long as this
process tells that it is ours, so nobody has a report made of words of his own.
"""

import base64
import hmac
import json
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from notices.evidence.report_pdf import write_report
from notices.report import Report
from notices.service.verify_page.problems import Problem
from notices.service.verify_page.words import teller
from notices.verifying.process.report_json import dump_report, load_report

FIELD = "report"
"""Name of the form's field."""
_TAG = sha256().digest_size


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReport:
    """What a report tells of."""

    at: datetime
    """The clock that was judged by."""
    reports: tuple[tuple[str, Report], ...]
    """Name of the file, and its outcome."""


class ReportSeal:
    """Seals what goes out, and opens what comes back."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def sealed(self, saved: SavedReport) -> str:
        """As a field of a form, in letters that need no escape."""
        files = [[name, dump_report(one).decode()] for name, one in saved.reports]
        document = json.dumps({"at": saved.at.isoformat(), "files": files})
        octets = zlib.compress(document.encode())
        return base64.urlsafe_b64encode(self._tag(octets) + octets).decode()

    def opened(self, text: str) -> SavedReport:
        """What was sealed. Problem if it was not, or by an earlier process."""
        try:
            octets = base64.b64decode(text, altchars=b"-_", validate=True)
        except ValueError:
            raise Problem("bad_form") from None
        tag, octets = octets[:_TAG], octets[_TAG:]
        if not hmac.compare_digest(tag, self._tag(octets)):
            raise Problem("old_report")
        document = json.loads(zlib.decompress(octets))
        return SavedReport(
            at=datetime.fromisoformat(document["at"]),
            reports=tuple(
                (name, load_report(one.encode())) for name, one in document["files"]
            ),
        )

    def _tag(self, octets: bytes) -> bytes:
        return hmac.digest(self._key, octets, "sha256")


def report_pdf(saved: SavedReport, language: str) -> bytes:
    """PDF/A for the files, in `ja` or `en`."""
    return write_report(
        saved.reports, at=saved.at, language=language, tell=teller(language)
    )
