"""A follow-up's bundle and the bundle before it, given together: both verifiers compare."""

import json
from datetime import UTC, datetime

import pytest

from tests.site.casework.test_following import LATER, ask, at, desk_free
from tests.site.conftest import CASE_1, desk, received
from tests.verifier_js.node import second_verifier as in_javascript

__all__ = ["desk", "received"]


@pytest.fixture(scope="module")
def second():
    with in_javascript() as made:
        yield made


def bundles(desk, folder, *more):
    """Of the reminder, and of the request before it."""
    first = ask(desk).number
    with at(desk, LATER) as site:
        number = site.remind(CASE_1).number
    assert desk.run("export", CASE_1, "--out", str(folder), *more)[0] in {0, 3}
    return [
        next(one for one in folder.glob("*.asice") if name in one.name)
        for name in (number, first)
    ]


def checks(desk, second, after, before):
    """M25 and B31, by the command with both files and by the second verifier."""
    words = ("verify", str(after), str(before), "--trust", str(desk.root))
    _, out, _ = desk_free(desk, *words, "--json-lines")
    row, *_ = map(json.loads, out.splitlines())
    there = second.judge(
        after.read_bytes(),
        trust=[desk.root.read_bytes()],
        at=datetime.now(UTC),
        evidence=[before.read_bytes()],
    )
    wanted = ("M25", "B31")
    found = {one["id"]: one for one in row["checks"] if one["id"] in wanted}
    assert found == {one["id"]: one for one in there["checks"] if one["id"] in wanted}
    assert there["verdict"] == row["verdict"]
    return row["verdict"], found


def test_the_bundle_before_is_compared(desk, received, tmp_path, second):
    after, before = bundles(desk, tmp_path)
    verdict, found = checks(desk, second, after, before)
    assert verdict == "TOTAL-PASSED"
    assert all("was compared" in one["detail"] for one in found.values())
    # by itself nothing was at hand, and a foreign ZIP changes nothing
    for other in (after, tmp_path / "other.zip"):
        other.exists() or other.write_bytes(
            b"PK\x03\x04application/vnd.etsi.asic-e+zip"
        )
        verdict, found = checks(desk, second, after, other)
        assert verdict == "TOTAL-PASSED"
        assert not any("was compared" in one["detail"] for one in found.values())


def test_another_notice_of_that_number_is_found_out(
    desk, received, tmp_path, second, monkeypatch
):
    """The centre's own log says that it follows an entry which the other is not."""
    monkeypatch.setattr(
        "notices.store.adding.prepared_place", lambda *_: (0, "ab" * 32)
    )
    (tmp_path / "out").mkdir()
    after, before = bundles(desk, tmp_path / "out", "--unproven")
    verdict, found = checks(desk, second, after, before)
    assert verdict == "TOTAL-FAILED"
    assert found["M25"]["status"] == "passed"
    assert found["B31"]["status"] == "failed"
    assert "it follows entry 0" in found["B31"]["detail"]
