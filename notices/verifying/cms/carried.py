"""Revocation answers that a signature carries, from both places they may stand in.

Ours stand in SignedData.crls if they are lists, and in the unsigned attribute
revocation-values (RFC 5126, 6.3.4; ETSI EN 319 122-1) if they are OCSP answers: so a
mail stays one of version 1, which every mail program reads. Earlier ones have OCSP
answers in SignedData.crls as well (RFC 5940), and count as they did.
"""

from collections.abc import Iterable, Sequence

from asn1crypto import core, ocsp

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.object_identifiers import REVOCATION_VALUES
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.checks import Refusal, malformed
from notices.verifying.cms import der, signed_data
from notices.verifying.revocation.answers import (
    NO_ANSWERS,
    USUAL_LIST,
    Revocation,
    read_crl,
    read_ocsp,
)

MAX_ANSWERS = 64
"""In one place; a path and that of its time stamp need less than a dozen."""
MAX_OCSP = 65_536
"""Octets of one OCSP answer; usual are 500 to 5,000."""
OTHER_FORMAT = 0xA1
"""[1] IMPLICIT OtherRevocationInfoFormat."""
ID_RI_OCSP_RESPONSE = bytes.fromhex("06082b06010505071002")
"""1.3.6.1.5.5.7.16.2 (RFC 5940, 2.1)."""
CRL_VALS, OCSP_VALS = 0xA0, 0xA1
"""[0] and [1] of RevocationValues, explicit."""
ENUMERATED = b"\x0a"
"""An OCSPResponse begins with one."""


def read_choices(choices: Sequence[bytes]) -> Revocation:
    """What stands in SignedData.crls: CRLs, and OCSP answers as RFC 5940 has them.

    `choices` are RevocationInfoChoice values (RFC 5652, 10.2.1).
    """
    _check_count(len(choices), "SignedData.crls")
    answers = NO_ANSWERS
    for choice in choices:
        if choice[0] != OTHER_FORMAT:
            answers += read_crl(choice)
        elif choice.startswith(ID_RI_OCSP_RESPONSE, der.contents_start(choice)):
            _, answer = der.children(choice)
            answers += read_response(answer, "SignedData.crls")
    return answers


def read_values(attributes: Iterable[bytes]) -> Revocation:
    """What stands in revocation-values, if that is among the unsigned attributes.

    It is there once, with one value; whatever else it holds is refused: Refusal.
    """
    values: list[bytes] = []
    count = 0
    for attribute in attributes:
        name, found = signed_data.read_attribute(attribute)
        if name == REVOCATION_VALUES:
            values += found
            count += 1
    if not count:
        return NO_ANSWERS
    if count > 1 or len(values) != 1:
        raise malformed(
            Text(
                "revocation-values {count} times with {length} values, must be one",
                count=count,
                length=len(values),
            )
        )
    return _read(values[0])


def _read(values: bytes) -> Revocation:
    members = signed_data.read_fields(values)
    tags = [member[0] for member in members]
    if odd := [tag for tag in tags if tag not in (CRL_VALS, OCSP_VALS)]:
        raise malformed(
            Text(
                "revocation-values has a member {odd:02X}: neither lists nor OCSP",
                odd=odd[0],
            )
        )
    if tags != sorted(set(tags)):
        raise malformed("revocation-values has a member twice or out of order")
    lists, answers = (
        [one for member in members if member[0] == tag for one in _inside(member)]
        for tag in (CRL_VALS, OCSP_VALS)
    )
    if not members or not all(_inside(member) for member in members):
        raise malformed("revocation-values holds no answer, or a member without one")
    _check_count(len(lists) + len(answers), "revocation-values")
    found = NO_ANSWERS
    for one in lists:
        found += read_crl(one)
    for one in answers:
        found += _read_basic(one)
    return found


def _inside(member: bytes) -> Sequence[bytes]:
    return signed_data.read_fields(signed_data.inside(member))


def _check_count(count: int, where: str) -> None:
    if count > MAX_ANSWERS:
        raise malformed(
            Text(
                "{count} answers in {where}, at most {max_answers}",
                count=count,
                where=where,
                max_answers=MAX_ANSWERS,
            )
        )


def _read_basic(answer: bytes) -> Revocation:
    if len(answer) > MAX_OCSP:
        raise malformed(
            Text(
                "an OCSP answer of {count} bytes, at most {max_ocsp}",
                count=len(answer),
                max_ocsp=MAX_OCSP,
            )
        )
    tags = bytes(field[0] for field in signed_data.read_fields(answer))
    if tags.startswith(ENUMERATED):
        raise malformed("revocation-values has an OCSPResponse, not what is in it")
    return read_response(_response(answer), "revocation-values")


def read_response(answer: bytes, where: str) -> Revocation:
    """An OCSP answer that is carried somewhere; Refusal for what is none."""
    try:
        return read_ocsp(answer)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _no_answer(where) from error


def _no_answer(where: str) -> Refusal:
    return malformed(
        Text("{where} has something that is no answer by OCSP", where=where)
    )


@bounded_cache(entries=64, octets=USUAL_LIST)
def _response(basic: bytes) -> bytes:
    """The OCSPResponse around it (RFC 6960, 4.2.1), as the responder sent it."""
    holder = {
        "response_type": "basic_ocsp_response",
        "response": core.ParsableOctetString(basic),
    }
    response = {"response_status": "successful", "response_bytes": holder}
    return encoding_of(ocsp.OCSPResponse(response))
