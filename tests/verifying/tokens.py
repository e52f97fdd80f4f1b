"""Time stamp tokens of any kind, built field by field and signed with any key."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp
from cryptography.hazmat.primitives.asymmetric import ec

from tests.verifying.genuine import attribute, load, raw_signature
from tests.verifying.pki import SIGNED_AT, Party


@dataclass(frozen=True)
class Token:
    """What one token is made of; the certificates of the chain go along."""

    tsa: Party
    at: datetime = SIGNED_AT
    accuracy: dict[str, int] | None = None
    digest: str = "sha256"
    imprint: str = "sha256"
    ess: Sequence[str] = ("v2",)
    named: Party | None = None
    content_type: str = "tst_info"
    extensions: Sequence[dict[str, Any]] = ()
    authority: Party | None = None
    by_key_identifier: bool = False

    def __call__(self, value: bytes) -> bytes:
        content = self.info(value)
        signed = cms.CMSAttributes(
            sorted(self.attributes(content), key=lambda one: one.dump())
        )
        is_elliptic = isinstance(self.tsa.key, ec.EllipticCurvePrivateKey)
        key = "ecdsa" if is_elliptic else "rsa"
        info = {
            "version": "v3" if self.by_key_identifier else "v1",
            "sid": self.sid(),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": self.digest}),
            "signature_algorithm": {"algorithm": f"{self.digest}_{key}"},
            "signed_attrs": signed,
            "signature": raw_signature(self.tsa, signed.dump(), self.digest),
        }
        enclosed = cms.EncapsulatedContentInfo(
            {"content_type": "tst_info", "content": core.ParsableOctetString(content)}
        )
        data = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": self.digest}],
                "encap_content_info": enclosed,
                "certificates": [
                    cms.CertificateChoices({"certificate": load(one)})
                    for one in (self.tsa, *self.tsa.chain)
                ],
                "signer_infos": [cms.SignerInfo(info)],
            }
        )
        whole = cms.ContentInfo({"content_type": "signed_data", "content": data})
        return bytes(whole.dump())

    def sid(self) -> cms.SignerIdentifier:
        certificate = load(self.tsa)
        if self.by_key_identifier:
            identifier = core.OctetString(certificate.key_identifier)
            return cms.SignerIdentifier("subject_key_identifier", identifier)
        return cms.SignerIdentifier(
            {
                "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                    {
                        "issuer": certificate.issuer,
                        "serial_number": certificate.serial_number,
                    }
                )
            }
        )

    def info(self, value: bytes) -> bytes:
        imprint = hashlib.new(self.imprint, value).digest()
        made: dict[str, Any] = {
            "version": "v1",
            "policy": "1.3.6.1.4.1.99999.2",
            "message_imprint": {
                "hash_algorithm": {"algorithm": self.imprint},
                "hashed_message": imprint,
            },
            "serial_number": 7,
            "gen_time": core.GeneralizedTime(self.at),
        }
        if self.accuracy is not None:
            made["accuracy"] = tsp.Accuracy(self.accuracy)
        if self.authority:
            made["tsa"] = {"directory_name": load(self.authority).subject}
        if self.extensions:
            made["extensions"] = list(self.extensions)
        return bytes(tsp.TSTInfo(made).dump())

    def attributes(self, content: bytes) -> list[cms.CMSAttribute]:
        digest = hashlib.new(self.digest, content).digest()
        named = (self.named or self.tsa).der
        made = [
            attribute("content_type", cms.ContentType(self.content_type)),
            attribute("message_digest", core.OctetString(digest)),
        ]
        if "v1" in self.ess:
            first = tsp.ESSCertID({"cert_hash": hashlib.sha1(named).digest()})  # noqa: S324
            value = tsp.SigningCertificate({"certs": [first]})
            made.append(attribute("signing_certificate", value))
        if "v2" in self.ess:
            second = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(named).digest()})
            value = tsp.SigningCertificateV2({"certs": [second]})
            made.append(attribute("signing_certificate_v2", value))
        return made
