"""Certification paths: the kinds that x509-limbo names outside the web, made anew.

Each vector is a signer, what came along, and a root; the sentence says why it is refused,
or why it must not be. `openssl verify` judges those too, and what it says otherwise is
written down. What x509-limbo itself says stands in docs/verification.md.
"""

import ipaddress
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from notices.verifying import verify
from notices.verifying.certification import validation
from notices.verifying.certification.building import Builder
from notices.verifying.checks import Refusal
from tests.effort import effort
from tests.verifying.answers import a_list
from tests.verifying.genuine import Mail
from tests.verifying.odd_certificates import (
    DAY,
    EMAIL,
    Made,
    basic,
    generalized,
    limits,
    names,
    no_issuer,
    other_algorithm,
    serial,
    small_rsa,
    twice,
    unknown,
    usage,
    version,
)
from tests.verifying.pki import FROM, JUDGED_AT, SIGNED_AT, Party, new_rsa

GOOD, BROKEN = "", "CERTIFICATE_CHAIN_GENERAL_FAILURE"
LIMITED, WEAK = "CHAIN_CONSTRAINTS_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE"
NONE, ENDED = "NO_CERTIFICATE_CHAIN_FOUND", "OUT_OF_BOUNDS_NO_POE"
PURPOSES = frozenset((EMAIL.dotted_string,))
Chain = tuple[Party, Sequence[Party], Party]
"""Signer, what came along, root."""


def root(**more: object) -> Party:
    return Made("Root", is_ca=True, **more).by(None)


def under(
    root_: Party | None = None,
    *,
    ca: dict[str, object] | None = None,
    leaf: dict[str, object] | None = None,
) -> Chain:
    """A usual path of three, with what differs."""
    top = root_ or root()
    middle = Made("CA", is_ca=True, **(ca or {})).by(top)
    signer = Made(**{"name": "Signer", **(leaf or {})}).by(middle)
    return signer, [middle], top


def of_ca(**more: object) -> Callable[[], Chain]:
    return lambda: under(ca=more)


def of_leaf(**more: object) -> Callable[[], Chain]:
    return lambda: under(leaf=more)


def of_root(**more: object) -> Callable[[], Chain]:
    return lambda: under(root(**more))


def limited(
    *constraints: x509.GeneralName, leaf: dict[str, object] | None = None, **more: bool
) -> Callable[[], Chain]:
    """The authority may certify those names only, or all but those."""
    own = {"more": {"limits": limits(*constraints, **more)}}
    return lambda: under(ca=own, leaf=leaf)


def mailbox(text: str) -> x509.RFC822Name:
    return x509.RFC822Name(text)


def called(**attributes: str) -> x509.Name:
    kinds = {
        "C": NameOID.COUNTRY_NAME,
        "O": NameOID.ORGANIZATION_NAME,
        "CN": NameOID.COMMON_NAME,
        "E": NameOID.EMAIL_ADDRESS,
    }
    return x509.Name(
        [x509.NameAttribute(kinds[one], text) for one, text in attributes.items()]
    )


HOTLINE = x509.DirectoryName(called(C="JP", O="Example Hotline"))
ELSEWHERE = x509.DirectoryName(called(C="JP", O="Somebody Else"))
HOTLINE_OTHERWISE = x509.DirectoryName(
    x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(
                NameOID.ORGANIZATION_NAME,
                "EXAMPLE  hotline",
                _type=x509.name._ASN1Type.PrintableString,
            ),
        ]
    )
)
IDN = "notices@xn--r8jz45g.example"
NETWORK = x509.IPAddress(ipaddress.ip_network("192.0.2.0/24"))


def with_names(*found: x509.GeneralName, critical: bool = False) -> dict[str, object]:
    return {"more": {"names": names(*found, critical=critical)}}


