# ruff: noqa: ARG005 - the world or what is changed, whether used or not
"""Forged envelopes: MIME trees and header fields around a genuine signature."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

from notices import mail
from tests.verifying.forgery import Forgery, swap
from tests.verifying.genuine import (
    BOUNDARY,
    INNER,
    TO,
    URLS,
    Mail,
    blank_pdf,
    genuine_letter,
    json_file,
    notice_json,
    pdf_file,
    sign_pdf,
)
from tests.verifying.pki import FROM, World

OUTER = f"--{BOUNDARY}\r\n".encode()
LAST = f"--{BOUNDARY}--\r\n".encode()
EVIL = b"Content-Type: text/plain\r\n\r\nPay here instead\r\n"


def sent(change: Callable[[bytes], bytes]) -> Callable[[World], bytes]:
    """Changed after signing, outside the signed part."""
    return lambda world: Mail(world, change=change).build()


def signed_as(change: Callable[[bytes], bytes]) -> Callable[[World], bytes]:
    """Changed before signing: the signature holds, the shape does not."""
    return lambda world: Mail(world, change_entity=change).build()


def wrapped(media_type: bytes, *, before: bytes = b"", after: bytes = b"") -> Any:
    """The genuine mail's body inside another structure."""

    def change(message: bytes) -> bytes:
        head, body = message.split(b"\r\n\r\n", 1)
        kept = [
            line
            for line in head.split(b"\r\n")
            if not line.startswith((b"Content-Type:", b" micalg"))
        ]
        inner = head[head.index(b"Content-Type: multipart/signed") :]
        return b"\r\n".join(kept) + (
            b'\r\nContent-Type: %b; boundary="wrap"\r\n\r\n%b--wrap\r\n%b\r\n\r\n%b'
            b"\r\n%b--wrap--\r\n"
        ) % (media_type, before, inner, body, after)

    return change


PART = b"--wrap\r\n" + EVIL


