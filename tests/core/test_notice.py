"""From a judgment to a notice: form, recipient, what is cited, what is said."""

import copy
import json
import pickle
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from notices.catalogue import Catalogue, check
from notices.codec import load_schema, notice_json, read_recipients, write_judgment
from notices.errors import InvalidJudgment
from notices.judgment import Judgment, Language, Rung
from notices.notice import Form, Managed, Notice, PassedOver
from notices.rules import RecipientEntry
from tests.codec.cases import CASES, Edit, accepted

Compose = Callable[..., Notice]
CATALOGUE = Path(__file__).parents[2] / "notices" / "data" / "catalogue.json"

SKIPPED = {"skipped": "not_identified", "reason": "表示がないため"}
SERVER = {
    "rung": "server_administrator",
    "name": "見本ホスティング株式会社",
    "mailbox": "abuse@hosting.example.jp",
}


@pytest.mark.parametrize(
    ("letter", "form", "managed", "cited"),
    [
        (
            "A",
            Form.FORM_1,
            Managed.BULLETIN_BOARD,
            ["犯罪による収益の移転防止に関する法律（犯罪収益移転防止法）第26条第4項"],
        ),
        ("B", Form.FORM_1, Managed.SERVER, ["麻薬及び向精神薬取締法第29条の2"]),
        ("C", Form.FORM_2, Managed.BULLETIN_BOARD, []),
        ("D", Form.FORM_2, Managed.BULLETIN_BOARD, []),
        ("E", Form.FORM_2_2006, Managed.SERVER, []),
    ],
)
def test_the_example_cases_become_their_notices(
    composed: Compose, letter: str, form: Form, managed: Managed, cited: list[str]
) -> None:
    notice = composed(accepted(letter))
    assert notice.form is form
    assert notice.managed is managed
    assert [str(row) for row in notice.citations] == cited


def test_only_the_provider_abroad_is_abroad(composed: Compose) -> None:
    notices = {letter: composed(accepted(letter)) for letter in CASES}
    abroad = {letter for letter, one in notices.items() if one.recipient.is_abroad}
    assert abroad == {"C"}


@pytest.mark.parametrize(
    ("facility", "rung", "managed"),
    [
        ("bulletin_board", "board_administrator", "電子掲示板"),
        ("bulletin_board", "server_administrator", "サーバ"),
        ("bulletin_board", "ip_allocation_holder", "IPアドレス"),
        ("website", "website_administrator", "ウェブサイト"),
        ("website", "server_administrator", "サーバ"),
        ("website", "ip_allocation_holder", "IPアドレス"),
    ],
)
def test_what_the_recipient_manages_follows_the_rung(
    composed: Compose, facility: str, rung: str, managed: str
) -> None:
    top = (
        "board_administrator"
        if facility == "bulletin_board"
        else "website_administrator"
    )
    rungs = [top, "server_administrator", "ip_allocation_holder"]
    above = rungs[: rungs.index(rung)]

    def edit(it: dict[str, Any]) -> None:
        it["target"]["facility"] = facility
        it["ladder"] = [{"rung": name, **SKIPPED} for name in above]
        it["ladder"].append({**SERVER, "rung": rung})

    notice = composed(accepted("A", edit))
    assert notice.managed == managed
    assert [step.rung for step in notice.passed_over] == above


def test_an_absent_statute_is_the_one_that_surely_holds(composed: Compose) -> None:
    notice = composed(accepted("A", lambda it: it.pop("statutes")))
    assert [row.article for row in notice.citations] == ["第26条第4項"]
    assert notice.citations[0].law_number == "平成19年法律第22号"


def test_the_title_is_that_of_the_day_of_the_finding(composed: Compose) -> None:
    def edit(it: dict[str, Any]) -> None:
        it.update(found_on="2019-05-01", substance="覚せい剤", edition="2006-06-01")
        it["statutes"] = [{"law": "kakuseizai", "article": "第20条の2"}]

    assert str(composed(accepted("B", edit)).citations[0]) == "覚せい剤取締法第20条の2"


def test_the_name_is_that_of_the_day_of_the_finding(composed: Compose) -> None:
    def edit(it: dict[str, Any]) -> None:
        it.update(category="violent-crime", found_on="2023-07-12", edition="2023-02-15")

    found = composed(accepted("C", edit)).classification
    assert "強制性交等" in found.name
    assert "forcible" in found.name_en
    assert found.group_name == "重要犯罪密接関連情報"
    assert found.class_2006 is None


def test_a_class_of_2006_is_told(composed: Compose) -> None:
    assert composed(accepted("E")).classification.class_2006 == 1


def lower_rung(it: dict[str, Any]) -> None:
    it["ladder"].append(SERVER)


def test_the_first_rung_that_stands_is_asked(composed: Compose) -> None:
    notice = composed(accepted("A", lower_rung))
    assert notice.recipient.rung is Rung.BOARD_ADMINISTRATOR
    assert notice.passed_over == ()