def chain_of(count: int, *, lengths: Sequence[int | None] = ()) -> Chain:
    """So many authorities below the root."""
    top, found, above = root(), [], None
    above = top
    for place in range(count):
        length = lengths[place] if place < len(lengths) else None
        above = Made(
            f"CA {place}", is_ca=True, more={"basic": basic(length=length)}
        ).by(above)
        found.append(above)
    return Made("Signer").by(above), found, top


def self_issued() -> Chain:
    """A new key under the old name does not count (RFC 5280, 4.2.1.9)."""
    top = root()
    first = Made("CA", is_ca=True, more={"basic": basic(length=0)}).by(top)
    second = Made("CA", is_ca=True).by(first)
    return Made("Signer").by(second), [first, second], top


def mesh(count: int) -> Chain:
    """Authorities of one name that all certify one another."""
    parties = [Made("Mesh", is_ca=True) for _ in range(count)]
    roots = [one.by(None) for one in parties]
    crossed = [
        Made("Mesh", is_ca=True, key=subject.key).by(issuer)
        for subject in roots
        for issuer in roots
        if subject is not issuer
    ]
    signer = Made("Signer").by(roots[0])
    return signer, crossed, Made("Elsewhere", is_ca=True).by(None)


def twin() -> Chain:
    """Two authorities of one name; only one key fits."""
    top = root()
    own, other = (Made("CA", is_ca=True).by(top) for _ in range(2))
    return Made("Signer").by(own), [other, own], top


def only_twin() -> Chain:
    signer, (other, _), top = twin()
    return signer, [other], top


def explicit_policy() -> Chain:
    """It requires a policy, and the signer has none (6.1.5)."""
    required = x509.PolicyConstraints(
        require_explicit_policy=0, inhibit_policy_mapping=None
    )
    return under(ca={"more": {"policies": (required, True)}})


def policy(*extensions: str) -> dict[str, object]:
    one = x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.5.2.3"), None)
    made = {"policy": (x509.CertificatePolicies([one]), False)}
    if "required" in extensions:
        required = x509.PolicyConstraints(
            require_explicit_policy=0, inhibit_policy_mapping=None
        )
        made["policies"] = (required, True)
    return {"more": made}


@dataclass(frozen=True)
class Vector:
    """A path, and how it is judged."""

    number: int
    why: str
    build: Callable[[], Chain]
    said: str
    openssl: str = ""
    """Why openssl says otherwise; empty: it says the same."""


FORGIVES = "openssl does not look at it without -x509_strict"
OWN_RULE = "the rule is ours, for what is good practice only"
NO_SHA3 = "openssl 3.0 knows no ECDSA with SHA-3"
GENERAL_NAMES = (
    (16, "a permitted mailbox", limited(mailbox(FROM)), GOOD),
    (17, "a permitted host", limited(mailbox("hotline.example")), GOOD),
    (
        18,
        "a permitted domain has the hosts below it alone",
        limited(mailbox(".hotline.example")),
        LIMITED,
    ),
    (19, "a permitted domain", limited(mailbox(".example")), GOOD),
    (20, "another host", limited(mailbox("other.example")), LIMITED),
    (
        21,
        "an excluded host",
        limited(mailbox("hotline.example"), excluded=True),
        LIMITED,
    ),
    (
        22,
        "another excluded host",
        limited(mailbox("other.example"), excluded=True),
        GOOD,
    ),
    (23, "the host's case means nothing", limited(mailbox("HOTLINE.Example")), GOOD),
    (24, "a permitted directory name", limited(HOTLINE), GOOD),
    (
        25,
        "in another string type and case, with two spaces",
        limited(HOTLINE_OTHERWISE),
        GOOD,
    ),
    (26, "another directory name", limited(ELSEWHERE), LIMITED),
    (27, "an excluded directory name", limited(HOTLINE, excluded=True), LIMITED),
    (28, "addresses are constrained, and the signer has none", limited(NETWORK), GOOD),
    (
        29,
        "an address in the permitted network",
        limited(
            NETWORK,
            leaf=with_names(
                mailbox(FROM), x509.IPAddress(ipaddress.ip_address("192.0.2.9"))
            ),
        ),
        GOOD,
    ),
    (
        30,
        "an address outside",
        limited(
            NETWORK,
            leaf=with_names(
                mailbox(FROM), x509.IPAddress(ipaddress.ip_address("198.51.100.9"))
            ),
        ),
        LIMITED,
    ),
    (
        31,
        "an address of the other family",
        limited(
            NETWORK,
            leaf=with_names(
                mailbox(FROM), x509.IPAddress(ipaddress.ip_address("2001:db8::1"))
            ),
        ),
        LIMITED,
    ),
    (
        32,
        "a mailbox in an international domain",
        limited(mailbox("xn--r8jz45g.example"), leaf=with_names(mailbox(IDN))),
        GOOD,
    ),
    (
        33,
        "hosts are constrained, and the signer has none",
        limited(x509.DNSName("hotline.example")),
        GOOD,
    ),
    (
        34,
        "a host below the permitted one",
        limited(
            x509.DNSName("hotline.example"),
            leaf=with_names(mailbox(FROM), x509.DNSName("www.hotline.example")),
        ),
        GOOD,
    ),
    (
        35,
        "a host outside",
        limited(
            x509.DNSName("hotline.example"),
            leaf=with_names(mailbox(FROM), x509.DNSName("hotline.example.org")),
        ),
        LIMITED,
    ),
)


