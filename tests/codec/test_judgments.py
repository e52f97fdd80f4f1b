"""Judgments as JSON: what is accepted, and what is refused for which reason."""

import doctest
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices import rules
from notices.catalogue import Catalogue
from notices.catalogue import faults as all_faults
from notices.codec import judgments as codec_judgments
from notices.codec import (
    load_examples,
    load_schema,
    read_judgment,
    write_judgment,
)
from notices.errors import InvalidJudgment
from notices.judgment import Judgment, LadderStep, Rung, Skip, Statute
from tests.codec.cases import CASES, accepted, edited, example, faults, refused

# --- the examples ---------------------------------------------------------------


@pytest.mark.parametrize("letter", CASES)
def test_the_example_cases_are_accepted(letter: str) -> None:
    judgment = accepted(letter)
    assert judgment.case_id == CASES[letter]
    assert not rules.is_on_hold(judgment)


def test_the_invalid_example_names_faults_of_every_kind() -> None:
    found = faults(load_examples()["invalid.json"])
    assert set(found) == {
        "category",
        "target.urls[0]",
        "reason",
        "checker.name",
        "checked_at",
        "ladder[0].skipped",
        "ladder[1].mailbox",
        "priority",
    }


def test_the_example_in_the_documentation_runs() -> None:
    result = doctest.testmod(codec_judgments)
    assert result.attempted
    assert not result.failed


# --- must be refused (forms, section 6) -----------------------------------------


@pytest.mark.parametrize(
    "text", [" ", "\u3000", "\u200b", "\ufe0f\U000e0101", "\u2800"]
)
def test_names_and_words_of_which_nothing_shows(text: str) -> None:
    """A letter to nobody, or signed by nobody; its reason a blank."""

    def edit(data: dict[str, Any]) -> None:
        data["ladder"][0]["name"] = text
        data["assessor"]["name"] = data["assessor"]["name_en"] = text
        data["content"] = data["reason"] = text
        data["target"]["locator"]["file_names"] = [text]

    assert set(refused("A", edit)) >= {
        "ladder[0].name",
        "assessor.name",
        "assessor.name_en",
        "content",
        "reason",
        "target.locator.file_names[0]",
    }


def test_a_blank_name_beside_an_entry_of_the_directory() -> None:
    """It took the place of the entry's own name."""
    step = {"recipient": "mihon-board", "name": " ", "mailbox": ""}
    found = refused("A", lambda data: data["ladder"][0].update(step))
    assert set(found) == {"ladder[0].name"}


def test_form_1_with_an_empty_list_of_statutes() -> None:
    assert "statutes" in refused("A", lambda it: it.update(statutes=[]))


def test_a_repealed_act() -> None:
    found = refused(
        "B",
        lambda it: it.update(statutes=[{"law": "taima", "article": "第4条第1項第4号"}]),
    )
    assert "第29条の2" in found["statutes[0]"]


def test_all_four_drug_acts_at_once() -> None:
    acts = [
        ("kakuseizai", "第20条の2"),
        ("makou", "第29条の2"),
        ("makou", "第50条の18"),
        ("taima", "第4条第1項第4号"),
    ]
    found = refused(
        "B",
        lambda it: it.update(
            statutes=[{"law": law, "article": article} for law, article in acts]
        ),
    )
    assert set(found) == {"statutes[0]", "statutes[2]", "statutes[3]"}


def test_a_rung_both_named_and_passed_over() -> None:
    found = refused(
        "B",
        lambda it: it["ladder"][0].update(
            name="みほん通販", mailbox="info@shop.example.com"
        ),
    )
    assert set(found) == {"ladder[0].skipped"}


def test_a_rung_that_stands_and_is_passed_over_in_two_steps() -> None:
    named = {
        "rung": "website_administrator",
        "name": "みほん",
        "mailbox": "a@b.example",
    }
    found = refused("B", lambda it: it["ladder"].insert(1, named))
    assert set(found) == {"ladder[1].rung"}


