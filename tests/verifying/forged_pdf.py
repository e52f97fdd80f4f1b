# ruff: noqa: ARG005 - the world or what is changed, whether used or not
"""Forged letters: appended, shadowed, rewritten, wrapped, with active content."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pikepdf
from asn1crypto import cms, core
from pikepdf import Array, Dictionary, Name, Pdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_byterange import BuildProps

from tests.verifying import forged_cms
from tests.verifying.forgery import Forgery, swap
from tests.verifying.genuine import (
    Cms,
    blank_pdf,
    genuine_letter,
    notice_json,
    pyhanko_signer,
    sign_pdf,
    stamp_with,
    time_stamper,
    xmp,
)
from tests.verifying.pki import DAY, SIGNED_AT, Party, World, issue

GAP = re.compile(rb"/Contents <([0-9a-fA-F]+)>")
RANGE = re.compile(rb"/ByteRange \[[^\]]*\]")


def letter(world: World, level: str = "B-LT") -> bytes:
    return genuine_letter(world, world.signer, notice_json(), level)


def plain(world: World) -> bytes:
    return letter(world, "B-B")


def changed(change: Callable[[bytes], bytes], level: str = "B-LT") -> Any:
    return lambda world: change(letter(world, level))


def updated(
    edit: Callable[[IncrementalPdfFileWriter], Any], level: str = "B-LT"
) -> Any:
    """An incremental update by a careful forger."""

    def build(world: World) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(letter(world, level)))
        edit(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return build


def page_of(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def new_text(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (Other) Tj ET")
    page = page_of(writer)
    page["/Contents"] = writer.add_object(stream)
    writer.update_container(page)


def annotation(kind: str) -> Callable[[IncrementalPdfFileWriter], None]:
    def edit(writer: IncrementalPdfFileWriter) -> None:
        note = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
                generic.pdf_name("/Subtype"): generic.pdf_name(kind),
                generic.pdf_name("/Rect"): generic.ArrayObject(
                    map(generic.NumberObject, (0, 0, 500, 500))
                ),
                generic.pdf_name("/Contents"): generic.pdf_string("Pay here"),
            }
        )
        page = page_of(writer)
        have = page.get("/Annots", generic.ArrayObject())
        page["/Annots"] = generic.ArrayObject([*have, writer.add_object(note)])
        writer.update_container(page)

    return edit


def root_entry(name: str, value: Any) -> Callable[[IncrementalPdfFileWriter], None]:
    def edit(writer: IncrementalPdfFileWriter) -> None:
        writer.root[name] = value
        writer.update_root()

    return edit


def other_metadata(writer: IncrementalPdfFileWriter) -> None:
    writer._update_meta = lambda: None  # it would put the old account back
    packet = blank_pdf(notice_json(), identifier="2026-000999")
    with Pdf.open(io.BytesIO(packet)) as document:
        data = document.Root.Metadata.read_bytes()
    writer.root["/Metadata"] = writer.add_object(generic.StreamObject(stream_data=data))
    writer.update_root()


def info_title(writer: IncrementalPdfFileWriter) -> None:
    title = generic.DictionaryObject(
        {generic.pdf_name("/Title"): generic.pdf_string("Other")}
    )
    writer.set_info(writer.add_object(title))


def additions() -> Iterator[Forgery]:
    js = generic.DictionaryObject(
        {
            generic.pdf_name("/S"): generic.pdf_name("/JavaScript"),
            generic.pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
        }
    )
    edits: dict[str, Callable[[IncrementalPdfFileWriter], Any]] = {
        "other text": new_text,
        "a note": annotation("/FreeText"),
        "a stamp": annotation("/Stamp"),
        "a link": annotation("/Link"),
        "a script": root_entry("/OpenAction", js),
        "other metadata": other_metadata,
        "another title": info_title,
        "no pages": root_entry("/Pages", generic.DictionaryObject()),
        "a page label": root_entry("/PageLabels", generic.DictionaryObject()),
        "a language": root_entry("/Lang", generic.pdf_string("xx")),
        "viewer preferences": root_entry(
            "/ViewerPreferences", generic.DictionaryObject()
        ),
        "a form": root_entry("/AcroForm", generic.DictionaryObject()),
        "nothing": lambda writer: writer.update_root(),
    }
    for level in ("B-B", "B-LTA"):
        for name, edit in edits.items():
            yield Forgery(
                f"{level} updated with {name}",
                "P02" if name == "a form" else "P03",
                updated(edit, level),
            )
    tails: dict[str, bytes] = {
        "text": b"Pay here",
        "an object": b"1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        "another end": b"%%EOF\n",
        "an old startxref": b"startxref\n0\n%%EOF\n",
        "a comment": b"% Pay here\n",
        "zeros": bytes(16),
    }
    for name, tail in tails.items():
        yield Forgery(f"followed by {name}", "P01", changed(lambda d, t=tail: d + t))
    yield Forgery("other metadata under a time stamp", "P03", stamped_metadata)
    yield Forgery("a further property under a time stamp", "P03", stamped_property)
    yield Forgery("followed by blanks", "P03", lambda w: plain(w) + b"\n\n")
    yield Forgery("followed by an object and its own end", "P01", changed(same_end))
    yield Forgery("followed by the whole file again", "P01", changed(lambda d: d + d))


def stamped_metadata(world: World) -> bytes:
    """Validation data and a genuine time stamp, but over another account."""
    changed_file = updated(other_metadata)(world)
    writer = IncrementalPdfFileWriter(io.BytesIO(changed_file))
    stamper = signers.PdfTimeStamper(time_stamper(world.tsa))
    return stamper.timestamp_pdf(writer, "sha256", bytes_reserved=16384).getvalue()


def stamped_property(world: World) -> bytes:
    """One that only ends as the name of the program does, which may differ."""
    writer = IncrementalPdfFileWriter(io.BytesIO(letter(world, "B-LT")))
    writer._update_meta = lambda: None
    packet: Any = writer.root["/Metadata"]
    words = b' w:NoticeToProducer="Pay" xmlns:w="http://w.example/"'
    end = b' rdf:about=""'
    assert end in packet.data
    packet._data = packet.data.replace(end, words + end)
    packet._encoded_data = None
    writer.update_container(packet)
    stamper = signers.PdfTimeStamper(time_stamper(world.tsa))
    return stamper.timestamp_pdf(writer, "sha256", bytes_reserved=16384).getvalue()


def same_end(data: bytes) -> bytes:
    end = data[data.rindex(b"startxref") :]
    return data + b"1 0 obj\n<< /Type /Catalog >>\nendobj\n" + end


def again(party: Callable[[World], Party]) -> Callable[[World], bytes]:
    def build(world: World) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(letter(world, "B-B")))
        settings = signers.PdfSignatureMetadata(
            field_name="Second",
            subfilter=fields.SigSeedSubFilter.PADES,
            signer_key_usage={"digital_signature"},
        )
        signer = signers.PdfSigner(settings, pyhanko_signer(party(world)))
        return signer.sign_pdf(writer, bytes_reserved=16384).getvalue()

    return build


def signatures() -> Iterator[Forgery]:
    yield Forgery("unsigned", "P02", lambda w: blank_pdf(notice_json()))
    yield Forgery("a second signature by the same", "P02", again(lambda w: w.signer))
    yield Forgery("a second signature by another", "P02", again(lambda w: w.evil))
    yield Forgery("not PAdES", "P02", old_subfilter)
    yield Forgery("the SubFilter renamed", "P02", changed(other_subfilter))
    yield Forgery("only a document time stamp", "P02", only_stamp)


def field_words() -> Iterator[Forgery]:
    """What programs show beside who signed: nobody compares it with anything."""
    words = "Approved by the police"
    yield Forgery(
        "the signature's field has a name of its own", "P04", signed_as(words)
    )
    for name in (words, "Signature of the minister", "Timestamp-1"):
        yield Forgery(f"a stamp's field is called {name}", "P04", stamped_as(name))
    for key in ("/TU", "/Contents"):
        edit = beside(key, words)
        yield Forgery(
            f"words in {key} of a stamp's field", "P04", stamped_as("Timestamp", edit)
        )


def signed_as(name: str) -> Callable[[World], bytes]:
    def build(world: World) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(blank_pdf(notice_json())))
        settings = signers.PdfSignatureMetadata(
            field_name=name,
            subfilter=fields.SigSeedSubFilter.PADES,
            signer_key_usage={"digital_signature"},
        )
        signer = signers.PdfSigner(settings, pyhanko_signer(world.signer))
        return signer.sign_pdf(writer, bytes_reserved=16384).getvalue()

    return build


Edit = Callable[[IncrementalPdfFileWriter], None]


def stamped_as(name: str | None, edit: Edit | None = None) -> Callable[[World], bytes]:
    """A letter with a document time stamp that somebody else added; None: pyHanko's name."""

    def build(world: World) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(letter(world, "B-LT")))
        if name:
            spec = fields.SigFieldSpec(name, empty_field_appearance=False)
            fields.append_signature_field(writer, spec)
        if edit:
            edit(writer)
        stamper = signers.PdfTimeStamper(time_stamper(world.tsa), field_name=name)
        return stamper.timestamp_pdf(writer, "sha256", bytes_reserved=16384).getvalue()

    return build


