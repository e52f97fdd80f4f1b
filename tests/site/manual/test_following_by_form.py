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
