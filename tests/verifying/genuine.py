"""A genuine mail and letter, built by hand so that every step can be abused."""

import base64
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

import pikepdf
from asn1crypto import algos, cms, core, keys, tsp
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from notices import mail
from notices.letters.model import Doc, Para, Part, Passage, Span, Style
from notices.letters.pdf.archival import Metadata, finish
from notices.letters.pdf.drawing import draw
from notices.letters.pdf.faces import faces
from notices.letters.template.dates import japanese_date
from tests.verifying.pki import FROM, SIGNED_AT, Party, World

TO = "abuse@board.example"
NUMBER = "2026-000123"
CASE = "CASE-2026-0042"
RECIPIENT = "例示掲示板 管理者"
URLS = ("https://board.example/thread/1?res=5", "https://board.example/thread/2")
BOUNDARY = "=_outer_boundary_0001"
INNER = "=_inner_boundary_0001"
TEXT = "送信防止措置依頼書\n整理番号 {number}\n{urls}\n"


def load(party: Party) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(party.der)


def notice_json(**changes: Any) -> bytes:
    """As version 1 has it; the letter of these tests shows no more than its head."""
    document = {
        "schema": "urn:notices:notice:1",
        "number": NUMBER,
        "case_id": CASE,
        "date": "2026-06-15",
        "form": "form1",
        "language": "ja",
        "ordinal": 1,
        "center": {"name": RECIPIENT, "name_en": "Hotline", "mailbox": NUMBER},
        "recipient": {
            "name": RECIPIENT,
            "mailbox": TO,
            "rung": "board_administrator",
        },
        "facility": "bulletin_board",
        "managed": "電子掲示板",
        "category": {
            "slug": "x",
            "name": "x",
            "name_en": "x",
            "group": "x",
            "group_name": "x",
        },
        "statutes": [],
        "found_on": "2026-06-14",
        "urls": list(URLS),
        "locator": {},
        "ip_addresses": [],
        "content": RECIPIENT,
        "reason": RECIPIENT,
        "requested_action": RECIPIENT,
    }
    return json.dumps(document | changes, ensure_ascii=False).encode()


def xmp(notice: bytes, **changes: str) -> bytes:
    said = {
        "identifier": NUMBER,
        "source": "urn:sha-256:" + hashlib.sha256(notice).hexdigest(),
        "date": "2026-06-15",
        "relation": CASE,
        "type": "form1",
        "description": RECIPIENT,
    } | changes
    properties = "".join(f"<dc:{k}>{v}</dc:{k}>" for k, v in said.items() if v)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{properties}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


def blank_pdf(
    notice: bytes,
    *,
    text: str = "",
    edit: Callable[[pikepdf.Pdf], None] | None = None,
    **said: str,
) -> bytes:
    """A letter of a few lines; text: one line more."""
    drawn = drawn_letter(
        said.get("identifier") or NUMBER,
        (said.get("date") or "2026-06-15")[:10],
        said.get("description") or RECIPIENT,
        text,
    )
    with pikepdf.open(io.BytesIO(drawn)) as document:
        stream = document.make_stream(xmp(notice, **said))
        stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        document.Root.Metadata = stream
        if edit:
            edit(document)
        out = io.BytesIO()
        document.save(out, static_id=True)
    return out.getvalue()


@cache
def drawn_letter(number: str, day: str, recipient: str, text: str) -> bytes:
    """Number, date, recipient and URLs, drawn as every letter is."""
    try:
        told = japanese_date(date.fromisoformat(day))
    except ValueError:
        told, day = day, "2026-06-15"
    lines = [number, told, recipient, *URLS, *filter(None, [text])]
    paras = tuple(Para((Span(line),)) for line in lines)
    part = Part("ja", (Passage(Style.LEFT, paras),))
    drawn = draw(Doc(parts=(part,), number=number), faces())
    metadata = Metadata(
        title="",
        number=number,
        notice_json_sha256="0" * 64,
        date=date.fromisoformat(day),
        case_id=CASE,
        form="form1",
        recipient=recipient,
        publisher="",
        languages=("ja",),
    )
    return finish(drawn, metadata)


def pyhanko_signer(party: Party) -> signers.SimpleSigner:
    store = SimpleCertificateStore()
    store.register_multiple([load(one) for one in party.chain])
    return signers.SimpleSigner(
        signing_cert=load(party), signing_key=private_key(party), cert_registry=store
    )