def beside(key: str, words: str) -> Edit:
    def edit(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][-1]
        field[key] = generic.pdf_string(words)
        writer.update_container(field)

    return edit


def old_subfilter(world: World) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(blank_pdf(notice_json())))
    settings = signers.PdfSignatureMetadata(
        field_name="Signature",
        subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
        signer_key_usage={"digital_signature"},
    )
    signer = signers.PdfSigner(settings, pyhanko_signer(world.signer))
    return signer.sign_pdf(writer, bytes_reserved=16384).getvalue()


def other_subfilter(data: bytes) -> bytes:
    return data.replace(b"/ETSI.CAdES.detached", b"/ETSI.CAdES.detachee")


def only_stamp(world: World) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(blank_pdf(notice_json())))
    stamper = signers.PdfTimeStamper(time_stamper(world.tsa))
    return stamper.timestamp_pdf(writer, "sha256", bytes_reserved=16384).getvalue()


def new_range(numbers: Callable[[list[int]], list[Any]]) -> Any:
    def change(data: bytes) -> bytes:
        found = RANGE.search(data)
        assert found
        old = [int(one) for one in re.findall(rb"\d+", found[0])]
        text = b"/ByteRange [" + b" ".join(str(n).encode() for n in numbers(old)) + b"]"
        room = len(found[0])
        blank = data[found.end() : found.end() + 60]
        spare = len(blank) - len(blank.lstrip(b" "))
        assert len(text) <= room + spare
        return (
            data[: found.start()]
            + text.ljust(room + spare)
            + data[found.end() + spare :]
        )

    return changed(change, "B-B")


