"""A statement of a person with its signature, as far as nothing is calculated.

Whoever only looks at drafts needs no cryptography: `signatures` judges.
"""

from dataclasses import dataclass
from enum import StrEnum

from notices.approval import KeyKind, OtherKind, statement_sha256
from notices.messages import Text


class SignatureKind(StrEnum):
    """In which of two ways a statement is signed."""

    CMS = "cms"
    """Detached CMS SignedData, by the key of a certificate."""
    ASSERTION = "assertion"
    """A WebAuthn assertion, by a passkey."""


FILE_NAMES = {
    SignatureKind.CMS: "approval.p7s",
    SignatureKind.ASSERTION: "assertion.json",
}
"""What the signature is called in a bundle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """Whose passkeys they are."""

    rp_id: str
    """Host name that the passkeys belong to."""
    origin: str
    """Address of the page on which they are used, such as https://console.example.jp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedStatement:
    """A statement and the signature over it."""

    prefix: bytes
    """What stands before the file where it is hashed and signed."""
    octets: bytes
    """The file: `approval.json`, `enrolment.json`."""
    kind: SignatureKind
    """How it is signed."""
    signature: bytes
    """CMS in DER, or `assertion.json`."""

    @property
    def sha256(self) -> str:
        """Hash over prefix and file."""
        return statement_sha256(self.prefix, self.octets)


KINDS = {
    KeyKind.CERTIFICATE: SignatureKind.CMS,
    KeyKind.PASSKEY: SignatureKind.ASSERTION,
}
"""How each kind of key signs: a file that calls itself a passkey is none."""


def require_kind(signed: SignedStatement, key_kind: KeyKind) -> None:
    """OtherKind unless it is signed in the way of the key that was enrolled."""
    if signed.kind is not KINDS[key_kind]:
        raise OtherKind(
            Text("a {key} does not sign as {told}", key=key_kind, told=signed.kind),
            hint="sign with what was enrolled; `notices people list` tells it",
        )
