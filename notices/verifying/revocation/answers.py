"""Answers on who is revoked, read from their octets to the end: lists and OCSP."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Generic, TypeVar

from asn1crypto import crl, ocsp

from notices.asn1_values import AnswerAsRead, ListAsRead, encoding_of
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.cms import der, signed_data

Parsed = TypeVar("Parsed", crl.CertificateList, ocsp.OCSPResponse)


@dataclass(frozen=True, slots=True)
class RevocationAnswer(Generic[Parsed]):
    """One answer: equal to another if its octets are."""

    octets: bytes
    """DER."""
    parsed: Parsed = field(compare=False)
    """What they say."""
    sha256: bytes = field(compare=False)
    """Of the octets."""
    as_of: datetime = field(compare=False)
    """The latest thisUpdate in it; aware."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Answers on who is revoked: lists and OCSP responses, as parsed."""

    crls: tuple[RevocationAnswer[crl.CertificateList], ...] = ()
    """Certificate revocation lists (RFC 5280)."""
    ocsps: tuple[RevocationAnswer[ocsp.OCSPResponse], ...] = ()
    """OCSP responses (RFC 6960)."""

    def __add__(self, other: "Revocation") -> "Revocation":
        """Both, each answer once."""
        return Revocation(
            crls=tuple(dict.fromkeys(self.crls + other.crls)),
            ocsps=tuple(dict.fromkeys(self.ocsps + other.ocsps)),
        )


NO_ANSWERS = Revocation()
USUAL_LIST = 16_384
"""Octets of an answer that is parsed once for all files that carry it."""


@bounded_cache(entries=64, octets=USUAL_LIST)
def read_crl(value: bytes) -> Revocation:
    """One CRL from DER; ValueError if it is none."""
    der.check(value)
    parsed = ListAsRead.load(value, strict=True)
    as_of = _read_to_its_end(parsed)
    digest = sha256(value).digest()
    return Revocation(crls=(RevocationAnswer(value, parsed, digest, as_of),))


_LIST = re.compile(rb"\x30\x30\x03")
_LIST_CONTENT = re.compile(rb"\x02?\x30\x30[\x17\x18][\x17\x18]?\x30?\xa0?")
"""Tags of a list and of what is signed of it (RFC 5280, 5.1)."""


def _read_to_its_end(parsed: crl.CertificateList) -> datetime:
    """thisUpdate; ValueError if a part is broken that only a later question reads.

    Entries are not read: a list may have a hundred thousand.
    """
    content = parsed["tbs_cert_list"]
    der.check_tags(encoding_of(parsed), _LIST)
    der.check_tags(encoding_of(content), _LIST_CONTENT)
    for part in ("version", "issuer", "this_update", "next_update"):
        _ = content[part].native
    for holder, name in ((content, "signature"), (parsed, "signature_algorithm")):
        _ = holder[name]["algorithm"].native
    for extension in content["crl_extensions"] or ():
        _ = extension["extn_id"].native, extension["critical"].native
        _ = extension["extn_value"].contents
    _ = parsed["signature"].native
    as_of: datetime = content["this_update"].native
    return as_of


_SUCCESSFUL = b"\x0a\x01\x00"
_RESPONSE, _HOLDER = re.compile(rb"\x0a\xa0"), re.compile(rb"\x06\x04")
_BASIC = re.compile(rb"\x30\x30\x03\xa0?")
_ANSWERS = re.compile(rb"\xa0?[\xa1\xa2]\x18\x30\xa1?")
_ANSWER = re.compile(rb"\x30[\x80\xa1\x82]\x18\xa0?\xa1?")
"""Tags of what an OCSP answer is made of, from outside to inside (RFC 6960, 4.2.1)."""


def _check_fields(basic: bytes) -> None:
    """No field of a BasicOCSPResponse too many. NotDER."""
    der.check(basic)
    der.check_tags(basic, _BASIC)
    data = der.children(basic)[0]
    der.check_tags(data, _ANSWERS)
    answers = next(one for one in der.children(data) if one[0] == signed_data.SEQUENCE)
    for answer in der.children(answers):
        der.check_tags(answer, _ANSWER)


@bounded_cache(entries=64, octets=USUAL_LIST)
def read_ocsp(value: bytes) -> Revocation:
    """One OCSP response from DER; ValueError if it is none."""
    der.check(value)
    parsed = AnswerAsRead.load(value, strict=True)
    # RFC 6960, 4.2.1: a refusal says nothing, whatever stands beside it
    if der.children(value)[0] != _SUCCESSFUL:
        raise ValueError("the responder gave no answer")
    if parsed["response_bytes"]["response_type"].native != "basic_ocsp_response":
        raise ValueError("no basic response")
    holder = parsed["response_bytes"]
    _check_fields(holder["response"].contents)
    der.check_tags(value, _RESPONSE)
    der.check_tags(signed_data.inside(der.children(value)[1]), _HOLDER)
    data = parsed.response_data
    produced_at = data["produced_at"].native
    made = [one["this_update"].native for one in data["responses"]]
    as_of = max(made, default=produced_at)
    digest = sha256(value).digest()
    return Revocation(ocsps=(RevocationAnswer(value, parsed, digest, as_of),))