def in_gap(change: Callable[[bytes], bytes]) -> Any:
    def apply(data: bytes) -> bytes:
        found = GAP.search(data)
        assert found
        new = change(found[1])
        return data[: found.start(1)] + new + data[found.end(1) :]

    return changed(apply, "B-B")


def ranges() -> Iterator[Forgery]:
    cases: dict[str, Callable[[list[int]], list[Any]]] = {
        "starts late": lambda n: [1, n[1] - 1, n[2], n[3]],
        "ends early": lambda n: [n[0], n[1], n[2], n[3] - 10],
        "ends late": lambda n: [n[0], n[1], n[2], n[3] + 10],
        "leaves out more before": lambda n: [n[0], n[1] - 50, n[2], n[3]],
        "leaves out more after": lambda n: [n[0], n[1], n[2] + 10, n[3] - 10],
        "overlaps": lambda n: [n[0], n[2], n[1], n[3]],
        "is negative": lambda n: [n[0], -1, n[2], n[3]],
        "has three numbers": lambda n: n[:3],
        "has two numbers": lambda n: [0, n[2] + n[3]],
        "has six numbers": lambda n: [0, 1, 1, 1, 2, 3],
        "is empty": lambda n: [],
        "is words": lambda n: ["/a", "/b"],
        "is null": lambda n: ["null"] * 4,
        "leaves out nothing": lambda n: [0, n[2], n[2], n[3]],
        "is fractional": lambda n: [0, f"{n[1]}.5", n[2], n[3]],
    }
    for name, numbers in cases.items():
        yield Forgery(f"ByteRange {name}", "P03", new_range(numbers))
    gaps: dict[str, Callable[[bytes], bytes]] = {
        "a blank in the hex": lambda h: h[:-2] + b"  ",
        "something after the signature": lambda h: h[:-2] + b"01",
        "zeros alone": lambda h: b"0" * len(h),
        "a string end inside": lambda h: h[:-20] + b"> /Evil (text1234) <",
        "shorter": lambda h: h[:-2],
        "longer": lambda h: h + b"00",
        "no signature": lambda h: b"3000".ljust(len(h), b"0"),
    }
    sees = {"zeros alone": "P05", "a string end inside": "P02", "no signature": "P05"}
    sees |= {"shorter": "P01", "longer": "P01"}
    for name, change in gaps.items():
        yield Forgery(f"Contents: {name}", sees.get(name, "P03"), in_gap(change))


