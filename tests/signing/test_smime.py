"""The mail's signature, judged by programs that share no code with what made it."""

import hashlib
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, core, crl, ocsp
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPResponseBuilder, OCSPResponseStatus

from notices.errors import RevocationUnavailable
from notices.mail import Headers, message, split
from notices.signing import RevocationAnswers, TimestampClient, sign_entity
from notices.signing.revocation.fetching import fetch_answers
from notices.signing.revocation.transport import HttpTransport, TransportError
from tests.clocks import MovingClock
from tests.programs import require_program
from tests.signing.authority import NOW, SIGNERS, Authority

OUTER = "fedcba9876543210fedcba98"


CARRIED = ("lists", "answers", "both", "nothing")
"""What goes along: lists are CRLs, answers are OCSP's."""
CASES = [f"{name} lists" for name in SIGNERS] + [
    f"{name} {what}{stamped}"
    for name in ("p256", "rsa3072")
    for what in CARRIED
    for stamped in ("", " stamped")
    if (what, stamped) != ("lists", "")
]


def carried(authority: Authority, name: str, what: str) -> RevocationAnswers:
    key = authority.key(name)
    path = (key.certificate, *key.chain, authority.root)
    ocsp = RevocationAnswers(ocsp=fetch_ocsp(path))
    return {
        "lists": authority.crls(),
        "answers": ocsp,
        "both": authority.crls() | ocsp,
        "nothing": RevocationAnswers(),
    }[what]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> list[str]:
    """Key, what goes along, and whether it is stamped."""
    return str(request.param).split()


@pytest.fixture
def signed(
    case: list[str], authority: Authority, part: bytes, mail_headers: Headers
) -> bytes:
    """A mail by each kind of key, with what goes along, with and without time stamp."""
    name, what, *stamped = case
    signature = sign_entity(
        part,
        authority.key(name),
        signing_time=NOW,
        revocation=carried(authority, name, what),
        timestamper=TimestampClient(urls=(authority.tsa_url,)) if stamped else None,
    )
    digest = authority.key(name).digest
    return message(mail_headers, part, signature, boundary=OUTER, digest=digest)