def vectors() -> tuple[Vector, ...]:
    return (
        Vector(1, "a usual path", under, GOOD),
        Vector(
            2,
            "an authority for TLS only",
            of_ca(
                more={
                    "purposes": (
                        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
                        False,
                    )
                }
            ),
            LIMITED,
        ),
        Vector(
            3,
            "a root for TLS only",
            of_root(
                more={
                    "purposes": (
                        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
                        False,
                    )
                }
            ),
            LIMITED,
        ),
        Vector(
            4,
            "an authority for any purpose",
            of_ca(
                more={
                    "purposes": (
                        x509.ExtendedKeyUsage(
                            [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]
                        ),
                        False,
                    )
                }
            ),
            GOOD,
            "openssl takes it for no purpose at all",
        ),
        Vector(
            5,
            "a root that allows no authority below it",
            of_root(more={"basic": basic(length=0)}),
            BROKEN,
        ),
        Vector(
            6, "a root that allows one", of_root(more={"basic": basic(length=1)}), GOOD
        ),
        Vector(
            7,
            "one authority too many below another",
            lambda: chain_of(2, lengths=[0]),
            BROKEN,
        ),
        Vector(8, "as many as it allows", lambda: chain_of(2, lengths=[1]), GOOD),
        Vector(9, "what issued to itself does not count", self_issued, GOOD),
        Vector(
            10,
            "a root whose key may not sign certificates",
            of_root(more={"usage": usage("crl_sign")}),
            BROKEN,
        ),
        Vector(
            11,
            "an authority whose key may not",
            of_ca(more={"usage": usage("crl_sign")}),
            BROKEN,
        ),
        Vector(
            12,
            "a root that had ended",
            of_root(start=SIGNED_AT - 900 * DAY, end=SIGNED_AT - DAY),
            BROKEN,
        ),
        Vector(
            13,
            "a root with a critical extension that nobody knows",
            of_root(more={"odd": unknown()}),
            BROKEN,
        ),
        Vector(
            14,
            "a root for other mailboxes",
            of_root(more={"limits": limits(mailbox("other.example"))}),
            LIMITED,
        ),
        Vector(
            15,
            "a root for these mailboxes",
            of_root(more={"limits": limits(mailbox("hotline.example"))}),
            GOOD,
        ),
        *(Vector(*one) for one in GENERAL_NAMES),
        Vector(
            36,
            "constraints of a name's kind that nobody here compares",
            limited(
                x509.RegisteredID(x509.ObjectIdentifier("1.2.3.4")),
                leaf=with_names(
                    mailbox(FROM), x509.RegisteredID(x509.ObjectIdentifier("1.2.3.4"))
                ),
            ),
            LIMITED,
        ),
        Vector(
            37,
            "constraints that are not critical bind too",
            limited(mailbox("other.example"), critical=False),
            LIMITED,
        ),
        Vector(
            38,
            "a mailbox in the subject is constrained too",
            limited(
                mailbox("hotline.example"),
                leaf={"name": called(C="JP", CN="X", E="somebody@other.example")},
            ),
            LIMITED,
        ),
        Vector(
            39,
            "an authority with an unknown critical extension",
            of_ca(more={"odd": unknown()}),
            BROKEN,
        ),
        Vector(
            40,
            "a signer with an unknown critical extension",
            of_leaf(more={"odd": unknown()}),
            BROKEN,
        ),
        Vector(
            41,
            "an unknown extension that is not critical",
            of_leaf(more={"odd": unknown(critical=False)}),
            GOOD,
        ),
        Vector(
            42,
            "an authority without basicConstraints",
            of_ca(more={"basic": None}),
            BROKEN,
        ),
        Vector(
            43,
            "an authority that is none",
            of_ca(more={"basic": basic(ca=False)}),
            BROKEN,
        ),
        Vector(
            44,
            "basicConstraints of an authority that are not critical",
            of_ca(more={"basic": basic(critical=False)}),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            45,
            "an authority with SHA-1 in its signature",
            lambda: weak_signature("sha1"),
            WEAK,
            "openssl takes SHA-1 at level 1",
        ),
        Vector(
            46,
            "an authority with an RSA key of 1024 bits",
            of_ca(key=small_rsa),
            WEAK,
            "openssl asks for 112 bits at level 2, and `verify` runs at level 1",
        ),
        Vector(
            47,
            "an authority on secp256k1",
            of_ca(key=partial(ec.generate_private_key, ec.SECP256K1())),
            WEAK,
            OWN_RULE,
        ),
        Vector(
            48,
            "an authority on P-384",
            of_ca(key=partial(ec.generate_private_key, ec.SECP384R1())),
            GOOD,
        ),
        Vector(
            49,
            "an authority with RSA of 4096 bits",
            of_ca(key=partial(new_rsa, 4096)),
            GOOD,
        ),
        Vector(
            50,
            "an authority signed with SHA3-256",
            of_ca(digest=hashes.SHA3_256()),
            GOOD,
            NO_SHA3,
        ),
        Vector(
            51,
            "a signer signed with SHA3-512",
            of_leaf(digest=hashes.SHA3_512()),
            GOOD,
            NO_SHA3,
        ),
        Vector(52, "an authority with an Ed25519 key", edwards, GOOD),
        Vector(53, "an extension twice", of_leaf(edit=twice), BROKEN, FORGIVES),
        Vector(
            54,
            "an extension of an authority twice",
            of_ca(edit=twice),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            55, "a serial number of zero", of_leaf(edit=serial(0)), BROKEN, FORGIVES
        ),
        Vector(
            56, "a negative serial number", of_leaf(edit=serial(-5)), BROKEN, FORGIVES
        ),
        Vector(
            57,
            "a serial number of 21 octets",
            of_leaf(edit=serial(1 << 160)),
            BROKEN,
            FORGIVES,
        ),
        Vector(58, "no issuer", of_leaf(edit=no_issuer), NONE),
        Vector(
            59,
            "version 1 with extensions",
            of_leaf(edit=version("v1")),
            BROKEN,
            FORGIVES,
        ),
        Vector(60, "two signature algorithms", of_leaf(alter=other_algorithm), NONE),
        Vector(
            61,
            "a time before 2050 as GeneralizedTime",
            of_leaf(edit=generalized),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            62,
            "another key identifier than its issuer's",
            of_leaf(
                more={
                    "aki": (x509.AuthorityKeyIdentifier(b"0" * 20, None, None), False)
                }
            ),
            BROKEN,
        ),
        Vector(
            63,
            "no key identifier of the issuer: the key itself is found",
            of_leaf(more={"aki": None}),
            GOOD,
        ),
        Vector(
            64,
            "a critical key identifier",
            of_leaf(more={"ski": (x509.SubjectKeyIdentifier(b"0" * 20), True)}),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            65,
            "an authority without a key identifier",
            of_ca(more={"ski": None}),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            66,
            "a purpose list without a purpose",
            of_leaf(edit=no_purposes),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            67,
            "a signer with name constraints",
            of_leaf(more={"limits": limits(mailbox(FROM))}),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            68,
            "a signer with a path length",
            of_leaf(edit=leaf_length),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            69,
            "a signer whose key may sign certificates",
            of_leaf(more={"usage": usage("digital_signature", "key_cert_sign")}),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            70,
            "no subject, and names that are not critical",
            of_leaf(name=x509.Name([])),
            BROKEN,
            FORGIVES,
        ),
        Vector(
            71,
            "no subject, and critical names",
            of_leaf(name=x509.Name([]), **with_names(mailbox(FROM), critical=True)),
            GOOD,
        ),
        Vector(
            72,
            "an authority that had ended",
            of_ca(start=SIGNED_AT - 900 * DAY, end=SIGNED_AT - DAY),
            BROKEN,
        ),
        Vector(
            73, "an authority that had not begun", of_ca(start=JUDGED_AT + DAY), BROKEN
        ),
        Vector(
            74,
            "the issuer did not come along",
            lambda: (under()[0], [], under()[2]),
            NONE,
        ),
        Vector(75, "a twin of the same name came along, too", twin, GOOD),
        Vector(76, "only the twin came along", only_twin, NONE),
        Vector(
            77,
            "a policy is required, and the signer has none",
            explicit_policy,
            LIMITED,
        ),
        Vector(
            78,
            "a policy is required, and all have it",
            lambda: under(ca=policy("required"), leaf=policy()),
            GOOD,
        ),
        Vector(79, "seven authorities", lambda: chain_of(7), NONE, OWN_RULE),
        Vector(80, "six authorities", lambda: chain_of(6), GOOD),
        Vector(81, "an empty list of names", of_leaf(edit=no_names), BROKEN, FORGIVES),
        Vector(
            82, "a mailbox that is none", of_leaf(edit=odd_mailbox), BROKEN, FORGIVES
        ),
        Vector(
            83,
            "constraints that constrain nothing",
            of_ca(edit=no_limits),
            LIMITED,
            FORGIVES,
        ),
    )


