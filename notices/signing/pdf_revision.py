"""One revision more of a PDF: with room for a signature, and a DSS.

ISO 32000-2, 7.5.6 and 12.8.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from cryptography.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.validation.dss import DocumentSecurityStore

from notices.asn1_values import AnswerAsRead, CertificateAsRead, ListAsRead
from notices.errors import InputError
from notices.signing.keys.signing_key import certificate_der
from notices.signing.pdf_tags import tag_field
from notices.signing.revocation.status import RevocationAnswers

FIELD, TIMESTAMP_FIELD = "Signature", "Timestamp"
"""Names of the two signature fields."""
_TOOLTIPS = {
    FIELD: "電子署名（Digital signature）",
    TIMESTAMP_FIELD: "文書タイムスタンプ（Document time stamp）",
}
"""What assistive technology reads of a field (ISO 14289-1, 7.18.4)."""


def embed(
    writer: IncrementalPdfFileWriter,
    field: str,
    setup: SigObjSetup,
    make: Callable[[bytes], bytes],
    digest: str = "sha256",
) -> bytes:
    """Write the revision with room for what `make` returns for its digest."""
    spec = SigFieldSpec(field, readable_field_name=_TOOLTIPS[field])
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(field, writer)
    placed: Any = next(steps)
    if field == FIELD:  # a tag for a time stamp would change what was signed
        tag_field(writer, placed)
    steps.send(setup)
    # the generator's type says what any of its steps may give
    laid_out: Any = steps.send(SigIOSetup(md_algorithm=digest))
    prepared, output = laid_out
    steps.send(make(prepared.document_digest))
    content: bytes = output.getvalue()
    return content


class _Revision(IncrementalPdfFileWriter):
    """A revision that leaves XMP and Info as the letter's writer made them.

    pyHanko writes both anew, with this machine's clock, and makes every text that
    begins with http:// or https:// an rdf:resource: a recipient's name was gone.
    """

    def _update_meta(self) -> None:
        """Nothing: a signature is no change of what the letter says."""


def open_revision(pdf: bytes) -> IncrementalPdfFileWriter:
    """A revision to be written after a PDF; InputError if it is encrypted."""
    writer = _Revision(BytesIO(pdf))
    if writer.security_handler is not None:
        raise InputError("the PDF is encrypted", hint="letters are not encrypted")
    return writer


def add_dss(
    writer: IncrementalPdfFileWriter,
    answers: RevocationAnswers,
    certificates: Iterable[Certificate],
) -> None:
    """Put certificates and revocation answers into the DSS (12.8.4.3)."""
    encoded = dict.fromkeys(map(certificate_der, certificates))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[CertificateAsRead.load(one) for one in encoded],
        crls=[ListAsRead.load(one) for one in answers.crls],
        ocsps=[AnswerAsRead.load(one) for one in answers.ocsp],
    )