@pytest.fixture
def root_file(authority: Authority, tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(authority.root.public_bytes(Encoding.PEM))
    return path


def run(*words: object, stdin: bytes = b"") -> str:
    """What the program says about it."""
    done = subprocess.run(
        list(map(str, words)), input=stdin, capture_output=True, check=False
    )
    return done.stderr.decode(errors="replace")


def openssl(command: str, octets: bytes, root: Path, *more: str) -> str:
    return run(
        *(require_program("openssl"), command, "-verify", "-purpose", "smimesign"),
        *("-CAfile", root, "-no-CApath", "-no-CAstore"),
        *("-attime", int(NOW.timestamp()), "-out", "/dev/null", *more),
        stdin=octets,
    )


def test_openssl_cms_accepts_it_as_cades_and_the_crl_inside(
    signed: bytes, case: list[str], root_file: Path
) -> None:
    has_list = case[1] in ("lists", "both")
    more = ["-crl_check"] if has_list else []
    said = openssl("cms", signed, root_file, "-cades", *more)
    assert "CAdES Verification successful" in said


def test_openssl_smime_accepts_it(signed: bytes, root_file: Path) -> None:
    assert "Verification successful" in openssl("smime", signed, root_file)


def test_openssl_refuses_it_after_one_changed_octet(
    signed: bytes, root_file: Path
) -> None:
    changed = signed.replace(
        b"Content-Type: application/pdf", b"Content-Type: text/x-pdf", 1
    )
    said = openssl("cms", changed, root_file)
    assert "Verification failure" in said
    assert "digest" in said or "verif" in said


def test_nss_accepts_it(
    signed: bytes, part: bytes, authority: Authority, tmp_path: Path
) -> None:
    certutil, cmsutil = require_program("certutil"), require_program("cmsutil")
    root = authority.root.public_bytes(Encoding.DER)
    (tmp_path / "root.der").write_bytes(root)
    database = f"sql:{tmp_path}"
    run(certutil, "-N", "-d", database, "--empty-password")
    run(
        *(certutil, "-A", "-d", database, "-n", "root", "-t", ",C,"),
        *("-i", tmp_path / "root.der"),
    )
    (tmp_path / "part").write_bytes(part)
    (tmp_path / "p7s").write_bytes(signature_of(signed))
    arguments = ["-D", "-d", database, "-u", "4", "-c", tmp_path / "part", "-h", "0"]
    done = subprocess.run(
        list(map(str, [cmsutil, *arguments, "-i", tmp_path / "p7s"])),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert b"GoodSignature" in done.stdout, done.stdout


def test_gpgsm_accepts_it(
    signed: bytes, part: bytes, authority: Authority, tmp_path: Path
) -> None:
    gpgsm = require_program("gpgsm")
    home = tmp_path / "g"
    home.mkdir(mode=0o700)
    fingerprint = authority.root.fingerprint(SHA1()).hex().upper()  # noqa: S303
    (home / "trustlist.txt").write_text(f"{fingerprint} S relax\n")
    (home / "gpgsm.conf").write_text("disable-crl-checks\nno-common-certs-import\n")
    root = tmp_path / "root.der"
    root.write_bytes(authority.root.public_bytes(Encoding.DER))
    (tmp_path / "part").write_bytes(part)
    (tmp_path / "p7s").write_bytes(signature_of(signed))
    base = [
        gpgsm,
        "--homedir",
        home,
        "--batch",
        "--faked-system-time",
        f"{NOW:%Y%m%dT%H%M%S}",
    ]
    run(*base, "--import", root)
    done = subprocess.run(
        list(
            map(
                str,
                [
                    *base,
                    "--status-fd",
                    "1",
                    "--verify",
                    tmp_path / "p7s",
                    tmp_path / "part",
                ],
            )
        ),
        capture_output=True,
        check=False,
    )
    status = done.stdout.decode()
    assert "[GNUPG:] GOODSIG" in status, status + done.stderr.decode()
    assert "[GNUPG:] TRUST_FULLY" in status, status


def signature_of(octets: bytes) -> bytes:
    return split(octets).signature


def load(signature: bytes) -> cms.SignedData:
    return cms.ContentInfo.load(signature, strict=True)["content"]


def test_the_signed_attributes_are_the_five_of_the_profile(signed: bytes) -> None:
    (signer,) = load(signature_of(signed))["signer_infos"]
    kinds = [attribute["type"].native for attribute in signer["signed_attrs"]]
    assert sorted(kinds) == [
        "content_type",
        "message_digest",
        "signing_certificate_v2",
        "signing_time",
        "smime_capabilities",
    ]
    assert len(kinds) == len(set(kinds)) == 5


def test_it_is_der_through_and_through(signed: bytes) -> None:
    """SET OF is in order (X.690, 11.6): what openssl writes anew is the same."""
    signature = signature_of(signed)
    done = subprocess.run(
        [
            require_program("openssl"),
            "cms",
            "-cmsout",
            "-inform",
            "DER",
            "-outform",
            "DER",
        ],
        input=signature,
        capture_output=True,
        check=True,
    )
    assert done.stdout == signature


def test_the_signing_time_is_the_one_given(authority: Authority, part: bytes) -> None:
    later = NOW + timedelta(days=3, microseconds=5)
    data = load(sign_entity(part, authority.key("p256"), signing_time=later))
    values = {
        one["type"].native: one["values"]
        for one in data["signer_infos"][0]["signed_attrs"]
    }
    assert values["signing_time"][0].native == NOW + timedelta(days=3)


def test_signing_times_after_2049_are_written_as_generalized_time(
    authority: Authority, part: bytes
) -> None:
    later = NOW.replace(year=2051)
    data = load(sign_entity(part, authority.key("p256"), signing_time=later))
    values = {
        one["type"].native: one["values"]
        for one in data["signer_infos"][0]["signed_attrs"]
    }
    assert values["signing_time"][0].name == "generalized_time"


def test_signer_and_intermediate_go_along_and_the_root_does_not(signed: bytes) -> None:
    subjects = {
        choice.chosen.subject.native["common_name"]
        for choice in load(signature_of(signed))["certificates"]
    }
    assert "Test issuing" in subjects
    assert "Test root" not in subjects
    assert len(subjects) == 2


def test_the_crls_go_along(
    signed: bytes, case: list[str], authority: Authority
) -> None:
    carried = {choice.dump() for choice in load(signature_of(signed))["crls"] or ()}
    lists = authority.crls().crls if case[1] in ("lists", "both") else ()
    assert carried == set(lists)


def test_it_is_of_version_1_whatever_goes_along(signed: bytes) -> None:
    """An OCSP answer in SignedData.crls makes it 5: to Thunderbird it is not signed."""
    data = load(signature_of(signed))
    assert data["version"].native == "v1"
    assert data["signer_infos"][0]["version"].native == "v1"


def test_ocsp_answers_go_along_as_the_responder_signed_them(
    authority: Authority, part: bytes
) -> None:
    """RevocationValues by RFC 5126, 6.3.4, and no OCSPResponse around an answer."""
    answers = carried(authority, "p256", "both")
    data = load(
        sign_entity(part, authority.key("p256"), signing_time=NOW, revocation=answers)
    )
    (unsigned,) = data["signer_infos"][0]["unsigned_attrs"]
    assert unsigned["type"].dotted == "1.2.840.113549.1.9.16.2.24"
    (values,) = unsigned["values"]
    written = RevocationValues.load(values.dump(), strict=True)
    assert not written["crl_vals"]
    (response,) = answers.ocsp
    inside = ocsp.OCSPResponse.load(response)["response_bytes"]["response"]
    assert [one.dump() for one in written["ocsp_vals"]] == [bytes(inside)]


class CertificateLists(core.SequenceOf):
    _child_spec = crl.CertificateList


class BasicAnswers(core.SequenceOf):
    _child_spec = ocsp.BasicOCSPResponse


class RevocationValues(core.Sequence):
    _fields = [  # noqa: RUF012 - as asn1crypto wants it
        ("crl_vals", CertificateLists, {"explicit": 0, "optional": True}),
        ("ocsp_vals", BasicAnswers, {"explicit": 1, "optional": True}),
    ]


def test_a_refusal_of_a_responder_does_not_go_along(
    authority: Authority, part: bytes
) -> None:
    refusal = OCSPResponseBuilder.build_unsuccessful(OCSPResponseStatus.TRY_LATER)
    answers = RevocationAnswers(ocsp=(refusal.public_bytes(Encoding.DER),))
    with pytest.raises(RevocationUnavailable, match="holds none"):
        sign_entity(part, authority.key("p256"), signing_time=NOW, revocation=answers)


class OnlyOcsp(HttpTransport):
    """A transport for which no list can be had."""

    __slots__ = ()

    def fetch(self, url: str, *, body: bytes = b"", media_type: str = "") -> bytes:
        if url.endswith(".crl"):
            raise TransportError("no lists today")
        return super().fetch(url, body=body, media_type=media_type)


def fetch_ocsp(path: Sequence[x509.Certificate]) -> tuple[bytes, ...]:
    return fetch_answers(path, OnlyOcsp(), clock=MovingClock(NOW)).ocsp


def test_a_time_stamp_covers_the_signature_value(
    authority: Authority, part: bytes
) -> None:
    client = TimestampClient(urls=(authority.tsa_url,))
    data = load(
        sign_entity(part, authority.key("p256"), signing_time=NOW, timestamper=client)
    )
    (signer,) = data["signer_infos"]
    (unsigned,) = signer["unsigned_attrs"]
    assert unsigned["type"].native == "signature_time_stamp_token"
    token = unsigned["values"][0]["content"]["encap_content_info"]["content"].parsed
    imprint = token["message_imprint"]["hashed_message"].native
    assert imprint == hashlib.sha256(signer["signature"].native).digest()
