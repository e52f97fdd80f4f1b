"""The second opinion: openssl or our own check; both refuse what is not right."""

import dataclasses
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, ocsp
from asn1crypto.core import Null
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    load_der_pkcs7_certificates,
)

from notices.errors import RefusedError
from notices.mail import Headers, message, split
from notices.mail.entity import base64_lines
from notices.signing import second_opinion, sign_entity
from notices.signing.readers.warm import WarmReader
from tests.programs import require_program
from tests.signing.authority import NOW, SIGNERS, Authority

OUTER = "fedcba9876543210fedcba98"


WARM = WarmReader()
READERS = {
    "library": lambda: {"openssl": require_program("openssl"), "library": WARM},
    "command": lambda: {"openssl": require_program("openssl"), "library": None},
    "own": lambda: {"openssl": None},
}


@pytest.fixture(params=READERS)
def openssl(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Who is asked."""
    return READERS[request.param]()


def mail(
    authority: Authority, part: bytes, headers: Headers, name: str = "p256"
) -> bytes:
    signature = sign_entity(
        part, authority.key(name), signing_time=NOW, revocation=authority.crls()
    )
    digest = authority.key(name).digest
    return message(headers, part, signature, boundary=OUTER, digest=digest)


@pytest.mark.parametrize("name", SIGNERS)
def test_a_good_mail_is_accepted_and_the_judge_is_named(
    authority: Authority,
    part: bytes,
    mail_headers: Headers,
    openssl: dict[str, Any],
    name: str,
) -> None:
    said = second_opinion(
        mail(authority, part, mail_headers, name),
        trust=[authority.root],
        now=NOW,
        **openssl,
        check_crls=True,
    )
    assert said == ("openssl cms" if openssl["openssl"] else "cryptography")


def changed_content(octets: bytes) -> bytes:
    return octets.replace(
        b"Content-Type: application/pdf", b"Content-Type: text/x-pdf", 1
    )


def resigned(change: Callable[[cms.SignedData], None]) -> Callable[[bytes], bytes]:
    """Change the CMS and put it back."""

    def edit(octets: bytes) -> bytes:
        parts = split(octets)
        info = cms.ContentInfo.load(parts.signature)
        change(info["content"])
        return replaced(octets, info.dump(force=True))

    return edit


def replaced(octets: bytes, signature: bytes) -> bytes:
    old = base64_lines(split(octets).signature).encode()
    assert old in octets
    return octets.replace(old, base64_lines(signature).encode())


def flip_signature(data: cms.SignedData) -> None:
    value = bytearray(data["signer_infos"][0]["signature"].native)
    value[-1] ^= 1
    data["signer_infos"][0]["signature"] = bytes(value)


def drop_certificates(data: cms.SignedData) -> None:
    data["certificates"] = cms.CertificateSet([])


def drop_signer(data: cms.SignedData) -> None:
    data["signer_infos"] = cms.SignerInfos([])


def drop_attributes(data: cms.SignedData) -> None:
    data["signer_infos"][0]["signed_attrs"] = cms.CMSAttributes([])


def version_5(data: cms.SignedData) -> None:
    data["version"] = "v5"


def answer_among_the_lists(data: cms.SignedData) -> None:
    """An OCSP answer as RFC 5940 has it, under the version that hides it."""
    answer = ocsp.OCSPResponse({"response_status": "try_later"})
    other = {"other_rev_info_format": "ocsp_response", "other_rev_info": answer}
    choices = [*data["crls"], cms.RevocationInfoChoice("other", other)]
    data["crls"] = cms.RevocationInfoChoices(choices)


def signer_by_key(data: cms.SignedData) -> None:
    data["signer_infos"][0]["version"] = "v3"


def other_certificate(data: cms.SignedData) -> None:
    other = {"other_cert_format": "1.3.6.1.5.5.7.16.9", "other_cert": Null()}
    choices = [*data["certificates"], cms.CertificateChoices("other", other)]
    data["certificates"] = cms.CertificateSet(choices)


def other_content(data: cms.SignedData) -> None:
    data["encap_content_info"] = {"content_type": "signed_data"}


BEYOND_VERSION_1 = {
    "it is of version v5": version_5,
    "besides revocation lists": answer_among_the_lists,
    "named by issuer and serial": signer_by_key,
    "besides X.509 certificates": other_certificate,
    "no id-data": other_content,
}


@pytest.mark.parametrize("reason", BEYOND_VERSION_1)
def test_what_readers_of_version_1_cannot_read_is_refused(
    authority: Authority,
    part: bytes,
    mail_headers: Headers,
    openssl: dict[str, Any],
    reason: str,
) -> None:
    """`openssl cms` accepts most of these, and Thunderbird shows no signature."""
    change = resigned(BEYOND_VERSION_1[reason])
    octets = change(mail(authority, part, mail_headers))
    with pytest.raises(RefusedError, match=reason):
        second_opinion(octets, trust=[authority.root], now=NOW, **openssl)


@pytest.mark.parametrize("change", [answer_among_the_lists, other_certificate])
def test_the_reader_of_pkcs7_itself_refuses_it(
    authority: Authority, part: bytes, mail_headers: Headers, change
) -> None:
    """So that it is not our reading alone of what those programs can read."""
    octets = mail(authority, part, mail_headers)
    assert load_der_pkcs7_certificates(split(octets).signature)
    with pytest.raises(ValueError, match="PKCS7"):
        load_der_pkcs7_certificates(split(resigned(change)(octets)).signature)


FORGERIES = {
    "content changed": changed_content,
    "signature value changed": resigned(flip_signature),
    "no certificates": resigned(drop_certificates),
    "no signer": resigned(drop_signer),
    "no signed attributes": resigned(drop_attributes),
    "no CMS": lambda octets: replaced(octets, b"\x30\x03\x02\x01\x05"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_mail_is_refused(
    authority: Authority,
    part: bytes,
    mail_headers: Headers,
    openssl: dict[str, Any],
    forgery: str,
) -> None:
    octets = FORGERIES[forgery](mail(authority, part, mail_headers))
    with pytest.raises(RefusedError) as caught:
        second_opinion(octets, trust=[authority.root], now=NOW, **openssl)
    assert caught.value.exit_code == 69
    assert "not queued" in caught.value.hint


@pytest.mark.parametrize("name", ["expired", "not-yet"])
def test_a_certificate_out_of_its_time_is_refused(
    authority: Authority,
    part: bytes,
    mail_headers: Headers,
    openssl: dict[str, Any],
    name: str,
) -> None:
    octets = mail(authority, part, mail_headers, name)
    with pytest.raises(RefusedError):
        second_opinion(octets, trust=[authority.root], now=NOW, **openssl)


def test_the_clock_is_the_one_given(
    authority: Authority, part: bytes, mail_headers: Headers, openssl: dict[str, Any]
) -> None:
    octets = mail(authority, part, mail_headers)
    late = NOW + timedelta(days=1000)
    with pytest.raises(RefusedError):
        second_opinion(octets, trust=[authority.root], now=late, **openssl)


def test_another_root_is_refused(
    authority: Authority, part: bytes, mail_headers: Headers, openssl: dict[str, Any]
) -> None:
    octets = mail(authority, part, mail_headers)
    other = authority.certificate("tsa")
    with pytest.raises(RefusedError):
        second_opinion(octets, trust=[other], now=NOW, **openssl)


def test_openssl_refuses_a_revoked_signer_by_the_list_inside(
    authority: Authority, part: bytes, mail_headers: Headers
) -> None:
    octets = mail(authority, part, mail_headers, "revoked")
    with pytest.raises(RefusedError, match="revoked"):
        second_opinion(
            octets,
            trust=[authority.root],
            now=NOW,
            openssl=require_program("openssl"),
            check_crls=True,
        )


def test_a_mail_without_intermediate_is_refused(
    authority: Authority, part: bytes, mail_headers: Headers, openssl: dict[str, Any]
) -> None:
    key = dataclasses.replace(authority.key("p256"), chain=())
    signature = sign_entity(part, key, signing_time=NOW)
    octets = message(mail_headers, part, signature, boundary=OUTER)
    with pytest.raises(RefusedError):
        second_opinion(octets, trust=[authority.root], now=NOW, **openssl)


def test_an_openssl_without_cades_gives_way_to_our_own_check(
    authority: Authority, part: bytes, mail_headers: Headers, tmp_path: Path
) -> None:
    old = tmp_path / "openssl"
    old.write_text("#!/bin/sh\necho 'cms: Unknown option: -cades' >&2\nexit 1\n")
    old.chmod(0o700)
    octets = mail(authority, part, mail_headers)
    arguments = {
        "trust": [authority.root],
        "now": NOW,
        "openssl": str(old),
        "library": None,
    }
    assert second_opinion(octets, **arguments) == "cryptography"  # type: ignore[arg-type]
    with pytest.raises(RefusedError):
        second_opinion(changed_content(octets), **arguments)  # type: ignore[arg-type]


def test_an_openssl_that_does_not_start_refuses(
    authority: Authority, part: bytes, mail_headers: Headers, tmp_path: Path
) -> None:
    octets = mail(authority, part, mail_headers)
    with pytest.raises(RefusedError, match="could not check"):
        second_opinion(
            octets,
            trust=[authority.root],
            now=NOW,
            openssl=str(tmp_path / "nothing"),
            library=None,
        )


def test_the_reader_is_one_process_for_all_mails_and_comes_back(
    authority: Authority, part: bytes, mail_headers: Headers
) -> None:
    """What kills it, such as the kernel short of memory, costs the next mail nothing."""
    reader = WarmReader()
    octets = mail(authority, part, mail_headers)
    arguments = {"trust": [authority.root], "now": NOW, "library": reader}
    arguments["openssl"] = require_program("openssl")

    def judged() -> int:
        assert second_opinion(octets, **arguments) == "openssl cms"
        assert reader._process is not None
        return reader._process.pid

    first, second = judged(), judged()
    assert first == second
    assert reader._process is not None
    reader._process.kill()
    reader._process.wait()
    assert judged() != first
    reader.close()


def test_a_reader_that_dies_over_the_question_leaves_it_to_the_command(
    authority: Authority, part: bytes, mail_headers: Headers
) -> None:
    class Dying(WarmReader):
        def _running(self) -> Any:
            process = super()._running()
            process.kill()
            process.wait()
            return process

    octets = mail(authority, part, mail_headers)
    arguments = {"trust": [authority.root], "now": NOW, "library": Dying()}
    arguments["openssl"] = require_program("openssl")
    assert second_opinion(octets, **arguments) == "openssl cms"
    with pytest.raises(RefusedError):
        second_opinion(changed_content(octets), **arguments)


class _Interrupted(BaseException):
    """What Ctrl-C is, or a signal's handler of whoever calls us."""


def _interrupt(_signal: int, _frame: object) -> None:
    raise _Interrupted


def test_the_answer_to_a_mail_that_nobody_waited_for_is_not_the_next_ones(
    authority: Authority, part: bytes, mail_headers: Headers
) -> None:
    """Who was interrupted left it in the pipe: a forged mail was accepted by it."""
    reader = WarmReader()
    octets = mail(authority, part, mail_headers)
    arguments = {"trust": [authority.root], "now": NOW, "library": reader}
    arguments["openssl"] = require_program("openssl")
    assert second_opinion(octets, **arguments) == "openssl cms"
    process = reader._process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    before = signal.signal(signal.SIGALRM, _interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(_Interrupted):
            second_opinion(octets, **arguments)
    finally:
        signal.signal(signal.SIGALRM, before)
    process.send_signal(signal.SIGCONT)
    with pytest.raises(RefusedError):
        second_opinion(changed_content(octets), **arguments)
    reader.close()