def test_form_2_with_statutes() -> None:
    statute = {"law": "shokuan", "article": "第63条第2号"}
    found = refused("C", lambda it: it.update(statutes=[statute]))
    assert set(found) == {"statutes"}


SAME_TO_THE_EYE = [
    ("見本 花子", "見本 花子", "the same"),
    ("見本 花子", "見本花子", "no blank"),
    ("見本 花子", "見本　花子", "a wide blank"),
    ("見本 花子", "見本 \u2009花子", "a thin blank besides"),
    ("見本 花子", "見本 花\u200b子", "a zero width space"),
    ("見本 花子", "\ufeff見本 花子", "a byte order mark"),
    ("見本 花子", "見本 花子\u2060", "a word joiner"),
    ("見本 花子", "見本 花\u00ad子", "a soft hyphen"),
    ("見本 花子", "見本\u202a 花子\u202c", "an embedding"),
    ("見本 花子", "見本 花\ufe00子", "a variation selector"),
    ("見本 花子", "見本 花子\U000e0100", "an ideographic variation selector"),
    ("見本 花子", "見本\u3164花子", "a Hangul filler for a blank"),
    ("見本 花子", "見本 花\u034f子", "a grapheme joiner"),
    ("見本 花子", "見本 花子\U000e0061", "a tag"),
    ("見本 花子", "見本 花子\U000e0fff", "one that is reserved to show nothing"),
    ("見本 花子", "見本\u2800花子", "an empty Braille cell"),
    ("見本 がく", "見本 か\u200d\u3099く", "a joiner before a voiced mark"),
    ("ﾐﾎﾝ 花子", "ミホン 花子", "half-width"),
    ("Ｍihon Hanako", "MIHON HANAKO", "another case"),
    ("Mihon Straße", "mihon strasse", "a letter that folds to two"),
]


@pytest.mark.parametrize(
    ("assessor", "checker"),
    [pytest.param(*names, id=why) for *names, why in SAME_TO_THE_EYE],
)
def test_one_person_who_judges_and_checks(assessor: str, checker: str) -> None:
    """What does not show makes no second person (第3の4)."""

    def edit(it: dict[str, Any]) -> None:
        it["assessor"]["name"], it["checker"]["name"] = assessor, checker

    assert set(refused("C", edit)) == {"checker.name"}


@pytest.mark.parametrize(
    ("assessor", "checker"),
    [
        ("見本 花子", "見本 花江"),
        ("高橋 花子", "髙橋 花子"),
        ("見本\ue000 花子", "見本\ue001 花子"),  # of the centre's own font
        ("見本 かく", "見本 がく"),
    ],
)
def test_two_persons_whose_names_differ_in_print(assessor: str, checker: str) -> None:
    def edit(it: dict[str, Any]) -> None:
        it["assessor"]["name"], it["checker"]["name"] = assessor, checker

    accepted("C", edit)


def test_a_check_before_the_judgment_whatever_the_offsets() -> None:
    found = refused("C", lambda it: it.update(checked_at="2026-11-17T01:44:59Z"))
    assert set(found) == {"checked_at"}
    accepted("C", lambda it: it.update(checked_at="2026-11-17T01:45:00Z"))


def test_a_category_that_was_over() -> None:
    found = refused("D", lambda it: it.update(category="2006-po-3-suicide"))
    assert "suicide-solicitation" in found["category"]


def test_a_category_that_had_not_begun() -> None:
    found = refused("D", lambda it: it.update(found_on="2010-01-05"))
    assert "did not exist" in found["category"]


@pytest.mark.parametrize("letter", ["A", "C", "D"])
def test_a_board_never_leads_on_for_want_of_action(letter: str) -> None:
    def edit(it: dict[str, Any]) -> None:
        below = {**it["ladder"][0], "rung": "server_administrator"}
        it["ladder"] = [
            {
                "rung": "board_administrator",
                "skipped": "no_action",
                "reason": "対応が行われなかったため",
                "earlier_number": "R8-1-000001",
                "rechecked_at": "2026-11-15T10:00:00+09:00",
            },
            below,
        ]

    found = refused(letter, edit)
    assert set(found) == {"ladder[0].skipped"}


