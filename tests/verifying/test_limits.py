"""What hostile files may cost: each is refused by a named limit, and soon.

The time is that of the judging alone, on one processor; the process of its own adds its
start. A number that somebody may choose has a limit that the finding names.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pikepdf
import pytest
from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from notices.report import Report, SubIndication
from notices.verifying import verify
from tests.effort import effort
from tests.verifier_js.agreement import both
from tests.verifying.answers import DER, FRESH, a_list, an_answer
from tests.verifying.genuine import (
    NUMBER,
    TEXT,
    Mail,
    blank_pdf,
    notice_json,
    sign_pdf,
    time_stamper,
)
from tests.verifying.odd_certificates import Made, limits, names
from tests.verifying.pki import DAY, FROM, JUDGED_AT, SIGNED_AT, Party, world

CALLS = 5_000_000
SECOND = timedelta(seconds=1)


def many_urls() -> bytes:
    urls = [f"https://board.example/thread/{number}" for number in range(20_000)]
    text = TEXT.format(number=NUMBER, urls="\n".join(urls))
    return Mail(world(), notice=notice_json(urls=urls), text=text).build()


def many_attributes() -> bytes:
    def edit(info: cms.SignerInfo) -> None:
        info["unsigned_attrs"] = cms.CMSAttributes(
            [
                cms.CMSAttribute(
                    {"type": f"1.3.6.1.4.1.99999.{one}", "values": [core.Null()]}
                )
                for one in range(20_000)
            ]
        )

    return Mail(world(), cms=lambda made: replace(made, edit_info=edit)).build()


def many_stamps() -> bytes:
    data = sign_pdf(blank_pdf(notice_json()), world(), level="B-LTA")
    for count in range(20):
        stamper = time_stamper(world().tsa, SIGNED_AT + count * SECOND)
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        made = signers.PdfTimeStamper(stamper).timestamp_pdf(
            writer, "sha256", bytes_reserved=8_192
        )
        data = made.getvalue()
    return data


def many_objects() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        made = [
            document.make_indirect(pikepdf.Dictionary(B=one)) for one in range(60_000)
        ]
        tens = [pikepdf.Array(made[place::10]) for place in range(10)]
        document.Root.X = pikepdf.Array(map(document.make_indirect, tens))

    return sign_pdf(blank_pdf(notice_json(), edit=edit), world())


def long_value(value: bytes) -> bytes:
    """A PDF by hand, whose catalogue has a value that no letter has."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/N " + value + b">>",
        b"<</Type/Pages/Kids[]/Count 0>>",
    )
    made, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"xref\n0 3\n0000000000 65535 f \n" + b"".join(places)
    trailer = b"trailer\n<</Size 3/Root 1 0 R>>\n"
    return made + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(made)


def many_revisions() -> bytes:
    data = blank_pdf(notice_json())
    return data + b"startxref\n0\n%%EOF\n" * 100


def many_names() -> bytes:
    denied = [x509.RFC822Name(f"a{one}@x.example") for one in range(3_000)]
    own = [x509.RFC822Name(f"b{one}@x.example") for one in range(3_000)]
    more = {"limits": limits(*denied, excluded=True)}
    middle = Made("Limited", is_ca=True, more=more).by(world().root)
    found = {"names": names(*own, x509.RFC822Name(FROM))}
    signer = Made("Signer", more=found).by(middle)
    lists = (world().root.crl(), a_list(middle))
    return Mail(
        world(), signer=signer, letter_signer=world().signer, crls=lists
    ).build()


def crossed(count: int) -> bytes:
    """Authorities of one name under the root, that also certify one another."""
    tops = [Made("Mesh", is_ca=True).by(world().root) for _ in range(count)]
    mesh = [
        Made("Mesh", is_ca=True, key=subject.key).by(issuer)
        for subject in tops
        for issuer in tops
        if subject is not issuer
    ]
    signer = Made("Signer").by(tops[0])
    some = tuple([*tops[1:], *mesh][: 10 - len((signer, *signer.chain))])
    lists = (*world().crls, a_list(tops[0]))
    made = Mail(world(), signer=signer, letter_signer=world().signer, crls=lists)
    return made.but(cms=lambda one: replace(one, extra_certificates=some)).build()


def long_list(count: int) -> bytes:
    """Written at once: `cryptography` copies a list for each entry that is added."""
    entries = [
        x509.RevokedCertificateBuilder()
        .serial_number(10**15 + one)
        .revocation_date(SIGNED_AT - DAY)
        .build()
        for one in range(count)
    ]
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(world().ca.certificate.subject)
        .last_update(FRESH)
        .next_update(FRESH + 30 * DAY)
    )
    builder._revoked_certificates = entries
    return builder.sign(world().ca.key, hashes.SHA256()).public_bytes(DER)


def many_answers() -> bytes:
    responder = Party(world().ca.key, world().ca.certificate)
    answers = tuple(
        an_answer(
            world().signer, by=responder, issuer=world().ca, start=FRESH - one * SECOND
        )
        for one in range(62)
    )
    lists = (world().root.crl(),)
    made = Mail(world(), crls=lists)
    return made.but(cms=lambda one: replace(one, ocsps=answers, crls=lists)).build()


