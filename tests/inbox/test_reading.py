"""What single pieces of a mail say: charsets, words of reports, answers, tickets."""

import pytest

from notices.inbox.classifying import read_mail
from notices.inbox.matching import match
from notices.inbox.reading.charsets import decode
from notices.inbox.reading.failure_causes import cause_of
from notices.inbox.reading.failure_words import action_of
from notices.inbox.reading.received import Action, Cause, Kind
from tests.inbox.sample import ALL, MESSAGE_ID, NUMBER, TO

# signs that the standard and Windows map to different code points
TWO_WAYS = set("～∥－￠￡￢―〜‖−¢£¬—\\~")


def of_jis_x_0208():
    for row in range(0x21, 0x75):
        for cell in range(0x21, 0x7F):
            octets = bytes((row | 0x80, cell | 0x80))
            try:
                sign = octets.decode("euc_jp")
            except UnicodeDecodeError:
                continue
            if sign not in TWO_WAYS:
                yield octets, sign


def test_every_sign_of_jis_x_0208_is_read_as_pythons_own_codecs_do():
    found = list(of_jis_x_0208())
    assert len(found) > 6800
    text = "".join(sign for _, sign in found)
    assert decode(text.encode("iso2022_jp"), "") == text
    assert decode(b"".join(octets for octets, _ in found), "eucjp") == text


@pytest.mark.parametrize(
    ("octets", "charset"),
    [
        # as iconv writes them in EUC-JP-MS and CP932
        (bytes.fromhex("ada1adeafce2adb7"), "euc-jp"),
        (bytes.fromhex("1b2442") + bytes.fromhex("2d212d6a7c622d37"), "iso-2022-jp"),
        (bytes.fromhex("8740878afbfc8756"), "ms932"),
        (bytes.fromhex("8740878afbfc8756"), "Shift_JIS"),
        (bytes.fromhex("1b2442") + bytes.fromhex("2d212d6a7c622d37"), "us-ascii"),
        (bytes.fromhex("1b2442") + bytes.fromhex("2d212d6a7c622d37"), "utf-8"),
    ],
)
def test_rows_of_nec_and_ibm(octets, charset):
    assert decode(octets, charset) == "①㈱髙Ⅲ"


@pytest.mark.parametrize("charset", ["", "us-ascii", "utf-8", "x-unknown", "utf-8;"])
@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
def test_a_text_without_a_true_label(charset, codec):
    text = "対応済です。ご確認ください。"
    assert decode(text.encode(codec), charset) == text


def test_octets_of_no_charset_raise_nothing():
    for octets in (b"\x1b$B", b"\x1b$B\x21", b"\xff\xfe\x80", b"\x1b$(D\xff", b"\xad"):
        assert isinstance(decode(octets, "iso-2022-jp"), str)
        assert isinstance(decode(octets, "euc-jp"), str)


@pytest.mark.parametrize(
    ("words", "subject", "action"),
    [
        ("could not be delivered", "", Action.FAILED),
        ("We blocked the unknown user; 500 yen", "Your request", None),
        ("550 5.1.1 no such user", "", Action.FAILED),
        ("has been delayed and will be retried; 550 5.1.1", "", Action.DELAYED),
        ("delivery delayed; fails permanently in 2 days", "Warning", Action.DELAYED),
        ("This is a permanent error. You will try again?", "", Action.FAILED),
        ("次の宛先へ送信できませんでした", "", Action.FAILED),
        ("再送を試みています。まだ送信できません", "", Action.DELAYED),
        ("お問い合わせを受け付けました", "", None),
    ],
)
def test_what_words_say_of_a_delivery(words, subject, action):
    assert action_of(words, subject, is_sure=False) is action


def test_where_the_sender_is_a_daemon_a_code_is_enough():
    assert action_of("553 sorry", "", is_sure=True) is Action.FAILED
    assert action_of("553 sorry", "", is_sure=False) is None


@pytest.mark.parametrize(
    ("near", "status", "cause"),
    [
        ("550 5.1.1 User unknown", "5.1.1", Cause.UNKNOWN_USER),
        ("550 Requested action not taken", "5.1.1", Cause.UNKNOWN_USER),
        ("550 5.1.1 Mailbox is full", "5.1.1", Cause.MAILBOX_FULL),
        ("554 5.7.1 blocked using dnsbl.example", "5.7.1", Cause.BLOCKED),
        ("550 5.7.26 sorry", "5.7.26", Cause.BLOCKED),
        ("552 message exceeds maximum size", "", Cause.POLICY),
        ("4.4.1 connection timed out", "4.4.1", Cause.UNREACHABLE),
        ("メールボックスの容量が超えています", "", Cause.MAILBOX_FULL),
        ("宛先が存在しません", "", Cause.UNKNOWN_USER),
        ("迷惑メールとして拒否", "", Cause.BLOCKED),
        ("554 transaction failed", "5.0.0", Cause.OTHER),
        ("", "", Cause.OTHER),
    ],
)
def test_why_it_failed(near, status, cause):
    assert cause_of(near, "", status) is cause


