# ruff: noqa: ARG005 - the world or what is changed, whether used or not
"""Hostile revocation-values: the attribute is not signed, so anybody may write it.

What is not as our signer writes it is refused, so that no two readers find different
answers in one mail; what it says counts exactly as it would in SignedData.crls.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from asn1crypto import cms, core, ocsp, parser
from cryptography.x509.ocsp import OCSPCertStatus

from tests.verifying import pki
from tests.verifying.forgery import Forgery
from tests.verifying.genuine import Mail
from tests.verifying.pki import DAY, SIGNED_AT, Party, World

REVOCATION_VALUES = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.24").dump()
Build = Callable[[World], bytes]


def sequence(*values: bytes) -> bytes:
    return bytes(parser.emit(0, 1, 16, b"".join(values)))


def explicit(number: int, value: bytes) -> bytes:
    return bytes(parser.emit(2, 1, number, value))


def attribute(*values: bytes) -> bytes:
    return sequence(REVOCATION_VALUES, parser.emit(0, 1, 17, b"".join(values)))


def basic(response: bytes) -> bytes:
    """What the responder signed, without the OCSPResponse around it."""
    return bytes(ocsp.OCSPResponse.load(response)["response_bytes"]["response"])


def values(*answers: bytes, lists: tuple[bytes, ...] = ()) -> bytes:
    return sequence(
        *([explicit(0, sequence(*lists))] if lists else []),
        *([explicit(1, sequence(*answers))] if answers else []),
    )


def good(world: World) -> bytes:
    return basic(pki.ocsp(world.answered))


def carrying(
    *attributes: bytes, crls: tuple[bytes, ...] | None = None
) -> Callable[[World], Mail]:
    """A mail by whom OCSP answers for, with these unsigned attributes more."""

    def edit(info: cms.SignerInfo) -> None:
        kept = list(info["unsigned_attrs"] or ())
        more = [cms.CMSAttribute.load(one) for one in attributes]
        info["unsigned_attrs"] = cms.CMSAttributes([*kept, *more])

    return lambda world: Mail(
        world,
        signer=world.answered,
        crls=(world.root.crl(),) if crls is None else crls,
        cms=lambda made: replace(made, edit_info=edit),
    )


def with_attributes(make: Callable[[World], list[bytes]]) -> Build:
    return lambda world: carrying(*make(world))(world).build()


def with_values(make: Callable[[World], bytes]) -> Build:
    return with_attributes(lambda world: [attribute(make(world))])


def revoking(world: World) -> bytes:
    ca = Party(world.ca.key, world.ca.certificate)
    ca.revoked = {world.answered.certificate.serial_number: SIGNED_AT - DAY}
    return ca.crl()


SHAPES: dict[str, Build] = {
    # which of the two counts would be a guess
    "twice": with_attributes(lambda w: [attribute(values(good(w)))] * 2),
    # ETSI EN 319 122-1: one value
    "of two values": with_attributes(
        lambda w: [attribute(values(good(w)), values(basic(pki.ocsp(w.other))))]
    ),
    "of no value": with_attributes(lambda w: [attribute()]),
    # a reader that stops early would not see what follows
    "with a value after its members": with_values(
        lambda w: sequence(explicit(1, sequence(good(w))), core.Null().dump())
    ),
    "with a value after the answers": with_values(
        lambda w: sequence(explicit(1, sequence(good(w)) + core.Null().dump()))
    ),
    "with a field after an answer": with_values(
        lambda w: values(sequence(*fields(good(w)), core.Integer(1).dump()))
    ),
    # the easiest mistake: RFC 5940 has the whole response, RFC 5126 what is in it
    "with an OCSPResponse": with_values(lambda w: values(pki.ocsp(w.answered))),
    "with a certificate as answer": with_values(lambda w: values(w.answered.der)),
    "with an INTEGER as answer": with_values(
        lambda w: values(sequence(core.Integer(1).dump()))
    ),
    "with an empty answer": with_values(lambda w: values(sequence())),
    "with a certificate as list": with_values(
        lambda w: values(good(w), lists=(w.answered.der,))
    ),
    # a member that is there has something in it
    "with an empty member of lists": with_values(
        lambda w: sequence(explicit(0, sequence()), explicit(1, sequence(good(w))))
    ),
    "with an empty member of answers": with_values(
        lambda w: sequence(explicit(0, sequence(w.ca.crl())), explicit(1, sequence()))
    ),
    # otherRevVals: whatever it says, nobody here could tell
    "with otherRevVals": with_values(
        lambda w: sequence(
            explicit(1, sequence(good(w))),
            explicit(2, sequence(REVOCATION_VALUES, core.Null().dump())),
        )
    ),
    "with members out of order": with_values(
        lambda w: sequence(
            explicit(1, sequence(good(w))), explicit(0, sequence(w.ca.crl()))
        )
    ),
    "with answers in two members": with_values(
        lambda w: sequence(*[explicit(1, sequence(good(w)))] * 2)
    ),
    # RFC 5126 has explicit tags; under implicit ones other octets are the answers
    "with implicit tags": with_values(lambda w: sequence(explicit(1, good(w)))),
    "with no member": with_values(lambda w: sequence()),
    "with no answer": with_values(lambda w: sequence(explicit(1, sequence()))),
    "that is no SEQUENCE": with_values(lambda w: core.Null().dump()),
    # work for the reader: each would be parsed, compared and kept
    "with 65 answers": with_values(lambda w: values(*[good(w)] * 65)),
    "with 10,000 answers": with_values(lambda w: values(*[good(w)] * 10_000)),
    "with an answer of 70,000 bytes": with_values(
        lambda w: values(sequence(core.OctetString(bytes(70_000)).dump()))
    ),
    "beside 65 lists": lambda w: carrying(
        attribute(values(good(w))), crls=(w.root.crl(),) * 65
    )(w).build(),
}


def fields(value: bytes) -> list[bytes]:
    return [one.dump() for one in core.SequenceOf.load(value, spec=core.Any)]


def indefinite(world: World) -> bytes:
    """An answer in BER: what it is to one reader it need not be to another."""
    answer = b"\x30\x80" + b"".join(fields(good(world))) + b"\x00\x00"
    return values(answer)


SAID: dict[str, tuple[str, Build]] = {
    "that say revoked": (
        "REVOKED_NO_POE",
        with_values(
            lambda w: values(basic(pki.ocsp(w.answered, OCSPCertStatus.REVOKED)))
        ),
    ),
    "with a list that says revoked": (
        "REVOKED_NO_POE",
        with_values(lambda w: values(lists=(revoking(w),))),
    ),
    # a good answer does not hide what a list says
    "with a good answer and a list that says revoked": (
        "REVOKED_NO_POE",
        with_values(lambda w: values(good(w), lists=(revoking(w),))),
    ),
    "by a foreign authority": (
        "TRY_LATER",
        with_values(lambda w: values(basic(pki.ocsp(w.answered, by=w.evil_ca)))),
    ),
    "about somebody else": (
        "TRY_LATER",
        with_values(lambda w: values(basic(pki.ocsp(w.other)))),
    ),
}


def forgeries() -> Iterator[Forgery]:
    for name, build in SHAPES.items():
        yield Forgery(f"revocation-values {name}", "M05", build)
    yield Forgery("revocation-values in BER", "M04", with_values(indefinite))
    for name, (why, build) in SAID.items():
        yield Forgery(f"revocation-values {name}", "M12", build, why=why)