@pytest.mark.parametrize(
    ("slug", "why"),
    [
        ("gun-possession-incitement", "not been verified"),
        ("impersonation-investment-ad", "no statute"),
    ],
)
def test_disabled_rows_are_refused_with_their_reason(slug: str, why: str) -> None:
    found = refused("A", lambda it: it.update(category=slug, statutes=None))
    assert why in found["category"]


def test_form_1_abroad_without_a_recorded_reason() -> None:
    def abroad(it: dict[str, Any]) -> None:
        it["target"].update(provider_location="US")

    assert set(refused("A", abroad)) == {"ladder[0].abroad_reason"}

    def with_reason(it: dict[str, Any]) -> None:
        abroad(it)
        it["ladder"][0].update(abroad_reason="国内に窓口がないため")

    accepted("A", with_reason)


# --- must be accepted (forms, section 6) ----------------------------------------


def test_suicide_cases_without_a_police_report() -> None:
    assert accepted("D").police.reported_at is None


def test_form_2_whose_reason_names_a_statute() -> None:
    reason = "銃砲刀剣類所持等取締法第3条で所持が禁止されているけん銃であることが明白"
    judgment = accepted(
        "C", lambda it: it.update(category="firearm-transfer", reason=reason)
    )
    assert judgment.reason == reason


def test_class_2_of_2006_with_a_consultation() -> None:
    def edit(it: dict[str, Any]) -> None:
        it.update(category="2006-po-2-suspected-illegal")
        it.pop("sub_type")
        it["reason"] = "違法情報該当性が明らかであると判断することは困難であるが、…"

    assert accepted("E", edit).consultation is not None


# --- law by date ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "law", "article"),
    [
        ("2026-11-16", "hanshu", "第26条第4項"),
        ("2026-06-10", "hanshu", "第26条第4項"),
        ("2026-06-10", "hanshu", "第28条第4項"),
        ("2025-06-10", "hanshu", "第28条第4項"),
        ("2014-06-10", "hanshu", "第27条第4項"),
        ("2010-06-10", "hanshu", "第26条第4項"),
        ("2007-06-10", "honnin", "第16条の2第4項"),
        ("2026-11-16", "hanshu", "第２６条第４項"),
    ],
)
def test_case_a_with_the_law_of_its_day(on: str, law: str, article: str) -> None:
    statutes = [{"law": law, "article": article}]
    judgment = accepted(
        "A",
        lambda it: it.update(found_on=on, edition="2006-06-01", statutes=statutes),
    )
    assert judgment.statutes == (Statute(law=law, article=article),)


@pytest.mark.parametrize(
    ("on", "law", "article"),
    [
        ("2026-11-16", "hanshu", "第28条第4項"),
        ("2025-06-10", "hanshu", "第26条第4項"),
        ("2014-06-10", "hanshu", "第28条第4項"),
        ("2007-06-10", "hanshu", "第26条第4項"),
        ("2008-03-01", "honnin", "第16条の2第4項"),
        ("2026-11-16", "犯罪収益移転防止法", "第26条第4項"),
    ],
)
def test_case_a_with_the_law_of_another_day(on: str, law: str, article: str) -> None:
    statutes = [{"law": law, "article": article}]
    found = refused("A", lambda it: it.update(found_on=on, statutes=statutes))
    assert set(found) == {"statutes[0]"}


def test_between_the_bounds_the_statute_must_be_named_and_be_one() -> None:
    both = [{"law": "hanshu", "article": f"第{number}条第4項"} for number in (26, 28)]
    assert set(
        refused("A", lambda it: it.update(found_on="2026-06-10", statutes=None))
    ) == {"statutes"}
    assert set(
        refused("A", lambda it: it.update(found_on="2026-06-10", statutes=both))
    ) == {"statutes[1]"}