def rewritten() -> Iterator[Forgery]:
    def saved(**options: Any) -> Callable[[bytes], bytes]:
        def change(data: bytes) -> bytes:
            out = io.BytesIO()
            with Pdf.open(io.BytesIO(data)) as document:
                document.save(out, **options)
            return out.getvalue()

        return change

    lock = pikepdf.Encryption(owner="o", user="")
    modes = {
        "saved again": ({}, "P03"),
        "saved as object streams": (
            {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
            "P03",
        ),
        "linearised": ({"linearize": True}, "P01"),
        "encrypted": ({"encryption": lock}, "P01"),
    }
    for name, (options, check) in modes.items():
        yield Forgery(name, check, changed(saved(**options), "B-B"))
    changes: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
        "bytes before the header": ("P01", lambda d: b"\n" + d),
        "another file before it": ("P01", lambda d: blank_pdf(b"{}") + d),
        "in a script": ("P01", lambda d: b"#!/bin/sh\n" + d),
        "cut off": ("P01", lambda d: d[:-7]),
        "cut in half": ("P01", lambda d: d[: len(d) // 2]),
        "another header": ("P01", lambda d: b"%PDF-9.9" + d[8:]),
        "startxref moved": ("P01", moved_startxref),
        "text changed": ("P09", changed_text),
        "metadata changed": (
            "P09",
            swap(b"000123</dc:identifier", b"000124</dc:identifier"),
        ),
        "page size changed": ("P09", swap(b"841.89", b"841.99")),
        "a byte of the binary comment": ("P09", lambda d: d[:12] + b"\xee" + d[13:]),
    }
    for name, (check, change) in changes.items():
        why = "HASH_FAILURE" if check == "P09" else ""
        yield Forgery(name, check, changed(change, "B-B"), why=why)


def moved_startxref(data: bytes) -> bytes:
    """Behind the cross-references, where a lenient reader searches backwards."""
    start = data.rindex(b"startxref\n") + 10
    return data[:start] + b"99999" + data[start + 5 :]


def changed_text(data: bytes) -> bytes:
    """One byte of the page's compressed stream."""
    start = data.index(b"stream\n") + 30
    return data[:start] + bytes([data[start] ^ 1]) + data[start + 1 :]


def active() -> Iterator[Forgery]:
    """Signed by the right signer, but nothing that a letter of ours has."""

    def action(kind: Name, **more: Any) -> Dictionary:
        return Dictionary(S=kind, **more)

    def on_root(key: str, value: Any) -> Callable[[Pdf], None]:
        def edit(document: Pdf) -> None:
            document.Root[key] = value() if callable(value) else value

        return edit

    def annotated(**note: Any) -> Callable[[Pdf], None]:
        def edit(document: Pdf) -> None:
            made = Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **note)
            document.pages[0].Annots = Array([document.make_indirect(made)])

        return edit

    script = action(Name.JavaScript, JS="app.alert(1)")
    edits: dict[str, Callable[[Pdf], None]] = {
        "OpenAction script": on_root("/OpenAction", script),
        "OpenAction launch": on_root("/OpenAction", action(Name.Launch, F="x")),
        "OpenAction GoTo": on_root("/OpenAction", action(Name.GoTo)),
        "additional actions": on_root("/AA", Dictionary(WC=script)),
        "scripts by name": on_root(
            "/Names", Dictionary(JavaScript=Dictionary(Names=["a", script]))
        ),
        "an embedded file": embedded_file,
        "associated files": on_root("/AF", Array([])),
        "a collection": on_root("/Collection", Dictionary()),
        "layers": on_root("/OCProperties", Dictionary(OCGs=Array([]))),
        "XFA": on_root("/AcroForm", Dictionary(Fields=Array([]), XFA=Array([]))),
        "page actions": lambda d: d.pages[0].__setattr__("AA", Dictionary(O=script)),
        "an unused script": lambda d: d.Root.__setitem__(
            "/Spare", d.make_indirect(Dictionary(K=Array([script])))
        ),
        "a link": annotated(
            Subtype=Name.Link, A=action(Name.URI, URI="https://e.example")
        ),
        "a link inside": annotated(Subtype=Name.Link, Dest=Array([])),
        "a note": annotated(Subtype=Name.Text, Contents="x"),
        "a free text": annotated(Subtype=Name.FreeText, Contents="x"),
        "a file attachment": annotated(Subtype=Name.FileAttachment),
        "rich media": annotated(Subtype=Name.RichMedia),
        "a screen": annotated(Subtype=Name.Screen),
        "a movie": annotated(Subtype=Name.Movie),
        "a 3D view": annotated(Subtype=Name("/3D")),
        "a redaction": annotated(Subtype=Name.Redact),
        "a text field": annotated(Subtype=Name.Widget, FT=Name.Tx, T="x"),
        "a button": annotated(Subtype=Name.Widget, FT=Name.Btn, T="x"),
        "a PostScript object": on_root(
            "/Spare", Dictionary(Type=Name.XObject, Subtype=Name.PS)
        ),
        "alternate images": on_root("/Spare", Dictionary(Alternates=Array([]))),
    }
    for name, edit in edits.items():
        yield Forgery(
            f"active: {name}",
            "P04",
            lambda w, e=edit: sign_pdf(blank_pdf(notice_json(), edit=e), w),
        )

    words: dict[str, Any] = {
        "name": {"name": "警察庁"},
        "reason": {"reason": "取り下げました"},
        "location": {"location": "東京"},
        "contact": {"contact_info": "evil@evil.example"},
        "program": {"app_build_props": BuildProps(name="取り下げました")},
    }
    for name, said in words.items():
        yield Forgery(
            f"words in the signature: {name}",
            "P04",
            lambda w, s=said: sign_pdf(blank_pdf(notice_json()), w, **s),
        )


def embedded_file(document: Pdf) -> None:
    document.attachments["a.txt"] = b"hello"


def with_cms(**changes: Any) -> Callable[[World], bytes]:
    """The genuine letter under a signature made by hand."""
    return lambda world: handmade(plain(world), world, **changes)


def handmade(data: bytes, world: World, **changes: Any) -> bytes:
    found = GAP.search(data)
    assert found
    start, end = found.start(1) - 1, found.end(1) + 1
    made = Cms(data[:start] + data[end:], world.signer, tuple(world.crls))
    new = replace(made, **changes).der().hex().encode()
    room = found.end(1) - found.start(1)
    assert len(new) <= room
    return data[: start + 1] + new.ljust(room, b"0") + data[end - 1 :]


def structures() -> Iterator[Forgery]:
    for name in ("content_type", "message_digest", "signing_certificate_v2"):
        cut = forged_cms.without(name)
        yield Forgery(f"letter: no {name}", "P08", with_cms(edit_attributes=cut))
    twice = forged_cms.twice("message_digest")
    yield Forgery("letter: messageDigest twice", "P06", with_cms(edit_attributes=twice))
    wrong = forged_cms.instead("message_digest", core.OctetString(bytes(32)))
    yield Forgery(
        "letter: another digest",
        "P09",
        with_cms(edit_attributes=wrong),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "letter: SHA-1",
        "P07",
        with_cms(digest="sha1"),
        why="CRYPTO_CONSTRAINTS_FAILURE",
    )
    yield Forgery(
        "letter: content embedded", "P06", with_cms(edit_data=forged_cms.embed("data"))
    )
    yield Forgery("letter: two signers", "P06", with_cms(edit_data=doubled))
    yield Forgery(
        "letter: value changed",
        "P10",
        with_cms(change_value=lambda v: v[:-1] + bytes([v[-1] ^ 1])),
        why="SIG_CRYPTO_FAILURE",
    )
    yield Forgery(
        "letter: another letter's signature",
        "P09",
        lambda w: transplanted(plain(w), sign_pdf(blank_pdf(b"{}"), w)),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "letter: stamped by a foreign authority",
        "P11",
        lambda w: with_cms(stamp=stamp_with(w.evil_tsa))(w),
        why="NO_CERTIFICATE_CHAIN_FOUND",
    )
    yield Forgery(
        "letter: stamp of something else",
        "P11",
        lambda w: with_cms(stamp=lambda v: stamp_with(w.tsa)(b"x"))(w),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "letter: document time stamp by a foreign authority",
        "P12",
        foreign_document_stamp,
        why="NO_CERTIFICATE_CHAIN_FOUND",
    )


def doubled(data: cms.SignedData) -> None:
    info = data["signer_infos"][0]
    data["signer_infos"] = [info.copy(), info.copy()]


def transplanted(data: bytes, donor: bytes) -> bytes:
    here, there = GAP.search(data), GAP.search(donor)
    assert here
    assert there
    return data[: here.start(1)] + there[1] + data[here.end(1) :]


def foreign_document_stamp(world: World) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(letter(world, "B-LT")))
    stamper = signers.PdfTimeStamper(time_stamper(world.evil_tsa))
    return stamper.timestamp_pdf(writer, "sha256", bytes_reserved=16384).getvalue()


