"""Milliseconds of a signature: raw private-key operation, mail and PDF, ours and others.

    python bench/signing.py [ROUNDS]

Rounds are interleaved, so that a slow moment hits all alike; the median counts.
The mail's signed part has 54 KB, the PDF 56 KB. Others are measured where they are
installed: the openssl command as a process, pyHanko's SimpleSigner.
"""

import asyncio
import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from notices.mail import Attachment, Headers, entity
from notices.signing import sign_entity, sign_pdf
from notices.signing.keys.signing_key import signing_key

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
Work = Callable[[], object]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def make_pdf(lines: int) -> bytes:
    """A PDF with that many lines, about 48 octets each."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=A4, invariant=1, pageCompression=0)
    for line in range(lines):
        canvas.drawString(50, 800 - line % 75 * 10, f"A line of a letter {line}")
        if line % 75 == 74:
            canvas.showPage()
    canvas.save()
    return output.getvalue()


def make_certificate(
    key: PrivateKey, issuer: PrivateKey, name: str
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=365))
        .sign(issuer, hashes.SHA256())
    )


def works(private: PrivateKey, folder: Path) -> dict[str, Work]:
    """What is measured, by name."""
    issuer = ec.generate_private_key(ec.SECP256R1())
    leaf = make_certificate(private, issuer, "signer")
    intermediate = make_certificate(issuer, issuer, "intermediate")
    key = signing_key(private, leaf, [])
    pdf = make_pdf(825)
    part = entity(
        Headers(
            from_name="",
            from_mailbox="a@hotline.example",
            to_name="",
            to_mailbox="b@board.example",
            subject="x",
            date=NOW,
            message_id="<1@hotline.example>",
        ),
        "text",
        [
            Attachment(
                file_name="a.pdf", media_type="application/pdf", content=pdf[:39_000]
            )
        ],
        boundary="0123456789abcdef",
    )
    print(f"  signed part {len(part) / 1000:.1f} KB, PDF {len(pdf) / 1000:.1f} KB")
    found: dict[str, Work] = {
        "raw private-key operation": lambda: key.operation.sign(b"x" * 200),
        "mail, ours": lambda: sign_entity(part, key, signing_time=NOW),
        "PDF, ours": lambda: sign_pdf(pdf, key, signing_time=NOW),
    }
    found |= pyhanko_works(private, leaf, intermediate, part, pdf)
    if shutil.which("openssl"):
        found["mail, openssl cms (process)"] = openssl_work(private, leaf, part, folder)
    return found


def pyhanko_works(
    private: PrivateKey,
    leaf: x509.Certificate,
    intermediate: x509.Certificate,
    part: bytes,
    pdf: bytes,
) -> dict[str, Work]:
    encoded = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register(asn1_x509.Certificate.load(intermediate.public_bytes(Encoding.DER)))
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(leaf.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(encoded),
        cert_registry=store,
    )
    metadata = PdfSignatureMetadata(
        field_name="Signature", subfilter=SigSeedSubFilter.PADES, certify=True
    )

    def mail() -> object:
        work = signer.async_sign_general_data(
            part, "sha256", detached=True, use_cades=True
        )
        return asyncio.run(work)

    def document() -> object:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        return signers.sign_pdf(writer, metadata, signer=signer)

    return {
        "mail, pyHanko SimpleSigner": mail,
        "PDF, pyHanko SimpleSigner": document,
    }


def openssl_work(
    private: PrivateKey, leaf: x509.Certificate, part: bytes, folder: Path
) -> Work:
    (folder / "cert.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    words = ["openssl", "cms", "-sign", "-cades", "-binary", "-outform", "DER"]
    words += ["-md", "sha256", "-signer", "cert.pem", "-inkey", "key.pem"]
    return lambda: subprocess.run(
        words, input=part, cwd=folder, check=True, capture_output=True
    )


def measure(found: dict[str, Work], rounds: int) -> dict[str, float]:
    """Median milliseconds of each."""
    times: dict[str, list[float]] = {name: [] for name in found}
    for work in found.values():
        work()
    for _ in range(rounds):
        for name, work in found.items():
            start = time.perf_counter()
            work()
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in times.items()}


def main(rounds: int) -> None:
    kinds: dict[str, PrivateKey] = {
        "RSA-3072": rsa.generate_private_key(65537, 3072),
        "P-256": ec.generate_private_key(ec.SECP256R1()),
    }
    for kind, private in kinds.items():
        print(kind)
        with tempfile.TemporaryDirectory() as folder:
            medians = measure(works(private, Path(folder)), rounds)
        raw = medians["raw private-key operation"]
        for name, value in medians.items():
            print(f"  {name:<30} {value:8.2f} ms {value / raw:7.1f} x raw")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
