"""A path is found once for a stretch of time, and found anew in the next."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID

from notices.signing import path as paths
from notices.signing.path import certificate_path

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Made = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def made(name: str, days: int, above: Made | None = None) -> Made:
    """A certificate from BEGIN on; an authority but for the leaf."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, issuing = (above[0].subject, above[1]) if above else (subject, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(BEGIN + timedelta(days=days))
        .add_extension(x509.BasicConstraints(name != "leaf", None), critical=True)
    )
    if name == "leaf":
        names = x509.SubjectAlternativeName([x509.RFC822Name("a@hotline.example")])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuing, hashes.SHA256()), key


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a path was built."""
    built: list[datetime] = []
    build = paths._built

    def count(asked: paths._Asked, moment: datetime) -> tuple[x509.Certificate, ...]:
        built.append(moment)
        return build(asked, moment)

    monkeypatch.setattr(paths, "_built", count)
    return lambda: len(built)


def test_an_answer_of_one_time_is_none_for_another(counted: Callable[[], int]) -> None:
    """The authority between ends a hundred days before the leaf."""
    root = made("root", 900)
    middle = made("middle", 200, root)
    leaf = made("leaf", 300, middle)
    whole = (leaf[0], middle[0], root[0])
    end = middle[0].not_valid_after_utc

    def found(at: datetime) -> tuple[x509.Certificate, ...]:
        return certificate_path(leaf[0], [middle[0]], [root[0]], at)

    assert found(BEGIN) == found(BEGIN + timedelta(days=90)) == found(end) == whole
    assert counted() == 1
    assert found(end + SECOND) == found(end + timedelta(days=50)) == ()
    assert counted() == 2
    # time may go back: the clock of an archive does
    assert found(BEGIN + SECOND) == whole
    assert counted() == 2


def test_of_every_moment_it_says_what_the_library_says() -> None:
    root = made("root", 250)
    middle = made("middle", 200, root)
    leaf = made("leaf", 300, middle)
    turns = [one[0].not_valid_after_utc for one in (root, middle)]
    moments = [at + shift for at in (BEGIN, *turns) for shift in (-SECOND, 0 * SECOND)]
    moments += [at + timedelta(milliseconds=700) for at in turns]
    for at in moments:
        within = max(at, BEGIN)
        verifier = (
            verification.PolicyBuilder()
            .store(verification.Store([root[0]]))
            .time(within)
            .extension_policies(
                ca_policy=paths._CA_POLICY,
                ee_policy=verification.ExtensionPolicy.permit_all(),
            )
            .build_client_verifier()
        )
        try:
            expected = tuple(verifier.verify(leaf[0], [middle[0]]).chain)
        except verification.VerificationError:
            expected = ()
        assert certificate_path(leaf[0], [middle[0]], [root[0]], at) == expected
