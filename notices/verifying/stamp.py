"""Time stamps (RFC 3161): until when something is proven to have existed.

pyHanko checks token and authority (its path, revocation and critical
extendedKeyUsage); the imprint is compared with what the stamp must be about.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from asn1crypto import cms, tsp
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

from notices.report import SubIndication
from notices.verifying import der, plain_stamp
from notices.verifying.outcome import Refusal, malformed
from notices.verifying.path import Material, complete, context
from notices.verifying.policy import read_carried
from notices.verifying.signature import DIGESTS
from notices.verifying.signer import TIME_STAMP_TOKEN, Signature


def find_token(signature: Signature) -> cms.SignedData | None:
    """The signature's time stamp token (RFC 3161, appendix A), or None.

    Refusal if there are several: which of them counts would be a guess.
    """
    attributes = signature.signer_info["unsigned_attrs"] or ()
    tokens = [
        value
        for attribute in attributes
        if attribute["type"].dotted == TIME_STAMP_TOKEN
        for value in attribute["values"]
    ]
    if not tokens:
        return None
    if len(tokens) > 1:
        raise malformed(f"{len(tokens)} time stamps, at most one")
    return read_token(bytes(tokens[0].dump()))


def read_token(data: bytes) -> cms.SignedData:
    """A time stamp token in strict DER with one signer."""
    try:
        der.check(data)
    except der.NotDER as error:
        raise malformed(f"the time stamp is not strict DER: {error}") from error
    token = cms.ContentInfo.load(data, strict=True)
    if token["content_type"].native != "signed_data":
        raise malformed("the time stamp is no SignedData")
    signed_data = token["content"]
    if len(signed_data["signer_infos"]) != 1:
        raise malformed("the time stamp has not exactly one signer")
    return signed_data


def claimed_time(token: cms.SignedData) -> datetime:
    """`genTime` as the token says, not yet proven."""
    info = token["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise malformed("the time stamp holds no TSTInfo")
    moment: datetime = info["gen_time"].native
    return moment


def prove(
    token: cms.SignedData, imprinted: bytes, material: Material, moment: datetime
) -> datetime:
    """`genTime`, after token, imprint and authority held at `moment`.

    `imprinted` are the bytes that the stamp must be about. Raises Refusal.
    """
    claimed = claimed_time(token)
    carried = replace(
        material, revocation=material.revocation + read_carried(token["crls"])
    )

    if not plain_stamp.holds(token, imprinted, carried, moment):
        prove_generally(token, imprinted, carried, moment)
    if claimed > moment:
        raise Refusal(
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            f"stamped at {claimed:%Y-%m-%d %H:%M:%S%z}, after the time of judging",
        )
    return claimed


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
