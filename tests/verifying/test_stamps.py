# ruff: noqa: ARG005 - the authority's parties, whether used or not
"""Time stamps: the rules of RFC 3161 and RFC 5816, before either reader judges.

Each vector is a token over one value. They have numbers; the sentence says why.
"""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from notices.verifying import verify
from notices.verifying.checks import Refusal
from notices.verifying.cms import timestamp
from notices.verifying.cms.path import material_of
from notices.verifying.policy import read_policy
from tests.verifying.answers import Entry, a_list
from tests.verifying.genuine import Mail
from tests.verifying.pki import (
    DAY,
    JUDGED_AT,
    SIGNED_AT,
    Party,
    issue,
    named,
    new_ec,
    new_root,
    new_rsa,
    world,
)
from tests.verifying.tokens import Token

VALUE = b"the signature value that is stamped"
GOOD, FORMAT, ORDER = "", "FORMAT_FAILURE", "TIMESTAMP_ORDER_FAILURE"
CHAIN, WEAK, REVOKED = (
    "CHAIN_CONSTRAINTS_FAILURE",
    "CRYPTO_CONSTRAINTS_FAILURE",
    "REVOKED_NO_POE",
)
NOBODY = "NO_SIGNING_CERTIFICATE_FOUND"
STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
FLAGS = x509.ReasonFlags
SECOND = timedelta(seconds=1)


class Stampers:
    """Authorities that may stamp, and others."""

    def __init__(self) -> None:
        self.root = new_root("Stamps Root")
        self.ca = issue(self.root, "Stamps CA", is_ca=True, end=FAR)
        self.good = stamper(self.ca)
        self.elliptic = stamper(self.ca, key=new_ec())
        self.loose = stamper(self.ca, critical=False)
        self.both = stamper(
            self.ca, purposes=(STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION)
        )
        self.any = stamper(
            self.ca, purposes=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)
        )
        self.an_authority = stamper(self.ca, is_ca=True)
        self.small = stamper(self.ca, key=new_rsa(1024))
        self.enciphers = stamper(self.ca, enciphers=True)
        self.late = stamper(self.ca, start=SIGNED_AT + 5 * 3600 * SECOND)
        self.short = stamper(self.ca, end=SIGNED_AT - SECOND)
        self.mail_ca = constrained(
            self.root, "Mail CA", purposes=(ExtendedKeyUsageOID.EMAIL_PROTECTION,)
        )
        self.under_mail = stamper(self.mail_ca)
        self.stamps_ca = constrained(self.root, "Stamps Only CA", purposes=(STAMPING,))
        self.under_stamps = stamper(self.stamps_ca)
        self.closed_ca = constrained(self.root, "Closed CA", outside="Somewhere Else")
        self.under_closed = stamper(self.closed_ca)

    @property
    def lists(self) -> list[bytes]:
        return [
            a_list(one)
            for one in (
                self.root,
                self.ca,
                self.mail_ca,
                self.stamps_ca,
                self.closed_ca,
            )
        ]


FAR = datetime.fromisoformat("2045-01-01T00:00:00+00:00")


@cache
def stampers() -> Stampers:
    return Stampers()


def stamper(
    ca: Party,
    *,
    purposes: Sequence[x509.ObjectIdentifier] = (STAMPING,),
    critical: bool = True,
    is_ca: bool = False,
    enciphers: bool = False,
    key: object = None,
    start: datetime = SIGNED_AT - 100 * DAY,
    end: datetime = SIGNED_AT + 4_000 * DAY,
) -> Party:
    key = key or new_rsa()
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=enciphers,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        base(ca, "Stamper", key, start, end)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    )
    return Party(key, builder.sign(ca.key, hashes.SHA256()), ca)


