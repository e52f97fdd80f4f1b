"""Form 1 to an operator abroad, from the judgment to a bundle that proves it."""

import json

from notices import Site
from notices.cli import run
from tests.site.conftest import CASE_1

REASON = "運営者が国外にあり、国内に管理者がいないため。"
SOURCE = "運用会議 2025-09-25"
ENTRY = """
[casino]
name = "みほん運営会社"
name_en = "Example Operator N.V."
mailboxes = ["abuse@bets.example"]
country = "CW"
language = "ja+en"
"""


def prepared_abroad(desk):
    config = desk.home / "notices.toml"
    entry = (
        f'{{category = "illegal-online-gambling", reason = "{REASON}", '
        f'source = "{SOURCE}"}}'
    )
    text = config.read_text("utf-8").replace("reasons = []", f"reasons = [{entry}]")
    config.write_text(text, encoding="utf-8")
    directory = desk.home / "recipients.toml"
    directory.write_text(directory.read_text("utf-8") + ENTRY, encoding="utf-8")
    data = json.loads((desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8"))
    del data["statutes"]
    data["target"] |= {"facility": "website", "scope": "site"}
    data["target"] |= {"provider_location": "CW", "server_location": "CW"}
    data |= {
        "case_id": "ABROAD-1",
        "category": "illegal-online-gambling",
        "sub_type": "site",
        "measure": "block_access_from_japan",
        "content_en": "A website that offers bets.",
        "reason_en": "It shows persons in Japan such a website.",
        "ladder": [{"rung": "website_administrator", "recipient": "casino"}],
    }
    path = desk.home / "cases" / "ABROAD-1.json"
    path.write_text(json.dumps(data), encoding="utf-8")


def test_the_standing_reason_is_on_record_and_the_request_is_proven(
    desk, received, tmp_path
):
    prepared_abroad(desk)
    code, checked = desk.json("check", "ABROAD-1")
    assert (code, checked["warnings"]) == (0, [])
    code, [row] = desk.json("send", "ABROAD-1")
    assert code == 0, json.dumps(row, ensure_ascii=False)
    [mail] = received.iterdir()
    assert run(["verify", str(mail), "--trust", str(desk.root)]) == 0
    with Site.open(desk.home) as site:
        [record] = site.show("ABROAD-1")
        notice = json.loads(site.parts.store.artifact(row["number"], "notice.json"))
    [prepared] = [e for e in record["events"] if e["leaf"]["event"] == "prepared"]
    told = json.dumps(prepared, ensure_ascii=False)
    assert REASON in told
    assert SOURCE in told
    assert notice["requested_action_en"].endswith("inaccessible from Japan")
    code, _, err = desk.run("export", "ABROAD-1", "--out", str(tmp_path))
    assert code == 0, err
    [bundle] = tmp_path.glob("*.asice")
    assert run(["verify", str(bundle), "--trust", str(desk.root)]) == 0


def test_without_a_reason_it_is_refused_by_its_path(desk, received):
    prepared_abroad(desk)
    desk.set("reasons", "[]")
    code, checked = desk.json("check", "ABROAD-1")
    assert code == 65
    assert [fault["path"] for fault in checked["faults"]] == ["ladder[0].abroad_reason"]
    assert list(received.iterdir()) == []


def test_a_reason_for_no_category_of_form_1_is_a_fault_of_the_configuration(desk):
    entry = '{category = "stalking", reason = "r", source = "s"}'
    desk.set("reasons", f"[{entry}]")
    code, _, err = desk.run("check", CASE_1)
    assert code == 78
    assert "stalking, no category of form 1" in err
