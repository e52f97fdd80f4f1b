"""Of a reply its words are kept, of its files what they are: no picture comes in.

Python's own parser of mails is the judge of what is kept.
"""

import email
import email.policy
import hashlib
import json
from email.message import EmailMessage

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.inbox.reading.kept_mail import EXTERNAL, without_files
from notices.inbox.reading.plain_mail import plain_mail
from notices.store.database.schema import metadata
from tests.inbox.sample import MESSAGE_ID, report

TABLES = metadata.sorted_tables
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
WORDS = "拝見しました。\r\n削除に向けて手続中です。\r\n"


def reply(text: str = WORDS, **more: object) -> EmailMessage:
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"] = "見本運営者 <webmaster@site.example.jp>"
    made["Subject"] = "Re: 送信防止措置の依頼"
    made["In-Reply-To"] = MESSAGE_ID
    made.set_content(text, **more)
    return made


def kept(made: EmailMessage, *, is_report: bool = False) -> bytes:
    return without_files(made.as_bytes(), is_report=is_report)


def attached(made: EmailMessage, octets: bytes = PICTURE, kind: str = "image/png"):
    main, _, sub = kind.partition("/")
    made.add_attachment(octets, main, sub, filename="証拠写真.png")
    return made


def read_again(octets: bytes) -> EmailMessage:
    return email.message_from_bytes(octets, policy=email.policy.default)


def assert_without(octets: bytes, *secrets: bytes) -> None:
    """In no way of writing it down: raw, decoded by another parser, or in part."""
    parts = [part.get_payload(decode=True) or b"" for part in read_again(octets).walk()]
    for secret in secrets:
        for content in (octets, *parts):
            assert secret not in content
            assert secret[:48] not in content


def test_a_picture_is_told_and_not_kept():
    made = attached(reply())
    octets = kept(made)
    assert_without(octets, PICTURE)
    assert "証拠写真" not in str(read_again(octets))
    whole, read = made.as_bytes(), read_again(octets)
    digest = hashlib.sha256(whole).hexdigest()
    assert read["X-Notices-Whole"] == f"sha256={digest}; size={len(whole)}"
    assert (read["In-Reply-To"], read["Subject"]) == (MESSAGE_ID, made["Subject"])
    words, file = read.iter_parts()
    assert words.get_content().split() == WORDS.split()
    assert file.get_content_type() == EXTERNAL
    told = dict(file.get_params()[1:])
    assert told["sha256"] == hashlib.sha256(PICTURE).hexdigest()
    assert int(told["size"]) == len(PICTURE)


def test_what_is_shown_is_the_same():
    """The page shows the same words, types, sizes and hashes as of the whole mail."""
    made = reply()
    made.add_alternative("<p>HTML</p>", "html")
    attached(attached(made), b"%PDF-1.7", "application/pdf")
    for one in (made, reply(), attached(reply("")), reply("<b>x</b>", subtype="html")):
        before, after = plain_mail(one.as_bytes()), plain_mail(kept(one))
        assert before.text == after.text
        assert set(before.attachments) <= set(after.attachments)


def test_a_reply_without_files_is_kept_as_it_came():
    made = reply()
    assert kept(made) == made.as_bytes()


def test_a_signature_is_no_file():
    made = attached(reply(), b"0" * 2000, "application/pkcs7-signature")
    assert kept(made) == made.as_bytes()
    large = attached(reply(), PICTURE * 10, "application/pkcs7-signature")
    assert_without(kept(large), PICTURE)


INLINE = "<p>御確認ください</p><img src='data:image/png;base64,iVBORw0KGgoAAAANSUhEUg'>"


def test_a_picture_within_html():
    """Of HTML alone the text is kept; beside plain text nothing of it."""
    alone = kept(reply(INLINE, subtype="html"))
    assert "御確認ください" in plain_mail(alone).text
    both = reply()
    both.add_alternative(INLINE, "html")
    for octets in (alone, kept(both)):
        assert_without(octets, b"iVBORw0KGgo")
    digest = hashlib.sha256(reply(INLINE, subtype="html").get_payload(decode=True))
    assert digest.hexdigest().encode() in alone


