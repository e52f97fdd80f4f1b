"""Forged XARF reports and word files: signed by the right signer, but contradicting."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from notices import mail
from notices.catalogue import check
from notices.codec import load_catalogue, notice_json, read_judgment, xarf_reports
from notices.codec.package_data import load_examples
from notices.letters import load_templates, write_letter
from notices.media_types import DOCX
from notices.notice import Center, Notice, compose
from tests.verifying.forgery import Forgery
from tests.verifying.genuine import Mail, json_file, pdf_file, sign_pdf
from tests.verifying.pki import FROM, SIGNED_AT, World

NUMBER = "R8-2-000123"
URLS = ("https://shop.example/login", "https://shop.example/bank?x=1")
EVIL = "https://evil.example/"
CENTER = Center(
    name="見本センター",
    name_en="Example Hotline",
    address="東京都千代田区見本町1",
    address_en="1 Mihon-cho, Tokyo",
    phone="03-0000-0000",
    phone_international="+81-3-0000-0000",
    mailbox=FROM,
    verification_page="https://hotline.example/verify",
)
Change = Callable[[dict[str, bytes]], Any]


@cache
def notice(urls: tuple[str, ...] = URLS[:1]) -> Notice:
    """A request about phishing, which has XARF reports, at the day of the signature."""
    document = json.loads(load_examples()["IHC-2026-004218.json"])
    document |= {
        "category": "phishing-credential-request",
        "statutes": None,
        "substance": "",
    }
    judgment = read_judgment(json.dumps(document), load_catalogue())
    judgment = replace(
        judgment,
        found_on=(SIGNED_AT - timedelta(days=3)).date(),
        judged_at=SIGNED_AT - timedelta(days=2),
        target=replace(
            judgment.target, urls=urls, ip_checked_at=SIGNED_AT - timedelta(days=3)
        ),
    )
    return compose(
        check(judgment, load_catalogue()),
        center=CENTER,
        number=NUMBER,
        date=SIGNED_AT.date(),
        directory={},
    )


@cache
def reports(urls: tuple[str, ...] = URLS[:1]) -> dict[str, bytes]:
    made = notice(urls)
    identifiers = [UUID(int=4 << 76 | 2 << 62 | count) for count in range(len(urls))]
    return xarf_reports(made, notice_json(made), identifiers)


@cache
def written(urls: tuple[str, ...]) -> bytes:
    """The letter as PDF, not yet signed."""
    made = notice(urls)
    sha256 = hashlib.sha256(notice_json(made)).hexdigest()
    return write_letter(made, templates=load_templates(), notice_json_sha256=sha256).pdf


@cache
def word() -> dict[str, bytes]:
    """The parts of the letter as DOCX."""
    letter = write_letter(
        notice(), templates=load_templates(), notice_json_sha256="0" * 64
    )
    with zipfile.ZipFile(io.BytesIO(letter.docx)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes], **kinds: Any) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, **kinds), content)
    return whole.getvalue()


def xarf_file(content: bytes, name: str = "xarf.json") -> mail.Attachment:
    return json_file(content, name)


def word_file(content: bytes, name: str = "letter.docx") -> mail.Attachment:
    return mail.Attachment(file_name=name, media_type=DOCX, content=content)


def sent_with(
    *besides: mail.Attachment, urls: tuple[str, ...] = URLS[:1]
) -> Callable[[World], bytes]:
    """A genuine mail with these attachments."""

    def build(world: World) -> bytes:
        said = notice(urls)
        machine = notice_json(said)
        letter = written(urls)
        files = (pdf_file(sign_pdf(letter, world)), json_file(machine), *besides)
        text = "\n".join((NUMBER, *urls))
        return Mail(
            world, to=said.recipient.mailbox, text=text, attachments=files
        ).build()

    return build


def said(**changes: Any) -> bytes:
    """The one report with some of its fields changed; None takes one away."""
    document = json.loads(reports()["xarf.json"]) | changes
    return json.dumps({k: v for k, v in document.items() if v is not None}).encode()


def xarf() -> Iterator[Forgery]:
    document = json.loads(reports()["xarf.json"])
    own, contact = document["notice"], document["reporter"]
    late = (SIGNED_AT + timedelta(days=2)).isoformat()
    early = (SIGNED_AT - timedelta(days=9)).isoformat()
    changes: dict[str, dict[str, Any]] = {
        "another URL": {"url": EVIL},
        "another domain": {"domain": "evil.example"},
        "another number": {"notice": own | {"number": "R8-2-000999"}},
        "another form": {"notice": own | {"form": "form2"}},
        "of another notice.json": {"notice": own | {"sha256": "0" * 64}},
        "no notice": {"notice": None},
        "another reporter": {"reporter": contact | {"contact": "evil@evil.example"}},
        "another sender": {"sender": contact | {"org": "Another Hotline"}},
        "another category": {"category": "connection"},
        "another tag": {"tags": ["hotline:other"]},
        "another type": {"type": "malware"},
        "a classification": {"classification": "A1"},
        "another address": {"source_identifier": "192.0.2.99"},
        "judged after the letter": {"timestamp": late, "verified_at": late},
        "judged before it was found": {"timestamp": early, "verified_at": early},
        "two times": {"verified_at": late},
        "a time without offset": {
            "timestamp": "2026-06-13T12:00:00",
            "verified_at": "2026-06-13T12:00:00",
        },
        "another number in words": {
            "description": document["description"].replace(NUMBER, "R8-2-000999")
        },
        "a field of its own": {"evidence": [{"payload": "x"}]},
        "another XARF": {"xarf_version": "3.0"},
        "no report_id": {"report_id": None},
    }
    for name, change in changes.items():
        yield Forgery(f"XARF: {name}", "M21", sent_with(xarf_file(said(**change))))
    good = reports()["xarf.json"]
    odd = {
        "no JSON": b"hello",
        "a list": b"[]",
        "a key twice": good.replace(
            b'"url"', b'"url": "' + EVIL.encode() + b'", "url"'
        ),
        "too long": good[:-1] + b" " * 200_000 + b"}",
        "not UTF-8": b"\xff" + good,
    }
    for name, content in odd.items():
        yield Forgery(f"XARF: {name}", "M21", sent_with(xarf_file(content)))
    yield from _several()


def _several() -> Iterator[Forgery]:
    one, two = reports(URLS)["xarf-1.json"], reports(URLS)["xarf-2.json"]
    files: dict[str, Sequence[tuple[bytes, str]]] = {
        "one of two missing": [(one, "xarf-1.json")],
        "one too many": [
            (one, "xarf-1.json"),
            (two, "xarf-2.json"),
            (two, "xarf-3.json"),
        ],
        "in the other order": [(two, "xarf-1.json"), (one, "xarf-2.json")],
        "one for two URLs": [(one, "xarf.json")],
        "one report_id for two": [
            (one, "xarf-1.json"),
            (
                json.dumps(
                    json.loads(two) | {"report_id": json.loads(one)["report_id"]}
                ).encode(),
                "xarf-2.json",
            ),
        ],
    }
    for name, pairs in files.items():
        besides = [xarf_file(content, file_name) for content, file_name in pairs]
        yield Forgery(f"XARF: {name}", "M21", sent_with(*besides, urls=URLS))


def changed(name: str, old: bytes, new: bytes, count: int = -1) -> bytes:
    parts = dict(word())
    assert old in parts[name], (name, old)
    parts[name] = parts[name].replace(old, new, count)
    return packed(parts)


BODY, RELATIONS = "word/document.xml", "word/_rels/document.xml.rels"
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def into_body(xml: bytes) -> bytes:
    return changed(BODY, b"<w:sectPr", xml + b"<w:sectPr", 1)


def relation(kind: bytes, target: bytes, more: bytes = b"") -> bytes:
    line = b'<Relationship Id="rX" Type="%s" Target="%s"%s/></Relationships>'
    made = line % (OFFICE + kind, target, more)
    return changed(RELATIONS, b"</Relationships>", made)


def words(old: str, new: str) -> bytes:
    return changed(BODY, old.encode(), new.encode())


def docx() -> Iterator[Forgery]:
    recipient = notice().recipient.name
    run = b"<w:p><w:r>%s</w:r></w:p>"
    outside = b' TargetMode="External"'
    link = b'<w:p><w:hyperlink w:anchor="x"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>'
    hidden = b"<w:rPr><w:vanish/></w:rPr><w:t>x</w:t>"
    template = b'<w:attachedTemplate xmlns:w="http://schemas.openxmlformats.org/'
    template += b'wordprocessingml/2006/main" w:val="x"/></w:settings>'
    packages = {
        "another URL": words(URLS[0], EVIL),
        "a longer URL": words(URLS[0], URLS[0] + ".evil.example"),
        "one URL more": into_body(
            b'<w:p><w:r><w:rPr><w:rStyle w:val="NoticeURL"/></w:rPr>'
            b"<w:t>https://evil.example/</w:t></w:r></w:p>"
        ),
        "a longer number": words(NUMBER, NUMBER + "4"),
        "another number": words(NUMBER, "R8-2-000999"),
        "another recipient": words(recipient, "別の事業者"),
        "another date": words("令和8年6月15日", "令和8年6月16日"),
        "another number in the footer": changed(
            "word/footer1.xml", NUMBER.encode(), b"R8-2-000999"
        ),
        "another number in the title": changed(
            "docProps/core.xml", NUMBER.encode(), b"R8-2-000999"
        ),
        "a macro": packed({**word(), "word/vbaProject.bin": b"x"}),
        "a picture": packed({**word(), "word/media/image1.png": b"x"}),
        "an embedded file": packed({**word(), "word/embeddings/a.bin": b"x"}),
        "of macros by its type": changed(
            "[Content_Types].xml",
            b"openxmlformats-officedocument.wordprocessingml.document.main",
            b"ms-word.document.macroEnabled.main",
        ),
        "a template outside": relation(b"attachedTemplate", EVIL.encode(), outside),
        "a link outside": relation(b"hyperlink", EVIL.encode(), outside),
        "a style outside": relation(b"styles", b"http://evil.example/s.xml", outside),
        "a part that is not there": relation(b"styles", b"other.xml"),
        "a relation of another kind": relation(b"aFChunk", b"styles.xml"),
        "a link": into_body(link),
        "a field that fetches": into_body(
            run % b'<w:instrText>INCLUDETEXT "http://evil.example/"</w:instrText>'
        ),
        "a picture in the text": into_body(run % b"<w:drawing/>"),
        "an object": into_body(run % b"<w:object/>"),
        "hidden text": into_body(run % hidden),
        "deleted text": into_body(b"<w:p><w:del><w:r/></w:del></w:p>"),
        "another file's text": into_body(b'<w:altChunk r:id="rX"/>'),
        "two contents to choose from": into_body(b"<mc:AlternateContent/>"),
        "hidden by a style": changed(
            "word/styles.xml",
            b"</w:styles>",
            b'<w:style w:type="character" w:styleId="X"><w:rPr><w:vanish/></w:rPr>'
            b"</w:style></w:styles>",
        ),
        "a template in the settings": changed(
            "word/settings.xml", b"</w:settings>", template
        ),
        "entities": changed(
            BODY, b"<w:document", b'<!DOCTYPE x [<!ENTITY e "y">]><w:document', 1
        ),
        "no XML": packed({**word(), BODY: b"hello"}),
        "no body": packed({k: v for k, v in word().items() if k != BODY}),
        "text in UTF-16": packed(
            {**word(), BODY: word()[BODY].decode().encode("utf-16")}
        ),
        "no package": b"PK",
        "bytes behind the package": packed(dict(word())) + b"x",
        "bytes before the package": b"x" + packed(dict(word())),
        "a member twice": twice(),
    }
    for name, package in packages.items():
        yield Forgery(f"DOCX: {name}", "M22", sent_with(word_file(package)))
    good = packed(dict(word()))
    yield Forgery(
        "DOCX: another name", "M19", sent_with(word_file(good, "letter.docm"))
    )


def twice() -> bytes:
    """Two members whose names differ in case only."""
    return packed({**word(), "word/Document.xml": word()[BODY]})


def forgeries() -> Iterator[Forgery]:
    yield from xarf()
    yield from docx()
