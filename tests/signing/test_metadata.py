"""What a signed letter says about itself, whatever its names look like.

Read by poppler, python-docx and ElementTree. A name that looks like a URL was once
made an rdf:resource by the library that signs, and the text was gone.
"""

import dataclasses
import io
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pikepdf
import pytest
from pikepdf import pdfa
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper

from notices import verify
from notices.letters import Letter, load_templates, sample_notice, write_letter
from notices.letters.docx import write_docx
from notices.notice import Form
from notices.report import Report
from notices.signing import PdfLevel, TimestampClient, sign_pdf
from notices.signing.keys.signing_key import certificate_der
from tests.programs import require_program
from tests.signing.authority import NOW, Authority

SHA256 = "5" * 64
NAMES = (
    "https://evil.example/",
    "http://x",
    "http://",
    "https://example.jp/?a=1&b=<2>",
    "HTTP://x",
    "ftp://x",
    "x http://",
    " https://example.jp ",
    "urn:sha-256:00",
    "<rdf:li>a</rdf:li>",
    '<x rdf:resource="http://x"/>',
    "<!-- a -->",
    "<!DOCTYPE a>",
    "<![CDATA[a]]>",
    "]]> &amp; &#65;",
    '<?xpacket end="w"?>',
    "D:20260101000000Z",
    "(a) \\ )",
)
DC = "{http://purl.org/dc/elements/1.1/}"


def letter(name: str) -> Letter:
    """A letter from a centre and to a recipient of that name."""
    notice = dataclasses.replace(sample_notice(Form.FORM_1), is_draft=False)
    notice = dataclasses.replace(
        notice,
        center=dataclasses.replace(notice.center, name=name),
        recipient=dataclasses.replace(notice.recipient, name=name),
    )
    return write_letter(notice, templates=load_templates(), notice_json_sha256=SHA256)


def signed(authority: Authority, pdf: bytes, level: PdfLevel) -> bytes:
    return sign_pdf(
        pdf,
        authority.key("p256"),
        signing_time=NOW,
        level=level,
        timestamper=TimestampClient(urls=(authority.tsa_url,)),
        revocation=authority.crls(),
        trust=authority.roots,
        clock=authority.clock,
    )


def stamped(authority: Authority, writer: IncrementalPdfFileWriter) -> bytes:
    """A document time stamp by pyHanko alone."""
    stamper = PdfTimeStamper(HTTPTimeStamper(authority.tsa_url))
    return stamper.timestamp_pdf(writer, "sha256", bytes_reserved=16384).getvalue()


def judged(authority: Authority, pdf: bytes) -> Report:
    trust = list(map(certificate_der, authority.roots))
    return verify(pdf, trust=trust, at=NOW, evidence=authority.crls().crls)


def told(pdf: bytes, folder: Path, *options: str) -> str:
    path = folder / "letter.pdf"
    path.write_bytes(pdf)
    command = [require_program("pdfinfo"), "-enc", "UTF-8", *options, str(path)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def property_of(packet: str, name: str) -> list[str]:
    """The texts of a property, the blanks of its container left out."""
    [element] = ET.fromstring(packet).iter(f"{DC}{name}")  # noqa: S314 - our own
    texts = [part.text for part in element.iter() if not len(part)]
    assert None not in texts, ET.tostring(element)
    return texts


@pytest.mark.parametrize("name", NAMES)
def test_names_stay_text_through_every_signature(
    name: str, authority: Authority, tmp_path: Path
) -> None:
    """XMP and Info of the newest revision, and PDF/A still."""
    pdf = letter(name).pdf
    for level in PdfLevel:
        made = signed(authority, pdf, level)
        packet = told(made, tmp_path, "-meta")
        for field in ("description", "publisher", "creator"):
            assert property_of(packet, field) == [name], level
        author = [
            line.removeprefix("Author:").lstrip()
            for line in told(made, tmp_path).splitlines()
            if line.startswith("Author:")
        ]
        assert author == [name.lstrip()], level
        report = pdfa.validate_written(io.BytesIO(made), "2b")
        faults = [one for one in report.findings if one.kind != "unsupported"]
        assert not faults, level


def test_signing_leaves_the_packet_and_its_clock_alone(authority: Authority) -> None:
    """As the writer made it, by the octet: no clock of this machine gets in."""
    pdf = letter("http://x").pdf
    for level in PdfLevel:
        octets = []
        for data in (pdf, signed(authority, pdf, level)):
            with pikepdf.open(io.BytesIO(data)) as opened:
                info = {key: str(value) for key, value in opened.docinfo.items()}
                octets.append((opened.Root.Metadata.read_raw_bytes(), info))
        assert octets[0] == octets[1], level


@pytest.mark.parametrize("name", ["見本掲示板", "https://evil.example/"])
def test_a_later_time_stamp_by_another_program_is_no_change(
    name: str, authority: Authority
) -> None:
    """pyHanko writes the packet anew: attributes for elements, a resource for text."""
    pdf = signed(authority, letter(name).pdf, PdfLevel.B_LT)
    later = stamped(authority, IncrementalPdfFileWriter(io.BytesIO(pdf)))
    with pikepdf.open(io.BytesIO(later)) as opened:
        assert b"pyHanko" in opened.Root.Metadata.read_raw_bytes()
    report = judged(authority, later)
    assert report.verdict == "TOTAL-PASSED", report.findings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b">http://x</rdf:li>", b">http://y</rdf:li>"),
        (b">http://x</rdf:li>", b' rdf:resource="http://y"/>'),
        (b">http://x</rdf:li>", b' rdf:resource="http://y">http://x</rdf:li>'),
        (b">http://x</rdf:li>", b"/>"),
        (b">form1</rdf:li>", b' xml:lang="ja">form1</rdf:li>'),
        (b'rdf:about=""', b'rdf:about="" xmlns:a="urn:a" a:b="c"'),
        (b'rdf:about=""', b'rdf:about="http://x"'),
        (b">2</pdfaid:part>", b">3</pdfaid:part>"),
    ],
)
def test_another_account_under_a_later_time_stamp_is_a_change(
    old: bytes, new: bytes, authority: Authority
) -> None:
    """Whatever is allowed to be spelt otherwise, other words are not."""
    pdf = signed(authority, letter("http://x").pdf, PdfLevel.B_LT)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    packet = writer.root["/Metadata"].data
    assert old in packet
    writer._update_meta = lambda: None  # it would put the old account back
    stream = generic.StreamObject(stream_data=packet.replace(old, new))
    writer.root["/Metadata"] = writer.add_object(stream)
    writer.update_root()
    report = judged(authority, stamped(authority, writer))
    [finding] = [one for one in report.findings if one.status == "failed"]
    assert (finding.id, finding.detail) == (
        "P03",
        "the metadata were changed after signing",
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_title_stays_text_in_the_core_properties(name: str) -> None:
    package = write_docx(letter("見本").model, name)
    assert docx.Document(io.BytesIO(package)).core_properties.title == name
