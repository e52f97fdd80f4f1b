"""A time stamp of the usual kind, read without the general reader.

The token has one signer named by issuer and serial, and SHA-2 with PKCS #1 or ECDSA.
What is not so, or does not hold, is left to it, which also says why it is refused: so a
stamp is accepted here only if it would be accepted there. The rules for tokens and
authorities are the same for both.
"""

from notices.verifying.checks import readable
from notices.verifying.cms import signature
from notices.verifying.cms.signed_data import SignedData
from notices.verifying.cms.signer import Signature, read_signer
from notices.verifying.cms.timestamp_rules import TokenSigner


def read(parts: SignedData) -> TokenSigner | None:
    """Who signed the token, if it is plain and its signature holds; else None."""
    # refused, or could not even be read: the general reader says why
    return readable(lambda: _check(parts))


def _check(parts: SignedData) -> TokenSigner:
    token: Signature = read_signer(parts)
    signature.check_algorithms(token)
    signature.check_algorithm_protection(
        token.attributes,
        token.signer.digest_algorithm,
        token.signer.signature_algorithm,
    )
    signature.check_digest(token, parts.content or b"")
    signature.check_value(token)
    return TokenSigner(
        certificate=token.certificate,
        others=token.others,
        attributes=token.attributes,
        digest=token.digest,
    )
