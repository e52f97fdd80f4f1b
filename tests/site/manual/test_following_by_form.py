"""What follows a request that was handed over by a web form goes the same way."""

from tests.site.manual.conftest import addressed, desk, received

__all__ = ["addressed", "desk", "received"]

CASE = "IHC-2026-000921"
OTHER = "IHC-2026-000922"


def waiting(desk, *words):
    code, rows = desk.json("handover", "form-only", *words)
    assert code == 0
    return [row["case_id"] for row in rows]


def test_a_withdrawal_goes_by_the_form_and_never_with_requests(
    desk, received, addressed
):
    addressed("form-only", CASE)
    addressed("form-only", OTHER)
    desk.run("send", CASE, OTHER)
    assert desk.run("submitted", CASE, "--reference", "F-1")[0] == 0
    code, row = desk.json("withdraw", CASE, "--reason", "x")
    assert (row["kind"], row["state"], row["channel"]) == (
        "withdrawal",
        "held",
        "webform",
    )
    assert row["submission"]["requested_action"].startswith("なし")
    assert waiting(desk) == [OTHER]
    assert waiting(desk, "--kind", "withdrawal") == [CASE]
    # while the police ask to wait, it is handed over all the same
    desk.run("police", CASE, "--hold", "証拠の保全")
    number = row["number"]
    code, _, err = desk.run("submitted", CASE, "--reference", "F-2", "--number", number)
    assert code == 0, err
    _, story = desk.json("case", CASE)
    sent = [fact for fact in story["facts"] if fact["fact"] == "requested"]
    assert [(one["kind"], one["channel"]) for one in sent] == [
        ("request", "webform"),
        ("withdrawal", "webform"),
    ]
    assert not list(received.iterdir())


def test_nothing_that_must_wait_is_handed_over(desk, received, addressed):
    """The police ask to wait, the case is closed, or everything is on hold."""
    addressed("form-only", CASE)
    addressed("form-only", OTHER)
    desk.run("send", CASE, OTHER)
    assert waiting(desk) == [CASE, OTHER]
    desk.run("police", CASE, "--hold", "証拠の保全")
    desk.run("close", OTHER, "--reason", "終了")
    assert waiting(desk) == []
    desk.run("police", CASE, "--release", "済み")
    assert waiting(desk) == [CASE]
    desk.run("hold", "--reason", "調査")
    code, _, err = desk.run("handover", "form-only")
    assert (code, "調査" in err) == (0, True)
    assert waiting(desk) == []
    desk.run("release", "--reason", "済み")
    desk.run("reopen", OTHER, "--reason", "再開")
    assert waiting(desk) == [CASE, OTHER]
