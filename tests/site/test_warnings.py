"""What is told and stops nothing is told everywhere, and stays on record."""

import json
from base64 import b64decode

import pytest

from notices import Site
from notices.cli import run
from tests.site.conftest import CASE_1

NAME = "みほん\U0001f600運営"
"""A name with a sign that no font of the letters has."""
PATH = "ladder[0].name"


@pytest.fixture
def case(desk):
    """A case whose recipient has such a name."""
    text = (desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8")
    ladder = json.loads(text)["ladder"]
    ladder[0]["name"] = NAME
    return desk.case(CASE_1, case_id="ODD-1", ladder=ladder)


def paths(document):
    """The fields that are told of; what the case itself lacks is another matter."""
    told = {each["path"] for each in document.get("warnings", ()) if "path" in each}
    return told - {"case"}


def test_check_preview_and_send_tell_the_same(desk, case, received):
    _, check = desk.json("check", case)
    _, preview = desk.json("preview", case)
    code, [row] = desk.json("send", case)
    assert code == 0
    assert paths(check) == paths(preview) == paths(row) == {PATH}
    [told] = [each for each in row["warnings"] if each["path"] == PATH]
    assert told["code"] == "print"
    assert "U+1F600" in told["message"]


def test_people_read_them_beside_the_output(desk, case, received):
    for command in ("preview", "send"):
        code, out, err = desk.run(command, case)
        assert code == 0
        assert "U+1F600" in err
        assert PATH in err
        assert "U+1F600" not in out
    _, out, _ = desk.run("check", case)
    assert "U+1F600" in out


def test_the_python_interface_and_the_record_have_them(desk, case, received):
    with Site.open(desk.home) as site:
        notice = site.prepare(site.read_case(case))
        again = site.prepare(site.read_case(case))
        receipt = site.send(notice)
        [record] = site.show(case)
        kept = json.loads(site.parts.store.artifact(notice.number, "warnings.json"))
    assert notice.warnings == again.warnings == receipt.warnings
    assert {each.path for each in notice.warnings} - {"case"} == {PATH}
    assert [each["path"] for each in kept] == [each.path for each in notice.warnings]
    [prepared] = [
        event for event in record["events"] if event["leaf"]["event"] == "prepared"
    ]
    assert prepared["leaf"]["warnings"] == len(kept)
    leaf = json.loads(b64decode(prepared["leaf_bytes"]))
    assert "document/warnings.json" in leaf["beside"]
    assert "warnings.json" in record["artifacts"]


def test_the_bundle_proves_what_was_told(desk, case, received, tmp_path):
    assert desk.run("send", case)[0] == 0
    code, _, err = desk.run("export", case, "--out", str(tmp_path))
    assert code == 0, err
    [bundle] = tmp_path.glob("*.asice")
    assert run(["verify", str(bundle), "--trust", str(desk.root)]) == 0


def test_where_nothing_is_told_nothing_is_kept(desk, received):
    desk.set("look_before_send", '"off"')
    desk.set("police_first", '"off"')
    code, [row] = desk.json("send", CASE_1)
    assert code == 0
    assert "warnings" not in row
    with Site.open(desk.home) as site:
        [record] = site.show(CASE_1)
    assert "warnings.json" not in record["artifacts"]
