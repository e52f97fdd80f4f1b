"""Time stamps (RFC 3161): until when something is proven to have existed.

pyHanko checks token and authority (its path, revocation and critical
extendedKeyUsage); the imprint is compared with what the stamp must be about.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, tsp
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

from notices.messages import Text
from notices.object_identifiers import SIGNED_DATA, TIME_STAMP_TOKEN, TST_INFO
from notices.report import SubIndication
from notices.verifying.checks import Refusal, malformed
from notices.verifying.cms import der, fast_timestamp, signed_data
from notices.verifying.cms.carried import read_choices
from notices.verifying.cms.path import Material, check_ends, complete, context
from notices.verifying.cms.signature import DIGESTS
from notices.verifying.cms.signed_data import SignedData
from notices.verifying.cms.signer import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A time stamp token with one signer."""

    octets: bytes
    """ContentInfo, DER."""
    parts: SignedData
    """What it is made of."""

    @property
    def general(self) -> cms.SignedData:
        """For pyHanko."""
        return cms.ContentInfo.load(self.octets, strict=True)["content"]


def find_token(signature: Signature) -> Token | None:
    """The signature's time stamp token (RFC 3161, appendix A), or None.

    Refusal if there are several: which of them counts would be a guess.
    """
    tokens: list[bytes] = []
    for attribute in signature.signer.unsigned_attributes:
        name, values = signed_data.read_attribute(attribute)
        if name == TIME_STAMP_TOKEN:
            tokens += values
    if not tokens:
        return None
    if len(tokens) > 1:
        raise malformed(Text("{count} time stamps, at most one", count=len(tokens)))
    # the signature around it is strict DER, so this is
    return _token(tokens[0])


def read_token(data: bytes) -> Token:
    """A time stamp token in strict DER with one signer."""
    try:
        der.check(data)
    except der.NotDER as error:
        raise malformed(
            Text("the time stamp is not strict DER: {error}", error=error)
        ) from error
    return _token(data)


def _token(data: bytes) -> Token:
    if signed_data.content_type(data) != SIGNED_DATA:
        raise malformed("the time stamp is no SignedData")
    parts = signed_data.read(data)
    if len(parts.signers) != 1:
        raise malformed("the time stamp has not exactly one signer")
    # RFC 5652, 5.1: what is no id-data is so since version 3. Of version 1 PKCS #7
    # readers see another content, and the version is not signed.
    if parts.version == 1:
        raise malformed("the time stamp says version 1")
    return Token(octets=data, parts=parts)


def claimed_time(token: Token) -> datetime:
    """`genTime` as the token says, not yet proven."""
    if token.parts.content_type != TST_INFO or token.parts.content is None:
        raise malformed("the time stamp holds no TSTInfo")
    info = tsp.TSTInfo.load(token.parts.content, strict=True)
    moment: datetime = info["gen_time"].native
    return moment


def prove(
    token: Token, imprinted: bytes, material: Material, moment: datetime
) -> datetime:
    """`genTime`, after token, imprint and authority held at `moment`.

    `imprinted` are the bytes that the stamp must be about. It may be later than the
    moment by the tolerance: two clocks never agree. Raises Refusal.
    """
    claimed = claimed_time(token)
    carried = replace(
        material, revocation=material.revocation + read_choices(token.parts.answers)
    )
    if not fast_timestamp.holds(token.parts, imprinted, carried, moment):
        prove_generally(token.general, imprinted, carried, moment)
    if claimed - moment > material.clock_tolerance:
        raise Refusal(
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            f"stamped at {claimed:%Y-%m-%d %H:%M:%S%z}, "
            f"{_seconds(claimed - moment)} after the time of judging; clocks may "
            f"differ by {_seconds(material.clock_tolerance)}",
        )
    return claimed


def told(proven: datetime, moment: datetime) -> str:
    """When it existed, and whether clocks had to be excused for that."""
    words = f"existed at {proven:%Y-%m-%d %H:%M:%S%z}"
    if proven <= moment:
        return words
    late = _seconds(proven - moment)
    return f"{words}, {late} after the time of judging: as far as clocks may differ"


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():.3f}".rstrip("0").rstrip(".") + " s"


def prove_generally(
    token: cms.SignedData, imprinted: bytes, material: Material, moment: datetime
) -> None:
    """Token, imprint and authority, as pyHanko judges any token; Refusal."""

    def imprint(algorithm: str) -> bytes:
        if algorithm not in DIGESTS:
            raise Refusal(
                SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
                f"time stamp over a {algorithm} digest",
            )
        return hashlib.new(algorithm, imprinted).digest()

    try:
        outcome = complete(
            validate_tst_signed_data(token, context(material, moment), imprint)
        )
    except SignatureValidationError as error:
        raise _not_validated(error) from error
    _check(outcome)
    check_ends(outcome["validation_path"].iter_certs(include_root=False), moment)


def _check(outcome: dict[str, Any]) -> None:
    if not outcome["intact"]:
        raise Refusal(
            SubIndication.HASH_FAILURE, "the time stamp is about something else"
        )
    if not outcome["valid"]:
        raise Refusal(
            SubIndication.SIG_CRYPTO_FAILURE, "the time stamp's signature is broken"
        )
    problem = outcome.get("trust_problem_indic")
    if problem not in (None, AdESPassed.OK):
        name = problem.standard_name
        known = SubIndication.__members__.get(name)
        raise Refusal(
            known or SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
            f"the time-stamp authority's certificate: {name}",
        )
    if outcome.get("validation_path") is None:
        raise Refusal(
            SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
            "no path from the time-stamp authority to a trusted root",
        )


def _not_validated(error: SignatureValidationError) -> Refusal:
    name = getattr(error.ades_subindication, "standard_name", "")
    known = SubIndication.__members__.get(name, SubIndication.FORMAT_FAILURE)
    return Refusal(known, f"the time stamp: {error.failure_message}")
