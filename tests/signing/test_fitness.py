"""Before signing: each fault of key or certificate is named, with what to do."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from notices.errors import (
    CertificateNotUsable,
    ConfigError,
    KeyUnavailable,
    RevocationUnavailable,
)
from notices.signing import (
    NO_ANSWERS,
    CertificateFinding,
    HttpTransport,
    Level,
    Moment,
    RevocationAnswers,
    certificate_findings,
    certificate_path,
    fetch_answers,
    preflight,
    require_usable,
    strict_moment,
)
from notices.signing.certificate_checks import mailboxes
from notices.signing.keys.signing_key import SigningKey, SoftwareKey, signing_key
from notices.signing.revocation.transport import LoginDemanded
from tests.clocks import MovingClock
from tests.signing.authority import MAILBOX, NOW, SIGNERS, Authority
from tests.signing.test_smime import OnlyOcsp


def judge(
    authority: Authority,
    key: SigningKey,
    *,
    now: datetime = NOW,
    answers: RevocationAnswers | None = None,
    mailbox: str = MAILBOX,
    policy: str = "require",
) -> tuple[CertificateFinding, ...]:
    return certificate_findings(
        key,
        trust=[authority.root],
        from_mailbox=mailbox,
        now=now,
        revocation=authority.crls(now) if answers is None else answers,
        policy=policy,  # type: ignore[arg-type]
    )


def bad(findings: tuple[CertificateFinding, ...]) -> dict[str, Level]:
    return {one.id: one.level for one in findings if one.level is not Level.PASSED}


@pytest.mark.parametrize("name", SIGNERS)
def test_a_sound_certificate_passes_every_question(
    authority: Authority, name: str
) -> None:
    findings = judge(authority, authority.key(name))
    assert bad(findings) == {}
    assert {one.id for one in findings} == {
        *("key-match", "key-strength", "digest", "usage", "key-usage"),
        *("address", "time", "path", "revocation"),
    }
    require_usable(findings)


@pytest.mark.parametrize(
    ("name", "finding", "sentence"),
    [
        ("expired", "time", "expired on 2025-01-01"),
        ("not-yet", "time", "not valid before 2027-01-01"),
        ("six-days-left", "time", "less than 7 days"),
        ("for-tls", "usage", "emailProtection"),
        ("other-mailbox", "address", f"the mail comes from {MAILBOX}"),
        ("revoked", "revocation", "revoked since 2026-06-01"),
    ],
)
def test_a_certificate_that_must_not_sign_is_refused_by_one_sentence(
    authority: Authority, name: str, finding: str, sentence: str
) -> None:
    findings = judge(authority, authority.key(name))
    assert bad(findings) == {finding: Level.REFUSED}
    with pytest.raises(CertificateNotUsable, match=sentence) as caught:
        require_usable(findings)
    assert caught.value.exit_code == 69
    assert caught.value.hint


def test_within_thirty_days_of_its_end_it_warns_and_signs(authority: Authority) -> None:
    findings = judge(authority, authority.key("twenty-days-left"))
    assert bad(findings) == {"time": Level.WARNING}
    require_usable(findings)


def test_the_last_moment_of_use_is_seven_days_before_the_end(
    authority: Authority,
) -> None:
    end = datetime(2028, 1, 1, tzinfo=UTC)
    key = authority.key("p256")
    week = timedelta(days=7)
    assert bad(judge(authority, key, now=end - week)) == {"time": Level.WARNING}
    late = judge(authority, key, now=end - week + timedelta(seconds=1))
    assert bad(late) == {"time": Level.REFUSED}


def test_a_foreign_key_is_noticed(authority: Authority) -> None:
    other = dataclasses.replace(
        authority.key("p256"), certificate=authority.certificate("p384")
    )
    assert bad(judge(authority, other)) == {"key-match": Level.REFUSED}


def test_a_root_that_is_not_pinned_is_noticed(authority: Authority) -> None:
    findings = certificate_findings(
        authority.key("p256"),
        trust=[stranger("Test root")],
        from_mailbox=MAILBOX,
        now=NOW,
        revocation=authority.crls(),
    )
    assert bad(findings) == {"path": Level.REFUSED}


def test_a_missing_intermediate_is_noticed(authority: Authority) -> None:
    key = dataclasses.replace(authority.key("p256"), chain=())
    assert bad(judge(authority, key)) == {"path": Level.REFUSED}


def test_no_pinned_root_at_all_means_no_path(authority: Authority) -> None:
    findings = certificate_findings(
        authority.key("p256"), trust=[], from_mailbox=MAILBOX, now=NOW
    )
    assert bad(findings)["path"] is Level.REFUSED


@pytest.mark.parametrize(
    ("policy", "level"),
    [("require", Level.TRY_LATER), ("prefer", Level.WARNING), ("off", None)],
)
def test_without_a_revocation_answer_the_policy_decides(
    authority: Authority, policy: str, level: Level | None
) -> None:
    findings = judge(
        authority, authority.key("p256"), answers=NO_ANSWERS, policy=policy
    )
    assert bad(findings).get("revocation") is level
    if policy == "require":
        with pytest.raises(RevocationUnavailable) as caught:
            require_usable(findings)
        assert caught.value.exit_code == 75
    else:
        require_usable(findings)


class Demanding:
    """Wants a login of whoever asks."""

    def fetch(self, url: str, **_: object) -> bytes:
        raise LoginDemanded(f"{url} answered 407")


def test_where_all_want_a_login_it_is_the_configuration(authority: Authority) -> None:
    """It was told that there is no answer, and to try later."""
    key, demanded = authority.key("p256"), {}
    path = certificate_path(key.certificate, key.chain, [authority.root], NOW)
    fetch_answers(path, Demanding(), clock=lambda: NOW, on_demand=demanded.__setitem__)
    assert set(demanded) == set(path[:-1])
    findings = preflight(
        key,
        trust=[authority.root],
        from_mailbox=MAILBOX,
        now=NOW,
        demanded=demanded,
    ).findings
    assert bad(findings)["revocation"] is Level.MISCONFIGURED
    with pytest.raises(ConfigError, match="answered 407") as caught:
        require_usable(findings)
    assert "signing.proxy_username" in caught.value.hint


def test_yesterdays_list_is_no_answer(authority: Authority) -> None:
    """A list past its nextUpdate does not count (RFC 5280, 6.3.3 a)."""
    stale = authority.crls(NOW - timedelta(days=90))
    findings = judge(authority, authority.key("p256"), answers=stale)
    assert bad(findings) == {"revocation": Level.TRY_LATER}
    assert any("its CRL is of" in one.detail for one in findings)


def test_a_list_of_the_future_is_no_answer(authority: Authority) -> None:
    early = authority.crls(NOW + timedelta(days=90))
    findings = judge(authority, authority.key("p256"), answers=early)
    assert bad(findings) == {"revocation": Level.TRY_LATER}


@pytest.mark.parametrize(
    ("seconds", "counts"), [(0, True), (59, True), (60, True), (61, False)]
)
@pytest.mark.parametrize("way", ["ahead", "behind"])
@pytest.mark.parametrize("kind", ["list", "OCSP"])
def test_an_answer_counts_as_far_as_clocks_may_differ(
    authority: Authority, kind: str, way: str, seconds: int, counts: bool
) -> None:
    """Of one that begins later the clock of its authority is ahead of ours."""
    answers = authority.crls() if kind == "list" else ocsp_of(authority, "p256")
    start, end = life(answers)
    late = timedelta(seconds=seconds)
    now = start - late if way == "ahead" else end + late
    lasting = RevocationAnswers(crls=authority.crls(now).crls[1:])
    findings = judge(
        authority, authority.key("p256"), answers=answers | lasting, now=now
    )
    assert bad(findings) == ({} if counts else {"revocation": Level.TRY_LATER})
    if not counts:
        [told] = [one for one in findings if one.level is Level.TRY_LATER]
        words = "begins 61 s after" if way == "ahead" else "ended 61 s before"
        assert f"it {words} this machine's clock, 60 s are tolerated" in told.detail


@pytest.mark.parametrize("seconds", [0, 59])
def test_what_clocks_excuse_is_revoked_all_the_same(
    authority: Authority, seconds: int
) -> None:
    answers = ocsp_of(authority, "revoked")
    now = life(answers)[0] - timedelta(seconds=seconds)
    answers |= RevocationAnswers(crls=authority.crls(now).crls[1:])
    findings = judge(authority, authority.key("revoked"), answers=answers, now=now)
    assert bad(findings)["revocation"] is Level.REFUSED


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, None), (60, None), (61, Level.REFUSED)]
)
def test_a_certificate_of_this_minute_may_sign(
    authority: Authority, seconds: int, level: Level | None
) -> None:
    key = authority.key("p256")
    now = key.certificate.not_valid_before_utc - timedelta(seconds=seconds)
    assert bad(judge(authority, key, now=now)).get("time") is level


@pytest.mark.parametrize("seconds", [-61, -60, -1, 0, 1, 60, 61])
def test_a_judge_without_tolerance_is_asked_at_the_nearest_time(
    authority: Authority, seconds: int
) -> None:
    """openssl knows none: a list that begins in a second does not count for it yet."""
    key, answers = authority.key("p256"), authority.crls()
    path = (key.certificate, *key.chain, authority.root)
    start = life(answers)[0]
    now = start - timedelta(seconds=seconds)
    found = strict_moment(path, answers, Moment(now, timedelta(seconds=60)))
    assert found == (start if 0 <= seconds <= 60 else now)


def ocsp_of(authority: Authority, name: str) -> RevocationAnswers:
    key = authority.key(name)
    path = (key.certificate, *key.chain, authority.root)
    return RevocationAnswers(
        ocsp=fetch_answers(path, OnlyOcsp(), clock=MovingClock(NOW)).ocsp
    )


def life(answers: RevocationAnswers) -> tuple[datetime, datetime]:
    """thisUpdate and nextUpdate of the first answer."""
    if answers.crls:
        crl = x509.load_der_x509_crl(answers.crls[0])
        assert crl.next_update_utc
        return crl.last_update_utc, crl.next_update_utc
    single = next(ocsp.load_der_ocsp_response(answers.ocsp[0]).responses)
    return single.this_update_utc, single.next_update_utc or NOW


def test_a_list_that_its_issuer_did_not_sign_is_no_answer(
    authority: Authority,
) -> None:
    forged = tuple(one[:-1] + bytes([one[-1] ^ 1]) for one in authority.crls().crls)
    findings = judge(
        authority, authority.key("p256"), answers=RevocationAnswers(crls=forged)
    )
    assert bad(findings) == {"revocation": Level.TRY_LATER}


def test_garbage_among_the_answers_does_no_harm(authority: Authority) -> None:
    noise = RevocationAnswers(crls=(b"", b"\x30\x03"), ocsp=(b"", b"\x30\x03"))
    findings = judge(authority, authority.key("p256"), answers=noise | authority.crls())
    assert bad(findings) == {}


@pytest.mark.parametrize(
    ("name", "level"), [("p256", None), ("revoked", Level.REFUSED)]
)
def test_an_ocsp_answer_of_a_delegate_decides(
    authority: Authority, name: str, level: Level | None
) -> None:
    key = authority.key(name)
    path = (key.certificate, *key.chain, authority.root)
    answers = fetch_answers(path, OnlyOcsp(), clock=MovingClock(NOW))
    assert len(answers.ocsp) == 1
    assert not answers.crls
    for_root = RevocationAnswers(crls=authority.crls().crls[1:])
    findings = judge(authority, key, answers=answers | for_root)
    assert bad(findings).get("revocation") is level


def test_an_ocsp_answer_past_its_time_is_no_answer(authority: Authority) -> None:
    key = authority.key("p256")
    path = (key.certificate, *key.chain, authority.root)
    answers = fetch_answers(
        path, OnlyOcsp(), clock=MovingClock(NOW)
    ) | RevocationAnswers(crls=authority.crls(NOW + timedelta(days=60)).crls[1:])
    findings = judge(authority, key, answers=answers, now=NOW + timedelta(days=60))
    assert bad(findings) == {"revocation": Level.TRY_LATER}


def test_an_ocsp_answer_about_another_certificate_is_no_answer(
    authority: Authority,
) -> None:
    other = authority.key("p384")
    path = (other.certificate, *other.chain, authority.root)
    answers = fetch_answers(path, OnlyOcsp(), clock=MovingClock(NOW))
    findings = judge(authority, authority.key("p256"), answers=answers)
    assert bad(findings)["revocation"] is Level.TRY_LATER


def test_lists_are_fetched_from_where_the_certificates_say(
    authority: Authority,
) -> None:
    key = authority.key("p256")
    path = (key.certificate, *key.chain, authority.root)
    answers = fetch_answers(path, HttpTransport(), clock=MovingClock(NOW))
    assert len(answers.crls) == 2
    assert bad(judge(authority, key, answers=answers)) == {}


def test_only_the_answers_that_were_used_go_along(authority: Authority) -> None:
    more = authority.crls() | authority.crls(NOW - timedelta(days=90))
    checked = preflight(
        authority.key("p256"),
        trust=[authority.root],
        from_mailbox=MAILBOX,
        now=NOW,
        revocation=more,
    )
    assert set(checked.answers.crls) == set(authority.crls().crls[:2])
    assert [one.subject.rfc4514_string() for one in checked.path] == [
        *("CN=Test p256,O=Test,C=JP", "CN=Test issuing,O=Test,C=JP"),
        "CN=Test root,O=Test,C=JP",
    ]


@pytest.mark.parametrize(
    ("mailbox", "is_same"),
    [
        (MAILBOX, True),
        (MAILBOX.replace("hotline", "HOTLINE"), True),
        (MAILBOX.replace("notice", "Notice"), False),
        (f"x{MAILBOX}", False),
        ("", False),
    ],
)
def test_the_local_part_is_compared_exactly_and_the_host_without_case(
    authority: Authority, mailbox: str, is_same: bool
) -> None:
    findings = judge(authority, authority.key("p256"), mailbox=mailbox)
    assert ("address" not in bad(findings)) is is_same


def stranger(
    common_name: str,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    digest: hashes.HashAlgorithm | None = None,
    *extensions: x509.ExtensionType,
) -> x509.Certificate:
    """A self-signed certificate with exactly these extensions."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=9))
        .not_valid_after(NOW + timedelta(days=99))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, digest or hashes.SHA256())


