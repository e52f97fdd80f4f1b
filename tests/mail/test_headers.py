"""Header fields: any text comes back as it was, and nothing else comes with it."""

import email
import re
from datetime import UTC, datetime, timedelta, timezone
from email import policy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notices.errors import InputError
from notices.mail import MalformedMessage, decode_address, decode_text
from notices.mail.headers import address_field, date_field, id_field, text_field

BCC_INJECTION = "=?utf-8?q?=0D=0ABcc:_evil@example.test?="

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    max_size=200,
)
atext = st.sampled_from("abcXYZ019!#$%&'*+-/=?^_`{|}~")
mailboxes = st.builds(
    "{}@{}.example".format,
    st.text(atext, min_size=1, max_size=64),
    st.text(st.sampled_from("ab1"), min_size=1, max_size=63),
)


def unfolded(field: str) -> str:
    """The value, as a receiver unfolds it."""
    return field.partition(":")[2].replace("\r\n", "").strip(" ")


def parsed(field: str) -> email.message.EmailMessage:
    return email.message_from_bytes(field.encode("ascii"), policy=policy.default)


@given(texts)
@example(BCC_INJECTION)
@example("a  b")
@example(" leading and trailing ")
@example("=?")
@example("x" * 200)
@example("㈱髙①" * 60)
def test_a_subject_comes_back_as_it_was(text: str) -> None:
    field = text_field("Subject", text)
    assert decode_text(unfolded(field)) == text


@given(texts)
@example(BCC_INJECTION)
def test_a_subject_is_the_only_field_that_the_standard_parser_sees(text: str) -> None:
    message = parsed(text_field("Subject", text))
    assert message.keys() == ["Subject"]
    # it reads white space between words its own way; the words must be the same
    assert message["Subject"].split() == text.split()


@given(texts)
def test_no_line_of_a_subject_is_longer_than_76(text: str) -> None:
    lines = text_field("Subject", text).removesuffix("\r\n").split("\r\n")
    assert all(len(line) <= 76 for line in lines)
    assert all(line.startswith(" ") and line.strip() for line in lines[1:])


@given(texts)
def test_an_encoded_word_never_splits_a_character(text: str) -> None:
    for word in re.findall(r"=\?[^ ]+\?=", text_field("Subject", text)):
        assert decode_text(word)  # decodes by itself


@given(texts, mailboxes)
@example(BCC_INJECTION, "a@b.example")
@example('"', "a@b.example")
@example("evil <x@y.example>, ", "a@b.example")
@example("a" * 200, "a@b.example")
def test_an_address_comes_back_as_it_was(name: str, mailbox: str) -> None:
    field = address_field("From", name, mailbox)
    assert decode_address(unfolded(field)) == (name, mailbox)


@given(texts, mailboxes)
@example(BCC_INJECTION, "a@b.example")
@example("evil <x@y.example>, ", "a@b.example")
def test_an_address_field_holds_one_address_for_the_standard_parser(
    name: str, mailbox: str
) -> None:
    message = parsed(address_field("To", name, mailbox))
    assert message.keys() == ["To"]
    assert [address.addr_spec for address in message["To"].addresses] == [mailbox]


@pytest.mark.parametrize(
    ("field", "octets"),
    [
        (text_field("Subject", "Plain words"), "Subject: Plain words\r\n"),
        (text_field("Subject", "依頼書"), "Subject: =?utf-8?B?5L6d6aC85pu4?=\r\n"),
        (
            text_field("Subject", "送信防止措置依頼書（整理番号 2026-00001）"),
            (
                # a word ends where a reader pauses, not within 整理番号
                "Subject: =?utf-8?B?6YCB5L+h6Ziy5q2i5o6q572u5L6d6aC85pu477yI?=\r\n"
                " =?utf-8?B?5pW055CG55Wq5Y+3IDIwMjYtMDAwMDHvvIk=?=\r\n"
            ),
        ),
        (
            text_field("Subject", BCC_INJECTION),
            (
                "Subject: =?utf-8?B?PT91dGYtOD9xPz0wRD0wQUJjYzpfZXZpbEBleGFtcGxlLnRlc3Q/?=\r\n"
                " =?utf-8?B?PQ==?=\r\n"
            ),
        ),
        (address_field("To", "", "a@b.example"), "To: a@b.example\r\n"),
        (
            address_field("To", "Abuse Desk", "a@b.example"),
            "To: Abuse Desk <a@b.example>\r\n",
        ),
        (
            address_field("To", 'Desk "7"', "a@b.example"),
            "To: =?utf-8?B?RGVzayAiNyI=?= <a@b.example>\r\n",
        ),
    ],
)
def test_fields_by_the_byte(field: str, octets: str) -> None:
    assert field == octets


