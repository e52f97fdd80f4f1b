"""A PDF letter, and what can be read from it: each part when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pikepdf

from notices.verifying import content
from notices.verifying.checks import readable
from notices.verifying.cms import timestamp
from notices.verifying.cms.path import material_of
from notices.verifying.pdf import fast_pdf, general, object_sizes, signed_range
from notices.verifying.pdf.active_content import Opened
from notices.verifying.pdf.shown.letter import ShownLetter, read_shown
from notices.verifying.signed_content import SignedContent

if TYPE_CHECKING:
    from datetime import datetime

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import EmbeddedPdfSignature

    from notices.verifying.content import Xmp
    from notices.verifying.pdf.fast_pdf import FastLetter
    from notices.verifying.pdf.signed_range import SignedRange
    from notices.verifying.policy import Policy
    from notices.verifying.revocation.answers import Revocation

_READ = frozenset(("opened", "fast", "covered", "reader", "embedded", "store", "shown"))
"""What depends on the octets of the file alone."""


class Document:
    """A PDF and what can be read from it."""

    def __init__(
        self,
        data: bytes,
        policy: Policy,
        *,
        before: datetime | None = None,
        mailbox: str = "",
    ) -> None:
        """`before` and `mailbox` come from the mail that the PDF was in, if any."""
        self.data = data
        self.policy = policy
        self.before = before
        self.mailbox = mailbox

    def judged_with(
        self, policy: Policy, *, before: datetime | None, mailbox: str
    ) -> Document:
        """The same file under another policy; what was read of it is kept."""
        made = Document(self.data, policy, before=before, mailbox=mailbox)
        vars(made).update(
            (name, value) for name, value in vars(self).items() if name in _READ
        )
        return made

    @cached_property
    def opened(self) -> Opened:
        """Every object, as qpdf reads them."""
        return Opened(self.data)

    @cached_property
    def fast(self) -> FastLetter | None:
        """What is read in a file of the usual kind; None for any other."""
        is_large = len(self.data) > signed_range.MAX_SIZE
        if is_large or object_sizes.is_too_long(self.data):
            return None
        try:
            return fast_pdf.read(self.data, self.opened)
        except pikepdf.PdfError:
            return None

    @cached_property
    def covered(self) -> SignedRange:
        """What the signature covers."""
        if self.fast:
            return signed_range.cut(self.data, self.fast.byte_range, self.fast.contents)
        return general.signed_range(self.data, self.embedded)

    @cached_property
    def reader(self) -> PdfFileReader:
        """The strict reader of any other file."""
        return general.open_strictly(self.data)

    @cached_property
    def embedded(self) -> EmbeddedPdfSignature:
        """The one signature."""
        return general.only_signature(self.reader)

    @cached_property
    def store(self) -> Revocation:
        """Revocation answers in the document security store."""
        if self.fast:
            return signed_range.read_answers(self.fast.crls, self.fast.ocsps)
        return general.security_store(self.reader)

    @cached_property
    def archived(self) -> datetime | None:
        """The oldest time that the document time stamps prove; None without any.

        The newest is judged at the given clock, each older one at the time that the
        next newer proves (EN 319 102-1, 5.6.3).
        """
        stamps = [] if self.fast else self.reader.embedded_signatures[1:]
        moment: datetime | None = None
        for one in reversed(stamps):
            covered = general.signed_range(self.data, one)
            general.check(self.reader, one, self.data)
            moment = timestamp.prove(
                timestamp.read_token(covered.der),
                covered.content,
                material_of(self.policy, revocation=self.store),
                moment or self.policy.at,
            )
        return moment

    @property
    def signed(self) -> SignedContent:
        """The signed bytes and their signature."""
        return self._signed

    @cached_property
    def _signed(self) -> SignedContent:
        return SignedContent(
            der=self.covered.der,
            content=self.covered.content,
            policy=self.policy,
            revocation=self.store,
            before=self._proven_before,
        )

    @property
    def _proven_before(self) -> datetime | None:
        known = (self.before, readable(lambda: self.archived))
        return min((one for one in known if one is not None), default=None)

    @cached_property
    def shown(self) -> ShownLetter:
        """What the pages show, glyph by glyph."""
        return read_shown(self.opened.pdf)

    @cached_property
    def xmp(self) -> Xmp:
        """The letter's account of itself."""
        if self.fast:
            _ = self.covered  # or it is refused: no revision is signed
            return content.read_xmp(self.fast.packet)
        signed_revision = general.as_signed(self.data, self.embedded)
        return content.read_xmp(general.metadata(signed_revision))