def base(
    ca: Party, name: str, key: object, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(ca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
    )


def constrained(
    root: Party,
    name: str,
    *,
    purposes: Sequence[x509.ObjectIdentifier] = (),
    outside: str = "",
) -> Party:
    key = new_ec()
    builder = base(root, name, key, SIGNED_AT - 1_000 * DAY, FAR).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if outside:
        permitted = [x509.DirectoryName(named(outside))]
        limits = x509.NameConstraints(
            permitted_subtrees=permitted, excluded_subtrees=None
        )
        builder = builder.add_extension(limits, critical=True)
    return Party(key, builder.sign(root.key, hashes.SHA256()), root)


@dataclass(frozen=True)
class Vector:
    """A token, and how it is judged."""

    number: int
    why: str
    token: Callable[[Stampers], Token]
    said: str
    proven: timedelta = timedelta(0)
    """How much after genTime it is proven."""
    lists: Callable[[Stampers], Sequence[bytes]] = lambda pki: ()
    at: datetime = JUDGED_AT


def ended(
    reason: x509.ReasonFlags | None, at: datetime, **more: object
) -> Callable[[Stampers], list[bytes]]:
    return lambda pki: [
        a_list(
            pki.ca,
            Entry(pki.good, at=at, reason=reason, **more),
            start=JUDGED_AT - 3600 * SECOND,
        )
    ]


AFTER, BEFORE = SIGNED_AT + 3600 * SECOND, SIGNED_AT - 3600 * SECOND
VECTORS = (
    Vector(1, "a usual token", lambda p: Token(p.good), GOOD),
    Vector(2, "an elliptic key", lambda p: Token(p.elliptic), GOOD),
    Vector(
        3,
        "SHA-384, and the certificate named twice",
        lambda p: Token(p.good, digest="sha384", ess=("v1", "v2")),
        GOOD,
    ),
    Vector(
        4,
        "named by the first version of the attribute",
        lambda p: Token(p.good, ess=("v1",)),
        GOOD,
    ),
    Vector(
        5,
        "the signer named by its key identifier",
        lambda p: Token(p.good, by_key_identifier=True),
        GOOD,
    ),
    Vector(6, "extendedKeyUsage is not critical", lambda p: Token(p.loose), CHAIN),
    Vector(7, "an authority for mail as well", lambda p: Token(p.both), CHAIN),
    Vector(8, "an authority for anything", lambda p: Token(p.any), CHAIN),
    Vector(9, "a certification authority", lambda p: Token(p.an_authority), CHAIN),
    Vector(10, "a key of 1024 bits", lambda p: Token(p.small), WEAK),
    Vector(11, "a key that enciphers", lambda p: Token(p.enciphers), CHAIN),
    Vector(12, "SHA-1 in the signature", lambda p: Token(p.good, digest="sha1"), WEAK),
    Vector(13, "SHA-1 in the imprint", lambda p: Token(p.good, imprint="sha1"), WEAK),
    Vector(
        14,
        "no attribute says whose certificate",
        lambda p: Token(p.good, ess=()),
        FORMAT,
    ),
    Vector(
        15,
        "the attribute names another certificate: EN 319 102-1, 5.2.3",
        lambda p: Token(p.good, named=p.elliptic),
        NOBODY,
    ),
    Vector(
        16,
        "so does the first version",
        lambda p: Token(p.good, ess=("v1",), named=p.elliptic),
        NOBODY,
    ),
    Vector(
        17,
        "contentType is another",
        lambda p: Token(p.good, content_type="data"),
        FORMAT,
    ),
    Vector(
        18, "a certificate that began after the stamp", lambda p: Token(p.late), ORDER
    ),
    Vector(
        19,
        "a certificate that ended a second before the stamp, by a clock behind",
        lambda p: Token(p.short),
        ORDER,
        at=SIGNED_AT - 2 * SECOND,
    ),
    Vector(
        20, "under an authority for mail only", lambda p: Token(p.under_mail), CHAIN
    ),
    Vector(
        21, "under an authority for stamps only", lambda p: Token(p.under_stamps), GOOD
    ),
    Vector(
        22, "under an authority for other names", lambda p: Token(p.under_closed), CHAIN
    ),
    Vector(
        23,
        "accuracy of a second and a half",
        lambda p: Token(p.good, accuracy={"seconds": 1, "millis": 500}),
        GOOD,
        timedelta(seconds=1.5),
    ),
    Vector(
        24,
        "accuracy of a year: no later than the judging",
        lambda p: Token(p.good, accuracy={"seconds": 31_536_000}),
        GOOD,
        DAY,
    ),
    Vector(
        25,
        "the authority names itself",
        lambda p: Token(p.good, authority=p.good),
        GOOD,
    ),
    Vector(
        26,
        "the token names another authority",
        lambda p: Token(p.good, authority=p.ca),
        FORMAT,
    ),
    Vector(
        27,
        "a critical extension",
        lambda p: Token(
            p.good,
            extensions=[
                {
                    "extn_id": "1.3.6.1.4.1.99999.3",
                    "critical": True,
                    "extn_value": b"\x05\x00",
                }
            ],
        ),
        FORMAT,
    ),
    Vector(
        28,
        "superseded since: its stamps stand",
        lambda p: Token(p.good),
        GOOD,
        lists=ended(FLAGS.superseded, AFTER),
    ),
    Vector(
        29,
        "it ceased since: its stamps stand",
        lambda p: Token(p.good),
        GOOD,
        lists=ended(FLAGS.cessation_of_operation, AFTER),
    ),
    Vector(
        30,
        "superseded before: it could not stamp",
        lambda p: Token(p.good),
        REVOKED,
        lists=ended(FLAGS.superseded, BEFORE),
    ),
    Vector(
        31,
        "its key is compromised: nothing stands",
        lambda p: Token(p.good),
        REVOKED,
        lists=ended(FLAGS.key_compromise, AFTER),
    ),
    Vector(
        32,
        "revoked without a reason: nothing stands",
        lambda p: Token(p.good),
        REVOKED,
        lists=ended(None, AFTER),
    ),
    Vector(
        33,
        "superseded since, but suspected from before",
        lambda p: Token(p.good),
        REVOKED,
        lists=ended(FLAGS.superseded, AFTER, invalid_since=BEFORE),
    ),
    Vector(
        34,
        "superseded within its accuracy",
        lambda p: Token(p.good, accuracy={"seconds": 7200}),
        REVOKED,
        lists=ended(FLAGS.superseded, AFTER),
    ),
    Vector(
        35,
        "superseded by one list, compromised by another",
        lambda p: Token(p.good),
        REVOKED,
        lists=lambda p: [
            *ended(FLAGS.superseded, AFTER)(p),
            *ended(FLAGS.key_compromise, AFTER)(p),
        ],
    ),
    Vector(
        36,
        "its issuer is compromised: nothing stands",
        lambda p: Token(p.good),
        "REVOKED_CA_NO_POE",
        lists=lambda p: [
            a_list(
                p.root,
                Entry(p.ca, at=AFTER, reason=FLAGS.superseded),
                start=JUDGED_AT - 3600 * SECOND,
            )
        ],
    ),
)


def prove(vector: Vector) -> datetime:
    pki = stampers()
    evidence = [*pki.lists, *vector.lists(pki)]
    policy = read_policy(trust=[pki.root.pem], at=vector.at, evidence=evidence)
    token = timestamp.read_token(vector.token(pki)(VALUE))
    return timestamp.prove(token, VALUE, material_of(policy), vector.at)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one.number} {one.why}")