def private_key(party: Party) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(
        party.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def time_stamper(
    tsa: Party, moment: datetime = SIGNED_AT
) -> timestamps.DummyTimeStamper:
    store = SimpleCertificateStore()
    store.register_multiple([load(one) for one in tsa.chain])
    return timestamps.DummyTimeStamper(
        tsa_cert=load(tsa),
        tsa_key=private_key(tsa),
        certs_to_embed=store,
        fixed_dt=moment,
        include_nonce=False,
    )


def sign_pdf(
    unsigned: bytes,
    world: World,
    party: Party | None = None,
    *,
    level: str = "B-B",
    moment: datetime = SIGNED_AT,
    crls: Sequence[bytes] | None = None,
    **metadata: Any,
) -> bytes:
    """PAdES at the level; B-LT and B-LTA carry the CRLs in the DSS."""
    stamper = None if level == "B-B" else time_stamper(world.tsa, moment)
    lasting = level in ("B-LT", "B-LTA")
    context = ValidationContext(
        trust_roots=[load(world.root)],
        other_certs=[load(world.ca)],
        crls=list(crls or world.crls),
        moment=moment,
        revocation_mode="require",
    )
    settings = signers.PdfSignatureMetadata(
        field_name="Signature",
        signer_key_usage={"digital_signature"},
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=lasting,
        use_pades_lta=level == "B-LTA",
        validation_context=context if lasting else None,
        **metadata,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(unsigned))
    out = signers.PdfSigner(
        settings, pyhanko_signer(party or world.signer), timestamper=stamper
    ).sign_pdf(writer, bytes_reserved=None if lasting else 16384)
    return out.getvalue()


@cache
def genuine_letter(
    world: World, party: Party, notice: bytes, level: str = "B-B"
) -> bytes:
    return sign_pdf(blank_pdf(notice), world, party, level=level)


@dataclass(frozen=True)
class Cms:
    """A CMS signature to be; every field may be made wrong."""

    content: bytes
    signer: Party
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    signing_time: datetime = SIGNED_AT
    digest: str = "sha256"
    stamp: Callable[[bytes], bytes] | None = None
    extra_certificates: tuple[Party, ...] = ()
    without_certificate: bool = False
    edit_attributes: Callable[[list[cms.CMSAttribute]], Any] | None = None
    edit_info: Callable[[cms.SignerInfo], Any] | None = None
    edit_data: Callable[[cms.SignedData], Any] | None = None
    change_value: Callable[[bytes], bytes] | None = None
    algorithm: str | None = None

    def attributes(self) -> list[cms.CMSAttribute]:
        digest = hashlib.new(self.digest, self.content).digest()
        named = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(self.signer.der).digest()})
        made = [
            attribute("content_type", cms.ContentType("data")),
            attribute("message_digest", core.OctetString(digest)),
            attribute(
                "signing_time", cms.Time({"utc_time": core.UTCTime(self.signing_time)})
            ),
            attribute(
                "signing_certificate_v2", tsp.SigningCertificateV2({"certs": [named]})
            ),
        ]
        if self.edit_attributes:
            made = self.edit_attributes(made) or made
        return made

    def signer_info(self) -> cms.SignerInfo:
        signed = cms.CMSAttributes(sorted(self.attributes(), key=lambda a: a.dump()))
        value = raw_signature(self.signer, signed.dump(), self.digest)
        if self.change_value:
            value = self.change_value(value)
        certificate = load(self.signer)
        is_ec = isinstance(self.signer.key, ec.EllipticCurvePrivateKey)
        name = self.algorithm or f"{self.digest}_{'ecdsa' if is_ec else 'rsa'}"
        info = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    {
                        "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                            {
                                "issuer": certificate.issuer,
                                "serial_number": certificate.serial_number,
                            }
                        )
                    }
                ),
                "digest_algorithm": algos.DigestAlgorithm({"algorithm": self.digest}),
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": name}),
                "signed_attrs": signed,
                "signature": value,
            }
        )
        if self.stamp:
            token = _AsMade.load(self.stamp(value))
            info["unsigned_attrs"] = cms.CMSAttributes(
                [attribute("signature_time_stamp_token", token)]
            )
        if self.edit_info:
            self.edit_info(info)
        return info

    def signed_data(self) -> cms.SignedData:
        parties = [self.signer, *self.signer.chain, *self.extra_certificates]
        if self.without_certificate:
            parties = parties[1:]
        data = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": [
                    algos.DigestAlgorithm({"algorithm": self.digest})
                ],
                "encap_content_info": {"content_type": "data"},
                "certificates": [
                    cms.CertificateChoices({"certificate": load(one)})
                    for one in parties
                ],
                "signer_infos": [self.signer_info()],
            }
        )
        if self.crls or self.ocsps:
            data["crls"] = cms.RevocationInfoChoices(revocation_choices(self))
        if self.edit_data:
            self.edit_data(data)
        return data

    def der(self) -> bytes:
        info = {"content_type": "signed_data", "content": self.signed_data()}
        return bytes(cms.ContentInfo(info).dump())


