"""A passkey's signature over a statement (W3C WebAuthn; `docs/formats.md`, 5.3).

Read by hand and strictly: one shape, so that no two readers differ on it. What is not
signed by the authenticator (the key, the credential id) is compared with the ledger.
"""

import hashlib
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Never
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from notices.errors import InputError
from notices.grammar import url_fault
from notices.ledger import NotCanonical, read_json, require_canonical
from notices.messages import Text
from notices.report import SubIndication
from notices.verifying.approval.statement import RelyingParty
from notices.verifying.checks import Refusal, malformed
from notices.verifying.cms import der

ASSERTION_SCHEMA = "urn:notices:assertion:1"
MAX_ASSERTION = 65_536
"""Octets."""
_IN_BASE64 = (
    "credential_id",
    "public_key",
    "authenticator_data",
    "client_data_json",
    "signature",
)
_DATA_LENGTH = 37
_USER_PRESENT, _USER_VERIFIED = 0x01, 0x04
_BACKUP_ELIGIBLE, _BACKED_UP = 0x08, 0x10
_ATTESTED, _EXTENDED, _RESERVED = 0x40, 0x80, 0x22
PasskeyKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What an authenticator gave, by its parts."""

    credential_id: bytes
    """Which passkey; not signed."""
    public_key: bytes
    """SubjectPublicKeyInfo in DER; not signed, compared with what was enrolled."""
    authenticator_data: bytes
    """37 octets: hash of the rp id, flags, counter."""
    client_data_json: bytes
    """What the browser says that was signed, and where."""
    signature: bytes
    """Over authenticator data and the hash of the client data."""

    def octets(self) -> bytes:
        """`assertion.json`: canonical JSON."""
        value = {
            name: b64encode(getattr(self, name)).decode("ascii") for name in _IN_BASE64
        }
        text = json.dumps(
            {**value, "schema": ASSERTION_SCHEMA}, sort_keys=True, separators=(",", ":")
        )
        return text.encode()

    @property
    def flags(self) -> int:
        """The flags of the authenticator data (WebAuthn, 6.1)."""
        return self.authenticator_data[32]

    @property
    def client_data(self) -> dict[str, Any]:
        """What the browser says; Refusal for what is read in two ways."""
        return _client_data(self.client_data_json)


def read_party(text: str) -> RelyingParty:
    """Read `https://console.example.jp`, or with `,RP-ID` if that is not its host."""
    origin, _, rp_id = text.partition(",")
    if url_fault(origin) or not (host := urlsplit(origin).hostname):
        raise InputError(
            Text("{origin!r} is no address of a console", origin=origin),
            hint="such as https://console.example.jp",
        )
    return RelyingParty(rp_id=rp_id or host, origin=origin)


def read_assertion(octets: bytes) -> Assertion:
    """Read `assertion.json` strictly: canonical JSON, exactly its members. Refusal."""
    if len(octets) > MAX_ASSERTION:
        raise malformed("the assertion is too long")
    try:
        value = read_json(octets)
        require_canonical(value, octets)
    except NotCanonical as error:
        raise malformed(error.message) from error
    if not isinstance(value, dict) or value.keys() != {"schema", *_IN_BASE64}:
        raise malformed("the assertion has other members")
    if value["schema"] != ASSERTION_SCHEMA:
        schema = _as_told(value["schema"])
        raise malformed(Text("the assertion is {schema}", schema=schema))
    found = Assertion(**{name: _octets(value[name], name) for name in _IN_BASE64})
    if len(found.authenticator_data) != _DATA_LENGTH:
        raise malformed(
            Text(
                "{count} octets of authenticator data, not 37",
                count=len(found.authenticator_data),
            )
        )
    return found


def _octets(text: Any, name: str) -> bytes:
    """Base64 of RFC 4648, 4, in its one form."""
    try:
        found = b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise malformed(Text("{name} is no base64", name=name)) from error
    if b64encode(found).decode("ascii") != text:  # stray bits
        raise malformed(Text("{name} is no base64", name=name))
    return found


def _as_told(value: object) -> str:
    """A member for a sentence: a text as it is, anything else as a dash."""
    return value if isinstance(value, str) else "-"


def check_value(assertion: Assertion) -> str:
    """The signature belongs to the key: ES256 in DER, or EdDSA."""
    key = public_key(assertion.public_key)
    signed = (
        assertion.authenticator_data
        + hashlib.sha256(assertion.client_data_json).digest()
    )
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(assertion.signature, signed)
            return "EdDSA"
        _require_der(assertion.signature)
        key.verify(assertion.signature, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Refusal(
            SubIndication.SIG_CRYPTO_FAILURE,
            "the signature does not belong to the passkey",
        ) from error
    return "ES256"


def public_key(spki: bytes) -> PasskeyKey:
    """A passkey's key: P-256 or Ed25519, in its one encoding. Refusal."""
    try:
        key = load_der_public_key(spki)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise malformed("the passkey's key cannot be read") from error
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(
        key.curve, ec.SECP256R1
    )
    if not is_p256 and not isinstance(key, ed25519.Ed25519PublicKey):
        raise Refusal(
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
            "the passkey is neither ES256 nor EdDSA",
        )
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != spki:
        raise malformed("the passkey's key is written in another way")
    return key  # type: ignore[return-value]