LONG_VALUES = (
    (13, "a number of 3,000,000 digits", b"1." + b"1" * 3_000_000),
    (14, "an array of 1,500,000 numbers", b"[" + b"1 " * 1_500_000 + b"]"),
    (15, "a hex string of 6,000,000 digits", b"<" + b"30" * 3_000_000 + b">"),
    (16, "a name of 3,000,000 octets", b"/" + b"a" * 3_000_000),
    (
        17,
        "a dictionary of 300,000 keys",
        b"<<" + b"".join(b"/K%d 1" % one for one in range(300_000)) + b">>",
    ),
)


def long_text(more: str) -> bytes:
    text = TEXT.format(number=NUMBER, urls="https://board.example/thread/1?res=5")
    return Mail(world(), text=f"{text}https://board.example/thread/2\n{more}").build()


def urls_in_a_line() -> bytes:
    """One host for each, as only the number of those is counted later."""
    return long_text(" ".join(f"https://a.example/{n}" for n in range(100_000)))


LONG_MAILS = (
    (
        18,
        "a header of 60,000 trace fields: 58 MB of them took 765 MB of memory",
        lambda: b"Received: from a by b\r\n" * 60_000 + Mail(world()).build(),
        "more than 1000000 octets",
    ),
    (
        19,
        "a text of five million octets",
        lambda: long_text("x" * 5_000_000),
        "more than 4000000 octets",
    ),
    (
        20,
        "100,000 URLs in one line: each was asked where the line ends, for 15 s",
        urls_in_a_line,
        "more than 1000 URLs",
    ),
    (
        21,
        "a mail of 33 MiB: it took seven times as much",
        lambda: Mail(world()).build() + b"\r\n" * (33 << 19),
        "more than 33554432 octets",
    ),
)


@dataclass(frozen=True)
class Vector:
    """A hostile file, and what the finding names; empty: it is genuine, and passes."""

    number: int
    why: str
    build: Callable[[], bytes]
    named: str = ""
    evidence: Callable[[], Sequence[bytes]] = lambda: ()


VECTORS = (
    Vector(1, "20,000 URLs", many_urls, "at most 1000"),
    Vector(2, "20,000 unsigned attributes", many_attributes, "at most 64"),
    Vector(3, "21 time stamps in a PDF", many_stamps, "more than 20"),
    Vector(4, "60,000 objects in a PDF", many_objects, "at most 20000"),
    Vector(5, "100 revisions of a PDF", many_revisions, "more than 64"),
    Vector(6, "3,000 names under 3,000 constraints", many_names, "more than 20000"),
    Vector(7, "authorities of one name, three", lambda: crossed(3)),
    Vector(8, "authorities of one name, eight", lambda: crossed(8)),
    Vector(
        9,
        "a list of 60,000 entries",
        lambda: Mail(world(), crls=(world().root.crl(), long_list(60_000))).build(),
    ),
    Vector(
        10,
        "the same handed over",
        lambda: Mail(world()).build(),
        evidence=lambda: [long_list(60_000)],
    ),
    Vector(11, "62 OCSP answers", many_answers),
    Vector(
        12,
        "50,000 header fields",
        lambda: b"X-Received: b\r\n" * 50_000 + Mail(world()).build(),
    ),
    *(Vector(number, why, build, named) for number, why, build, named in LONG_MAILS),
    # a number of three million digits took twenty seconds, the others up to six
    *(
        Vector(number, why, lambda value=value: long_value(value), "500000 bytes")
        for number, why, value in LONG_VALUES
    ),
)


def judge(vector: Vector) -> Report:
    data, evidence = vector.build(), vector.evidence()
    with effort(CALLS):
        return verify(data, trust=[world().root.pem], at=JUDGED_AT, evidence=evidence)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one.number} {one.why}")
def test_a_hostile_file_costs_little(vector: Vector) -> None:
    report = judge(vector)
    refused = [one.detail for one in report.findings if one.sub_indication]
    if vector.named:
        assert any(vector.named in detail for detail in refused), refused
    else:
        assert refused == []


@pytest.mark.parametrize("place", range(len(LONG_VALUES)))
def test_the_second_verifier_names_the_same_limit(place: int) -> None:
    _, _, value = LONG_VALUES[place]
    report = both(long_value(value), trust=[world().root.pem], at=JUDGED_AT)
    assert report.findings[0].sub_indication is SubIndication.FORMAT_FAILURE


@pytest.mark.parametrize("place", range(len(LONG_MAILS)))
def test_the_second_verifier_names_the_same_limit_of_a_mail(place: int) -> None:
    _, _, build, named = LONG_MAILS[place]
    report = both(
        build(), trust=[world().root.pem], at=JUDGED_AT, evidence=world().crls
    )
    assert any(named in one.detail for one in report.findings if one.sub_indication)
