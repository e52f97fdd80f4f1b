"""What is due is kept while the ledger stands still, and never a moment longer."""

from collections.abc import Iterator

import pytest

from notices.casework import DueKind
from notices.site import Site
from notices.site.ledger.kept_due import KeptByState
from tests.site.casework.test_case_commands import judged, record, sent
from tests.site.conftest import desk, received

__all__ = ["desk", "received", "record"]
OTHER = "IHC-2026-000778"


@pytest.fixture
def site(desk, record) -> Iterator[Site]:
    record(judged(), sent())
    with Site.open(desk.home) as opened:
        yield opened


def kinds(site: Site) -> list[DueKind]:
    return [one.kind for one in site.rooms.cases.overview.today(limit=100)]


def test_what_is_recorded_is_seen_at_once(desk, record, site):
    assert kinds(site) == [DueKind.LOOK]
    code, _, err = record(judged(OTHER), sent(OTHER, number="R8-1-000778"))
    assert code == 0, err
    assert kinds(site) == [DueKind.LOOK] * 2
    with Site.open(desk.home) as other:
        assert kinds(other) == [DueKind.LOOK] * 2
    look = {"outcome": "removed", "from": "JP", "note": ""}
    done = [{"case_id": one.case_id, **look} for one in site.rooms.cases.overview.due()]
    site.rooms.cases.desk.look_all(done)
    assert kinds(site) == []
    with Site.open(desk.home) as other:
        assert kinds(other) == []


def test_many_who_look_read_the_facts_once(site):
    asked = []

    def ask() -> str:
        asked.append("")
        return "answer"

    kept: KeptByState[str, int, str] = KeptByState()
    assert [kept.get("a", lambda: 1, ask) for _ in range(5)] == ["answer"] * 5
    assert len(asked) == 1
    kept.get("a", lambda: 2, ask)
    kept.get("b", lambda: 2, ask)
    assert len(asked) == 3


def test_what_was_read_while_the_ledger_grew_is_not_kept():
    states = iter([1, 2, 2, 2, 2])
    kept: KeptByState[str, int, str] = KeptByState()
    answers = iter(["old", "new"])
    given = [kept.get("a", lambda: next(states), lambda: next(answers)) for _ in "12"]
    assert given == ["old", "new"]


def test_only_so_many_are_kept():
    kept: KeptByState[int, int, int] = KeptByState(most=2)
    for key in range(50):
        kept.get(key, lambda: 1, lambda key=key: key)
    assert kept.get(49, lambda: 1, lambda: -1) == 49
    assert kept.get(0, lambda: 1, lambda: -1) == -1