def _require_der(signature: bytes) -> None:
    try:
        der.check(signature)
    except der.NotDER as error:
        raise malformed("the signature is not strict DER") from error


def check_user_verified(assertion: Assertion) -> str:
    """Somebody was there, and the authenticator knew him (WebAuthn, 6.1)."""
    flags = assertion.flags
    if not flags & _USER_PRESENT:
        raise malformed("nobody was present (UP)")
    if not flags & _USER_VERIFIED:
        raise malformed("the user was not verified (UV)")
    if flags & (_ATTESTED | _EXTENDED | _RESERVED):
        raise malformed(Text("flags {flags:02x}: others than ours", flags=flags))
    if flags & _BACKED_UP and not flags & _BACKUP_ELIGIBLE:
        raise malformed("a passkey that is backed up and cannot be (BS without BE)")
    if flags & _BACKUP_ELIGIBLE:
        is_kept = "is synced" if flags & _BACKED_UP else "can be synced"
        return Text("user verified; the passkey {is_kept}", is_kept=is_kept)
    return "user verified; the passkey does not leave its device"


def check_party(assertion: Assertion, party: RelyingParty) -> str:
    """It was made for this rp id, on this origin, and not in somebody's frame."""
    told = assertion.authenticator_data[:32]
    if told != hashlib.sha256(party.rp_id.encode()).digest():
        raise malformed(Text("not made for {rp_id}", rp_id=party.rp_id))
    data = assertion.client_data
    if data.get("origin") != party.origin:
        raise malformed(
            Text(
                "made on {origin}, expected {wanted}",
                origin=_as_told(data.get("origin")),
                wanted=party.origin,
            )
        )
    if data.get("crossOrigin", False) is not False:
        raise malformed("made within a frame of another origin")
    return Text("{rp_id} on {origin}", rp_id=party.rp_id, origin=party.origin)


def origin_of(assertion: Assertion) -> str:
    """Where it was made, as the browser says; a dash for what is no text."""
    return _as_told(assertion.client_data.get("origin"))


def key_sha256(assertion: Assertion) -> str:
    """SHA-256 of the key that it brings along, as it is enrolled."""
    return hashlib.sha256(assertion.public_key).hexdigest()


def require_tapped(
    assertion: Assertion, challenge: bytes, party: RelyingParty | None
) -> None:
    """Refusal unless its key signed this challenge, by its user, on that page.

    party: None: wherever it was.
    """
    check_value(assertion)
    check_challenge(assertion, challenge)
    check_user_verified(assertion)
    if party is not None:
        check_party(assertion, party)


def check_challenge(assertion: Assertion, digest: bytes) -> str:
    """What was signed is the statement: its hash is the challenge."""
    data = assertion.client_data
    if data.get("type") != "webauthn.get":
        told = _as_told(data.get("type"))
        raise malformed(Text("client data of type {type}", type=told))
    if data.get("challenge") != challenge_text(digest):
        raise Refusal(
            SubIndication.HASH_FAILURE,
            "the challenge is not the hash of the statement",
        )
    return Text("challenge {digest}", digest=digest.hex())


def challenge_text(digest: bytes) -> str:
    """A challenge as client data has it: base64url without padding."""
    return urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def _client_data(octets: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            octets.decode("utf-8"),
            object_pairs_hook=_each_once,
            parse_constant=_no_constant,
            parse_int=float,
        )
    except (ValueError, RecursionError) as error:
        raise malformed("the client data cannot be read") from error
    if not isinstance(value, dict):
        raise malformed("the client data is no object")
    return value


def _no_constant(text: str) -> Never:
    """NaN and Infinity are no JSON, whatever Python takes."""
    raise ValueError(text)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands in it twice")
    return found
