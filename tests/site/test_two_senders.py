"""Two people send one case at the same moment: both mean the same notice.

The second one is a Site of its own, on the same database, which comes between two steps
of the first.
"""

import pytest

from notices import Site
from notices.delivery import State
from notices.errors import RefusedError, TryLater
from notices.store.store import Store
from tests.site.conftest import CASE_1


def between(monkeypatch, name, act):
    """Let `act` happen once, just before a step of the store."""
    step = getattr(Store, name)

    def late(self, *words, **settings):
        monkeypatch.setattr(Store, name, step)
        act()
        return step(self, *words, **settings)

    monkeypatch.setattr(Store, name, late)


@pytest.fixture
def two(desk, received):
    with Site.open(desk.home) as one, Site.open(desk.home) as other:
        yield one, other


def test_who_prepares_second_gets_the_notice_of_the_first(two, monkeypatch):
    """It was refused with 69, on PostgreSQL with the name of a constraint."""
    one, other = two
    judgment, made = one.read_case(CASE_1), []
    between(monkeypatch, "add", lambda: made.append(other.prepare(judgment)))
    assert one.prepare(judgment).number == made[0].number
    assert len(one.notices()) == 1
    assert one.parts.store.queries.voided_numbers() == ()


def test_who_prepares_second_from_another_judgment_is_told(two, desk, monkeypatch):
    one, other = two
    judgment = one.read_case(CASE_1)
    desk.case(CASE_1, content="「口座を買います。」との書き込みが掲載。")
    between(monkeypatch, "add", lambda: other.prepare(other.read_case(CASE_1)))
    with pytest.raises(RefusedError, match="from another judgment"):
        one.prepare(judgment)


def test_who_makes_a_new_notice_has_not_seen_that_of_the_other(two, monkeypatch):
    one, other = two
    judgment = one.read_case(CASE_1)
    one.prepare(judgment)
    between(
        monkeypatch, "add", lambda: other.prepare(judgment, again="another address")
    )
    with pytest.raises(RefusedError, match="R8-1-000002 of the same case was made"):
        one.prepare(judgment, again="another one")
    assert [each.state for each in one.notices()] == ["withdrawn", "held"]


def test_who_sends_second_is_told_how_it_stands(two, received, monkeypatch):
    """`R8-1-000001 is queued: it is queued only once`, with 69."""
    one, other = two
    notice = one.prepare(one.read_case(CASE_1))
    between(monkeypatch, "queue", lambda: other.send(notice))
    receipt = one.send(notice)
    assert (receipt.state, receipt.note) == (
        State.SENT,
        "sent before: nothing was sent now",
    )
    assert len(list(received.iterdir())) == 1


def test_a_number_that_another_one_made_void_is_no_fault_of_the_program(
    two, monkeypatch
):
    """Whoever signs at the same moment and breaks off takes the number of both."""
    one, other = two

    def breaks_off():
        other.parts.store.void_number("R8-1-000001", reason="x", now=other.clock())

    between(monkeypatch, "add", breaks_off)
    with pytest.raises(TryLater, match="R8-1-000001 is not the number reserved"):
        one.prepare(one.read_case(CASE_1))
    assert one.prepare(one.read_case(CASE_1)).number == "R8-1-000002"
