"""A mail as people look at it; the mails are written by Python's own library."""

import hashlib
from email.message import EmailMessage

from hypothesis import example, given, settings
from hypothesis import strategies as st

from notices.inbox.reading.mime import MAX_CONTENT
from notices.inbox.reading.plain_mail import MOST_SHOWN, plain_mail

FILES = st.lists(st.binary(max_size=200), max_size=4)
# what the library writes as it stands: no surrogates, no line ends of its own
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)


@given(WORDS, FILES)
@settings(max_examples=60)
def test_text_is_shown_and_files_are_hashed(words, files):
    made = EmailMessage()
    made.set_content(words)
    for content in files:
        made.add_attachment(content, "image", "png", filename="秘密.png")
    shown = plain_mail(made.as_bytes())
    assert shown.text == words
    assert [one.media_type for one in shown.attachments] == ["image/png"] * len(files)
    assert [(one.size, one.sha256) for one in shown.attachments] == [
        (len(content), hashlib.sha256(content).hexdigest()) for content in files
    ]


@given(st.binary(max_size=2000))
@example(b"")
@example(b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n" * 200)
def test_whatever_comes_is_taken_apart(octets):
    shown = plain_mail(octets)
    assert all(
        line.isprintable() for line in shown.text.replace("\u3000", "").split("\n")
    )


def test_html_is_read_where_nothing_else_says_it():
    made = EmailMessage()
    made.set_content("<p>削除<b>済み</b></p><script>x()</script>", "html")
    assert plain_mail(made.as_bytes()).text.strip() == "削除済み"
    both = EmailMessage()
    both.set_content("平文")
    both.add_alternative("<p>書式付き</p>", "html")
    shown = plain_mail(both.as_bytes())
    assert (shown.text.strip(), shown.attachments) == ("平文", ())


def test_a_large_file_is_hashed_whole_and_a_long_text_is_cut():
    made = EmailMessage()
    made.set_content("長" * (MOST_SHOWN + 1))
    content = bytes(range(256)) * (MAX_CONTENT // 200)
    made.add_attachment(content, "application", "zip", filename="a.zip")
    shown = plain_mail(made.as_bytes())
    [one] = shown.attachments
    assert (one.size, one.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert shown.is_cut
    assert len(shown.text) <= MOST_SHOWN
