"""Copies of our mails in an archive: what their signed part says, and whose it is.

Anybody may write to an archive mailbox, and From, Subject and Message-ID outside of
the signature are anybody's words. So only what is signed counts, and only by our own
keys: those of the key ring and those that notices here were signed with, past ones
too. Whether a certificate has ended or was revoked since is not the question.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING, Any

from notices import verifying
from notices.codec.notice_shape import MAX_NOTICE_JSON
from notices.errors import EvidenceBroken, InputError, NoticesError, NotJudgeable
from notices.mail import MalformedMessage, decode_address, split
from notices.report import CheckStatus
from notices.site.test_mode import SiteMode
from notices.store import MESSAGE, Store

if TYPE_CHECKING:
    from notices.site.signer.desk import SignerDesk

LARGEST = 16 << 20
"""Octets of a copy; ours have a few hundred thousand."""
_PROVING = frozenset({"M01", "M04", "M05", "M06", "M07", "M08", "M09", "M15", "M16"})
"""Shape, signature, signer and notice.json; not the outer fields, not the time."""
_JSON = "notice.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What the signed part of a mail says; nothing is verified yet."""

    number: str
    """整理番号, of `notice.json`."""
    message_id: str
    """Of the signed part."""
    sha256: str
    """Of the signed part, lower-case hexadecimal."""
    document: Mapping[str, Any]
    """`notice.json`."""
    octets: bytes
    """The whole mail with CRLF."""

    @property
    def is_test(self) -> bool:
        """True: made in test mode; nothing was asked of anybody."""
        return bool(self.document.get("test"))


def read_copy(octets: bytes, mailbox: str) -> Copy | None:
    """Read a mail of the one shape; None if its signed part is no notice of `mailbox`.

    A mail in a mail is none: whoever got ours may pass it on.
    """
    if len(octets) > LARGEST:
        return None
    try:
        parts = split(octets)
        _, sender = decode_address(parts.protected("From") or "")
    except (MalformedMessage, InputError):
        return None
    found = [leaf.content for leaf in parts.parts if leaf.file_name == _JSON]
    document = _document(found[0]) if len(found) == 1 else {}
    number = document.get("number")
    if sender != mailbox or not isinstance(number, str):
        return None
    return Copy(
        number=number,
        message_id=parts.protected("Message-ID") or "",
        sha256=sha256(parts.entity).hexdigest(),
        document=document,
        octets=octets,
    )


class Judge(AbstractContextManager["Judge"]):
    """Tells whose copies are; keeps one process for verifying, once it is needed.

    must_open: KeyUnavailable where a key of the ring does not open; else such a key is
    passed over, and its copies are not recognised unless a notice here has its
    certificate.
    """

    def __init__(
        self,
        store: Store,
        desk: SignerDesk,
        mode: SiteMode,
        clock: Callable[[], datetime],
        *,
        must_open: bool = False,
    ) -> None:
        self._store = store
        self._desk = desk
        self._mode = mode
        self._clock = clock
        self._must_open = must_open
        self._verifier = verifying.IsolatedVerifier()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._verifier.close()

    def is_known(self, copy: Copy) -> bool:
        """Tell whether this notice is here, or its number used up as lost."""
        return self._store.queries.knows(copy.message_id, (copy.number,))

    def is_as_stored(self, copy: Copy) -> bool:
        """Tell whether it is, below its trace, byte for byte what was signed here."""
        try:
            return copy.octets.endswith(self._store.artifact(copy.number, MESSAGE))
        except (InputError, EvidenceBroken):
            return False

    def is_ours(self, copy: Copy) -> bool:
        """Tell whether one of our own keys signed it."""
        if not self._certificates:
            return False  # the verifier would take nobody named for anybody
        try:
            report = self._verifier.verify(
                copy.octets,
                trust=self._desk.authorities.trust_files,
                trust_tsa=self._desk.authorities.trust_tsa_files,
                at=self._clock(),
                signers=self._certificates,
            )
        except NotJudgeable:
            return False
        passed = {
            finding.id
            for finding in report.findings
            if finding.status is CheckStatus.PASSED
        }
        return passed >= _PROVING

    def puts_on_hold(self, copy: Copy) -> bool:
        """Tell whether an unknown copy shows that the database is older than it was.

        A test asked nothing of anybody, and counts in test mode only, for its number;
        what `reconcile` has dealt with is done.
        """
        if copy.is_test and not self._mode.is_test:
            return False
        return not self.is_dismissed(copy) and self.is_ours(copy)

    def is_dismissed(self, copy: Copy) -> bool:
        """Tell whether `reconcile` has dealt with what is signed in it."""
        return copy.sha256 in self._dismissed

    @cached_property
    def _dismissed(self) -> frozenset[str]:
        return self._store.queries.dismissed()

    @cached_property
    def _certificates(self) -> tuple[str, ...]:
        certificates = set(self._store.queries.signers())
        for slot in self._desk.ring.slots:
            try:
                certificates.add(slot.certificate_sha256)
            except NoticesError:
                if self._must_open:
                    raise
        return tuple(sorted(certificates))


def _document(content: bytes) -> Mapping[str, Any]:
    if len(content) > MAX_NOTICE_JSON:
        return {}
    try:
        document: Any = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