def matched(*lines):
    octets = "\r\n".join(lines).encode()
    return match(read_mail(octets), octets, ALL, from_archive=False)


@pytest.mark.parametrize("sender", [f"postmaster@{TO.partition('@')[2]}", TO])
@pytest.mark.parametrize("path", ["<>", f"<{TO}>"])
@pytest.mark.parametrize(
    "text",
    [
        f"Your request about {TO} was received. Unknown senders are blocked; 500 tickets.",
        f"{TO}: our team looks into it. The post is rejected and the account disabled.",
        f"Quota of {TO} is 550 5 GB.",
    ],
)
def test_who_acknowledges_a_request_has_not_failed_to_deliver_it(sender, path, text):
    """Requests are about what is blocked, refused, unknown: so are their answers."""
    made = matched(
        f"Return-Path: {path}",
        f"From: {sender}",
        f"Subject: [#4711] [{NUMBER}] request",
        f"In-Reply-To: {MESSAGE_ID}",
        "",
        text,
        f"> {MESSAGE_ID}",
    )
    assert made.kind in (Kind.REPLY, Kind.AUTO_REPLY)
    assert (made.number, made.proves) == (NUMBER, None)


@pytest.mark.parametrize(
    ("subject", "text", "reference"),
    [
        ("[Ticket#991] received", "", "991"),
        ("received", "Your case number is: ABC-12345.", "ABC-12345"),
        ("received", "Case ID: ABC-12345", "ABC-12345"),
        ("【受付番号：20260305-7】", "", "20260305-7"),
        ("ご連絡ありがとうございます", "お問い合わせ番号：１２３４５", "12345"),
        # the words of systems in use
        ("[Request received]", "Your request (48213) has been received.", "48213"),
        ("リクエスト受信", "お客様のリクエスト（48213）を受信しました。", "48213"),
        ("Ticket Received", "a ticket was created with Ticket ID - 5531.", "5531"),
        (f"INC0012345 - [{NUMBER}]", "Your incident INC0012345 is open", "INC0012345"),
        ("受付完了", "整理番号：S-778", "S-778"),
        ("受付完了", "管理番号は 20260305-12 です", "20260305-12"),
        (
            "[5-1234000012345] Your request",
            "Thanks for reaching out",
            "5-1234000012345",
        ),
        ("received", "showcase2 and prefix1 and refund3 of our shop", ""),
        ("受付完了", "お問い合わせは 3 営業日以内に確認します", ""),
        (f"Re: [{NUMBER}]", "Thank you.", ""),
        (f"Re: [{NUMBER}]", f"reference: {NUMBER}", ""),
    ],
)
def test_the_number_of_a_ticket_system(subject, text, reference):
    made = matched(
        f"From: {TO}",
        f"Subject: {subject}",
        "Auto-Submitted: auto-replied",
        f"In-Reply-To: {MESSAGE_ID}",
        "",
        text,
    )
    assert made.kind is Kind.AUTO_REPLY
    assert made.facts.get("reference", "") == reference


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["対応済"], "done"),
        (["  「対応済み」  "], "done"),
        (["Dear team,", "", "Done."], "done"),
        (["Hello,", "thank you for your mail.", "not ours"], "not_ours"),
        (
            [
                "〇〇センター御中",
                "お世話になっております。",
                "例社の例野です。",
                "対応不可",
            ],
            "declined",
        ),
        (["対応済。以上よろしくお願いします。"], "done"),
        (["> 対応済 / 対応不可 / 対象外"], ""),
        (["2026年3月5日 10:00 Centre <a@b.example>:", "> x"], ""),
        (["-----Original Message-----", "From: x", "done"], ""),
        (["差出人: センター", "対応済"], ""),
        (["We have not done it."], ""),
        (["対応済ではありません"], ""),
        (["done? no."], ""),
        (["Dear all,"] * 9 + ["done"], ""),
        (["The post is gone.", "done"], ""),
    ],
)
def test_the_word_of_a_person(lines, answer):
    made = matched(f"From: {TO}", f"In-Reply-To: {MESSAGE_ID}", "", *lines)
    assert (made.kind, made.proves) == (Kind.REPLY, None)
    assert made.facts.get("answer", "") == answer
