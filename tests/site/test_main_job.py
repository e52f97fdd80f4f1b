"""The main job: a judgment becomes a signed request that a mail server accepted."""

import json
import subprocess
from base64 import b64decode

import pytest

import notices
from notices import Site, read_judgment
from notices.cli import run
from notices.evidence import check_record
from tests.programs import require_program
from tests.site.conftest import CASE_1, CASE_2_ABROAD


def mails(folder):
    return sorted(folder.glob("*.eml"))


def test_send_prepares_signs_sends_and_says_so(desk, received):
    code, [row] = desk.json("send", CASE_1)
    assert code == 0
    assert (row["case_id"], row["state"], row["stage"]) == (
        CASE_1,
        "sent",
        "end_of_data",
    )
    assert row["reply"].startswith("250")
    assert row["recipient"] == "abuse@board.example.jp"
    [mail] = mails(received)
    assert mail.stem == row["number"]


def test_what_arrived_is_what_was_signed_and_stored(desk, received):
    desk.run("send", CASE_1)
    code, [report] = verify(desk, mails(received))
    assert code == 0
    assert report["verdict"] == "TOTAL-PASSED"
    assert report["notice"]["case_id"] == CASE_1
    _, [row] = desk.json("list")
    assert report["subject_sha256"] == row["sha256"]


def verify(desk, files):
    code = run(["verify", *map(str, files), "--trust", str(desk.root), "--json"])
    return code, json.loads(desk.capsys.readouterr().out)


def test_several_cases_of_both_forms_in_one_go(desk, received):
    cases = sorted(path.stem for path in (desk.home / "cases").glob("*.json"))
    code, rows = desk.json("send", *cases)
    assert code == 0
    assert [row["case_id"] for row in rows] == cases
    code, reports = verify(desk, mails(received))
    assert code == 0
    assert {report["notice"]["form"] for report in reports} == {"form1", "form2"}


def test_numbers_are_gapless_also_after_refusals(desk, received):
    bad = desk.case(CASE_1, case_id="BAD-1", reason="")
    _, first = desk.json("send", CASE_1)
    code, _ = desk.json("send", bad)
    assert code == 65
    _, second = desk.json("send", CASE_2_ABROAD)
    serials = [int(rows[0]["number"].rsplit("-", 1)[1]) for rows in (first, second)]
    assert serials == [1, 2]


def test_sending_twice_sends_once_and_says_so(desk, received):
    desk.run("send", CASE_1)
    code, [row] = desk.json("send", CASE_1)
    assert code == 0
    assert "nothing was sent now" in row["note"]
    assert len(mails(received)) == 1


def test_again_makes_a_new_notice_with_its_reason_on_record(desk, received):
    _, [first] = desk.json("send", CASE_1)
    code, [second] = desk.json("send", CASE_1, "--again", "the page came back")
    assert code == 0
    assert first["number"] != second["number"]
    assert first["message_id"] != second["message_id"]
    _, records = desk.json("show", CASE_1)
    assert [record["notice"]["again_reason"] for record in records] == [
        "",
        "the page came back",
    ]
    assert len(mails(received)) == 2


def test_a_changed_judgment_is_not_taken_for_the_one_that_was_sent(desk, received):
    desk.run("send", CASE_1)
    desk.case(CASE_1, reason="another reason")
    code, [row] = desk.json("send", CASE_1)
    assert code == 69
    assert "--again" in row["error"]["hint"]
    assert len(mails(received)) == 1


def test_another_rung_needs_its_reason(desk, received):
    code, _, err = desk.run("send", CASE_1, "--rung", "server_administrator")
    assert code == 2
    assert "--reason" in err
    assert not mails(received)


def test_a_server_that_is_away_keeps_the_case_for_work(desk, received):
    port = (
        (desk.home / "notices.toml").read_text("utf-8").split("\nport = ")[1].split()[0]
    )
    desk.set("port", "9")
    code, [row] = desk.json("send", CASE_1)
    assert code == 75
    assert row["state"] in {"queued", "deferred"}
    desk.set("port", port)
    code, rows = desk.json("work")
    assert (code, rows) == (0, [])
    code, [row] = desk.json("work", "--now")
    assert (code, row["state"]) == (0, "sent")
    desk.json("work", "--now")
    assert len(mails(received)) == 1


def test_the_python_api_does_the_same(desk, received):
    text = (desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8")
    with Site.open(desk.home / "notices.toml") as site:
        notice = site.prepare(read_judgment(text))
        assert notice.state == "held"
        assert not mails(received)
        receipt = site.send(notice)
    assert receipt.state == "sent"
    report = notices.verify(
        mails(received)[0].read_bytes(), trust=[desk.root.read_bytes()]
    )
    assert report.verdict == "TOTAL-PASSED"


def test_openssl_accepts_every_mail_and_refuses_a_changed_byte(
    desk, received, tmp_path
):
    require_program("openssl")
    cases = sorted(path.stem for path in (desk.home / "cases").glob("*.json"))
    desk.run("send", *cases)
    for mail in mails(received):
        assert openssl(mail, desk.root) == 0
        octets = bytearray(mail.read_bytes())
        middle = octets.index(b"application/pdf") + 400
        octets[middle] = ord("A") if octets[middle] != ord("A") else ord("B")
        changed = tmp_path / "changed.eml"
        changed.write_bytes(octets)
        assert openssl(changed, desk.root) != 0


def openssl(mail, root):
    return subprocess.run(
        [
            "openssl",
            "cms",
            "-verify",
            "-purpose",
            "smimesign",
            "-in",
            mail,
            "-CAfile",
            root,
            "-out",
            "/dev/null",
        ],
        capture_output=True,
        check=False,
    ).returncode


def test_every_event_of_a_notice_is_proven_in_the_ledger(desk, received):
    desk.run("send", CASE_1, CASE_2_ABROAD)
    with Site.open(desk.home) as site:
        [record] = site.show(CASE_1)
        root = b64decode(record["ledger"]["root"])
        kinds = [event["leaf"]["event"] for event in record["events"]]
    assert check_record(record, trusted_root=root) == []
    assert kinds[0] == "numbered"
    assert "prepared" in kinds
    record["events"][2]["leaf"]["at"] = "2020-01-01T00:00:00.000000Z"
    assert check_record(record, trusted_root=root)


@pytest.mark.parametrize("command", ["list", "work"])
def test_an_empty_site_has_nothing_to_tell(desk, command):
    code, rows = desk.json(command)
    assert (code, rows) == (0, [])


def test_a_site_may_send_the_docx_and_xarf_along(desk, received):
    desk.set("attachments", '["docx", "xarf"]')
    case_id = desk.case(
        "IHC-2026-004218",
        case_id="IHC-2026-009001",
        category="phishing-credential-request",
        statutes=None,
        substance="",
    )
    code, told = desk.json("send", case_id, CASE_2_ABROAD)
    assert code == 0, [row["error"] for row in told]
    code, reports = verify(desk, mails(received))
    assert (code, {report["verdict"] for report in reports}) == (0, {"TOTAL-PASSED"})
    names = [
        next(check for check in report["checks"] if check["id"] == "M19")["detail"]
        for report in reports
    ]
    assert "xarf.json" in names[0]
    assert "xarf" not in names[1]
    assert all(".docx" in name for name in names)
