"""Subject and body of the mail."""

import re
from dataclasses import replace
from datetime import datetime

import pytest

from notices.judgment import JST, Language, Rung
from notices.letters import Templates, write_mail
from notices.notice import Form, Notice, PassedOver
from tests.letters.conftest import final, with_judgment


def passed(notice: Notice, rung: Rung, *above: PassedOver) -> Notice:
    return replace(
        notice, recipient=replace(notice.recipient, rung=rung), passed_over=above
    )


UNKNOWN_BOARD = PassedOver(rung=Rung.BOARD_ADMINISTRATOR, no_action=False)
UNKNOWN_SITE = PassedOver(rung=Rung.WEBSITE_ADMINISTRATOR, no_action=False)
UNKNOWN_SERVER = PassedOver(rung=Rung.SERVER_ADMINISTRATOR, no_action=False)
IDLE_SITE = PassedOver(
    rung=Rung.WEBSITE_ADMINISTRATOR,
    no_action=True,
    earlier_number="R8-1-000100",
    rechecked_at=datetime(2026, 11, 17, 9, tzinfo=JST),
)


def test_form_1_asks_to_stop_the_transmission(templates: Templates) -> None:
    mail = write_mail(final(Form.FORM_1), templates=templates)
    assert mail.subject == (
        "[R8-1-000123] 違法情報の送信防止措置依頼（見本インターネット・ホットラインセンター）"
    )
    for words in (
        "みほん掲示板運営事務局 御中\n",
        "  整理番号：R8-1-000123\n",
        "  日付：令和8年11月18日\n",
        "  対象URL：https://board.example.jp/thread/1208/52\n",
        "  依頼の内容：当該情報の送信を防止する措置\n",
        "この依頼は法的な根拠に基づくものではありません。",
        "署名者が notice@hotline.example.jp であることを御確認ください",
        "https://www.hotline.example.jp/verify に掲載",
        "担当者 見本 花子　確認者 例示 太郎\n",
    ):
        assert words in mail.body


def test_abroad_english_comes_first(templates: Templates) -> None:
    mail = write_mail(final(Form.FORM_2), templates=templates)
    assert mail.subject == (
        "[R8-2-000124] Request for action on 1 URL (Example Internet Hotline Center)"
    )
    english, japanese = mail.body.split(f"\n{'-' * 72}\n\n")
    assert english.startswith("To: Example Social, Inc.\n\nWe are Example Internet")
    assert japanese.startswith("Example Social, Inc. 御中\n")
    assert "illegal" not in english
    assert "違法" not in japanese


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 URL"), (2, "2 URLs"), (30, "30 URLs")]
)
@pytest.mark.parametrize("form", [Form.FORM_1, Form.FORM_2])
def test_the_english_subject_counts_as_english_does(
    form: Form, count: int, words: str, templates: Templates
) -> None:
    notice = final(form)
    urls = tuple(f"https://board.example.jp/{number}" for number in range(count))
    notice = with_judgment(notice, target=replace(notice.judgment.target, urls=urls))
    abroad = replace(notice.recipient, language=Language.BILINGUAL, is_abroad=True)
    subject = write_mail(replace(notice, recipient=abroad), templates=templates).subject
    assert f" {words} (Example Internet Hotline Center)" in subject


def test_at_home_a_bilingual_mail_begins_in_japanese(templates: Templates) -> None:
    notice = final(Form.FORM_2)
    at_home = replace(notice.recipient, is_abroad=False)
    mail = write_mail(replace(notice, recipient=at_home), templates=templates)
    assert "公序良俗に反する情報への対応依頼" in mail.subject
    assert mail.body.startswith("Example Social, Inc. 御中\n")