def test_a_certificate_that_names_no_place_needs_lists_in_the_configuration() -> None:
    """It was told to try later, though nobody would ever be asked."""
    root_key, private = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = stranger(
        "root", root_key, None, x509.BasicConstraints(ca=True, path_length=None)
    )
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "leaf")]))
        .issuer_name(root.subject)
        .public_key(private.public_key())
        .serial_number(8)
        .not_valid_before(NOW - timedelta(days=9))
        .not_valid_after(NOW + timedelta(days=99))
        .sign(root_key, hashes.SHA256())
    )
    findings = certificate_findings(
        SigningKey(operation=SoftwareKey(private), certificate=leaf),
        trust=[root],
        from_mailbox=MAILBOX,
        now=NOW,
    )
    (found,) = [one for one in findings if one.id == "revocation"]
    assert (found.level, found.hint) == (
        Level.MISCONFIGURED,
        "give fresh lists of its issuer in signing.crls",
    )
    with pytest.raises(ConfigError):
        require_usable([found])


MAIL = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])


@pytest.mark.parametrize(
    ("make", "digest", "finding", "sentence"),
    [
        (
            lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505
            hashes.SHA256(),
            "key-strength",
            "RSA-1024",
        ),
        (
            lambda: ec.generate_private_key(ec.SECP256K1()),
            hashes.SHA256(),
            "key-strength",
            "secp256k1",
        ),
        (
            lambda: ec.generate_private_key(ec.SECP521R1()),
            hashes.SHA256(),
            "key-strength",
            "secp521r1",
        ),
        (
            lambda: ec.generate_private_key(ec.SECP256R1()),
            hashes.SHA224(),
            "digest",
            "sha224",
        ),
    ],
    ids=["RSA-1024", "secp256k1", "P-521", "SHA-224"],
)
def test_weak_keys_and_digests_are_named(make, digest, finding, sentence) -> None:  # type: ignore[no-untyped-def]
    private = make()
    certificate = stranger("weak", private, digest, MAIL)
    key = SigningKey(operation=SoftwareKey(private), certificate=certificate)
    findings = certificate_findings(
        key, trust=[certificate], from_mailbox=MAILBOX, now=NOW, policy="off"
    )
    (found,) = [one for one in findings if one.id == finding]
    assert found.level is Level.REFUSED
    assert sentence in found.detail


def test_a_bare_certificate_lacks_usage_key_usage_and_address() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    certificate = stranger("bare", private)
    key = SigningKey(operation=SoftwareKey(private), certificate=certificate)
    findings = certificate_findings(
        key, trust=[certificate], from_mailbox=MAILBOX, now=NOW, policy="off"
    )
    assert {"usage", "key-usage", "address"} <= set(bad(findings))
    assert mailboxes(certificate) == ()


def test_a_key_of_another_kind_is_refused_when_it_is_loaded() -> None:
    with pytest.raises(KeyUnavailable, match="neither RSA nor"):
        signing_key(ed25519.Ed25519PrivateKey.generate(), stranger("x"), [])