def weak_signature(digest: str) -> Chain:
    from tests.verifying.answers import certificate_signed_again  # noqa: PLC0415

    top = root(key=new_rsa())
    middle = certificate_signed_again(Made("CA", is_ca=True).by(top), top, digest)
    return Made("Signer").by(middle), [middle], top


def edwards() -> Chain:
    """RFC 8410; `Made` signs with a digest, which EdDSA has not."""
    top = root()
    key = ed25519.Ed25519PrivateKey.generate()
    middle = Made("CA", is_ca=True, key=key).by(top)
    signer = Made("Signer").by(top)
    parts = signer.certificate
    builder = (
        x509.CertificateBuilder()
        .subject_name(parts.subject)
        .issuer_name(middle.certificate.subject)
        .public_key(signer.key.public_key())
        .serial_number(parts.serial_number)
        .not_valid_before(parts.not_valid_before_utc)
        .not_valid_after(parts.not_valid_after_utc)
    )
    for one in parts.extensions:
        if one.oid != x509.AuthorityKeyIdentifier.oid:
            builder = builder.add_extension(one.value, critical=one.critical)
    return Party(signer.key, builder.sign(key, None), middle), [middle], top


def replaced(name: str, value: bytes) -> Callable[[asn1.TbsCertificate], None]:
    def edit(content: asn1.TbsCertificate) -> None:
        for one in content["extensions"]:
            if one["extn_id"].native == name:
                one["extn_value"] = core.ParsableOctetString(value)

    return edit


