"""A further kind of notice from the shell: begun, named, sent, verified twice."""

import json
from datetime import UTC, datetime, timedelta

from notices.cli import run
from tests.site.conftest import CASE_1
from tests.verifier_js.agreement import both

TITLE = "【違法情報】の通知書兼検索結果からの除外等依頼書"
NEW = (
    *("template", "new", "search-engine", "--form", "form1"),
    *("--name", "検索事業者への依頼", "--name-en", "Request to search engines"),
    *("--title", TITLE),
    *("--title-en", "Notice of Illegal Information, and Request about Results"),
)
RECIPIENT = [{"rung": "board_administrator", "recipient": "mihon-board"}]


def entry(desk, line):
    """The line in the entry of the recipient, the first of the directory."""
    path = desk.home / "recipients.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("[mihon-board]\n", f"[mihon-board]\n{line}\n"))


def test_it_is_begun_named_sent_and_verified_by_both(desk, received, monkeypatch):
    code, out, _ = desk.run(*NEW)
    assert (code, out.count("search-engine")) == (0, 5)
    entry(desk, 'template_form1 = "search-engine"')
    desk.case(CASE_1, ladder=RECIPIENT)
    code, rows = desk.json("template", "list")
    assert (rows[0]["folder"], rows[0]["recipients"]) == (
        "search-engine",
        ["mihon-board"],
    )
    code, [sent] = desk.json("send", CASE_1)
    assert (code, sent["state"]) == (0, "sent")
    [mail] = received.iterdir()
    now = datetime.now(UTC) + timedelta(minutes=1)
    report = both(mail.read_bytes(), trust=[desk.root.read_bytes()], at=now)
    assert report.verdict == "TOTAL-PASSED"
    assert report.notice.form == "form1"
    code, [row] = desk.json("list")
    assert (row["form"], row["template"]) == ("form1", "search-engine")
    assert "form1 search-engine" in desk.run("list")[1]
    code, [shown] = desk.json("show", CASE_1)
    [made] = [
        one["leaf"] for one in shown["events"] if one["leaf"]["event"] == "prepared"
    ]
    assert made["template"] == "search-engine"
    monkeypatch.chdir(desk.home.parent)
    code, _, _ = desk.run("export", CASE_1, "--out", "bundle.asice")
    bundle = (desk.home.parent / "bundle.asice").read_bytes()
    later = datetime.now(UTC) + timedelta(minutes=1)
    report = both(bundle, trust=[desk.root.read_bytes()], at=later)
    assert (code, report.verdict) == (0, "TOTAL-PASSED")


def test_a_preview_shows_it_with_a_case_whoever_gets_it(desk, tmp_path):
    desk.run(*NEW)
    code, _, _ = desk.run(
        "preview", CASE_1, "--template", "search-engine", "--out", str(tmp_path)
    )
    assert code == 0
    assert TITLE in (tmp_path / f"{CASE_1}.txt").read_text("utf-8")
    code, _, _ = desk.run("preview", "search-engine", "--out", str(tmp_path))
    assert code == 0
    assert TITLE in (tmp_path / "search-engine.txt").read_text("utf-8")
    code, _, _ = desk.run("preview", CASE_1, "--out", str(tmp_path))
    assert TITLE not in (tmp_path / f"{CASE_1}.txt").read_text("utf-8")
    code, _, said = desk.run("preview", CASE_1, "--template", "nobody")
    assert code == 65
    assert "there is no such folder" in said


def test_a_name_that_nobody_made_is_refused_before_anything(desk):
    entry(desk, 'template_form1 = "search-engine"\ntemplate_form2 = "nobody"')
    desk.case(CASE_1, ladder=RECIPIENT)
    for words in (("check", CASE_1), ("prepare", CASE_1)):
        code, _, said = desk.run(*words)
        assert code == 78
        for line, name in ((5, "search-engine"), (6, "nobody")):
            assert f"recipients.toml:{line}: mihon-board.template_form" in said
            assert f"'{name}' is no folder with a kind.toml" in said
    assert run(["list", "--site", str(desk.home), "--json"]) == 0
    assert json.loads(desk.capsys.readouterr().out) == []