def test_a_token_is_judged(vector: Vector) -> None:
    if vector.said == GOOD:
        assert prove(vector) == SIGNED_AT + vector.proven
        return
    with pytest.raises(Refusal) as refused:
        prove(vector)
    assert str(refused.value.sub_indication) == vector.said, refused.value.detail


@pytest.mark.parametrize("number", [1, 2, 3, 4, 23, 25])
def test_openssl_accepts_the_good_ones(tmp_path: Path, number: int) -> None:
    """Else our writer of tokens would only please our own reader."""
    pki = stampers()
    (tmp_path / "value").write_bytes(VALUE)
    (tmp_path / "token").write_bytes(VECTORS[number - 1].token(pki)(VALUE))
    (tmp_path / "root.pem").write_bytes(pki.root.pem)
    command = ["openssl", "ts", "-verify", "-data", "value", "-in", "token"]
    command += ["-token_in", "-CAfile", "root.pem"]
    command += ["-attime", str(int(JUDGED_AT.timestamp()))]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Verification: OK" in done.stdout, done.stderr


def stamped_by_stranger() -> bytes:
    pki = world()
    token = Token(stampers().good)
    lists = (*pki.crls, *stampers().lists)
    return Mail(pki, crls=lists, cms=lambda made: replace(made, stamp=token)).build()


