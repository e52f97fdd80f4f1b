"""Mails that somebody made to break a reader: too big, too deep, or no mail at all.

Each is made by a function whose docstring says what it tries. None of them proves
anything, whatever of ours it quotes.
"""

from tests.inbox.sample import ENVID, MESSAGE_ID, NUMBER, OTHER, TO, report

HEAD = (
    b"Return-Path: <>\r\nFrom: MAILER-DAEMON@relay.test\r\nSubject: report\r\n"
    b"MIME-Version: 1.0\r\n"
)
REPORT = (
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
)
STATUS = b"--B\r\nContent-Type: message/delivery-status\r\n\r\n"
OURS = MESSAGE_ID.encode()


def dsn(*blocks, returned=OURS):
    """A report of these blocks of fields, which returns a message."""
    status = b"\r\n\r\n".join(blocks)
    back = b"\r\n--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
    return HEAD + REPORT + STATUS + status + back + returned + b"\r\n--B--\r\n"


def block(recipient=TO, action="delivered", status="2.0.0"):
    told = (
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}"
    )
    return told.encode()


def of_mta(envid=None):
    told = b"Reporting-MTA: dns; relay.test"
    return told if envid is None else told + b"\r\nOriginal-Envelope-Id: " + envid


def nul_in_the_envelope_id():
    """PostgreSQL takes no NUL in a text."""
    return dsn(of_mta(ENVID.encode() + b"\x00"), block())


def nul_in_the_xtext_of_the_envelope_id():
    """It comes into being as the xtext is decoded."""
    return dsn(of_mta(ENVID.encode() + b"+00"), block())


def nul_in_a_recipient():
    return dsn(of_mta(), block(recipient="a\x00b@provider.example"))


def fifty_thousand_ids_in_a_bounce():
    """More than a database takes as parameters of one query."""
    ids = b"".join(
        b"Message-ID: <%d@spam.example>\r\n" % each for each in range(50_000)
    )
    failed = b"X-Failed-Recipients: " + TO.encode() + b"\r\n\r\n"
    return HEAD + failed + ids + b"Message-ID: " + OURS + b"\r\n"


def ids_of_at_signs():
    """An expression that may split them in many ways tries them all."""
    each = b"<" + b"@" * 198 + b"\r\n "
    return b"From: a@b.example\r\nReferences: " + each * 1200 + b"\r\n\r\nx\r\n"


def recipients_of_at_signs():
    at_signs = block(recipient="@" * 400 + " x")
    return dsn(of_mta(ENVID.encode()), *[at_signs] * 90)


def two_thousand_levels():
    start = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (each, each)
        for each in range(2000)
    )
    return b"From: a@b.example\r\n" + start + b"\r\ntext\r\n"


def one_line_of_many_megabytes():
    """Each octet might begin a delimiter."""
    return HEAD + REPORT + b"--B\r\n\r\n" + b"x" * 12_000_000


def dashes_for_megabytes():
    return HEAD + REPORT + b"--B\r\n\r\n" + b"\n--" * 3_000_000


def delimiters_with_long_blanks():
    return HEAD + REPORT + (b"--B" + b" " * 100_000 + b"x\r\n") * 100


def delimiters_for_megabytes():
    return HEAD + REPORT + b"--B\r\n" * 1_000_000


def five_levels_of_megabytes():
    """Each level might be copied, and copied again."""
    start = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (each, each)
        for each in range(5)
    )
    return b"From: a@b.example\r\n" + start + b"\r\n" + b"text\r\n" * 2_000_000


def five_thousand_recipients():
    """Ours is among them, but so far down that nobody wrote it there honestly."""
    others = [block(recipient=f"u{each}@x.example") for each in range(5000)]
    return dsn(of_mta(ENVID.encode()), *others, block())


def a_header_of_a_megabyte():
    return b"Subject: " + b"a" * 1_000_000 + b"\r\n\r\nx\r\n"


def a_header_without_end():
    return b"X-A: b\r\n" * 400_000


def a_header_folded_for_ever():
    return b"Subject: a\r\n" + b" b\r\n" * 60_000 + b"\r\nx\r\n"


