"""Reading a signature: our DER beside `cryptography.hazmat.asn1`; docs/adr/0011.

    python bench/reading_asn1.py

Both read a mail's signature and its time stamp down to the SignerInfo, whole and with
one thing changed at a time. Printed are the changes of which they do not think alike,
and microseconds for a good one.
"""

import sys
import time
import timeit
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from cryptography import x509
from cryptography.hazmat import asn1

from notices.mail import split
from notices.verifying.cms import der, signed_data
from tests.verifying.forged_cms import forgeries
from tests.verifying.genuine import Mail, stamp_with
from tests.verifying.pki import SIGNED_AT, world


@asn1.sequence
class IssuerAndSerial:
    issuer: asn1.TLV
    serial: int


@asn1.sequence
class SignerInfo:
    version: int
    sid: IssuerAndSerial
    digest_algorithm: asn1.TLV
    signed_attributes: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(0)]
    signature_algorithm: asn1.TLV
    signature: bytes
    unsigned_attributes: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(1)]


@asn1.sequence
class Encapsulated:
    content_type: x509.ObjectIdentifier
    content: Annotated[bytes | None, asn1.Explicit(0)]


@asn1.sequence
class SignedData:
    version: int
    digest_algorithms: asn1.SetOf[asn1.TLV]
    encapsulated: Encapsulated
    certificates: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(0)]
    answers: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(1)]
    signers: asn1.SetOf[asn1.TLV]


@asn1.sequence
class ContentInfo:
    content_type: x509.ObjectIdentifier
    content: Annotated[SignedData, asn1.Explicit(0)]


def by_ours(data: bytes) -> None:
    der.check(data)
    for signer in signed_data.read(data).signers:
        signed_data.read_signer(signer)


def by_theirs(data: bytes) -> None:
    content = asn1.decode_der(ContentInfo, data).content
    for signer in content.signers.as_list():
        signer.parse(SignerInfo)


def verdict(read: Callable[[bytes], None], data: bytes) -> str:
    try:
        read(data)
    except ValueError as error:
        return str(error)[:64].replace("\n", " ")
    return "accepted"


Node = list[Any]
"""Tag, and contents or the nodes within."""


def tree(data: bytes) -> list[Node]:
    nodes, at = [], 0
    while at < len(data):
        header = der.read_header(data, at, len(data))
        inside = data[header.start : header.end]
        is_made_up = header.tag & 0x20
        nodes.append([header.tag, tree(inside) if is_made_up else inside])
        at = header.end
    return nodes


def written(nodes: list[Node | bytes]) -> bytes:
    """Nodes as DER; octets among them stay as they are."""
    out = b""
    for node in nodes:
        if isinstance(node, bytes):
            out += node
            continue
        tag, inside = node
        content = inside if isinstance(inside, bytes) else written(inside)
        size = len(content).to_bytes(max((len(content).bit_length() + 7) // 8, 1))
        length = size if len(content) < 128 else bytes([128 + len(size)]) + size
        out += bytes([tag]) + length + content
    return out


def changes(data: bytes) -> Iterator[tuple[str, bytes]]:
    """One thing changed, all lengths around it right."""
    values = {
        "BOOLEAN 01": b"\x01\x01\x01",
        "INTEGER padded": b"\x02\x02\x00\x01",
        "NULL with contents": b"\x05\x01A",
        "OID padded": b"\x06\x03\x80\x2a\x03",
        "length in too long a form": b"\x04\x81\x01A",
        "indefinite length": b"\x24\x80\x04\x01A\x00\x00",
    }
    for name, value in values.items():
        nodes = tree(data)
        attributes = signer_of(nodes)[3][1]
        attributes.append([0x30, [[0x06, b"\x2a\x03"], [0x31, [value]]]])
        attributes.sort(key=lambda node: written([node]))
        yield f"{name} in an attribute", written(nodes)
    nodes = tree(data)
    fields_of(nodes)[3][1].reverse()
    yield "certificates in another order", written(nodes)
    nodes = tree(data)
    nodes[0][1][0][1] = b"\x80" + nodes[0][1][0][1]
    yield "OID of the content padded", written(nodes)
    nodes = tree(data)
    fields_of(nodes)[0][1] = b"\x00\x01"
    yield "INTEGER of the version padded", written(nodes)
    yield "a byte behind", data + b"\x00"
    yield "indefinite length outside", b"\x30\x80" + data[4:] + b"\x00\x00"


def fields_of(nodes: list[Node]) -> list[Node]:
    fields: list[Node] = nodes[0][1][1][1][0][1]
    return fields


def signer_of(nodes: list[Node]) -> list[Node]:
    fields: list[Node] = fields_of(nodes)[-1][1][0][1]
    return fields


def main() -> None:
    pki = world()
    signature = split(Mail(pki).build()).signature
    token: bytes = stamp_with(pki.tsa, SIGNED_AT)(b"stamped")
    given = {"signature": signature, "time stamp": token}
    vectors = [
        (f"{what}: {name}", changed)
        for what, data in given.items()
        for name, changed in (("whole", data), *changes(data))
    ]
    for forgery in forgeries():
        try:
            vectors.append((forgery.name, split(forgery.build(pki)).signature))
        except ValueError:
            continue
    alike = 0
    for name, data in vectors:
        ours, theirs = verdict(by_ours, data), verdict(by_theirs, data)
        if (ours == "accepted") is (theirs == "accepted"):
            alike += 1
        else:
            print(f"{name:48} ours: {ours:50} theirs: {theirs}")
    print(f"alike: {alike} of {len(vectors)}")
    for name, read in (("ours", by_ours), ("theirs", by_theirs)):
        best = (
            min(
                timeit.repeat(
                    lambda read=read: read(signature),
                    timer=time.process_time,
                    number=200,
                )
            )
            / 200
        )
        print(f"{name:8}{best * 1e6:8.1f} microseconds, {len(signature)} bytes")


if __name__ == "__main__":
    main()