def revocation_choices(signature: Cms) -> Iterable[cms.RevocationInfoChoice]:
    for one in signature.crls:
        yield cms.RevocationInfoChoice({"crl": asn1_crl.CertificateList.load(one)})
    for one in signature.ocsps:
        other = cms.OtherRevocationInfoFormat(
            {
                "other_rev_info_format": "1.3.6.1.5.5.7.16.2",
                "other_rev_info": asn1_ocsp.OCSPResponse.load(one),
            }
        )
        yield cms.RevocationInfoChoice(name="other", value=other)


class _AsMade(cms.ContentInfo):
    """A token as its maker left it, broken ones too.

    asn1crypto writes one value in 256 anew: those with a length that ends in 0x80.
    """

    def dump(self, force: bool = False) -> bytes:  # noqa: ARG002, FBT002
        return core.Asn1Value.dump(self)


def attribute(name: str, value: core.Asn1Value) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": name, "values": (value,)})


def raw_signature(party: Party, data: bytes, digest: str) -> bytes:
    algorithm = {
        "md5": hashes.MD5,
        "sha1": hashes.SHA1,
        "sha256": hashes.SHA256,
        "sha384": hashes.SHA384,
    }[digest]()
    if isinstance(party.key, ec.EllipticCurvePrivateKey):
        return party.key.sign(data, ec.ECDSA(algorithm))
    return party.key.sign(data, padding.PKCS1v15(), algorithm)


def stamp_with(tsa: Party, moment: datetime = SIGNED_AT) -> Callable[[bytes], bytes]:
    def stamp(value: bytes) -> bytes:
        import asyncio  # noqa: PLC0415

        stamper = time_stamper(tsa, moment)
        digest = hashlib.sha256(value).digest()
        return asyncio.run(stamper.async_timestamp(digest, "sha256")).dump()

    return stamp


@dataclass(frozen=True)
class Mail:
    """A mail to be; every part may be made wrong before or after signing."""

    world: World
    signer: Party | None = None
    from_mailbox: str = FROM
    from_name: str = "Example Hotline"
    to: str = TO
    subject: str = "送信防止措置依頼書 2026-000123"
    date: datetime = SIGNED_AT
    notice: bytes = notice_json()
    text: str = TEXT.format(number=NUMBER, urls="\n".join(URLS))
    letter: bytes | None = None
    letter_signer: Party | None = None
    attachments: tuple[mail.Attachment, ...] | None = None
    crls: tuple[bytes, ...] | None = None
    cms: Callable[[Cms], Cms] = lambda made: made
    change_entity: Callable[[bytes], bytes] = lambda entity: entity
    change_signature: Callable[[bytes], bytes] = lambda der: der
    change: Callable[[bytes], bytes] = lambda message: message

    def headers(self) -> mail.Headers:
        return mail.Headers(
            from_name=self.from_name,
            from_mailbox=self.from_mailbox,
            to_name="",
            to_mailbox=self.to,
            subject=self.subject,
            date=self.date,
            message_id="<20260615.1@hotline.example>",
        )

    def files(self) -> tuple[mail.Attachment, ...]:
        if self.attachments is not None:
            return self.attachments
        letter = self.letter
        if letter is None:
            party = self.letter_signer or self.signer or self.world.signer
            letter = genuine_letter(self.world, party, self.notice)
        return (
            pdf_file(letter),
            json_file(self.notice),
        )

    def entity(self) -> bytes:
        made = mail.entity(self.headers(), self.text, self.files(), boundary=INNER)
        return self.change_entity(made)

    def signature(self, entity: bytes) -> bytes:
        crls = self.world.crls if self.crls is None else self.crls
        made = Cms(entity, self.signer or self.world.signer, tuple(crls))
        return self.change_signature(self.cms(made).der())

    def build(self) -> bytes:
        entity = self.entity()
        made = assemble(self.headers(), entity, self.signature(entity))
        return self.change(made)

    def but(self, **changes: Any) -> "Mail":
        return replace(self, **changes)


def assemble(headers: mail.Headers, entity: bytes, signature: bytes) -> bytes:
    """A message around any signed part; `mail.message` refuses what is not ours."""
    small = mail.entity(headers, "x", boundary=INNER)
    made = mail.message(headers, small, b"0", boundary=BOUNDARY)
    octets = base64.b64encode(signature)
    lines = [octets[at : at + 76] for at in range(0, len(octets), 76)]
    head, tail = made.split(small)
    return head + entity + tail.replace(b"MA==", b"\r\n".join(lines))


def pdf_file(content: bytes, name: str = "letter.pdf") -> mail.Attachment:
    return mail.Attachment(
        file_name=name, media_type="application/pdf", content=content
    )


def json_file(content: bytes, name: str = "notice.json") -> mail.Attachment:
    return mail.Attachment(
        file_name=name, media_type="application/json", content=content
    )