def five_thousand_fields():
    return b"".join(b"X-%d: a\r\n" % each for each in range(5000)) + b"\r\nx\r\n"


def a_content_type_of_semicolons():
    return b"Content-Type: multipart/mixed" + b"; " * 100_000 + b"\r\n\r\nx\r\n"


def a_content_type_of_quotes():
    kind = b'Content-Type: multipart/mixed; boundary="' + b'\\"' * 900 + b"\r\n"
    return kind + b"\r\n--x\r\n"


def a_multipart_that_contains_itself():
    """The inner one has the delimiter of the outer one."""
    again = b"--B\r\n" + REPORT
    return HEAD + REPORT + again * 500 + b"--B--\r\n"


def messages_in_messages():
    inner = b"Content-Type: message/rfc822\r\n\r\n" * 1000
    return HEAD + inner + b"Message-ID: " + OURS + b"\r\n\r\nx\r\n"


def a_multipart_without_a_boundary():
    kind = b'Content-Type: multipart/report; boundary=""\r\n\r\n'
    return HEAD + kind + b"--\r\n" + STATUS + block() + b"\r\n----\r\n"


def a_boundary_that_is_an_expression():
    kind = b'Content-Type: multipart/report; boundary="(((((a+)+)+)+)+)"\r\n\r\n'
    return HEAD + kind + b"--" + b"a" * 50_000 + b"\r\n"


def base64_that_is_none():
    encoding = b"--B\r\nContent-Type: message/delivery-status\r\n"
    encoding += b"Content-Transfer-Encoding: base64\r\n\r\n"
    return HEAD + REPORT + encoding + b"=A=" * 500_000 + b"\r\n--B--\r\n"


def soft_line_ends_for_ever():
    encoding = b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    return b"In-Reply-To: " + OURS + b"\r\n" + encoding + b"=\r\n" * 500_000