def test_roots_for_stamps_are_apart_from_roots_for_signers() -> None:
    """37: a time-stamp authority's root vouches for no signer, and the reverse."""
    pki, root = world(), stampers().root
    mail, at = stamped_by_stranger(), JUDGED_AT
    alone = verify(mail, trust=[pki.root.pem], at=at)
    assert str(alone.sub_indication) == "NO_CERTIFICATE_CHAIN_FOUND"
    both = verify(mail, trust=[pki.root.pem, root.pem], at=at)
    apart = verify(mail, trust=[pki.root.pem], trust_tsa=[root.pem], at=at)
    assert both.verdict == apart.verdict == "TOTAL-PASSED"
    own = Mail(pki, cms=lambda made: replace(made, stamp=Token(pki.tsa))).build()
    assert verify(own, trust=[pki.root.pem], at=at).verdict == "TOTAL-PASSED"
    strict = verify(own, trust=[pki.root.pem], trust_tsa=[root.pem], at=at)
    assert str(strict.sub_indication) == "NO_CERTIFICATE_CHAIN_FOUND"
    reverse = verify(mail, trust=[root.pem], trust_tsa=[pki.root.pem], at=at)
    assert reverse.verdict == "INDETERMINATE"


def test_the_accuracy_is_part_of_what_is_proven() -> None:
    """38: revoked 30 s after genTime, with an accuracy of a minute: perhaps before."""
    pki = world()
    token = Token(pki.tsa, accuracy={"seconds": 60})
    mail = Mail(pki, cms=lambda made: replace(made, stamp=token)).build()
    revoked = a_list(
        Party(pki.ca.key, pki.ca.certificate),
        Entry(pki.signer, at=SIGNED_AT + 30 * SECOND),
        start=SIGNED_AT + 3600 * SECOND,
    )
    report = verify(mail, trust=[pki.root.pem], at=JUDGED_AT, evidence=[revoked])
    assert str(report.sub_indication) == REVOKED
    assert report.best_signature_time == SIGNED_AT + 60 * SECOND


CONFIG = """
[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.2
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
tsa_name = {name}
ess_cert_id_chain = {chain}
ess_cert_id_alg = {digest}
"""


@pytest.mark.parametrize(
    ("name", "chain", "digest"),
    [("yes", "no", "sha256"), ("no", "yes", "sha256"), ("yes", "yes", "sha1")],
)
def test_a_token_that_openssl_made_proves_its_time(
    tmp_path: Path, name: str, chain: str, digest: str
) -> None:
    """39: `openssl ts` on the real clock, in the ways that it can be set up."""
    pki, start = stampers(), datetime.now(UTC)
    files = {
        "value": VALUE,
        "tsa.pem": pki.good.pem,
        "ca.pem": pki.ca.pem,
        "key.pem": pki.good.key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
        "tsa.cnf": CONFIG.format(name=name, chain=chain, digest=digest).encode(),
        "serial": b"01\n",
    }
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
    for command in (
        "openssl ts -query -data value -sha256 -cert -out query",
        "openssl ts -reply -queryfile query -config tsa.cnf -token_out -out token",
    ):
        subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=True)
    now = datetime.now(UTC)
    lists = [a_list(one, start=start - 3600 * SECOND) for one in (pki.root, pki.ca)]
    policy = read_policy(trust=[pki.root.pem], at=now, evidence=lists)
    token = timestamp.read_token((tmp_path / "token").read_bytes())
    proven = timestamp.prove(token, VALUE, material_of(policy), now)
    assert start - SECOND <= proven <= now + SECOND
    assert timestamp.claimed(token).accuracy == timedelta(seconds=1.5001)