def test_where_a_row_has_alternatives_the_one_that_applies_is_named() -> None:
    def edit(it: dict[str, Any]) -> None:
        it.update(category="prostitution-solicitation", statutes=None)

    found = refused("A", edit)
    assert "第5条第3号" in found["statutes"]
    assert "第6条第2項第3号" in found["statutes"]


def test_a_drug_category_wants_its_drug_and_no_other_has_one() -> None:
    assert "substance" in refused("B", lambda it: it.pop("substance"))
    assert "substance" in refused("B", lambda it: it.update(substance="茶"))
    assert "substance" in refused("A", lambda it: it.update(substance="大麻"))


def test_class_1_of_2006_wants_its_type() -> None:
    assert set(refused("E", lambda it: it.pop("sub_type"))) == {"sub_type"}
    assert set(refused("E", lambda it: it.update(sub_type="窃盗"))) == {"sub_type"}


def test_a_name_instead_of_the_slug_is_refused_with_the_slug() -> None:
    name = "預貯金通帳等の譲渡等の勧誘・誘引"
    found = refused("A", lambda it: it.update(category=name))
    assert "bank-account-transfer-solicitation" in found["category"]


# --- the ladder -----------------------------------------------------------------

SKIPPED = {
    "rung": "website_administrator",
    "skipped": "not_identified",
    "reason": "表示なし",
}
SERVER = {
    "rung": "server_administrator",
    "name": "見本ホスティング株式会社",
    "mailbox": "abuse@hosting.example.jp",
}
HOLDER = {**SERVER, "rung": "ip_allocation_holder"}
NO_ACTION = {
    "rung": "website_administrator",
    "skipped": "no_action",
    "reason": "再確認時に掲載が続いていたため",
    "earlier_number": "R8-1-000001",
    "rechecked_at": "2026-11-15T10:00:00+09:00",
}
SITE = {
    "rung": "website_administrator",
    "name": "みほん通販",
    "mailbox": "i@shop.example",
}


@pytest.mark.parametrize(
    "steps",
    [
        [SKIPPED, SERVER],
        [NO_ACTION, SERVER],
        [SITE],
        [SITE, SERVER, HOLDER],
        [SKIPPED, {**SKIPPED, "rung": "server_administrator"}, HOLDER],
        [{"rung": "website_administrator", "recipient": "shop"}],
    ],
)
def test_ladders_that_hold(steps: list[dict[str, Any]]) -> None:
    judgment = accepted("B", lambda it: it.update(ladder=steps))
    assert len(judgment.ladder) == len(steps)


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ([], "ladder"),
        ([SERVER], "ladder"),
        ([SKIPPED, HOLDER], "ladder"),
        ([SKIPPED], "ladder"),
        ([SERVER, SITE], "ladder[1].rung"),
        ([SITE, SITE], "ladder[1].rung"),
        ([{**SITE, "rung": "board_administrator"}], "ladder[0].rung"),
        ([{**SKIPPED, "reason": " "}, SERVER], "ladder[0].reason"),
        ([{**NO_ACTION, "earlier_number": ""}, SERVER], "ladder[0].earlier_number"),
        ([{**NO_ACTION, "rechecked_at": None}, SERVER], "ladder[0].rechecked_at"),
        ([{**SKIPPED, "earlier_number": "R8-1-1"}, SERVER], "ladder[0].earlier_number"),
        ([{**SITE, "earlier_number": "R8-1-1"}], "ladder[0].earlier_number"),
        (
            [SKIPPED, {**NO_ACTION, "rung": "server_administrator"}, HOLDER],
            "ladder[1].skipped",
        ),
        ([{**SITE, "mailbox": ""}], "ladder[0].mailbox"),
        ([{**SITE, "name": ""}], "ladder[0].name"),
        ([{**SITE, "name": "a\r\nBcc: b@c.example"}], "ladder[0].name"),
        ([{**SITE, "country": "UK"}], "ladder[0].country"),
        ([{**SITE, "country": "US"}], "ladder[0].abroad_reason"),
        ([{**SITE, "language": "ja+en"}], "content_en"),
    ],
)
def test_ladders_that_do_not_hold(steps: list[dict[str, Any]], path: str) -> None:
    assert path in refused("B", lambda it: it.update(ladder=steps))