no_purposes = replaced("extended_key_usage", b"\x30\x00")
no_names = replaced("subject_alt_name", b"\x30\x00")
odd_mailbox = replaced("subject_alt_name", b"\x30\x0a\x81\x08no@a@b.c")
leaf_length = replaced("basic_constraints", b"\x30\x03\x02\x01\x00")


def no_limits(content: asn1.TbsCertificate) -> None:
    empty = core.ParsableOctetString(b"\x30\x00")
    made = {"extn_id": "name_constraints", "critical": True, "extn_value": empty}
    content["extensions"] = asn1.Extensions(
        [*content["extensions"], asn1.Extension(made)]
    )


VECTORS = vectors()


@cache
def built(number: int) -> Chain:
    return VECTORS[number - 1].build()


def judge(chain: Chain) -> str:
    signer, others, top = chain
    load = asn1.Certificate.load
    builder = Builder([load(top.der)], [load(one.der) for one in others])
    refused = NONE
    for path in builder.paths_from(load(signer.der)):
        try:
            validation.check(path, JUDGED_AT, timedelta(0), PURPOSES)
        except Refusal as refusal:
            refused = str(refusal.sub_indication)
        else:
            return GOOD
    return refused


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one.number} {one.why}")
def test_a_path_is_judged(vector: Vector) -> None:
    assert judge(built(vector.number)) == vector.said


