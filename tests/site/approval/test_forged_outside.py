"""Approvals forged with other people's programs: OpenSSL signs, fido2 judges as well.

What the checker's own OpenSSL signs as the manual says is taken; each forgery is
refused, with its code and its reason, and nothing is queued.
"""

import re
import subprocess
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from fido2 import cose
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from notices.approval import refusals
from notices.delivery import State
from notices.errors import NoticesError
from notices.verifying.approval.signatures import (
    SignatureKind,
    SignedStatement,
)
from notices.verifying.approval.statement import RelyingParty
from notices.verifying.process.statements import require_signed
from tests.programs import require_program
from tests.site.approval.people import CHECKER, ORIGIN, RP_ID, Card, Passkey, enrol
from tests.site.approval.test_refused import (
    CLIENTS,
    SIGNATURES,
    STATEMENTS,
    refused,
    shared,
)
from tests.site.conftest import CASE_1

__all__ = ["shared"]

PREFIX = b"notices/approval/v1\n"
AS_THE_MANUAL_SAYS = ("-binary", "-cades", "-md", "sha256", "-outform", "DER")


@dataclass(frozen=True)
class Bench:
    """A person's key and certificate as files, and OpenSSL."""

    folder: Path
    name: str

    @classmethod
    def of(cls, folder, card, name=""):
        name = name or card.person
        private, certificate, _ = pkcs12.load_key_and_certificates(card.p12, None)
        pkcs8 = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(private.private_bytes(*pkcs8))
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        return cls(folder, name)

    def openssl(self, *words, given=b""):
        done = subprocess.run(
            [require_program("openssl"), *words],
            input=given,
            capture_output=True,
            cwd=self.folder,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def sign(self, octets, *words, certificate=""):
        signer = ("-signer", certificate or f"{self.name}.pem")
        key = ("-inkey", f"{self.name}.key")
        return self.openssl("cms", "-sign", *signer, *key, *words, given=octets)

    def certificate(self, name, *words):
        """Another certificate of the same key."""
        key = f"{self.name}.key"
        self.openssl("req", "-x509", "-new", "-key", key, "-out", name, *words)
        return name


@pytest.fixture(scope="module")
def bench(tmp_path_factory, cards):
    folder = tmp_path_factory.mktemp("openssl")
    Bench.of(folder, cards["suzuki-m"])
    Bench.of(folder, Card.made("nisemono-n", CHECKER))
    return Bench.of(folder, cards["reiji-t"])


def plain(*words, drop=(), prefix=PREFIX):
    """OpenSSL's own command with other options."""

    def forge(bench, octets):
        kept = [word for word in AS_THE_MANUAL_SAYS if word not in drop]
        return bench.sign(prefix + octets, *kept, *words)

    return forge


def enveloped(bench, octets):
    words = ("cms", "-encrypt", "-binary", "-outform", "DER", f"{bench.name}.pem")
    return bench.openssl(*words, given=PREFIX + octets)


def digested(bench, octets):
    words = ("cms", "-digest_create", "-binary", "-outform", "DER")
    return bench.openssl(*words, given=PREFIX + octets)


def data_only(bench, octets):
    words = ("cms", "-data_create", "-binary", "-outform", "DER")
    return bench.openssl(*words, given=PREFIX + octets)


def of_the_hash(bench, octets):
    return bench.sign(sha256(PREFIX + octets).digest(), *AS_THE_MANUAL_SAYS)


def resigned(bench, octets):
    """A second signer is put into a genuine one."""
    made = bench.sign(PREFIX + octets, *AS_THE_MANUAL_SAYS)
    (bench.folder / "first.p7s").write_bytes(made)
    (bench.folder / "content").write_bytes(PREFIX + octets)
    return bench.openssl(
        "cms", "-resign", "-binary", "-cades", "-inform", "DER", "-in", "first.p7s",
        "-content", "content", "-signer", "suzuki-m.pem", "-inkey", "suzuki-m.key",
        "-outform", "DER",
    )  # fmt: skip


def raw_signature(bench, octets):
    words = ("dgst", "-sha256", "-sign", f"{bench.name}.key")
    return bench.openssl(*words, given=PREFIX + octets)


def a_certificate(bench, octets):
    del octets
    return bench.openssl("x509", "-in", f"{bench.name}.pem", "-outform", "DER")


def by_another_key_under_his_certificate(bench, octets):
    """His certificate, somebody else's value: put together from two signatures."""
    own = bench.sign(PREFIX + octets, *AS_THE_MANUAL_SAYS)
    other = Bench(bench.folder, "nisemono-n").sign(PREFIX + octets, *AS_THE_MANUAL_SAYS)
    value = other[other.rindex(b"\x30", 0, len(other) - 8) :]
    return own[: -len(value)] + value


def by_a_twin(bench, octets):
    twin = Bench(bench.folder, "nisemono-n")
    return twin.sign(PREFIX + octets, *AS_THE_MANUAL_SAYS)


def by_a_twin_with_his_certificate_beside(bench, octets):
    twin = Bench(bench.folder, "nisemono-n")
    words = ("-certfile", f"{bench.name}.pem")
    return twin.sign(PREFIX + octets, *AS_THE_MANUAL_SAYS, *words)


def of_another_checker(bench, octets):
    other = Bench(bench.folder, "suzuki-m")
    kept = [word for word in AS_THE_MANUAL_SAYS if word != "sha256"]
    kept.insert(kept.index("-md") + 1, "sha384")
    return other.sign(PREFIX + octets, *kept)


def by_key_id(bench, octets):
    """Two ways to name a signer are one too many."""
    made = bench.certificate("ski.pem", "-subj", "/CN=x", "-days", "9")
    return bench.sign(PREFIX + octets, *AS_THE_MANUAL_SAYS, "-keyid", certificate=made)


SIGNATURE, OTHER_KEY = "approval-signature", "approver-other-key"
BY_OPENSSL = {
    "with the content inside": (SIGNATURE, plain("-nodetach")),
    "without signed attributes": (SIGNATURE, plain("-noattr", drop=("-cades",))),
    "without the certificate's hash": (SIGNATURE, plain(drop=("-cades",))),
    "without certificates": (SIGNATURE, plain("-nocerts")),
    "with SHA-224": (SIGNATURE, plain("-md", "sha224", drop=("-md", "sha256"))),
    "with SHA-1": (SIGNATURE, plain("-md", "sha1", drop=("-md", "sha256"))),
    "with SHA-512": (SIGNATURE, plain("-md", "sha512", drop=("-md", "sha256"))),
    "with SHA-384 by P-256": (
        SIGNATURE,
        plain("-md", "sha384", drop=("-md", "sha256")),
    ),
    "named by its key id": (SIGNATURE, by_key_id),
    "in PEM": (SIGNATURE, plain("-outform", "PEM", drop=("-outform", "DER"))),
    "as a mail": (SIGNATURE, plain("-outform", "SMIME", drop=("-outform", "DER"))),
    "in BER": (SIGNATURE, plain("-indef", "-nodetach")),
    "with line ends of a mail": (SIGNATURE, plain(drop=("-binary",))),
    "as text": (SIGNATURE, plain("-text", drop=("-binary",))),
    "over the bare file": (SIGNATURE, plain(prefix=b"")),
    "over a later version": (SIGNATURE, plain(prefix=b"notices/approval/v2\n")),
    "over an enrolment": (SIGNATURE, plain(prefix=b"notices/enrolment/v1\n")),
    "over a disposal": (SIGNATURE, plain(prefix=b"notices/disposal/v1\n")),
    "over a draft": (SIGNATURE, plain(prefix=b"notices/draft/v1\n")),
    "with a prefix twice": (SIGNATURE, plain(prefix=PREFIX * 2)),
    "over its hash": (SIGNATURE, of_the_hash),
    "enveloped": (SIGNATURE, enveloped),
    "a digest only": (SIGNATURE, digested),
    "data only": (SIGNATURE, data_only),
    "by two": (SIGNATURE, resigned),
    "a bare value": (SIGNATURE, raw_signature),
    "a certificate": (SIGNATURE, a_certificate),
    "somebody's value under his certificate": (
        SIGNATURE,
        by_another_key_under_his_certificate,
    ),
    "a twin's": (OTHER_KEY, by_a_twin),
    "a twin's with his certificate beside": (
        OTHER_KEY,
        by_a_twin_with_his_certificate_beside,
    ),
    "another checker's": (OTHER_KEY, of_another_checker),
}
"""By name: the code, and how OpenSSL makes it."""


@pytest.mark.parametrize("what", BY_OPENSSL)
def test_a_forgery_of_openssl(shared, bench, checker, what):
    site, number = shared
    code, forge = BY_OPENSSL[what]
    octets = site.approval_request(number, person=checker.person).octets
    error = refused(site, number, octets, cms=forge(bench, octets))
    assert error.code == code
    # a sentence, not the name of a class of ours
    assert "NotDER" not in error.message


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa"])
def test_what_openssl_signs_as_the_manual_says_is_taken(
    wanting, opened, cards, tmp_path, kind
):
    """Also with another certificate of that key: long over, and in another name."""
    card = Card.made("kagi-k", CHECKER, kind=kind)
    bench = Bench.of(tmp_path, card)
    md = "sha384" if kind == "p384" else "sha256"
    words = [md if word == "sha256" else word for word in AS_THE_MANUAL_SAYS]
    past = ("-subj", "/CN=somebody else", "-days", "1")
    other = bench.certificate("other.pem", *past)
    with opened() as site:
        enrol(site, card.candidate, cards["kanri-a"])
        number = site.prepare(site.read_case(CASE_1)).number
        for certificate in ("", other):
            asked = site.approval_request(number, person=card.person)
            signed = bench.sign(asked.to_sign, *words, certificate=certificate)
            site.approve(asked.octets, cms=signed)
            no = site.approval_request(
                number, person=card.person, decision="reject", reason="once more"
            )
            site.approve(no.octets, cms=bench.sign(no.to_sign, *words))
        asked = site.approval_request(number, person=card.person)
        site.approve(asked.octets, cms=bench.sign(asked.to_sign, *words))
        assert [each.state for each in site.sign_drafts()] == [State.HELD]


# passkeys, judged by Yubico's server as well


class Server:
    """fido2's relying party, which knows the person's passkey."""

    def __init__(self, passkey):
        party = PublicKeyCredentialRpEntity(name="console", id=RP_ID)
        self._server = Fido2Server(party, verify_origin=lambda told: told == ORIGIN)
        kind = cose.ES256 if passkey.kind == "ES256" else cose.EdDSA
        key = kind.from_cryptography_key(passkey.made.private.public_key())
        self._known = AttestedCredentialData.create(b"\0" * 16, b"credential-1", key)

    def takes(self, challenge, assertion):
        state = {
            "challenge": websafe_encode(challenge),
            "user_verification": UserVerificationRequirement.REQUIRED,
        }
        try:
            response = AuthenticationResponse.from_dict(
                {
                    "id": websafe_encode(assertion.credential_id),
                    "rawId": websafe_encode(assertion.credential_id),
                    "type": "public-key",
                    "response": {
                        "clientDataJSON": websafe_encode(assertion.client_data_json),
                        "authenticatorData": websafe_encode(
                            assertion.authenticator_data
                        ),
                        "signature": websafe_encode(assertion.signature),
                    },
                }
            )
            self._server.authenticate_complete(state, [self._known], response)
        except (ValueError, InvalidSignature, KeyError, TypeError):
            return False
        return True


@dataclass(frozen=True)
class Owned:
    """A passkey that is enrolled, and of which kind."""

    made: Passkey
    kind: str


@pytest.fixture(params=["ES256", "EdDSA"], scope="module")
def passkey(request, shared, cards):
    site, _ = shared
    person = f"fido-{request.param.lower()}"
    made = Passkey.made(person, CHECKER, eddsa=request.param == "EdDSA")
    enrol(site, made.candidate, cards["kanri-a"])
    return Owned(made, request.param)


def url64(octets):
    return urlsafe_b64encode(octets).decode().rstrip("=")


def by_challenge(change):
    return lambda owned, request: owned.made.tap(
        request.challenge, client={"challenge": change(request.challenge)}
    )


def bare(owned, request):
    return owned.made.tap(sha256(request.octets).digest())


def another(owned, request):
    other = Passkey.made("x", "x", eddsa=owned.kind == "EdDSA").tap(request.challenge)
    return replace(owned.made.tap(request.challenge), signature=other.signature)


def counter(owned, request):
    genuine = owned.made.tap(request.challenge)
    later = genuine.authenticator_data[:-1] + b"\x08"
    return replace(genuine, authenticator_data=later)


def data(owned, request):
    genuine = owned.made.tap(request.challenge)
    spaced = genuine.client_data_json.replace(b": ", b":  ", 1)
    return replace(genuine, client_data_json=spaced)


def tap(owned, request, change):
    if isinstance(change, dict):
        return owned.made.tap(request.challenge, **dict(change))
    return change(owned, request)


BOTH, WE_ALONE = False, True
"""Whether fido2 takes what we refuse: what it need not ask, we do."""
TAPS = {
    "of another origin": (BOTH, {"client": {"origin": "https://console.example.net"}}),
    "of the host with a port": (BOTH, {"client": {"origin": f"{ORIGIN}:8443"}}),
    "of the page in the clear": (BOTH, {"client": {"origin": "http://" + RP_ID}}),
    "of a host below": (BOTH, {"client": {"origin": "https://a.console.example.jp"}}),
    "of an origin with a stroke": (BOTH, {"client": {"origin": f"{ORIGIN}/"}}),
    "of another rp id": (BOTH, {"rp_id": "example.jp"}),
    "of a registration": (BOTH, {"client": {"type": "webauthn.create"}}),
    "of a payment": (BOTH, {"client": {"type": "payment.get"}}),
    "of no type": (BOTH, {"client": {"type": None}}),
    "without a user": (BOTH, {"flags": 0x04}),
    "without verification": (BOTH, {"flags": 0x01}),
    "with no flag": (BOTH, {"flags": 0x00}),
    "by the hash of the bare file": (BOTH, bare),
    "by the hash in hexadecimal": (BOTH, by_challenge(bytes.hex)),
    "by the hash with padding": (WE_ALONE, by_challenge(lambda it: url64(it) + "=")),
    "by another challenge": (BOTH, {"client": {"challenge": url64(bytes(32))}}),
    "by no challenge": (BOTH, {"client": {"challenge": ""}}),
    "with another's signature": (BOTH, another),
    "with a counter changed since": (BOTH, counter),
    "with data changed since": (BOTH, data),
    "within a frame": (WE_ALONE, {"client": {"crossOrigin": True}}),
    "within a frame, as text": (WE_ALONE, {"client": {"crossOrigin": "false"}}),
    "backed up and not eligible": (WE_ALONE, {"flags": 0x15}),
    "with a flag of the future": (WE_ALONE, {"flags": 0x25}),
    "with octets behind": (BOTH, {"more": b"\0"}),
    "with client data that is a list": (BOTH, {"client_json": b"[]"}),
    "with client data in UTF-16": (BOTH, {"client_json": "{}".encode("utf-16")}),
    "with nothing": (BOTH, {"client_json": b"", "signature": b""}),
}
"""By name: whether fido2 takes it, and how it differs."""


@pytest.mark.parametrize("what", TAPS)
def test_a_forged_tap(shared, passkey, what):
    site, number = shared
    taken_by_fido2, change = TAPS[what]
    request = site.approval_request(number, person=passkey.made.person)
    made = tap(passkey, request, change)
    error = refused(site, number, request.octets, assertion=made.octets())
    assert error.code == SIGNATURE
    assert Server(passkey).takes(request.challenge, made) is taken_by_fido2


def test_a_genuine_tap_fido2_takes_as_we_do(shared, passkey):
    site, number = shared
    request = site.approval_request(number, person=passkey.made.person)
    made = passkey.made.tap(request.challenge)
    assert Server(passkey).takes(request.challenge, made)
    party = RelyingParty(rp_id=RP_ID, origin=ORIGIN)
    signed = SignedStatement(
        prefix=PREFIX,
        octets=request.octets,
        kind=SignatureKind.ASSERTION,
        signature=made.octets(),
    )
    require_signed(signed, passkey.made.candidate.key_sha256, party)


# all of them together


def test_there_are_sixty_and_each_code_that_the_manual_names_is_among_them():
    """Every refusal of docs/approval.md has a forgery in these tables, or its test."""
    tables = (STATEMENTS, SIGNATURES, CLIENTS, BY_OPENSSL, TAPS)
    assert sum(map(len, tables)) >= 60
    codes = {code for code, _ in (*STATEMENTS.values(), *BY_OPENSSL.values())}
    elsewhere = {
        # tests/site/approval: test_refused, test_one_person_one_key, test_by_hand
        "approver-is-assessor", "approver-revoked", "approval-replayed",
        "approval-twice", "approval-too-late", "approver-other-kind",
        "approver-not-proven", "approval-not-on-record",
        # test_stale, test_doors
        "approval-rejected", "approval-expired", "approval-stale", "not-approved",
        # under the checker's name by another checker: test_by_hand
        "approver-name",
    }  # fmt: skip
    manual = Path(__file__).parents[3] / "docs" / "approval.md"
    told = set(
        re.findall(
            r"`((?:approval|approver|not-approved)[a-z-]*)`",
            manual.read_text("utf-8").partition("## When it does not hold")[2],
        )
    )
    assert told == codes | elsewhere
    assert told == {
        each.code
        for each in vars(refusals).values()
        if isinstance(each, type)
        and issubclass(each, NoticesError)
        and each.__module__ == refusals.__name__
        # of people, and of who was asked and said no (test_asked): nothing is forged
        and each.code
        not in ("approval-refused", "key-of-another", "self-enrolment", "not-decided")
    }
