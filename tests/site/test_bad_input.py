"""Bad input: the right exit code, the right sentence, and nothing sent."""

import json
import shutil
from datetime import UTC, datetime

import pytest

from notices import CaseFilter, Site
from notices.casework import Act, Body, Closed, Direction, Fact, Referred
from notices.errors import InputError
from tests.site.conftest import CASE_1, CASE_2_ABROAD


@pytest.fixture
def nothing_sent(desk, received):
    """Whatever the test does: no mail, no notice, no number used up."""
    yield desk
    assert not list(received.iterdir())
    desk_rows = desk.json("list")[1]
    assert desk_rows == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"colour": "red"}, "colour"),
        ({"content": 7}, "content"),
        ({"reason": ""}, "reason"),
        ({"checker": {"name": "見本　花子", "role": "責任者"}}, "checker"),
        ({"category": "no-such-category"}, "category"),
        ({"found_on": "1999-01-01"}, "category"),
        ({"statutes": []}, "statutes"),
        ({"statutes": [{"law": "hanshu", "article": "第28条第4項"}]}, "statutes"),
        ({"checked_at": "2026-11-16T10:00:00+09:00"}, "checked_at"),
    ],
)
def test_each_fault_is_named_by_its_path(nothing_sent, changes, path):
    case_id = nothing_sent.case(CASE_1, case_id="BAD-1", **changes)
    code, [row] = nothing_sent.json("send", case_id)
    assert code == 65
    assert any(fault["path"].startswith(path) for fault in row["error"]["faults"])


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://board.example.jp/", "//board.example.jp", "x", ""],
)
def test_an_address_that_is_not_http_is_refused(nothing_sent, url):
    data = json.loads(
        (nothing_sent.home / "cases" / f"{CASE_1}.json").read_text("utf-8")
    )
    target = {**data["target"], "urls": [url]}
    case_id = nothing_sent.case(CASE_1, case_id="BAD-2", target=target)
    code, [row] = nothing_sent.json("send", case_id)
    assert code == 65
    assert row["error"]["faults"][0]["path"] == "target.urls[0]"


@pytest.mark.parametrize(
    "mailbox",
    [
        "a@board.example.jp, b@board.example.jp",
        "c@d> NOTIFY=NEVER",
        "a@b@c",
        "",
        "<a@b.jp>",
        "a@b.jp\r\nBcc: x@y.jp",
    ],
)
def test_what_is_not_one_mailbox_is_refused(nothing_sent, mailbox):
    step = {"rung": "board_administrator", "name": "みほん", "mailbox": mailbox}
    case_id = nothing_sent.case(CASE_1, case_id="BAD-3", ladder=[step])
    code, [row] = nothing_sent.json("send", case_id)
    assert code == 65
    assert row["error"]["faults"][0]["path"].startswith("ladder[0].mailbox")


@pytest.mark.parametrize(
    "case_id", ["../notices", "a/b", "", "x" * 40, "IHC\n1", "ＩＨＣ"]
)
def test_a_case_id_with_a_path_in_it_is_refused(nothing_sent, case_id):
    code, [row] = nothing_sent.json("send", case_id)
    assert code == 65
    assert row["error"]["message"]


def test_a_judgment_on_hold_is_refused(nothing_sent):
    case_id = nothing_sent.case(CASE_1, police={"hold": True})
    code, [row] = nothing_sent.json("send", case_id)
    assert code == 69
    assert row["error"]["code"] == "on-hold"


def test_a_missing_key_is_no_permission(nothing_sent):
    (nothing_sent.home / "certs/example/signer.p12").unlink()
    code, [row] = nothing_sent.json("send", CASE_1)
    assert code == 77
    assert "signer.p12" in row["error"]["message"]


def test_a_wrong_passphrase_is_no_permission(nothing_sent):
    (nothing_sent.home / "certs/example/signer.passphrase").write_text("wrong")
    code, [row] = nothing_sent.json("send", CASE_1)
    assert code == 77
    assert "passphrase" in row["error"]["message"]


@pytest.mark.parametrize(
    ("name", "word"), [("expired.p12", "expired"), ("revoked.p12", "revoked")]
)
def test_a_certificate_that_is_past_or_revoked_is_refused(nothing_sent, name, word):
    nothing_sent.set("key", f'"certs/example/{name}"', section="signing")
    code, [row] = nothing_sent.json("send", CASE_1)
    assert code == 69
    assert word in json.dumps(row["error"])


def test_a_sender_that_the_certificate_does_not_name_is_refused(nothing_sent):
    text = (nothing_sent.home / "notices.toml").read_text("utf-8")
    text = text.replace("notice@hotline.example.jp", "other@hotline.example.jp", 1)
    (nothing_sent.home / "notices.toml").write_text(text, encoding="utf-8")
    code, [row] = nothing_sent.json("send", CASE_1)
    assert code == 69
    assert "other@hotline.example.jp" in json.dumps(row["error"])


def test_no_fresh_revocation_answer_means_no_mail(nothing_sent):
    nothing_sent.set("crls", "[]")
    code, [row] = nothing_sent.json("send", CASE_1)
    assert code == 75
    assert row["error"]["code"] == "revocation-unavailable"


