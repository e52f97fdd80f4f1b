"""Each question is asked once on a notice's way; `make bench` prints the whole walk."""

from bench import walk


def test_nothing_is_asked_twice_in_one_step(tmp_path):
    """The mark alone is compared before and after: what was sent must be in it."""
    walks = dict(walk.steps(tmp_path))
    asked = {
        step: {
            question: taken.times(functions)
            for question, functions in walk.QUESTIONS.items()
        }
        for step, taken in walks.items()
    }
    once = {"signer judged": 1, "hold asked": 1, "mark compared": 2}
    assert asked["prepare"] == {**once, "row read": 1, "rules run": 1}
    assert asked["send"] == {**once, "row read": 5, "rules run": 0}
    assert not any(asked["verify"].values())
    assert walks["send"].doors.total() < 340
