# ruff: noqa: ARG005 - the world or what is changed, whether used or not
"""Forged identities and times: certificates, revocation, senders, time stamps."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.verifying.forgery import Forgery
from tests.verifying.genuine import Mail, stamp_with
from tests.verifying.pki import (
    DAY,
    FROM,
    JUDGED_AT,
    SIGNED_AT,
    Party,
    World,
    issue,
    new_ca,
    new_ec,
    new_rsa,
)

CHAIN = "CHAIN_CONSTRAINTS_FAILURE"
NO_CHAIN = "NO_CERTIFICATE_CHAIN_FOUND"
BROKEN_CHAIN = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
WEAK = "CRYPTO_CONSTRAINTS_FAILURE"
NO_POE = "OUT_OF_BOUNDS_NO_POE"
LATER = "TRY_LATER"
TLS = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)


def by(make: Callable[[World], Party], **more: Any) -> Callable[[World], bytes]:
    """A mail by a signer made for it; the letter is genuine."""
    return lambda world: Mail(
        world, signer=make(world), letter_signer=world.signer, **more
    ).build()


def from_ca(**changes: Any) -> Callable[[World], bytes]:
    key = changes.pop("key", None)
    return by(lambda world: issue(world.ca, "Made", key() if key else None, **changes))


def certificates() -> Iterator[Forgery]:
    past, future = datetime(2024, 1, 1, tzinfo=UTC), JUDGED_AT + DAY
    yield Forgery(
        "expired", "M12", from_ca(start=past, end=SIGNED_AT - DAY), why=NO_POE
    )
    yield Forgery(
        "expired since", "M12", from_ca(end=JUDGED_AT - timedelta(hours=1)), why=NO_POE
    )
    yield Forgery("not yet valid", "M12", from_ca(start=future), why="NOT_YET_VALID")
    yield Forgery("revoked", "M12", by(lambda w: w.revoked), why="REVOKED_NO_POE")
    yield Forgery("no extended usage", "M13", from_ca(usages=None), why=CHAIN)
    yield Forgery("TLS usage", "M13", from_ca(usages=TLS), why=CHAIN)
    yield Forgery(
        "code signing",
        "M13",
        from_ca(usages=(ExtendedKeyUsageOID.CODE_SIGNING,)),
        why=CHAIN,
    )
    yield Forgery(
        "any usage",
        "M13",
        from_ca(usages=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)),
        why=CHAIN,
    )
    yield Forgery("encryption only", "M13", from_ca(signs=False), why=CHAIN)
    yield Forgery("no mailbox", "M14", from_ca(mailbox=None))
    yield Forgery("another mailbox", "M14", from_ca(mailbox="evil@evil.example"))
    yield Forgery("a look-alike", "M14", from_ca(mailbox="notices@hotiine.example"))
    yield Forgery(
        "another local part", "M14", from_ca(mailbox="Notices@hotline.example")
    )
    yield Forgery("a subdomain", "M14", from_ca(mailbox="notices@a.hotline.example"))
    yield Forgery(
        "RSA of 1024 bits", "M06", from_ca(key=lambda: new_rsa(1024)), why=WEAK
    )
    yield Forgery(
        "curve P-192", "M06", from_ca(key=lambda: new_ec(ec.SECP192R1())), why=WEAK
    )
    yield Forgery(
        "curve secp256k1", "M06", from_ca(key=lambda: new_ec(ec.SECP256K1())), why=WEAK
    )
    yield Forgery("the authority itself", "M13", by(lambda w: w.ca), why=CHAIN)
    yield Forgery("a foreign authority", "M12", by(lambda w: w.evil), why=NO_CHAIN)
    yield Forgery(
        "a foreign authority with the genuine one's certificates",
        "M12",
        lambda w: by(
            lambda w: w.evil, cms=lambda m: replace(m, extra_certificates=(w.ca,))
        )(w),
        why=NO_CHAIN,
    )
    yield Forgery("self-signed", "M12", by(lambda w: self_signed()), why=CHAIN)
    yield Forgery("a leaf as authority", "M12", by(under_leaf), why=BROKEN_CHAIN)
    yield Forgery("claims to be issued", "M12", by(claimed), why=NO_CHAIN)
    yield Forgery("under an expired authority", "M12", *under_expired())
    yield Forgery(
        "under a revoked authority", "M12", by_revoked_ca, why="REVOKED_CA_NO_POE"
    )


def self_signed() -> Party:
    return issue(None, "Notices")


def under_leaf(world: World) -> Party:
    return issue(world.signer, "Below")


def claimed(world: World) -> Party:
    """The genuine authority's name, another key's signature."""
    fake = Party(new_ec(), world.ca.certificate, world.root)
    return issue(fake, "Claimed")


def under_expired() -> tuple[Any, ...]:
    def build(world: World) -> bytes:
        old = issue(
            world.root,
            "Old CA",
            is_ca=True,
            start=datetime(2020, 2, 1, tzinfo=UTC),
            end=SIGNED_AT - DAY,
        )
        crls = (world.root.crl(), old.crl())
        return by(lambda w: issue(old, "Made"), crls=crls)(world)

    return (build, (), JUDGED_AT, lambda world: (), BROKEN_CHAIN)


def by_revoked_ca(world: World) -> bytes:
    root_crl_at = SIGNED_AT - timedelta(hours=3)
    bad = new_ca(world.root, "Bad CA")
    revoked = Party(world.root.key, world.root.certificate)
    revoked.revoked = {bad.certificate.serial_number: SIGNED_AT - 5 * DAY}
    crls = (revoked.crl(this_update=root_crl_at), bad.crl())
    return by(lambda w: issue(bad, "Made"), crls=crls)(world)


def revocation() -> Iterator[Forgery]:
    def carrying(
        pick: Callable[[World], tuple[bytes, ...]],
    ) -> Callable[[World], bytes]:
        return lambda world: Mail(world, crls=pick(world)).build()

    picks: dict[str, Callable[[World], tuple[bytes, ...]]] = {
        "no revocation list": lambda w: (),
        "only the root's list": lambda w: (w.root.crl(),),
        "only the authority's list": lambda w: (w.ca.crl(),),
        "a list that has run out": lambda w: (
            w.root.crl(),
            w.ca.crl(this_update=SIGNED_AT - 40 * DAY),
        ),
        "a list by somebody else": lambda w: (w.root.crl(), w.evil_ca.crl()),
        "the signer's own list": lambda w: (w.root.crl(), own_list(w)),
    }
    for name, pick in picks.items():
        yield Forgery(name, "M12", carrying(pick), why=LATER)
    yield Forgery(
        "revoked, as a newer list handed over says",
        "M12",
        lambda w: Mail(w).build(),
        evidence=lambda w: (revoking(w, SIGNED_AT - timedelta(hours=1)),),
        why="REVOKED_NO_POE",
    )


def own_list(world: World) -> bytes:
    return Party(world.signer.key, world.ca.certificate).crl()


def revoking(world: World, moment: datetime) -> bytes:
    newer = Party(world.ca.key, world.ca.certificate)
    newer.revoked = {world.signer.certificate.serial_number: moment}
    return newer.crl(this_update=SIGNED_AT + timedelta(hours=12))


def senders() -> Iterator[Forgery]:
    other = "somebody@hotline.example"
    yield Forgery("From of another, signed by somebody", "M14", by(lambda w: w.other))
    yield Forgery(
        "somebody trusted but not expected",
        "M15",
        by(lambda w: w.other, from_mailbox=other),
        signers=(FROM,),
    )
    yield Forgery(
        "another certificate than the one expected",
        "M15",
        lambda w: Mail(w).build(),
        signers=("ab" * 32,),
    )
    yield Forgery(
        "the expected mailbox as display name",
        "M15",
        by(lambda w: w.other, from_mailbox=other, from_name="notices hotline example"),
        signers=(FROM,),
    )
    yield Forgery(
        "letter by somebody else",
        "P15",
        lambda w: Mail(w, letter_signer=w.other).build(),
    )
    yield Forgery(
        "letter by a foreign authority",
        "P13",
        lambda w: Mail(w, letter_signer=w.evil).build(),
        why=NO_CHAIN,
    )
    yield Forgery(
        "letter by a revoked certificate",
        "P13",
        lambda w: Mail(w, letter_signer=w.revoked).build(),
        why="REVOKED_NO_POE",
    )
    for hours in (-2, 2, 24 * 365):
        yield Forgery(
            f"Date {hours} hours from the signing time",
            "M10",
            lambda w, h=hours: Mail(w, date=SIGNED_AT + timedelta(hours=h)).build(),
        )


def stamped(stamp: Callable[[World], Callable[[bytes], bytes]], **more: Any) -> Any:
    def build(world: World) -> bytes:
        made = stamp(world)
        return Mail(world, cms=lambda cms_: replace(cms_, stamp=made, **more)).build()

    return build


def edited(edit: Callable[[cms.ContentInfo], Any]) -> Callable[[World], Any]:
    """A genuine token, changed afterwards."""

    def make(world: World) -> Callable[[bytes], bytes]:
        def stamp(value: bytes) -> bytes:
            token = cms.ContentInfo.load(stamp_with(world.tsa)(value))
            edit(token)
            return token.dump(force=True)

        return stamp

    return make


def changed_time(token: cms.ContentInfo) -> None:
    rewrite(token, gen_time=core.GeneralizedTime(datetime(2026, 2, 1, tzinfo=UTC)))


def rewrite(token: cms.ContentInfo, **changes: Any) -> None:
    content = token["content"]["encap_content_info"]
    info = tsp.TSTInfo.load(content["content"].contents)
    for name, value in changes.items():
        info[name] = value
    content["content"] = core.ParsableOctetString(info.dump(force=True))


def changed_imprint(token: cms.ContentInfo) -> None:
    imprint = {
        "hash_algorithm": {"algorithm": "sha256"},
        "hashed_message": hashlib.sha256(b"other").digest(),
    }
    rewrite(token, message_imprint=tsp.MessageImprint(imprint))


def no_certificates(token: cms.ContentInfo) -> None:
    del token["content"]["certificates"]


def broken_value(token: cms.ContentInfo) -> None:
    info = token["content"]["signer_infos"][0]
    value = info["signature"].native
    info["signature"] = value[:-1] + bytes([value[-1] ^ 1])


def two_signers(token: cms.ContentInfo) -> None:
    info = token["content"]["signer_infos"][0]
    token["content"]["signer_infos"] = [info.copy(), info.copy()]


def time_stamps() -> Iterator[Forgery]:
    yield Forgery(
        "stamp: genTime changed",
        "M11",
        stamped(edited(changed_time)),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "stamp: imprint changed",
        "M11",
        stamped(edited(changed_imprint)),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "stamp: without certificates",
        "M11",
        stamped(edited(no_certificates)),
        why="NO_SIGNING_CERTIFICATE_FOUND",
    )
    yield Forgery(
        "stamp: value changed",
        "M11",
        stamped(edited(broken_value)),
        why="SIG_CRYPTO_FAILURE",
    )
    yield Forgery("stamp: two signers", "M11", stamped(edited(two_signers)))
    yield Forgery(
        "stamp: of something else",
        "M11",
        stamped(lambda w: lambda value: stamp_with(w.tsa)(b"other")),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "stamp: by a foreign authority",
        "M11",
        stamped(lambda w: stamp_with(w.evil_tsa)),
        why=NO_CHAIN,
    )
    yield Forgery(
        "stamp: by a mail signer",
        "M11",
        stamped(lambda w: stamp_with(w.rsa_signer)),
        why=CHAIN,
    )
    yield Forgery(
        "stamp: by an expired authority",
        "M11",
        stamped(lambda w: stamp_with(tsa(w, end=SIGNED_AT - DAY))),
        why=NO_POE,
    )
    yield Forgery(
        "stamp: by a revoked authority",
        "M11",
        stamped(lambda w: stamp_with(revoked_tsa(w))),
        why="REVOKED_NO_POE",
    )
    yield Forgery(
        "stamp: before the authority's certificate",
        "M11",
        stamped(lambda w: stamp_with(w.tsa, datetime(2025, 6, 1, tzinfo=UTC))),
        why="TIMESTAMP_ORDER_FAILURE",
    )
    yield Forgery(
        "stamp: in the future",
        "M11",
        stamped(lambda w: stamp_with(w.tsa, JUDGED_AT + DAY)),
        why="TIMESTAMP_ORDER_FAILURE",
    )
    yield Forgery(
        "stamp: before the signing time",
        "M11",
        stamped(lambda w: stamp_with(w.tsa, SIGNED_AT - DAY)),
        why="TIMESTAMP_ORDER_FAILURE",
    )
    yield Forgery("stamp: two", "M11", two_stamps)
    yield Forgery("stamp: no token", "M11", stamped(lambda w: lambda v: not_a_token()))
    yield Forgery(
        "stamp: for an expired certificate, after its end",
        "M12",
        stamped_late,
        why=NO_POE,
    )
    yield Forgery(
        "stamp: for a revoked certificate, after that",
        "M12",
        stamped_revoked,
        why="REVOKED_NO_POE",
    )


def not_a_token() -> bytes:
    return cms.ContentInfo({"content_type": "data", "content": b"x"}).dump()


def tsa(world: World, **changes: Any) -> Party:
    return issue(
        world.ca,
        "Another TSA",
        new_rsa(),
        mailbox=None,
        usages=(ExtendedKeyUsageOID.TIME_STAMPING,),
        **changes,
    )


def revoked_tsa(world: World) -> Party:
    made = tsa(world)
    world.ca.revoked[made.certificate.serial_number] = SIGNED_AT - 2 * DAY
    return made


def two_stamps(world: World) -> bytes:
    def edit(info: cms.SignerInfo) -> None:
        attribute = info["unsigned_attrs"][0]
        info["unsigned_attrs"] = [attribute.copy(), attribute.copy()]

    return stamped(lambda w: stamp_with(w.tsa), edit_info=edit)(world)


def stamped_late(world: World) -> bytes:
    signer = issue(world.ca, "Late", end=SIGNED_AT - DAY)
    return by(lambda w: signer, cms=lambda m: replace(m, stamp=stamp_with(world.tsa)))(
        world
    )


def stamped_revoked(world: World) -> bytes:
    return by(
        lambda w: w.revoked, cms=lambda m: replace(m, stamp=stamp_with(world.tsa))
    )(world)


def forgeries() -> Iterator[Forgery]:
    yield from certificates()
    yield from revocation()
    yield from senders()
    yield from time_stamps()