def test_a_time_stamp_authority_that_is_away_means_no_mail(nothing_sent):
    nothing_sent.set("timestamp_urls", '["http://127.0.0.1:9/tsa"]')
    code, [row] = nothing_sent.json("send", CASE_1)
    assert code == 75
    assert row["error"]["code"] == "timestamp-unavailable"


def test_the_example_certificate_talks_to_loopback_only(nothing_sent):
    nothing_sent.set("host", '"relay.example.jp"')
    code, [row] = nothing_sent.json("send", CASE_1)
    assert code == 69
    assert "example" in row["error"]["message"]


def test_a_broken_template_is_not_used(nothing_sent):
    letters = list((nothing_sent.home / "templates" / "form1").glob("letter*"))
    for path in letters:
        path.write_text(
            path.read_text("utf-8") + "\n{{ 未知の名 }}\n", encoding="utf-8"
        )
    code, [row] = nothing_sent.json("send", CASE_1)
    assert code == 65
    assert row["error"]["code"] == "invalid-template"


def test_one_refused_case_does_not_stop_the_others(desk, received):
    bad = desk.case(CASE_1, case_id="BAD-1", reason="")
    code, rows = desk.json("send", bad, CASE_2_ABROAD)
    assert code == 65
    assert [row["state"] for row in rows] == [None, "sent"]
    assert len(list(received.iterdir())) == 1


def test_check_names_the_faults_and_stores_nothing(nothing_sent):
    bad = nothing_sent.case(CASE_1, case_id="BAD-1", reason="", content="")
    code, result = nothing_sent.json("check", bad)
    assert code == 65
    assert {fault["path"] for fault in result["faults"]} >= {"reason", "content"}
    code, result = nothing_sent.json("check", CASE_1)
    assert (code, result["valid"]) == (0, True)


def test_a_database_that_cannot_be_written_is_told(nothing_sent, tmp_path):
    nothing_sent.set("url", '"sqlite:////proc/nowhere/outbox.sqlite"', section="outbox")
    code, [row] = nothing_sent.json("send", CASE_1)
    assert code in (75, 78)
    assert row["error"]["message"]
    nothing_sent.set("url", '"sqlite:///outbox.sqlite"', section="outbox")


def test_a_folder_without_a_site_is_a_configuration_error(desk):
    shutil.rmtree(desk.home)
    code, _, err = desk.run("list")
    assert code == 78
    assert "notices init" in err


def test_a_key_of_ones_own_must_not_be_readable_by_others(desk, received, own_key):
    own_key(desk)
    key = desk.home / "own.p12"
    key.chmod(0o644)
    code, [row] = desk.json("send", CASE_1)
    assert code == 77
    assert "chmod 600" in row["error"]["hint"]
    key.chmod(0o600)
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"]) == (0, "sent")


NOT_UTF_8 = "IHC-\udcff"
"""What Python makes of an argument with the octet FF."""
CASES_ASKED = [
    ("case",),
    ("show",),
    ("ledger", "prove"),
    ("export",),
    ("cases", "--after"),
    ("cases", "--recipient"),
    ("list", "--after"),
    ("remind",),
    ("escalate",),
    ("withdraw", "--reason", "x"),
    ("close", "--reason", "x"),
    ("reopen", "--reason", "x"),
    ("keep", "--reason", "x"),
    ("police", "--reported"),
    ("look", "--outcome", "removed"),
    ("refer", "--to", "JP", "--body", "hotline"),
    ("preview", "--kind", "withdrawal"),
]


@pytest.mark.parametrize("words", CASES_ASKED, ids=" ".join)
def test_a_case_typed_in_another_encoding_is_bad_input(nothing_sent, words):
    """Databases raise an error of Python's own: it was told as a fault of ours (70)."""
    code, _, err = nothing_sent.run(*words, NOT_UTF_8)
    assert code == 65, err
    assert "IHC-〔U+DCFF〕" in err or repr(NOT_UTF_8)[1:-1] in err


def test_what_a_program_hands_over_wrongly_is_bad_input(nothing_sent):
    """No foreign exception: each ended in a TypeError, or as a fault of the program."""
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    naive = moment.replace(tzinfo=None)
    fact = Fact(case_id="C-1", at=naive, by="x", details=Closed())
    referred = Referred(direction=Direction.OUT, country="JP", body=Body.HOTLINE)
    with Site.open(nothing_sent.home) as site:
        desk = site.rooms.cases.desk
        for wrong in (
            lambda: site.record([fact]),
            lambda: site.record(fact),
            lambda: desk.act([CASE_1], Act.CLOSE, Closed(reason="r"), at=naive),
            lambda: desk.note(referred, at=naive),
            lambda: site.case("C-\ud800"),
            lambda: site.cases("C-1"),
            lambda: site.cases(CaseFilter(since=naive)),
            lambda: site.cases(CaseFilter(after="C-\ud800")),
            lambda: site.due(moment),
            lambda: site.due(limit="9"),
        ):
            with pytest.raises(InputError):
                wrong()