@pytest.mark.parametrize(
    ("rung", "above", "sentence"),
    [
        (
            Rung.SERVER_ADMINISTRATOR,
            (UNKNOWN_BOARD,),
            "電子掲示板の管理者を特定できなかったため、サーバの管理者であるあなたに依頼します。",
        ),
        (
            Rung.SERVER_ADMINISTRATOR,
            (UNKNOWN_SITE,),
            "ウェブサイトの管理者を特定できなかったため、サーバの管理者であるあなたに依頼します。",
        ),
        (
            Rung.SERVER_ADMINISTRATOR,
            (IDLE_SITE,),
            "対応が行われないことを令和8年11月17日に確認したため、サーバの管理者である",
        ),
        (
            Rung.IP_ALLOCATION_HOLDER,
            (UNKNOWN_SERVER,),
            "当該サーバに割り当てられているIPアドレスの割振りを受けているあなたに依頼します。",
        ),
        (
            Rung.IP_ALLOCATION_HOLDER,
            (UNKNOWN_BOARD, UNKNOWN_SERVER),
            "電子掲示板の管理者及びサーバの管理者を特定できなかったため、当該サーバに",
        ),
        (
            Rung.IP_ALLOCATION_HOLDER,
            (IDLE_SITE, UNKNOWN_SERVER),
            "対応が行われないことを令和8年11月17日に確認し、かつ、サーバの管理者を特定できなかったため、",
        ),
    ],
)
def test_a_rung_passed_over_is_told(
    rung: Rung, above: tuple[PassedOver, ...], sentence: str, templates: Templates
) -> None:
    notice = passed(final(Form.FORM_1), rung, *above)
    assert sentence in write_mail(notice, templates=templates).body


def test_the_ladder_is_told_in_english_too(templates: Templates) -> None:
    notice = passed(
        final(Form.FORM_2), Rung.IP_ALLOCATION_HOLDER, IDLE_SITE, UNKNOWN_SERVER
    )
    body = write_mail(notice, templates=templates).body
    assert (
        "We are contacting you as the holder of the IP address allocation because we "
        "confirmed on 17 November 2026 that the operator of the website had taken no "
        "action, and the operator of the server could not be identified." in body
    )
    both = passed(
        final(Form.FORM_2), Rung.IP_ALLOCATION_HOLDER, UNKNOWN_BOARD, UNKNOWN_SERVER
    )
    assert (
        "because neither the operator of the online service nor the operator of the "
        "server could be identified." in write_mail(both, templates=templates).body
    )


def test_the_summary_names_the_statute_or_the_class(templates: Templates) -> None:
    form_1 = write_mail(final(Form.FORM_1), templates=templates).body
    assert "  違反する法令名等：犯罪による収益の移転防止に関する法律" in form_1
    form_2 = write_mail(final(Form.FORM_2), templates=templates).body
    assert "  分類の種類：重要犯罪密接関連情報（犯罪実行者募集）\n" in form_2
    assert "  Classification: Information closely related to serious crimes (" in form_2
    old = write_mail(final(Form.FORM_2_2006), templates=templates).body
    assert "  分類の種類：①情報自体から" in old
    assert old.count("分類の種類") == 1


def test_nothing_is_told_where_the_first_rung_stands(templates: Templates) -> None:
    body = write_mail(final(Form.FORM_1), templates=templates).body
    assert "ため、" not in body
    assert "\n\n\n" not in body


def test_the_subject_is_one_line_whatever_the_names(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    center = replace(notice.center, name="見本\r\nBcc: x@evil.test\u2028センター")
    subject = write_mail(replace(notice, center=center), templates=templates).subject
    assert not re.search(r"[\r\n\u2028]", subject)
    assert "〔U+000D〕〔U+000A〕Bcc: x@evil.test〔U+2028〕" in subject


def test_a_name_cannot_make_lines_in_the_body(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    recipient = replace(notice.recipient, name="見本\n@件名\n偽")
    mail = write_mail(replace(notice, recipient=recipient), templates=templates)
    assert mail.body.startswith("見本〔U+000A〕@件名〔U+000A〕偽 御中\n")


def test_several_urls_stand_on_lines_of_their_own(templates: Templates) -> None:
    notice = final(Form.FORM_1)
    urls = ("https://a.example/1", "https://b.example/2")
    target = replace(notice.judgment.target, urls=urls)
    body = write_mail(with_judgment(notice, target=target), templates=templates).body
    assert (
        "  対象URL（1）：https://a.example/1\n  対象URL（2）：https://b.example/2\n"
        in body
    )


def test_a_draft_says_so_in_the_subject(templates: Templates) -> None:
    draft = replace(final(Form.FORM_1), is_draft=True)
    assert write_mail(draft, templates=templates).subject.startswith("【見本】[R8-1")


def test_a_japanese_mail_is_in_japanese_alone(templates: Templates) -> None:
    notice = final(Form.FORM_2)
    recipient = replace(notice.recipient, language=Language.JAPANESE)
    body = write_mail(replace(notice, recipient=recipient), templates=templates).body
    assert "-" * 72 not in body
