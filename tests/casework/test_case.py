"""What the facts of a case come to."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.casework import CaseState, fact_hash, make_case, read_fact, set_faults
from notices.casework.words import DONE, TELLING
from tests.casework.conftest import ANALYSED, CASE, START, asked, line, looked, told

HELD = ("police_hold", 1, {})
RELEASED = ("police_released", 2, {})


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([], "analysed"),
        ([HELD], "on_hold"),
        ([HELD, RELEASED], "analysed"),
        ([("gone", 1, {"before": "request"})], "gone"),
        ([("not_requested", 1, {"reason": "abroad"})], "not_requested"),
        ([asked()], "requested"),
        ([asked(), looked(3, "unreachable")], "requested"),
        ([asked(), looked(3)], "still_there"),
        ([asked(), looked(3), looked(4, "site_gone")], "done"),
        ([asked(), looked(3, "removed"), looked(4)], "still_there"),
        ([looked(1, "removed"), asked()], "requested"),
        (
            [asked(), ("answered", 3, {"number": "R8-1-000001", "answer": "done"})],
            "answered",
        ),
        (
            [
                asked(),
                ("returned", 3, {"number": "R8-1-000001", "reason": "blocked"}),
            ],
            "returned",
        ),
        ([asked(), asked(3, "R8-1-000002", "withdrawal")], "withdrawn"),
        ([asked(), ("closed", 3, {})], "closed"),
        ([asked(), ("closed", 3, {}), ("reopened", 4, {})], "requested"),
    ],
)
def test_state(facts, state):
    assert told(ANALYSED, *facts).state is CaseState(state)


def test_a_persons_look_outweighs_the_providers_word_and_that_the_probe():
    # each later one is weaker, and says the contrary
    facts = [looked(3), looked(4, "removed", "provider"), looked(5, "moved", "probe")]
    for left, seen in enumerate(("still_there", "removed", "moved")):
        case = told(ANALYSED, asked(), *facts[left:])
        assert case.known_look().details.outcome.value == seen


@pytest.mark.parametrize("outcome", sorted(TELLING))
def test_four_outcomes_count_as_done(outcome):
    case = told(ANALYSED, asked(), looked(3, outcome))
    assert case.is_done == (outcome in DONE)


def test_what_was_retracted_is_left_out_and_stays_on_record():
    wrong = read_fact(line("looked", 3, outcome="removed"))
    facts = [
        read_fact(line(name, at, **more)) for name, at, more in (ANALYSED, asked())
    ]
    back = read_fact(line("retracted", 4, of=fact_hash(wrong)))
    assert make_case(CASE, [*facts, wrong]).is_done
    assert not make_case(CASE, [*facts, wrong, back]).is_done
    # as it was known before it was retracted
    until = START + timedelta(hours=4)
    assert make_case(CASE, [*facts, wrong, back], until=until).is_done


lives = st.lists(
    st.sampled_from(
        [
            ("police_hold", {}),
            ("police_released", {}),
            ("closed", {}),
            ("reopened", {}),
            ("looked", {"outcome": "removed"}),
            ("looked", {"outcome": "still_there", "how": "provider"}),
            ("requested", asked()[2]),
            ("answered", {"number": "R8-1-000001", "answer": "partly"}),
        ]
    ),
    max_size=12,
)


@given(life=lives, chance=st.randoms(), hours=st.lists(st.integers(0, 5), min_size=12))
def test_the_order_of_lines_tells_nothing(life, chance, hours):
    """Also where several facts have one time, and where one is told twice."""
    facts = [
        read_fact(line(name, at, **more))
        for (name, more), at in zip(life, hours, strict=False)
    ]
    mixed = [*facts, *facts[:3]]
    chance.shuffle(mixed)
    assert make_case(CASE, mixed) == make_case(CASE, facts)


def faults(*lines, known=()):
    new = [
        (f"line {place}", read_fact(text)) for place, text in enumerate(lines, start=1)
    ]
    on_record = {}
    for fact in map(read_fact, known):
        on_record.setdefault(fact.case_id, []).append(fact)
    return {fault.path for fault in set_faults(new, on_record)}


JUDGED = line(*ANALYSED[:2], **ANALYSED[2])
ASKED = line(*asked()[:2], **asked()[2])
INTAKE = {"month": "2026-10", "received": 9, "out_of_scope": 8}


@pytest.mark.parametrize(
    ("lines", "known", "paths"),
    [
        # the judgment may stand further below, or be on record
        ([ASKED, JUDGED], [], set()),
        ([ASKED], [JUDGED], set()),
        ([ASKED], [], {"line 1.case_id"}),
        ([line("closed", -1)], [JUDGED], {"line 1.at"}),
        ([line("police_released", 1)], [JUDGED], {"line 1.at"}),
        ([line("police_released", 2), line("police_hold", 1)], [JUDGED], set()),
        ([line("reopened", 1)], [JUDGED], {"line 1.at"}),
        ([line("closed", 1), line("reopened", 2)], [JUDGED], set()),
        # the same line again is the same fact
        ([ASKED, ASKED], [JUDGED, ASKED], set()),
        (
            [line("requested", 3, **asked()[2])],
            [JUDGED, ASKED],
            {"line 1.number"},
        ),
        (
            [line("answered", 3, number="R8-1-000009", answer="done")],
            [JUDGED, ASKED],
            {"line 1.number"},
        ),
        ([line("retracted", 3, of="ab" * 32)], [JUDGED], {"line 1.of"}),
        ([line("intake", case_id="", **INTAKE)] * 2, [], set()),
        (
            [line("intake", case_id="", **{**INTAKE, "source": "police"})],
            [line("intake", case_id="", **INTAKE)],
            {"line 1.month"},
        ),
        (
            [
                line("intake", case_id="", **{**INTAKE, "source": "police"}),
                line("intake", case_id="", **{**INTAKE, "source": "public"}),
            ],
            [],
            set(),
        ),
    ],
)
def test_facts_are_judged_as_a_set(lines, known, paths):
    assert faults(*lines, known=known) == paths


def test_a_retraction_of_a_retraction_is_refused():
    wrong = line("looked", 3, outcome="removed")
    back = line("retracted", 4, of=fact_hash(read_fact(wrong)))
    again = line("retracted", 5, of=fact_hash(read_fact(back)))
    assert faults(again, known=[JUDGED, wrong, back]) == {"line 1.of"}