def test_another_rung_of_the_ladder_is_asked_with_a_reason(composed: Compose) -> None:
    judgment = accepted("A", lower_rung)
    chosen = {"rung": Rung.SERVER_ADMINISTRATOR, "rung_reason": "返信がなかったため"}
    notice = composed(judgment, **chosen)
    assert notice.recipient.mailbox == "abuse@hosting.example.jp"
    assert notice.rung_reason == "返信がなかったため"
    # The board was identified: the mail must not say that it was not.
    assert notice.passed_over == ()


@pytest.mark.parametrize(
    ("rung", "reason"),
    [
        (Rung.SERVER_ADMINISTRATOR, ""),
        (Rung.IP_ALLOCATION_HOLDER, "理由"),
        (Rung.WEBSITE_ADMINISTRATOR, "理由"),
    ],
)
def test_a_rung_that_does_not_stand_or_lacks_a_reason_is_refused(
    composed: Compose, rung: Rung, reason: str
) -> None:
    with pytest.raises(InvalidJudgment) as wrong:
        composed(accepted("A", lower_rung), rung=rung, rung_reason=reason)
    assert [fault.path for fault in wrong.value.faults] == ["ladder"]


def test_want_of_action_names_the_earlier_request(composed: Compose) -> None:
    def edit(it: dict[str, Any]) -> None:
        it["ladder"][0].update(
            skipped="no_action",
            earlier_number="R8-1-000001",
            rechecked_at="2026-11-15T10:00:00+09:00",
        )

    judgment = accepted("B", edit)
    notice = composed(judgment)
    assert notice.passed_over == (
        PassedOver(
            rung=Rung.WEBSITE_ADMINISTRATOR,
            no_action=True,
            earlier_number="R8-1-000001",
            rechecked_at=judgment.ladder[0].rechecked_at,
        ),
    )
    assert json.loads(notice_json(notice))["previous"] == "R8-1-000001"


def test_a_judgment_with_faults_is_not_composed(composed: Compose) -> None:
    judgment = replace(accepted("A"), reason="")
    with pytest.raises(InvalidJudgment) as wrong:
        composed(judgment)
    assert [fault.path for fault in wrong.value.faults] == ["reason"]


# --- the judgment that passed its rules ---------------------------------------------


def test_a_checked_judgment_is_a_judgment_of_the_same_values() -> None:
    checked = accepted("A")
    assert isinstance(checked, Judgment)
    assert type(checked.plain) is Judgment
    assert checked == checked.plain
    assert checked.plain == checked
    assert hash(checked) == hash(checked.plain)
    assert checked != replace(checked.plain, source_id="another")
    assert write_judgment(checked) == write_judgment(checked.plain)


def test_a_changed_copy_is_not_called_checked(catalogue: Catalogue) -> None:
    changed = replace(accepted("A"), reason="", category="nosuch")
    assert type(changed) is Judgment
    with pytest.raises(InvalidJudgment) as wrong:
        check(changed, catalogue)
    assert [fault.path for fault in wrong.value.faults] == ["category", "reason"]
    assert str(wrong.value).startswith("IHC-2026-004217 has 2 faults")


@pytest.mark.parametrize(
    "through",
    [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it)), replace],  # noqa: S301
    ids=["copy", "deepcopy", "pickle", "replace"],
)
def test_whoever_takes_a_judgment_takes_a_checked_one(
    through: Callable[[Judgment], Judgment],
) -> None:
    checked = accepted("A")
    assert type(through(checked)) is Judgment
    assert through(checked) == checked
    assert asdict(checked) == asdict(checked.plain)
    assert fields(checked) == fields(checked.plain)


def test_what_was_checked_is_not_checked_again(catalogue: Catalogue) -> None:
    checked = accepted("A")
    assert check(checked, catalogue) is checked
    stranger = Catalogue.from_data(json.loads(CATALOGUE.read_text(encoding="utf-8")))
    again = check(checked, stranger)
    assert again == checked
    assert again.catalogue is stranger


def test_a_notice_carries_plain_values_to_other_processes(composed: Compose) -> None:
    notice = composed(accepted("A"))
    assert pickle.loads(pickle.dumps(notice)) == notice  # noqa: S301 - our own bytes


# --- the directory ------------------------------------------------------------------

ENTRY = RecipientEntry(
    name="みほん掲示板運営事務局",
    mailboxes=("abuse@board.example.jp", "info@board.example.jp"),
    role=Rung.BOARD_ADMINISTRATOR,
    language=Language.BILINGUAL,
    attachments=("docx",),
    urls_per_notice=1,
    country="US",
)


def by_entry(it: dict[str, Any]) -> None:
    it["ladder"] = [{"rung": "board_administrator", "recipient": "mihon"}]


def test_an_entry_of_the_directory_fills_the_step(composed: Compose) -> None:
    recipient = composed(accepted("C", by_entry), directory={"mihon": ENTRY}).recipient
    assert recipient.name == ENTRY.name
    assert recipient.mailbox == "abuse@board.example.jp"
    assert recipient.language is Language.BILINGUAL
    assert recipient.attachments == ("docx",)
    assert recipient.is_abroad