def people() -> Iterator[Forgery]:
    def made(**changes: Any) -> Callable[[World], bytes]:
        return with_party(lambda w: issue(w.ca, "Made", **changes))

    def with_party(make: Callable[[World], Party]) -> Callable[[World], bytes]:
        def build(world: World) -> bytes:
            party = make(world)
            data = sign_pdf(blank_pdf(notice_json()), world, party)
            return handmade(data, world, signer=party)

        return build

    past = datetime(2024, 1, 1, tzinfo=UTC)
    chain = "CHAIN_CONSTRAINTS_FAILURE"
    yield Forgery(
        "letter: expired",
        "P13",
        made(start=past, end=SIGNED_AT - DAY),
        why="OUT_OF_BOUNDS_NO_POE",
    )
    yield Forgery(
        "letter: revoked", "P13", with_party(lambda w: w.revoked), why="REVOKED_NO_POE"
    )
    yield Forgery(
        "letter: foreign",
        "P13",
        with_party(lambda w: w.evil),
        why="NO_CERTIFICATE_CHAIN_FOUND",
    )
    yield Forgery("letter: no extended usage", "P14", made(usages=None), why=chain)
    yield Forgery("letter: no mailbox", "P15", made(mailbox=None))
    yield Forgery(
        "letter: unexpected signer",
        "P16",
        with_party(lambda w: w.other),
        signers=("notices@hotline.example",),
    )
    yield Forgery(
        "letter: no revocation answers", "P13", with_cms(crls=()), why="TRY_LATER"
    )