def test_the_vectors_are_numbered() -> None:
    assert [one.number for one in VECTORS] == list(range(1, len(VECTORS) + 1))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one.number} {one.why}")
def test_openssl_says_the_same_or_it_is_known_why_not(
    vector: Vector, tmp_path: Path
) -> None:
    signer, others, top = built(vector.number)
    for name, parties in {"signer": [signer], "others": others, "root": [top]}.items():
        (tmp_path / name).write_bytes(b"".join(pem(one) for one in parties))
    command = ["openssl", "verify", "-purpose", "smimesign", "-CAfile", "root"]
    command += ["-attime", str(int(JUDGED_AT.timestamp()))]
    command += ["-untrusted", "others"] if others else []
    # its default is not any policy, as that of RFC 5280, 6.1.1 is
    policy_ = ["-policy_check", "-policy", "2.23.140.1.5.2.3"]
    command += policy_ if "policy" in vector.why else []
    done = subprocess.run(
        [*command, "signer"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    accepted = done.returncode == 0
    assert accepted is (vector.said == GOOD) or vector.openssl, done.stderr


def pem(party: Party) -> bytes:
    from asn1crypto import pem as armour  # noqa: PLC0415

    return bytes(
        armour.armor("CERTIFICATE", party.certificate.public_bytes(Encoding.DER))
    )


CALLS = 1_000_000
"""Judging the nine took some fifty times as many."""


@pytest.mark.parametrize("count", [4, 9])
def test_authorities_that_certify_one_another_cost_little(count: int) -> None:
    """9 of one name cost 20 s: every order of them was tried."""
    chain = mesh(count)
    with effort(CALLS):
        try:
            said = judge(chain)
        except Refusal as refusal:
            said = str(refusal.detail)
    assert said == NONE or "possible issuers" in said


def test_a_sender_in_an_international_domain_is_found_in_the_certificate() -> None:
    """asn1crypto shows the mailbox in Unicode; From and certificate have it in ASCII."""
    signer, others, top = under(leaf=with_names(mailbox(IDN)))
    from tests.verifying.pki import world  # noqa: PLC0415

    lists = tuple(a_list(one) for one in (*others, top))
    mail = Mail(
        world(), signer=signer, letter_signer=signer, from_mailbox=IDN, crls=lists
    )
    report = verify(mail.build(), trust=[top.pem], at=JUDGED_AT)
    assert report.verdict == "TOTAL-PASSED", [
        one.detail for one in report.findings if one.sub_indication
    ]
    assert report.signer
    assert report.signer.mailbox == IDN
