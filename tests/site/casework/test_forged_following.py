"""A dishonest centre: what follows, follows nothing that could have been sent.

Everything is signed, logged and sealed as it should be; only what is said of the notice
before is not so. Both verifiers must find it.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.site.casework.test_following import LATER, ask, at, desk_free
from tests.site.conftest import CASE_1, desk, received
from tests.verifier_js.node import second_verifier as in_javascript

__all__ = ["desk", "received"]

LEAF = "ab" * 32
FAR = 10**6


def bundle_of_reminder(desk, folder):
    ask(desk)
    with at(desk, LATER) as site:
        number = site.remind(CASE_1).number
    # our own verifier refuses to hand a forged one out: a forger would not ask it
    assert desk.run("export", CASE_1, "--out", str(folder), "--unproven")[0] in {0, 3}
    [path] = [one for one in folder.glob("*.asice") if number in one.name]
    return path


def judged(desk, path):
    """By the program, and by the second one, which must say the same of B31."""
    _, out, _ = desk_free(
        desk, "verify", str(path), "--trust", str(desk.root), "--json"
    )
    [row] = json.loads(out)
    [check] = [one for one in row["checks"] if one["id"] == "B31"]
    with in_javascript() as second:
        there = second.judge(
            path.read_bytes(), trust=[desk.root.read_bytes()], at=datetime.now(UTC)
        )
    assert [one for one in there["checks"] if one["id"] == "B31"] == [check]
    assert there["verdict"] == row["verdict"]
    return row["verdict"], check


def test_an_honest_one_passes(desk, received, tmp_path):
    verdict, check = judged(desk, bundle_of_reminder(desk, tmp_path))
    assert (verdict, check["status"]) == ("TOTAL-PASSED", "passed")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ((FAR, LEAF), f"entry {FAR}"),  # what did not happen yet
        ((-1, LEAF), "entry -1"),
        (("0", LEAF), "entry 0"),
        ((0, ""), "no leaf hash"),
        ((0, LEAF.upper()), "no leaf hash"),
        ((0, LEAF[:-2]), "no leaf hash"),
    ],
)
def test_a_place_at_which_nothing_was_before_is_refused(
    desk, received, tmp_path, monkeypatch, place, said
):
    monkeypatch.setattr("notices.store.adding.prepared_place", lambda *_: place)
    verdict, check = judged(desk, bundle_of_reminder(desk, tmp_path))
    assert (verdict, check["status"]) == ("TOTAL-FAILED", "failed")
    assert said in check["detail"]


def test_what_follows_itself_is_refused(desk, received, tmp_path, monkeypatch):
    """Its own number was reserved before: that is no notice before it."""

    def own(connection, number):
        query = "SELECT max(seq) FROM events WHERE kind = 'numbered'"
        return connection.exec_driver_sql(query).scalar(), LEAF

    monkeypatch.setattr("notices.store.adding.prepared_place", own)
    verdict, check = judged(desk, bundle_of_reminder(desk, tmp_path))
    assert (verdict, check["status"]) == ("TOTAL-FAILED", "failed")