def html_of(markup):
    kind = b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    told = b"From: a@b.example\r\nIn-Reply-To: " + OURS + b"\r\n"
    return told + kind + markup * (200_000 // len(markup))


def styles_without_end():
    """Each might end anywhere behind it, and none does."""
    return html_of(b"<style ")


def comments_without_end():
    return html_of(b"<!--")


def ends_of_styles_without_end():
    return html_of(b"<style></style " + b" " * 200)


def quotations_without_end():
    return html_of(b"<div gmail_")


def a_charset(name):
    def make():
        kind = b"Content-Type: text/plain; charset=%s\r\n\r\n" % name
        text = b"+ADw-done\xff\xfe\x1b$B\x00 done\r\n"
        return b"In-Reply-To: " + OURS + b"\r\n" + kind + text

    make.__doc__ = "A codec of Python that decodes no text, or none that is safe."
    return make


def encoded_words_in_each_other():
    return b"Subject: " + b"=?utf-8?q?" * 20_000 + b"?=" * 20_000 + b"\r\n\r\nx\r\n"


def encoded_words_of_all_kinds():
    words = b" =?utf-8?b?/w==?= =?iso-2022-jp?b?GyRC?= =?x?q?=FF=0D=0A?=" * 3000
    return b"From:" + words + b"\r\nIn-Reply-To: " + OURS + b"\r\n\r\nx\r\n"


def eight_bits_in_every_field():
    octets = bytes(range(128, 256)) * 4
    return (
        b"".join(
            name + b": " + octets + b"\r\n"
            for name in (
                b"From",
                b"Subject",
                b"Message-ID",
                b"References",
                b"Precedence",
            )
        )
        + b"\r\n"
        + octets
    )


def nothing():
    return b""


def one_nul():
    return b"\x00"


def a_megabyte_of_nul():
    return b"\x00" * 1_000_000


def line_ends_alone():
    return b"\r\n" * 100_000


def cr_alone():
    """The report is a good one, if CR ends a line; it does not (RFC 5322, 2.3)."""
    return report().replace(b"\r\n", b"\r")


def cr_and_lf_as_they_come():
    """Some reader will see the field behind the bare CR, and some will not."""
    forged = b"X: a\rOriginal-Envelope-Id: %s\r" % ENVID.encode()
    return dsn(of_mta(b"other") + b"\r\n" + forged, block(), returned=b"<a@b>")


def lf_cr():
    return report().replace(b"\r\n", b"\n\r")


def mbox_lines_for_ever():
    return b"From a@b.example Thu Jan  1\r\n" * 50_000 + b"\r\nx\r\n"


def our_id_in_the_text_of_a_bounce_for_another():
    failed = b"X-Failed-Recipients: other@provider.example\r\n\r\n"
    return HEAD + failed + b"Message-ID: " + OURS + b"\r\n"


def our_report_in_the_text_of_a_letter():
    letter = b"From: a@b.example\r\nSubject: look\r\n\r\n"
    return letter + report()


def a_report_on_a_number_never_given():
    strange = b"<R8-1-999999.00112233445566778899aabb@hotline.example>"
    return dsn(of_mta(b"R8-1-999999.5f3a9c01"), block(), returned=strange)


def the_envelope_id_of_one_and_the_message_of_another():
    other = OTHER.message_id.encode()
    return dsn(of_mta(ENVID.encode()), block(), returned=other)


def the_recipient_between_two_addresses():
    told = block(recipient=f"a@b.example, {TO}")
    return dsn(of_mta(ENVID.encode()), told)


def an_action_with_a_second_thought():
    return dsn(of_mta(ENVID.encode()), block(action="delivered failed"))


def two_reports_in_one():
    """The first one says delivered, the second one failed."""
    second = b"\r\n" + STATUS + block(action="failed", status="5.1.1")
    return report().replace(
        b"\r\n--B1--", second.replace(b"--B", b"--B1") + b"\r\n--B1--"
    )


def a_notification_that_it_was_deleted():
    kind = b"Content-Type: multipart/report; report-type=disposition-notification;"
    part = b"--B\r\nContent-Type: message/disposition-notification\r\n\r\n"
    told = b"Original-Message-ID: " + OURS + b"\r\nFinal-Recipient: rfc822; "
    disposed = TO.encode() + b"\r\nDisposition: automatic-action; deleted\r\n"
    return HEAD + kind + b" boundary=B\r\n\r\n" + part + told + disposed + b"--B--\r\n"


def one_line_of_thousands_of_addresses():
    """What stands before and behind each is looked at."""
    told = HEAD + b"\r\nUndeliverable: " + b"a@b.example, " * 4_000
    return told + b"\r\n\r\nMessage-ID: " + OURS + b"\r\n"


def citations_without_end():
    """Each line above a quotation might end anywhere, and each quotation."""
    return html_of(b"<div class=moz-cite-prefix><blockquote>")


def hidden_lines_without_end():
    return html_of(b'<div style="display:none ' + b"style=" * 100 + b'">')


def a_reply_to_half_the_world():
    ids = b" ".join(b"<%d@x.example>" % each for each in range(10_000))
    return (
        b"From: a@b.example\r\nReferences: " + ids + b" " + OURS + b"\r\n\r\ndone\r\n"
    )


def a_subject_of_numbers():
    numbers = b"".join(b"[R8-1-%06d]" % each for each in range(10_000))
    told = b"From: a@b.example\r\nSubject: " + numbers + NUMBER.encode()
    return told + b"\r\n\r\ndone\r\n"


def signs_that_paint_a_terminal():
    told = "From: \x1b]0;x\x07\u202e\u2066\x9b31m <a@b.example>\r\nIn-Reply-To: "
    return told.encode() + OURS + b"\r\nSubject: \x1b[2J\r\n\r\n\x1b[31mdone\r\n"


CODECS = (b"rot13", b"zlib", b"base64", b"utf-7", b"idna", b"unicode_escape", b"\x00")
ALL = {
    name: make
    for name, make in list(globals().items())
    if callable(make)
    and name
    not in ("dsn", "block", "of_mta", "a_charset", "report", "known_of", "html_of")
} | {f"the_charset_{name!r}": a_charset(name) for name in CODECS}