def structures() -> Iterator[Forgery]:
    changes: dict[str, Callable[[bytes], bytes]] = {
        "text before the first part": swap(OUTER, b"Pay here\r\n" + OUTER),
        "text after the last part": lambda m: m + b"Pay here\r\n",
        "a part first": swap(OUTER, OUTER + EVIL + b"\r\n" + OUTER),
        "a part last": swap(LAST, OUTER + EVIL + b"\r\n" + LAST),
        "only one part": lambda m: m[: m.rindex(OUTER)] + LAST,
        "no closing delimiter": lambda m: m.replace(LAST, b""),
        "multipart/mixed outside": wrapped(b"multipart/mixed"),
        "mixed with a part before": wrapped(b"multipart/mixed", before=PART),
        "mixed with a part after": wrapped(b"multipart/mixed", after=PART),
        "alternative": wrapped(b"multipart/alternative", before=PART),
        "related": wrapped(b"multipart/related", before=PART),
        "message/rfc822": lambda m: (
            b"From: evil@evil.example\r\nTo: x@y.example\r\nSubject: x\r\n"
            b"Date: Mon, 15 Jun 2026 03:00:00 +0000\r\nMessage-ID: <1@e.example>\r\n"
            b"MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n" + m
        ),
        "another protocol": swap(
            b"application/pkcs7-signature", b"application/pgp-signature"
        ),
        "the old x- protocol": swap(
            b"application/pkcs7-signature", b"application/x-pkcs7-signature", 2
        ),
        "micalg sha-1": swap(b"micalg=sha-256", b"micalg=sha-1"),
        "micalg sha-512": swap(b"micalg=sha-256", b"micalg=sha-512"),
        "micalg md5": swap(b"micalg=sha-256", b"micalg=md5"),
        "no micalg": swap(b" micalg=sha-256;", b""),
        "two micalg": swap(b"micalg=sha-256;", b"micalg=sha-256; micalg=sha-1;"),
        "two boundaries": swap(b"micalg=", b'boundary="other"; micalg='),
        "a continued boundary": swap(b"boundary=", b"boundary*0="),
        "a comment in Content-Type": swap(
            b"multipart/signed;", b"multipart/signed (mixed);"
        ),
        "two Content-Type": swap(
            b"MIME-Version: 1.0", b"MIME-Version: 1.0\r\nContent-Type: text/plain"
        ),
        "MIME-Version 2": swap(b"MIME-Version: 1.0", b"MIME-Version: 2.0"),
        "Content-Transfer-Encoding outside": swap(
            b"MIME-Version: 1.0",
            b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64",
        ),
        "NUL": lambda m: m + b"\x00",
        "8-bit": lambda m: m.replace(b"Example", "Exämple".encode()),
        "a bare LF": swap(b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\n"),
        "a bare CR": swap(b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r"),
        "signature part without a name": swap(b"; name=smime.p7s", b""),
        "signature part with another file name": swap(
            b'filename="smime.p7s"', b'filename="smime.exe"'
        ),
        "signature part of another type": lambda m: m.replace(
            b"Content-Type: application/pkcs7-signature; name",
            b"Content-Type: application/octet-stream; name",
        ),
        "a field in the signature part": swap(
            b"; name=smime.p7s", b"; name=smime.p7s\r\nX-Evil: 1"
        ),
        "junk in the signature's base64": lambda m: m[:-60] + b"*" + m[-59:],
        "no body": lambda m: m.split(b"\r\n\r\n", 1)[0],
        "a header line without a colon": swap(b"MIME-Version", b"evil\r\nMIME-Version"),
        "a folded line of blanks": swap(
            b"MIME-Version: 1.0", b"MIME-Version: 1.0\r\n "
        ),
        "opaque": opaque,
    }
    for name, change in changes.items():
        # a relay may write 7bit or 8bit there: the rules of the outside judge it
        check = "M23" if name.startswith("Content-Transfer-Encoding") else "M01"
        yield Forgery(f"envelope: {name}", check, sent(change))


def opaque(message: bytes) -> bytes:
    head = message.split(b"MIME-Version", 1)[0]
    body = base64.encodebytes(message)
    return (
        head
        + (
            b"MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; "
            b"smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        )
        + body.replace(b"\n", b"\r\n")
    )


def entities() -> Iterator[Forgery]:
    head = b"--" + INNER.encode() + b"\r\n"
    changes: dict[str, Callable[[bytes], bytes]] = {
        "no hp": swap(b'; hp="clear"', b""),
        'hp="cipher"': swap(b'hp="clear"', b'hp="cipher"'),
        "multipart/alternative": swap(b"multipart/mixed", b"multipart/alternative"),
        "multipart/related": swap(b"multipart/mixed", b"multipart/related"),
        "HTML first": swap(b"text/plain", b"text/html"),
        "an HTML leaf": swap(
            head, head + b"Content-Type: text/html\r\n\r\n<b>Pay</b>\r\n" + head
        ),
        "a 7bit leaf": swap(head, head + EVIL + head),
        "another charset": swap(b"charset=utf-8", b"charset=utf-7"),
        "quoted-printable": swap(b"base64", b"quoted-printable"),
        "inline": swap(b"attachment; filename", b"inline; filename"),
        "a mail as leaf": swap(b"application/json", b"message/rfc822"),
        "a multipart as leaf": swap(b"application/json", b"multipart/mixed"),
        "two files of one name": swap(b'"notice.json"', b'"letter.pdf"'),
        "no protected Subject": lambda e: without_field(e, b"Subject"),
        "no protected From": lambda e: without_field(e, b"From"),
        "a second protected From": swap(b"From: ", b"From: <evil@e.example>\r\nFrom: "),
        "a field ours has not": swap(b"From: ", b"X-Evil: 1\r\nFrom: "),
        "a field in a leaf": swap(
            b"Content-Transfer-Encoding",
            b"Content-ID: <1>\r\nContent-Transfer-Encoding",
        ),
        "text before the first leaf": swap(head, b"Pay here\r\n" + head),
        "text after the last leaf": lambda e: e + b"\r\nPay here",
        "base64 in shorter lines": narrowed,
    }
    for name, change in changes.items():
        yield Forgery(f"signed part: {name}", "M01", signed_as(change))


def narrowed(entity: bytes) -> bytes:
    start = entity.index(b"\r\n\r\n", entity.index(b"application/pdf")) + 4
    end = entity.index(b"\r\n--", start)
    octets = entity[start:end].replace(b"\r\n", b"")
    lines = [octets[at : at + 72] for at in range(0, len(octets), 72)]
    return entity[:start] + b"\r\n".join(lines) + entity[end:]


def without_field(entity: bytes, name: bytes) -> bytes:
    start = entity.index(b"\r\n" + name + b":")
    end = start + 2
    while True:
        end = entity.index(b"\r\n", end) + 2
        if entity[end : end + 1] not in (b" ", b"\t"):
            break
    return entity[:start] + entity[end - 2 :]


def tampered() -> Iterator[Forgery]:
    """Changed on the way, shape kept: the digest finds it."""
    for name, old, new in (
        ("text", "例示", "偽示"),
        ("number", "000123", "000124"),
        ("URL", "res=5", "res=6"),
    ):
        yield Forgery(
            f"signed part: {name} changed after signing",
            "M08",
            sent(in_text(old, new)),
            why="HASH_FAILURE",
        )
    yield Forgery(
        "signed part: file renamed",
        "M08",
        sent(swap(b'"letter.pdf"', b'"letter2.pdf"')),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "signed part: media type changed",
        "M08",
        sent(swap(b"application/pdf", b"application/pkf")),
        why="HASH_FAILURE",
    )
    yield Forgery(
        "signed part: another mail's signature",
        "M08",
        lambda w: graft(Mail(w).build(), Mail(w, text="2026-000123 other").build()),
        why="HASH_FAILURE",
    )


def in_text(old: str, new: str) -> Callable[[bytes], bytes]:
    """Change the text leaf and encode it again."""

    def change(message: bytes) -> bytes:
        start = message.index(b"\r\n\r\n", message.index(b"text/plain")) + 4
        end = message.index(b"\r\n--", start)
        text = base64.b64decode(message[start:end]).decode()
        text = text.replace(old, new) if old in text else text + new
        encoded = base64.b64encode(text.encode())
        lines = [encoded[at : at + 76] for at in range(0, len(encoded), 76)]
        return message[:start] + b"\r\n".join(lines) + message[end:]

    return change


def graft(message: bytes, donor: bytes) -> bytes:
    return message[: message.rindex(OUTER)] + donor[donor.rindex(OUTER) :]


def contents() -> Iterator[Forgery]:
    """Everything is signed by the right signer, but the parts contradict."""
    genuine = notice_json()
    said: dict[str, dict[str, Any]] = {
        "number": {"number": "2026-000999"},
        "case": {"case_id": "CASE-2026-9999"},
        "date": {"date": "2026-06-14"},
        "form": {"form": "form2"},
    }
    for name, change in said.items():
        json = notice_json(**change)
        text = "2026-000999 2026-000123\n" + "\n".join(URLS)
        yield Forgery(
            f"letter of another {name}", "M20", parts(genuine, json, text=text)
        )
    yield Forgery(
        "letter to another recipient",
        "M20",
        parts(
            genuine,
            notice_json(
                recipient={"name": "X", "mailbox": TO, "rung": "board_administrator"}
            ),
        ),
    )
    yield Forgery(
        "letter of another notice.json", "M20", parts(genuine, genuine + b"\n")
    )
    yield Forgery(
        "letter that names no notice.json", "M20", lambda w: letter_said(w, source="")
    )
    yield Forgery(
        "letter without a number", "P17", lambda w: letter_said(w, identifier="")
    )
    yield Forgery(
        "letter with another date's form", "P17", lambda w: letter_said(w, date="soon")
    )
    yield Forgery("To is somebody else", "M17", built(to="else@board.example"))
    yield Forgery("text without the number", "M18", built(text="\n".join(URLS)))
    yield Forgery("text without a URL", "M18", built(text="2026-000123 " + URLS[0]))
    yield Forgery("text not UTF-8", "M18", signed_as(raw_text(b"\xff\xfe")))
    bad_json: dict[str, bytes] = {
        "no JSON": b"hello",
        "not UTF-8": b"\xff" + genuine,
        "a list": b"[]",
        "nested": b"[" * 100_000,
        "a key twice": genuine.replace(b'"number"', b'"number": "1", "number"', 1),
        "no number": genuine.replace(b'"number"', b'"nummer"'),
        "number is a number": notice_json(number=5),
        "no URL": notice_json(urls=[]),
        "unknown form": notice_json(form="form3"),
        "date is none": notice_json(date="2026-02-30"),
        "recipient is text": notice_json(recipient="x"),
    }
    for name, json in bad_json.items():
        yield Forgery(f"notice.json: {name}", "M16", parts(genuine, json))
    yield Forgery(
        "notice.json under another name",
        "M16",
        attached(lambda pdf: (pdf_file(pdf), json_file(genuine, "other.json"))),
    )
    yield Forgery(
        "two JSON files",
        "M16",
        attached(
            lambda pdf: (
                pdf_file(pdf),
                json_file(genuine),
                json_file(genuine, "b.json"),
            )
        ),
    )
    yield Forgery("no letter", "M19", attached(lambda pdf: (json_file(genuine),)))
    yield Forgery(
        "two letters",
        "M19",
        attached(lambda p: (pdf_file(p), pdf_file(p, "b.pdf"), json_file(genuine))),
    )
    for kind in (
        "text/html",
        "application/zip",
        "application/octet-stream",
        "image/png",
    ):
        extra = mail.Attachment(file_name="extra.bin", media_type=kind, content=b"x")
        yield Forgery(
            f"an attachment of {kind}",
            "M19",
            attached(lambda pdf, e=extra: (pdf_file(pdf), json_file(genuine), e)),
        )


def parts(in_letter: bytes, in_mail: bytes, **more: Any) -> Callable[[World], bytes]:
    def build(world: World) -> bytes:
        letter = genuine_letter(world, world.signer, in_letter)
        return Mail(world, letter=letter, notice=in_mail, **more).build()

    return build


def letter_said(world: World, **said: str) -> bytes:
    letter = sign_pdf(blank_pdf(notice_json(), **said), world)
    return Mail(world, letter=letter).build()


def built(**changes: Any) -> Callable[[World], bytes]:
    return lambda world: Mail(world, **changes).build()


def attached(pick: Callable[[bytes], tuple[mail.Attachment, ...]]) -> Any:
    def build(world: World) -> bytes:
        letter = genuine_letter(world, world.signer, notice_json())
        return Mail(world, attachments=pick(letter)).build()

    return build


def raw_text(content: bytes) -> Callable[[bytes], bytes]:
    def change(entity: bytes) -> bytes:
        start = entity.index(b"\r\n\r\n", entity.index(b"text/plain")) + 4
        end = entity.index(b"\r\n--", start)
        return entity[:start] + base64.b64encode(content) + entity[end:]

    return change


def headers() -> Iterator[Forgery]:
    """The outer header fields, which every mail program shows."""
    for name, old, new in (
        ("Subject", b"Subject: =?", b"Subject: Urgent =?"),
        ("To", b"To: " + TO.encode(), b"To: else@board.example"),
        ("Date", b"Date: Mon, 15 Jun 2026 03", b"Date: Mon, 15 Jun 2026 05"),
        ("From's name", b"From: Example", b"From: Other"),
        ("From's mailbox", b"<" + FROM.encode(), b"<evil@evil.example"),
        ("From's mailbox in part", b"<notices@hotline", b"<notices@hotiine"),
    ):
        yield Forgery(f"outer {name} replaced", "M03", sent(swap(old, new)))
    for name, value in (
        ("Reply-To", b"evil@evil.example"),
        ("In-Reply-To", b"<1@evil.example>"),
    ):
        yield Forgery(f"outer {name} added", "M03", sent(added(name, value)))
    evil = b"References: <1@evil.example> <"
    yield Forgery(
        "outer References replaced", "M03", sent(swap(b"References: <", evil))
    )
    again = sent(added("References", b"<1@evil.example>"))
    yield Forgery("outer References there twice", "M01", again)
    for name in (
        "From",
        "Sender",
        "Cc",
        "Bcc",
        "Resent-From",
        "Resent-Sender",
        "Resent-To",
        "Subject",
        "To",
        "Date",
        "Message-ID",
        "Content-Disposition",
        "Content-Location",
    ):
        yield Forgery(
            f"outer {name} added", "M01", sent(added(name, b"<evil@e.example>"))
        )
    yield Forgery(
        "a second From at the end", "M01", sent(appended(b"From: evil@e.example"))
    )
    yield Forgery(
        "no From", "M01", sent(lambda m: without_field(b"\r\n" + m, b"From")[2:])
    )
    yield Forgery(
        "From with a blank before the colon", "M01", sent(swap(b"From:", b"From :"))
    )
    for name, value in {
        "two mailboxes": b"From: <notices@hotline.example>, <evil@evil.example>",
        "a group": b"From: team: <notices@hotline.example>;",
        "a comment": b"From: <notices@hotline.example> (evil@evil.example)",
        "a quoted name": b'From: "evil@evil.example" <notices@hotline.example>',
        "a route": b"From: <@evil.example:notices@hotline.example>",
        "two angle addresses": b"From: <evil@evil.example> <notices@hotline.example>",
        "a broken encoded word": b"From: =?utf-8?B?****?= <notices@hotline.example>",
        "a Q encoded word": b"From: =?utf-8?Q?x?= <notices@hotline.example>",
        "nothing": b"From:",
        "no mailbox": b"From: Example Hotline",
    }.items():
        yield Forgery(f"From: {name}", "M02", sent(replaced_from(value)))


def added(name: str, value: bytes) -> Callable[[bytes], bytes]:
    return lambda message: name.encode() + b": " + value + b"\r\n" + message


def appended(line: bytes) -> Callable[[bytes], bytes]:
    return swap(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n")


def replaced_from(line: bytes) -> Callable[[bytes], bytes]:
    return swap(b"From: Example Hotline <notices@hotline.example>", line)


def forgeries() -> Iterator[Forgery]:
    yield from structures()
    yield from entities()
    yield from tampered()
    yield from contents()
    yield from headers()
