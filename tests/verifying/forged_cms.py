# ruff: noqa: ARG005 - the world or what is changed, whether used or not
"""Forged signatures: CMS structures that some verifier accepts and ours must not."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from asn1crypto import algos, cms, core, tsp

from tests.verifying.forgery import Forgery
from tests.verifying.genuine import Cms, Mail, attribute, load
from tests.verifying.pki import Party, World, issue

ATTRIBUTES = (
    "content_type",
    "message_digest",
    "signing_time",
    "signing_certificate_v2",
)


def signed(**changes: Any) -> Callable[[World], bytes]:
    return lambda world: Mail(world, cms=lambda made: replace(made, **changes)).build()


def der_changed(change: Callable[[bytes], bytes]) -> Callable[[World], bytes]:
    return lambda world: Mail(world, change_signature=change).build()


def without(name: str) -> Callable[[list[cms.CMSAttribute]], Any]:
    return lambda made: [one for one in made if one["type"].native != name]


def twice(name: str) -> Callable[[list[cms.CMSAttribute]], Any]:
    return lambda made: made + [one for one in made if one["type"].native == name]


def two_values(name: str) -> Callable[[list[cms.CMSAttribute]], Any]:
    def edit(made: list[cms.CMSAttribute]) -> list[cms.CMSAttribute]:
        found = next(one for one in made if one["type"].native == name)
        value = found["values"][0]
        return [
            *(one for one in made if one is not found),
            cms.CMSAttribute({"type": name, "values": [value, value]}),
        ]

    return edit


def instead(
    name: str, value: core.Asn1Value
) -> Callable[[list[cms.CMSAttribute]], Any]:
    return lambda made: [*without(name)(made), attribute(name, value)]


def ess(cert_hash: bytes, **more: Any) -> Callable[[list[cms.CMSAttribute]], Any]:
    named = tsp.ESSCertIDv2({"cert_hash": cert_hash, **more})
    return instead(
        "signing_certificate_v2", tsp.SigningCertificateV2({"certs": [named]})
    )


def attributes() -> Iterator[Forgery]:
    for name in ATTRIBUTES:
        yield Forgery(f"no {name}", "M07", signed(edit_attributes=without(name)))
        yield Forgery(f"{name} twice", "M05", signed(edit_attributes=twice(name)))
        yield Forgery(
            f"{name} with two values", "M05", signed(edit_attributes=two_values(name))
        )
    yield Forgery(
        "contentType is another",
        "M07",
        signed(edit_attributes=instead("content_type", cms.ContentType("signed_data"))),
    )
    yield Forgery(
        "messageDigest of something else",
        "M08",
        signed(
            edit_attributes=instead(
                "message_digest", core.OctetString(hashlib.sha256(b"other").digest())
            )
        ),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "messageDigest empty",
        "M08",
        signed(edit_attributes=instead("message_digest", core.OctetString(b""))),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "signingCertificateV2 of another certificate",
        "M07",
        signed(edit_attributes=ess(b"\x00" * 32)),
    )
    yield Forgery(
        "signingCertificateV2 with SHA-1",
        "M07",
        signed(edit_attributes=ess(b"\x00" * 20, hash_algorithm={"algorithm": "sha1"})),
    )
    yield Forgery("only the old signingCertificate", "M07", old_ess)
    yield Forgery(
        "cmsAlgorithmProtection says otherwise",
        "M07",
        signed(edit_attributes=lambda made: [*made, protection("sha512")]),
    )


def protection(digest: str) -> cms.CMSAttribute:
    return attribute(
        "cms_algorithm_protection",
        cms.CMSAlgorithmProtection(
            {
                "digest_algorithm": algos.DigestAlgorithm({"algorithm": digest}),
                "signature_algorithm": algos.SignedDigestAlgorithm(
                    {"algorithm": f"{digest}_ecdsa"}
                ),
            }
        ),
    )


def old_ess(world: World) -> bytes:
    named = tsp.ESSCertID({"cert_hash": hashlib.sha1(world.signer.der).digest()})  # noqa: S324
    old = attribute("signing_certificate", tsp.SigningCertificate({"certs": [named]}))

    def edit(made: list[cms.CMSAttribute]) -> list[cms.CMSAttribute]:
        return [*without("signing_certificate_v2")(made), old]

    return signed(edit_attributes=edit)(world)


def swapped_certificate(world: World) -> bytes:
    """Another certificate of the same key: the signer identifier is not signed."""
    twin = issue(world.ca, "Twin", world.signer.key)

    def edit(data: cms.SignedData) -> None:
        data["certificates"] = [
            cms.CertificateChoices({"certificate": load(one)})
            for one in (twin, *twin.chain)
        ]
        sid = data["signer_infos"][0]["sid"].chosen
        sid["serial_number"] = twin.certificate.serial_number

    return signed(edit_data=edit)(world)


def unsigned_attributes_only(world: World) -> bytes:
    """The signature is over the content itself; there are no signed attributes."""

    def change(made: Cms) -> Cms:
        def strip(info: cms.SignerInfo) -> None:
            del info["signed_attrs"]
            from tests.verifying.genuine import raw_signature  # noqa: PLC0415

            info["signature"] = raw_signature(made.signer, made.content, "sha256")

        return replace(made, edit_info=strip)

    return Mail(world, cms=change).build()


def signers(
    pick: Callable[[World, Cms], list[cms.SignerInfo]],
) -> Callable[[World], bytes]:
    """The good SignerInfo together with others."""

    def build(world: World) -> bytes:
        def change(made: Cms) -> Cms:
            def edit(data: cms.SignedData) -> None:
                data["signer_infos"] = pick(world, made)

            return replace(
                made,
                edit_data=edit,
                extra_certificates=(world.other, world.evil),
            )

        return Mail(world, cms=change).build()

    return build


def other_info(made: Cms, party: Party, content: bytes | None = None) -> cms.SignerInfo:
    return Cms(made.content if content is None else content, party).signer_info()


def structures() -> Iterator[Forgery]:
    yield Forgery("another certificate of the same key", "M07", swapped_certificate)
    yield Forgery("no signed attributes", "M05", unsigned_attributes_only)
    yield Forgery("no signer", "M05", signers(lambda w, m: []))
    cases: dict[str, Callable[[World, Cms], list[cms.SignerInfo]]] = {
        "good and evil signer": lambda w, m: [m.signer_info(), other_info(m, w.evil)],
        "evil and good signer": lambda w, m: [other_info(m, w.evil), m.signer_info()],
        "good signer and another": lambda w, m: [
            m.signer_info(),
            other_info(m, w.other),
        ],
        "good signer and a broken one": lambda w, m: [
            m.signer_info(),
            other_info(m, w.other, b"something else"),
        ],
        "good signer twice": lambda w, m: [m.signer_info(), m.signer_info()],
    }
    for name, pick in cases.items():
        yield Forgery(name, "M05", signers(pick))
    for name, digests in {
        "empty": [],
        "two": ["sha256", "sha1"],
        "other": ["sha512"],
    }.items():
        yield Forgery(
            f"digestAlgorithms {name}", "M05", signed(edit_data=declare(digests))
        )
    yield Forgery("content embedded", "M05", signed(edit_data=embed("data")))
    yield Forgery("empty content embedded", "M05", signed(edit_data=embed("data", b"")))
    yield Forgery("encapsulated type SignedData", "M05", signed(edit_data=content_type))
    yield Forgery("signer named by key identifier", "M05", signed(edit_info=by_key))
    yield Forgery("SignerInfo version 3", "M05", signed(edit_info=version_3))
    yield Forgery("SignedData version 2", "M05", signed(edit_data=version_2))
    yield Forgery("value of another key", "M09", wrong_key, why="SIG_CRYPTO_FAILURE")
    for name, change in {
        "flipped": lambda v: v[:-1] + bytes([v[-1] ^ 1]),
        "empty": lambda v: b"",
        "zeros": lambda v: bytes(len(v)),
        "lengthened": lambda v: v + b"\x00",
        "r and s one": lambda v: bytes.fromhex("3006020101020101"),
        "r and s zero": lambda v: bytes.fromhex("3006020100020100"),
    }.items():
        yield Forgery(
            f"signature value {name}",
            "M09",
            signed(change_value=change),
            why="SIG_CRYPTO_FAILURE",
        )


def declare(digests: list[str]) -> Callable[[cms.SignedData], None]:
    def edit(data: cms.SignedData) -> None:
        data["digest_algorithms"] = [
            algos.DigestAlgorithm({"algorithm": name}) for name in digests
        ]

    return edit


def embed(kind: str, content: bytes = b"other") -> Callable[[cms.SignedData], None]:
    def edit(data: cms.SignedData) -> None:
        data["encap_content_info"] = {
            "content_type": kind,
            "content": core.OctetString(content),
        }

    return edit


def content_type(data: cms.SignedData) -> None:
    data["encap_content_info"] = {"content_type": "signed_data"}


def by_key(info: cms.SignerInfo) -> None:
    info["version"] = "v3"
    info["sid"] = cms.SignerIdentifier(
        name="subject_key_identifier", value=core.OctetString(b"\x01" * 20)
    )


def version_2(data: cms.SignedData) -> None:
    """A version that no SignedData has (RFC 5652, 5.1)."""
    data["version"] = "v2"


def version_3(info: cms.SignerInfo) -> None:
    info["version"] = "v3"


def wrong_key(world: World) -> bytes:
    def change(made: Cms) -> Cms:
        impostor = Party(world.evil.key, world.signer.certificate, world.ca)
        return replace(made, signer=impostor)

    return Mail(world, cms=change).build()


def algorithms() -> Iterator[Forgery]:
    weak = "CRYPTO_CONSTRAINTS_FAILURE"
    yield Forgery("SHA-1", "M06", signed(digest="sha1"), why=weak)
    yield Forgery("SHA-384 under micalg sha-256", "M06", signed(digest="sha384"))
    for name in (
        "sha256_rsa",
        "rsassa_pkcs1v15",
        "sha1_ecdsa",
        "sha512_ecdsa",
        "ed25519",
    ):
        yield Forgery(f"EC key labelled {name}", "M06", signed(algorithm=name))
    for name in ("sha256_ecdsa", "sha1_rsa", "md5_rsa", "sha512_rsa"):
        yield Forgery(f"RSA key labelled {name}", "M06", rsa_labelled(name))


def rsa_labelled(name: str) -> Callable[[World], bytes]:
    def build(world: World) -> bytes:
        made = Mail(world, cms=lambda made: replace(made, algorithm=name))
        return made.but(signer=world.rsa_signer).build()

    return build


def certificates() -> Iterator[Forgery]:
    missing = "NO_SIGNING_CERTIFICATE_FOUND"
    yield Forgery(
        "without the signer's certificate",
        "M05",
        signed(without_certificate=True),
        why=missing,
    )
    yield Forgery("without any certificate", "M05", signed(edit_data=bare), why=missing)
    yield Forgery(
        "the signer's certificate twice",
        "M05",
        lambda w: signed(extra_certificates=(w.signer,))(w),
        why=missing,
    )
    yield Forgery(
        "twelve certificates",
        "M05",
        lambda w: signed(extra_certificates=(w.other,) * 12)(w),
    )
    yield Forgery(
        "without the issuing certificate",
        "M12",
        signed(edit_data=only_leaf),
        why="NO_CERTIFICATE_CHAIN_FOUND",
    )


def bare(data: cms.SignedData) -> None:
    del data["certificates"]


def only_leaf(data: cms.SignedData) -> None:
    data["certificates"] = [data["certificates"][0]]


def encodings() -> Iterator[Forgery]:
    changes: dict[str, Callable[[bytes], bytes]] = {
        "a byte after it": lambda d: d + b"\x00",
        "a second value after it": lambda d: d + d,
        "cut off": lambda d: d[:-1],
        "indefinite length": lambda d: b"\x30\x80" + d[4:] + b"\x00\x00",
        "length in five bytes": lambda d: b"\x30\x84\x00\x00" + d[2:4] + d[4:],
        "another tag": lambda d: b"\x31" + d[1:],
        "object identifier padded": padded_identifier,
        "as an octet string": lambda d: core.OctetString(d).dump(),
        "nested a thousand deep": lambda d: nested(1000),
        "content type data": lambda d: cms.ContentInfo(
            {"content_type": "data", "content": d}
        ).dump(),
        "PEM": lambda d: b"-----BEGIN PKCS7-----\r\n",
        "a certificate instead": lambda d: d[60:],
        "one byte": lambda d: b"\x30",
    }
    for name, change in changes.items():
        yield Forgery(f"signature: {name}", "M04", der_changed(change))


def padded_identifier(data: bytes) -> bytes:
    """X.690, 8.19.2: asn1crypto reads the same content type out of it."""
    size = int.from_bytes(data[2:4]) + 1
    return b"\x30\x82" + size.to_bytes(2) + b"\x06\x0a\x80" + data[6:]


def nested(depth: int) -> bytes:
    value = b"\x05\x00"
    for _ in range(depth):
        value = core.OctetString(value).dump()
        value = b"\x30" + value[1:]
    return value


def forgeries() -> Iterator[Forgery]:
    yield from attributes()
    yield from structures()
    yield from algorithms()
    yield from certificates()
    yield from encodings()