def test_the_holder_of_an_allocation_needs_an_address_to_be_named() -> None:
    def edit(it: dict[str, Any]) -> None:
        it["ladder"] = [SKIPPED, {**SKIPPED, "rung": "server_administrator"}, HOLDER]
        it["target"].update(ip_addresses=[], ip_checked_at=None)

    assert set(refused("B", edit)) == {"target.ip_addresses"}


@pytest.mark.parametrize(
    ("rung", "country", "provider", "server", "abroad"),
    [
        (Rung.BOARD_ADMINISTRATOR, None, "JP", "US", False),
        (Rung.BOARD_ADMINISTRATOR, None, "US", "JP", True),
        (Rung.BOARD_ADMINISTRATOR, None, None, "US", True),
        (Rung.BOARD_ADMINISTRATOR, None, None, None, False),
        (Rung.SERVER_ADMINISTRATOR, None, "US", "JP", False),
        (Rung.IP_ALLOCATION_HOLDER, None, "JP", "US", True),
        (Rung.SERVER_ADMINISTRATOR, None, "US", None, True),
        (Rung.SERVER_ADMINISTRATOR, "JP", "US", "US", False),
        (Rung.BOARD_ADMINISTRATOR, "US", "JP", "JP", True),
    ],
)
def test_who_is_abroad(
    rung: Rung,
    country: str | None,
    provider: str | None,
    server: str | None,
    abroad: bool,
) -> None:
    judgment = accepted("A")
    target = replace(
        judgment.target, provider_location=provider, server_location=server
    )
    step = LadderStep(rung=rung, country=country)
    assert rules.is_abroad(replace(judgment, target=target), step) is abroad


# --- single fields ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("case_id", "../../etc/passwd"),
        ("found_on", "2026-11-17"),
        ("found_on", "2026-11-31"),
        ("found_on", 20261116),
        ("edition", "2025"),
        ("edition", "2027-01-01"),
        ("source", "friend"),
        ("source_id", "a\nb"),
        ("content", ""),
        ("content", "\u3000"),
        ("statutes[0].article", "第26条\u001b[2J第4項"),
        pytest.param("content", "あ" * 50_001, id="content-too-long"),
        ("reason", "\ud800"),
        ("reason", None),
        ("judged_at", "2026-11-16T11:00:00"),
        ("judged_at", 20261116),
        ("judged_at", "1763258400"),
        ("judged_at", "2026-11-16"),
        ("target.urls", []),
        ("target.urls", "https://board.example.jp/"),
        ("target.urls", [f"https://board.example.jp/{n}" for n in range(101)]),
        ("target.urls[1]", "https://board.example.jp/thread/1208/52"),
        ("target.facility", "blog"),
        ("target.ip_addresses[0]", "board.example.jp"),
        ("target.ip_checked_at", None),
        ("target.provider_location", "Japan"),
        ("target.locator.board_name", "a\u2028b"),
        ("target.locator.file_names[0]", ""),
        ("checker.role", "担当者"),
        ("assessor.name", ""),
        ("assessor", "見本 花子"),
        ("police.hold", "false"),
        ("police.hold", 0),
        ("ladder", {}),
        ("ladder[0].mailbox", ["abuse@board.example.jp"]),
        (
            "consultation",
            {"consulted": "弁護士", "at": "2026-11-16T12:00:00+09:00", "result": ""},
        ),
    ],
)
def test_one_bad_field_is_named_and_nothing_else(path: str, value: object) -> None:
    found = refused("A", lambda it: put(it, path, value))
    named = path if path != "consultation" else "consultation.result"
    assert set(found) == {named}