@pytest.mark.parametrize("bad", ["\r\n", "\n", "\0", "\t", "\x85", "\u2028", "\x7f"])
def test_controls_and_line_separators_are_refused(bad: str) -> None:
    with pytest.raises(InputError, match="control character"):
        text_field("Subject", f"a{bad}Bcc: b@c.example")
    with pytest.raises(InputError, match="control character"):
        address_field("From", f"a{bad}b", "a@b.example")


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InputError, match="D800"):
        text_field("Subject", "\ud800")


@pytest.mark.parametrize(
    "mailbox",
    [
        "",
        "a",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b.example, c@d.example",
        "a@b.example> NOTIFY=NEVER",
        '"a"@b.example',
        "a@b@c.example",
        "a.@b.example",
        "é@b.example",
        "a@bücher.example",
        "a@-b.example",
        "a@b.example\r\nBcc: c@d.example",
        "a@" + "b" * 250 + ".example",
    ],
)
def test_what_is_no_single_mailbox_is_refused(mailbox: str) -> None:
    with pytest.raises(InputError, match="no mailbox"):
        address_field("To", "", mailbox)


@pytest.mark.parametrize("bad", ["a@b.example", "<a@b>c>", "<>", "<a b@c>", "<a>\r\n"])
def test_a_bad_message_id_is_refused(bad: str) -> None:
    with pytest.raises(InputError, match="no message id"):
        id_field("Message-ID", bad)


def test_many_references_are_folded() -> None:
    ids = [f"<{number:030}@hotline.example>" for number in range(5)]
    field = id_field("References", *ids)
    assert unfolded(field) == " ".join(ids)
    assert max(map(len, field.split("\r\n"))) <= 76


def test_the_date_is_told_to_the_second_with_its_offset() -> None:
    jst = timezone(timedelta(hours=9))
    when = datetime(2026, 11, 2, 9, 5, 7, 999_999, tzinfo=jst)
    assert date_field(when) == "Date: Mon, 02 Nov 2026 09:05:07 +0900\r\n"
    assert (
        date_field(when.astimezone(UTC)) == "Date: Mon, 02 Nov 2026 00:05:07 +0000\r\n"
    )


def test_a_date_without_offset_is_refused() -> None:
    with pytest.raises(InputError, match="offset"):
        date_field(datetime(2026, 11, 2))  # noqa: DTZ001


@pytest.mark.parametrize(
    "value",
    [
        "=?utf-8?q?a?=",
        "=?iso-2022-jp?B?5L6d?=",
        "=?utf-8?B?5L6?=",
        "=?utf-8?B?/w==?=",
        "plain =?utf-8?B?5L6d?=",
    ],
)
def test_encoded_words_of_another_kind_are_not_decoded(value: str) -> None:
    with pytest.raises(MalformedMessage):
        decode_text(value)


@pytest.mark.parametrize(
    "value",
    [
        "a@b.example, c@d.example",
        '"x" <a@b.example>',
        "x (comment) <a@b.example>",
        "<a@b.example> <c@d.example>",
        "x <a@b.example> y",
        "=?utf-8?q?x?= <a@b.example>",
        "",
    ],
)
def test_addresses_of_another_kind_are_not_decoded(value: str) -> None:
    with pytest.raises(MalformedMessage):
        decode_address(value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (
            "見本インターネット・ホットラインセンター",
            "見本インターネット・ ホットラインセンター",
        ),
        ("見本インターネットセンター", "見本インターネットセンター"),
        (
            "特定非営利活動法人　見本インターネット・ホットラインセンター",
            "特定非営利活動法人　 見本インターネット・ ホットラインセンター",
        ),
    ],
)
def test_a_long_name_is_split_where_a_reader_would_pause(name: str, shown: str) -> None:
    """Python before 3.13.2 shows a blank between two encoded words (gh-128110):
    within a word it made "ホットラ インセンター" of a centre's name.
    """
    line = address_field("From", name, "a@x.example")
    parsed = email.message_from_bytes(line.encode() + b"\r\n", policy=policy.default)
    assert parsed["From"].addresses[0].display_name in {shown, name}
    flat = line.replace("\r\n", "").partition(":")[2].strip()
    assert decode_address(flat) == (name, "a@x.example")