def test_what_the_step_says_goes_before_the_entry(composed: Compose) -> None:
    def edit(it: dict[str, Any]) -> None:
        by_entry(it)
        it["ladder"][0].update(mailbox="trust@board.example.jp", language="ja")

    recipient = composed(accepted("C", edit), directory={"mihon": ENTRY}).recipient
    assert recipient.mailbox == "trust@board.example.jp"
    assert recipient.language is Language.JAPANESE


def two_urls(it: dict[str, Any]) -> None:
    by_entry(it)
    it["target"]["urls"].append("https://board.example.jp/2")


@pytest.mark.parametrize(
    ("letter", "edit", "directory", "paths"),
    [
        ("C", by_entry, {}, {"ladder[0].recipient"}),
        ("C", two_urls, {"mihon": ENTRY}, {"target.urls"}),
        (
            "A",
            by_entry,
            {"mihon": ENTRY},
            {"content_en", "reason_en", "ladder[0].abroad_reason"},
        ),
        (
            "C",
            by_entry,
            {"mihon": replace(ENTRY, role=Rung.SERVER_ADMINISTRATOR)},
            {"ladder[0].recipient"},
        ),
    ],
    ids=["unknown", "too-many-urls", "english-and-abroad", "another-role"],
)
def test_an_entry_that_does_not_fit_is_refused(
    composed: Compose,
    letter: str,
    edit: Edit,
    directory: dict[str, RecipientEntry],
    paths: set[str],
) -> None:
    with pytest.raises(InvalidJudgment) as wrong:
        composed(accepted(letter, edit), directory=directory)
    assert {fault.path for fault in wrong.value.faults} == paths


def test_a_country_in_japan_takes_the_place_of_the_target_s_location(
    composed: Compose,
) -> None:
    """The entry may be the Japanese company of a platform abroad."""

    def edit(it: dict[str, Any]) -> None:
        by_entry(it)
        it["target"]["provider_location"] = "US"

    entry = replace(ENTRY, country="JP", language=None)
    notice = composed(accepted("A", edit), directory={"mihon": entry})
    assert not notice.recipient.is_abroad


def test_a_directory_file_becomes_entries(composed: Compose) -> None:
    text = """
    [mihon]
    name = "みほん掲示板運営事務局"
    mailboxes = ["abuse@board.example.jp"]
    role = "board_administrator"
    language = "ja+en"
    attachments = ["docx"]
    """
    directory = read_recipients(text, "recipients.toml")
    composed_notice = composed(accepted("C", by_entry), directory=directory)
    assert "docx" in composed_notice.recipient.attachments


# --- notice.json --------------------------------------------------------------------


@pytest.mark.parametrize("letter", CASES)
def test_notice_json_has_the_shape_of_its_schema(
    composed: Compose, letter: str
) -> None:
    schema = json.loads(load_schema("notice"))
    document = json.loads(notice_json(composed(accepted(letter))))
    faults = jsonschema.Draft202012Validator(schema).iter_errors(document)
    assert [fault.message for fault in faults] == []


def test_notice_json_is_canonical(composed: Compose) -> None:
    data = notice_json(composed(accepted("C")))
    plain = json.dumps(
        json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert data == plain.encode()


@pytest.mark.parametrize("letter", CASES)
def test_notice_json_says_nothing_about_reporter_police_or_record(
    composed: Compose, letter: str
) -> None:
    marks = {
        "source_id": "REPORT-77",
        "police": {"reported_at": "2006-08-18T12:34:56+09:00"},
    }
    judgment = accepted(letter, lambda it: it.update(marks))
    text = notice_json(composed(judgment, again_reason="WHY-AGAIN")).decode()
    hidden = ["REPORT-77", "12:34:56", "WHY-AGAIN", "police", '"public"', "patrol"]
    hidden += [step.reason for step in judgment.ladder if step.reason]
    hidden += [judgment.consultation.result] if judgment.consultation else []
    assert [mark for mark in hidden if mark in text] == []


def test_english_goes_along_with_a_bilingual_letter_only(composed: Compose) -> None:
    assert "content_en" in json.loads(notice_json(composed(accepted("C"))))
    assert "content_en" not in json.loads(notice_json(composed(accepted("D"))))


def test_urls_stay_exactly_as_found(composed: Compose) -> None:
    url = "HTTPS://Board.Example.JP/%7Ea?q=あ&x=<b>\"'"
    judgment = accepted("A", lambda it: it["target"].update(urls=[url]))
    assert json.loads(notice_json(composed(judgment)))["urls"] == [url]


def test_the_letter_s_date_and_number_are_those_given(composed: Compose) -> None:
    notice = composed(accepted("A"), number="R9-1-000001", date=date(2027, 1, 4))
    document = json.loads(notice_json(notice))
    assert (document["number"], document["date"]) == ("R9-1-000001", "2027-01-04")