def put(data: Any, path: str, value: object) -> None:
    """Set the field at a path; an index past the end appends."""
    *way, last = path.replace("]", "").replace("[", ".").split(".")
    for part in way:
        data = (
            data[int(part)]
            if part.isdigit()
            else data.setdefault(part, [] if part == "file_names" else {})
        )
    if not last.isdigit():
        data[last] = value
    elif int(last) < len(data):
        data[int(last)] = value
    else:
        data.append(value)


REQUIRED = [
    "case_id",
    "category",
    "found_on",
    "target",
    "content",
    "reason",
    "assessor",
    "checker",
    "judged_at",
    "checked_at",
    "edition",
    "source",
    "ladder",
]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_field_is_the_only_thing_said(name: str) -> None:
    found = refused("A", lambda it: it.pop(name))
    assert found == {name: "is missing"}


def test_faults_of_form_and_of_rules_come_together() -> None:
    def edit(it: dict[str, Any]) -> None:
        del it["reason"]
        it["checker"]["name"] = it["assessor"]["name"]
        it["ladder"][0]["mailbox"] = "nobody"
        it["statutes"] = [{"law": "hanshu", "article": "第28条第4項"}]
        it["target"]["unknown"] = 1

    assert set(refused("A", edit)) == {
        "reason",
        "checker.name",
        "ladder[0].mailbox",
        "statutes[0]",
        "target.unknown",
    }


def test_a_key_that_stands_twice() -> None:
    text = edited("A", lambda _: None)
    doubled = text.replace('"content":', '"content": "x", "content":', 1)
    assert set(faults(doubled)) == {"content"}
    nested = text.replace('"board_name":', '"board_name": "x", "board_name":', 1)
    assert set(faults(nested)) == {"target.locator.board_name"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"IHC-2026-004217"',
        b"\xff\xfe{}",
        "{'case_id': 1}",
        '{"case_id": NaN}',
        "[" * 200_000,
        '{"a":' * 500 + "1" + "}" * 500,
        pytest.param(json.dumps({"ladder": [{}] * 5001}), id="too-many-values"),
        " " * (2 * 1024 * 1024 + 1),
        "\ud800",
    ],
)
def test_what_is_no_json_object_is_refused_in_a_sentence(text: str | bytes) -> None:
    with pytest.raises(InvalidJudgment, match="cannot be read"):
        read_judgment(text)


def test_a_key_that_could_write_to_a_terminal_is_shown_harmlessly() -> None:
    found = refused("A", lambda it: it.update({"\x1b[2J": 1, "\ud800": 2}))
    assert all(path.isprintable() for path in found)
    assert len(found) == 2


def test_bytes_with_a_byte_order_mark_are_read() -> None:
    data = b"\xef\xbb\xbf" + edited("A", lambda _: None).encode()
    assert read_judgment(data) == accepted("A")


def test_a_hold_is_read_and_is_no_fault() -> None:
    assert rules.is_on_hold(accepted("A", lambda it: it["police"].update(hold=True)))


# --- rules on values that were made in Python --------------------------------------


def test_times_without_offset_are_refused_not_compared(catalogue: Catalogue) -> None:
    naive = datetime(2026, 11, 16, 11)  # noqa: DTZ001 - the fault under test
    judgment = replace(accepted("A"), judged_at=naive)
    found = {fault.path for fault in all_faults(judgment, catalogue)}
    assert found == {"judged_at"}


def test_the_last_hours_of_the_calendar_do_not_overflow(catalogue: Catalogue) -> None:
    end = datetime.max.replace(tzinfo=UTC)
    judgment = replace(accepted("A"), judged_at=end, checked_at=end)
    assert all_faults(judgment, catalogue) == ()


# --- laws ---------------------------------------------------------------------------

offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.builds(
    lambda seconds, offset: (
        datetime(2026, 11, 18, tzinfo=UTC).astimezone(offset)
        + timedelta(seconds=seconds)
    ),
    st.integers(86_400, 366 * 86_400),
    offsets,
)
words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40
).filter(str.strip)


@st.composite
def judgments(draw: st.DrawFn) -> Judgment:
    judgment = accepted(draw(st.sampled_from(list(CASES))))
    judged = draw(moments)
    return replace(
        judgment,
        content=draw(words),
        reason=draw(words),
        source_id=draw(words | st.just("")),
        judged_at=judged,
        checked_at=judged + timedelta(seconds=draw(st.integers(0, 10**6))),
        police=replace(judgment.police, hold=draw(st.booleans())),
    )


@given(judgments())
def test_what_is_written_is_read_back_the_same(judgment: Judgment) -> None:
    text = write_judgment(judgment)
    assert read_judgment(text) == judgment
    assert write_judgment(read_judgment(text)) == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(json_values)
def test_any_json_is_refused_properly(value: object) -> None:
    with pytest.raises(InvalidJudgment):
        read_judgment(json.dumps(value))


@given(st.binary(max_size=64) | st.text(max_size=64))
def test_anything_is_refused_properly(text: str | bytes) -> None:
    with pytest.raises(InvalidJudgment):
        read_judgment(text)


PATHS = [
    "case_id", "category", "found_on", "statutes", "statutes[0]", "statutes[0].law",
    "target", "target.urls", "target.urls[0]", "target.locator", "target.facility",
    "target.locator.posted_at", "target.ip_addresses", "target.ip_checked_at",
    "assessor", "checker.name", "judged_at", "checked_at", "police", "edition",
    "ladder", "ladder[0]", "ladder[0].rung", "ladder[0].skipped", "ladder[0].mailbox",
    "ladder[1]", "consultation", "extra", "target.extra",
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PATHS), json_values), max_size=4))
def test_any_damage_to_a_judgment_is_refused_or_read(
    damage: list[tuple[str, object]],
) -> None:
    """Nothing but InvalidJudgment is raised, and no path is named twice over."""
    data = example("A")
    for path, value in damage:
        try:
            put(data, path, value)
        except (AttributeError, TypeError, KeyError, IndexError, ValueError):
            continue  # an earlier damage took the place away
    found = faults(json.dumps(data))
    assert all(message for message in found.values())


# --- the schema ------------------------------------------------------------------


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(load_schema("judgment"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("letter", CASES)
def test_the_schema_accepts_the_examples_as_found_and_as_written(
    validator: jsonschema.Draft202012Validator, letter: str
) -> None:
    assert not list(validator.iter_errors(example(letter)))
    written = json.loads(write_judgment(accepted(letter)))
    assert not list(validator.iter_errors(written))


def test_the_schema_refuses_what_has_another_shape(
    validator: jsonschema.Draft202012Validator,
) -> None:
    data = json.loads(load_examples()["invalid.json"])
    paths = {error.json_path for error in validator.iter_errors(data)}
    step = {"$.ladder[0]", "$.ladder[0].rung"}  # no_action, of a board, unproven
    assert paths == {"$", "$.target.urls[0]", "$.ladder[1].mailbox", *step}


def test_the_schema_has_an_identity_and_describes_every_field() -> None:
    schema = json.loads(load_schema("judgment"))
    assert schema["$id"] == "urn:notices:judgment:1"
    for part in (schema, *schema["$defs"].values()):
        for name, field in part.get("properties", {}).items():
            assert field.get("description"), name


def test_defaults_are_not_written() -> None:
    text = write_judgment(accepted("D"))
    assert "police" not in text
    assert "statutes" not in text


def test_values_keep_their_types() -> None:
    judgment = accepted("B")
    assert judgment.found_on == date(2026, 11, 17)
    assert judgment.statutes == (Statute(law="makou", article="第29条の2"),)
    assert judgment.ladder[0].skipped is Skip.NOT_IDENTIFIED
    assert judgment.target.locator.file_names == ("menu.html",)