def test_a_mail_that_is_a_picture():
    made = EmailMessage(policy=email.policy.SMTP)
    made["Subject"], made["In-Reply-To"] = "写真", MESSAGE_ID
    made.set_content(PICTURE, "image", "png")
    octets = kept(made)
    assert_without(octets, PICTURE)
    [file] = plain_mail(octets).attachments
    assert (file.media_type, file.size) == ("image/png", len(PICTURE))


@pytest.mark.parametrize("place", ["preamble", "epilogue"])
def test_what_stands_around_the_parts(place):
    made = attached(reply())
    setattr(made, place, PICTURE.hex())
    assert_without(kept(made), PICTURE.hex().encode(), PICTURE)


def test_a_mail_within_a_mail_is_a_file():
    made = reply()
    made.add_attachment(attached(reply("中のメール")))
    assert_without(kept(made), PICTURE, "中のメール".encode())


def test_a_mail_beyond_our_bounds():
    made = attached(reply())
    for _ in range(120):
        made.add_attachment("x", filename="x.txt")
    octets = kept(made)
    assert_without(octets, PICTURE)
    assert read_again(octets)["In-Reply-To"] == MESSAGE_ID
    assert len(octets) < 2000


def test_a_report_keeps_what_it_tells_of_and_no_picture():
    whole = report()
    assert without_files(whole, is_report=True) == whole
    made = read_again(report())
    made.attach(attached(reply()).get_payload()[1])
    octets = without_files(made.as_bytes(policy=email.policy.SMTP), is_report=True)
    assert_without(octets, PICTURE)
    assert {"message/delivery-status"} <= {
        part.get_content_type() for part in read_again(octets).walk()
    }


def test_nobody_tells_us_what_we_have_left_out():
    """A part that looks like ours came from outside: it is told as what it is."""
    made = reply()
    fake = f'{EXTERNAL}; access-type="x-not-kept"; size=1; sha256="{"0" * 64}"'
    part = EmailMessage(policy=email.policy.SMTP)
    part["Content-Type"] = fake
    part.set_payload(f"Content-Type: text/plain\r\n\r\n{PICTURE.hex()}")
    made.make_mixed()
    made.attach(part)
    octets = kept(made)
    assert_without(octets, PICTURE.hex().encode())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(min_size=40, max_size=300), max_size=4), st.text(max_size=40))
def test_twice_is_once_and_no_file_stays(files, text):
    """A law: what is kept has no file, says the same, and is kept as it is."""
    made = reply(text.encode("utf-8", "ignore").decode())
    for octets in files:
        attached(made, octets, "application/octet-stream")
    once = kept(made)
    twice = without_files(once, is_report=False)
    assert plain_mail(twice) == plain_mail(once)
    assert plain_mail(once).text == plain_mail(made.as_bytes()).text
    assert plain_mail(once).attachments == plain_mail(made.as_bytes()).attachments
    for secret in files:
        parts = [
            part.get_payload(decode=True) or b"" for part in read_again(once).walk()
        ]
        assert secret not in parts


def test_the_database_has_no_picture_and_the_bundle_proves_what_is_kept(in_doubt):
    """From the mailbox to the file of the database, with the hash that binds it."""
    made = attached(reply())
    filed = in_doubt.file(made.as_bytes())
    octets = in_doubt.reports.raw(filed.report.sha256)
    assert filed.report.sha256 == hashlib.sha256(made.as_bytes()).hexdigest()
    assert octets == kept(made)
    with in_doubt.store.engine.connect() as connection:
        tables = [connection.execute(sqlalchemy.select(each)).all() for each in TABLES]
    database = b"".join(
        value if isinstance(value, bytes) else str(value).encode()
        for rows in tables
        for row in rows
        for value in row
    )
    assert octets in database
    for line in made.get_payload()[1].get_payload().split():
        assert line.encode() not in database
    facts = json.loads(json.dumps(dict(filed.report.facts)))
    assert facts["kept_sha256"] == hashlib.sha256(octets).hexdigest()