def metadata() -> Iterator[Forgery]:
    def said(**changes: str) -> Callable[[World], bytes]:
        return lambda w: handmade(sign_pdf(blank_pdf(notice_json(), **changes), w), w)

    for name in ("identifier", "relation", "date", "type", "description"):
        yield Forgery(f"metadata without {name}", "P17", said(**{name: ""}))
    yield Forgery("metadata with an unknown form", "P17", said(type="form9"))

    def without(document: Pdf) -> None:
        del document.Root.Metadata

    def made_with(edit: Callable[[Pdf], None]) -> Callable[[World], bytes]:
        return lambda w: handmade(sign_pdf(blank_pdf(notice_json(), edit=edit), w), w)

    yield Forgery("no metadata", "P17", made_with(without))
    for name, packet in {
        "entities": b'<!DOCTYPE x [<!ENTITY a "b">]>' + xmp(notice_json()),
        "two numbers": xmp(notice_json()).replace(
            b"<dc:source>", b"<dc:identifier>2</dc:identifier><dc:source>"
        ),
        "text that is no XML": b"<" + xmp(notice_json()),
    }.items():
        yield Forgery(f"metadata with {name}", "P17", in_packet(packet))


def in_packet(packet: bytes) -> Callable[[World], bytes]:
    """Put before signing into room that was left for it, as pyHanko rewrites XMP."""

    def build(world: World) -> bytes:
        data = plain(world)
        ends = [found.end() for found in re.finditer(rb"<\?xpacket end", data)]
        start = data.rindex(b"stream\n", 0, ends[-1]) + 7
        end = data.index(b"\nendstream", start)
        return handmade(
            data[:start] + packet.ljust(end - start)[: end - start] + data[end:], world
        )

    return build


def forgeries() -> Iterator[Forgery]:
    yield from additions()
    yield from signatures()
    yield from field_words()
    yield from ranges()
    yield from rewritten()
    yield from active()
    yield from structures()
    yield from people()
    yield from metadata()
