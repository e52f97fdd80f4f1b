"""The second signer: what endesive puts together passes the same checks."""

import pytest
from asn1crypto import cms

from notices.errors import ConfigError
from notices.mail import Headers, message, split
from notices.signing import (
    RevocationAnswers,
    TimestampClient,
    second_opinion,
    sign_entity,
)
from notices.signing.endesive_signer import sign_entity_with_endesive
from notices.signing.revocation.fetching import fetch_answers
from tests.clocks import MovingClock
from tests.programs import require_module, require_program
from tests.signing.authority import NOW, Authority
from tests.signing.test_smime import CARRIED, OnlyOcsp, carried


@pytest.fixture(autouse=True)
def endesive() -> None:
    require_module("endesive.signer")


@pytest.mark.parametrize("name", ["rsa2048", "rsa3072"])
@pytest.mark.parametrize("what", CARRIED)
@pytest.mark.parametrize("stamped", [False, True], ids=["plain", "time stamp"])
def test_its_mail_passes_the_same_checks(
    authority: Authority,
    part: bytes,
    mail_headers: Headers,
    name: str,
    what: str,
    *,
    stamped: bool,
) -> None:
    signature = sign_entity_with_endesive(
        part,
        authority.key(name),
        signing_time=NOW,
        revocation=carried(authority, name, what),
        timestamper=TimestampClient(urls=(authority.tsa_url,)) if stamped else None,
    )
    octets = message(mail_headers, part, signature, boundary="f" * 24)
    assert split(octets).signature == signature
    has_list = what in ("lists", "both")
    for judge in (require_program("openssl"), None):
        second_opinion(
            octets, trust=[authority.root], now=NOW, openssl=judge, check_crls=has_list
        )


def test_it_signs_the_same_attributes_as_we_do(
    authority: Authority, part: bytes
) -> None:
    key = authority.key("rsa2048")

    def attributes(signature: bytes) -> bytes:
        data = cms.ContentInfo.load(signature)["content"]
        return data["signer_infos"][0]["signed_attrs"].dump()

    theirs = sign_entity_with_endesive(part, key, signing_time=NOW)
    assert attributes(theirs) == attributes(sign_entity(part, key, signing_time=NOW))


def test_it_carries_ocsp_answers_as_ours_does(
    authority: Authority, part: bytes
) -> None:
    key = authority.key("rsa2048")
    path = (key.certificate, *key.chain, authority.root)
    answers = RevocationAnswers(
        ocsp=fetch_answers(path, OnlyOcsp(), clock=MovingClock(NOW)).ocsp
    )
    signature = sign_entity_with_endesive(
        part, key, signing_time=NOW, revocation=answers
    )
    theirs = cms.ContentInfo.load(signature)["content"]
    ours = cms.ContentInfo.load(
        sign_entity(part, key, signing_time=NOW, revocation=answers)
    )["content"]
    assert theirs["version"].native == "v1"
    (attribute,) = theirs["signer_infos"][0]["unsigned_attrs"]
    assert attribute.dump() == ours["signer_infos"][0]["unsigned_attrs"][0].dump()


def test_an_elliptic_curve_key_is_refused(authority: Authority, part: bytes) -> None:
    with pytest.raises(ConfigError, match="labels an ECDSA signature as RSA"):
        sign_entity_with_endesive(part, authority.key("p256"), signing_time=NOW)
