"""Throw-away people: keys, passkeys, and what they sign."""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PublicFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from notices.approval import APPROVAL_PREFIX, ENROLMENT_PREFIX, KeyKind, Role
from notices.signing.keys.signing_key import load_pkcs12
from notices.signing.statements import public_key_of, sign_statement
from notices.site.approval.people_desk import Candidate
from notices.store import NewKey
from notices.verifying.approval.assertion import Assertion
from notices.verifying.approval.signatures import SignatureKind

ASSESSOR, CHECKER = "見本 花子", "例示 太郎"
"""Whom the example judgments name."""
RP_ID, ORIGIN = "console.example.jp", "https://console.example.jp"
KINDS = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
}


@dataclass(frozen=True)
class Card:
    """A person with a certificate of his own making."""

    person: str
    name: str
    roles: tuple[Role, ...] = (Role.CHECKER,)
    kind: str = "p256"
    p12: bytes = field(default=b"", compare=False)

    @classmethod
    def made(cls, person, name, *roles, kind="p256"):
        private = KINDS[kind]()
        names = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(names)
            .issuer_name(names)
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(1))
            .not_valid_after(now + timedelta(800))
            .sign(private, hashes.SHA256())
        )
        p12 = pkcs12.serialize_key_and_certificates(
            person.encode(), private, certificate, None, NoEncryption()
        )
        return cls(person, name, roles or (Role.CHECKER,), kind, p12)

    @property
    def key(self):
        return load_pkcs12(self.p12, None)

    @property
    def candidate(self) -> Candidate:
        return Candidate(
            person=self.person,
            name=self.name,
            roles=self.roles,
            key_kind=KeyKind.CERTIFICATE,
            key=NewKey(public_key=public_key_of(self.key)),
        )

    def sign(self, octets, prefix=APPROVAL_PREFIX, at=None):
        at = (at or datetime.now(UTC)).replace(microsecond=0)
        return sign_statement(prefix, octets, self.key, signing_time=at)

    def pem(self) -> bytes:
        return self.key.certificate.public_bytes(Encoding.PEM)


@dataclass(frozen=True)
class Passkey:
    """A person with an authenticator, as a browser would let it sign."""

    person: str
    name: str
    private: Any
    roles: tuple[Role, ...] = (Role.CHECKER,)

    @classmethod
    def made(cls, person, name, *, eddsa=False):
        make = ed25519.Ed25519PrivateKey.generate
        private = make() if eddsa else ec.generate_private_key(ec.SECP256R1())
        return cls(person, name, private)

    @property
    def spki(self) -> bytes:
        return self.private.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def candidate(self) -> Candidate:
        return Candidate(
            person=self.person,
            name=self.name,
            roles=self.roles,
            key_kind=KeyKind.PASSKEY,
            key=NewKey(public_key=self.spki, credential_id=b"credential-1"),
        )

    def tap(self, challenge: bytes, **changes) -> Assertion:
        """What the browser gives; changes: of a forger."""
        data = {
            "type": "webauthn.get",
            "challenge": urlsafe_b64encode(challenge).decode().rstrip("="),
            "origin": ORIGIN,
            "crossOrigin": False,
        } | changes.pop("client", {})
        client = changes.pop("client_json", json.dumps(data).encode())
        authenticator = (
            hashlib.sha256(changes.pop("rp_id", RP_ID).encode()).digest()
            + bytes([changes.pop("flags", 0x05)])
            + (7).to_bytes(4, "big")
            + changes.pop("more", b"")
        )
        signed = authenticator + hashlib.sha256(client).digest()
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            signature = self.private.sign(signed)
        else:
            signature = self.private.sign(signed, ec.ECDSA(hashes.SHA256()))
        return Assertion(
            **{
                "credential_id": b"credential-1",
                "public_key": self.spki,
                "authenticator_data": authenticator,
                "client_data_json": client,
                "signature": signature,
            }
            | changes
        )


def enrol(site, candidate, administrator):
    """Enrol somebody by the administrator; the first one by himself."""
    desk = site.rooms.approvals.people
    octets = desk.request(candidate, administrator.person).octets()
    signature = administrator.sign(octets, ENROLMENT_PREFIX, site.clock())
    desk.take(octets, SignatureKind.CMS, signature, candidate.key)


def approve(site, number, card, **wanted):
    """Approve with a card; gives the receipt."""
    request = site.approval_request(number, person=card.person, **wanted)
    return site.approve(request.octets, cms=card.sign(request.octets, at=site.clock()))
