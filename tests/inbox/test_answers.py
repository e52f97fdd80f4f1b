"""Answers as people write them: which number they name, and which word they say."""

import base64

import pytest

from notices.inbox.classifying import read_mail
from notices.inbox.matching import match
from notices.inbox.reading.encoded_words import decode_words
from notices.inbox.reading.received import Kind, with_crlf
from tests.inbox.sample import ALL, MESSAGE_ID, NUMBER, TO

WIDE = NUMBER.translate(str.maketrans("R8-1023", "Ｒ８－１０２３"))


def matched(text, *, subject="Re: x", field="", kind="text/plain; charset=utf-8"):
    head = f"From: {TO}\nSubject: {subject}\n{field}Content-Type: {kind}\n\n"
    octets = with_crlf((head + text).encode())
    return match(read_mail(octets), octets, ALL, from_archive=False)


@pytest.mark.parametrize(
    "text",
    [
        "ＤＯＮＥ",
        "＜対応済＞",
        "→ 対応済",
        "回答：対応済み",
        "Answer: done",
        "インターネット・ホットラインセンター\n御担当者様\n\nいつもお世話になっております。\n対応済",
        "お世話になっております。\n標記の件、以下のとおり回答いたします。\n\n対応済",
        "##- Please type your reply above this line -##\n\nDone",
        "--- Reply above this line ---\n\nDone",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDone",
    ],
)
def test_the_word_after_what_people_and_systems_write_above_it(text):
    """Before: the first line that was no known greeting ended the search."""
    found = matched(text, field=f"In-Reply-To: {MESSAGE_ID}\n")
    assert found.facts.get("answer") == "done"


@pytest.mark.parametrize(
    "text",
    [
        "□対応済\n■対応不可",
        "・対応済\n・対応不可\n・対象外",
        "対応はしません。\n山田様\n対応済",
        "対応済みではありません。",
        "回答：未定\n対応済",
        "Status: Done",
        "差出人: Hotline\n担当者様\n対応済",
    ],
)
def test_a_form_a_list_or_a_sentence_is_no_word(text):
    found = matched(text, field=f"In-Reply-To: {MESSAGE_ID}\n")
    assert (found.kind, found.facts.get("answer")) == (Kind.REPLY, None)


@pytest.mark.parametrize(
    "subject",
    [
        f"Re: No.{NUMBER}",
        f"Re: 番号Ref.{NUMBER}",
        f"Re: [{NUMBER.lower()}]",
        f"Re: {NUMBER.replace('-', '–')}",
        f"Re: {NUMBER.replace('-', '‑')}",
        f"Re: 【{WIDE}】の件",
    ],
)
def test_a_number_as_people_and_their_editors_write_it(subject):
    """Before: such an answer was `unrelated`, or named no number of ours."""
    assert matched("done", subject=subject).number == NUMBER


def test_a_number_in_a_quotation_counts_in_html_as_in_plain_text():
    quoted = f"<p>done</p><blockquote>[{NUMBER}] request</blockquote>"
    found = matched(quoted, kind="text/html; charset=utf-8")
    assert (found.number, found.facts.get("answer")) == (NUMBER, "done")


@pytest.mark.parametrize(
    "begin",
    [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!DOCTYPE html>",
        "<!--[if mso]>x<![endif]-->",
    ],
)
def test_what_programs_put_before_html_is_no_text(begin):
    """Before, the declaration of XML, as Outlook.com writes it, was the first line."""
    found = matched(
        f"{begin}<html><body><p>Done</p></body></html>",
        field=f"In-Reply-To: {MESSAGE_ID}\n",
        kind="text/html; charset=utf-8",
    )
    assert found.facts.get("answer") == "done"


@pytest.mark.parametrize("charset", ["shift_jis", "euc-jp", "iso-2022-jp", "utf-8"])
def test_a_number_in_a_subject_that_no_charset_labels(charset):
    """Before, Shift_JIS was read as Latin: a letter of it joined the number."""
    subject = f"Subject: Re: 【{NUMBER}】削除\r\n\r\ndone".encode(charset)
    octets = b"From: a@provider.example\r\n" + subject
    assert match(read_mail(octets), octets, ALL, from_archive=False).number == NUMBER


def test_a_latin_subject_without_a_label_stays_latin():
    octets = "Subject: Märkte für Gäste, ça va ?\r\n\r\nx".encode("latin-1")
    assert read_mail(octets).subject == "Märkte für Gäste, ça va ?"


LETTERS = base64.b64encode(f"Re: [{NUMBER}] 削除".encode()).decode()


@pytest.mark.parametrize("at", range(9, 24))
def test_one_base64_cut_anywhere_into_words_is_read(at):
    """RFC 2047, 5 forbids it, and programs do it."""
    words = [LETTERS[:at], LETTERS[at:]]
    value = " ".join(f"=?utf-8?B?{each}?=" for each in words)
    assert decode_words(value) == f"Re: [{NUMBER}] 削除"


def test_an_encoded_word_that_was_cut_off_is_read_as_far_as_it_goes():
    assert decode_words(f"=?UTF-8?B?{LETTERS}").startswith(f"Re: [{NUMBER}]")


def test_words_without_padding_are_read_one_by_one():
    assert decode_words("=?utf-8?B?YWI?= =?utf-8?B?YQ?=") == "aba"


def test_an_id_that_a_folded_line_cuts_is_one_id():
    folded = MESSAGE_ID.replace("@", "@\n ")
    found = matched("done", field=f"In-Reply-To: {folded}\n")
    assert (found.number, found.is_certain) == (NUMBER, True)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        (f"[{NUMBER}] 受け付けました（自動返信）", Kind.AUTO_REPLY),
        (f"Re: [{NUMBER}] 受け付けました（自動返信）", Kind.REPLY),
    ],
)
def test_a_program_that_says_so_behind_its_subject(subject, kind):
    """Who answers such a mail is a person, though the words are still there."""
    found = matched("done", subject=subject, field=f"In-Reply-To: {MESSAGE_ID}\n")
    assert found.kind is kind
