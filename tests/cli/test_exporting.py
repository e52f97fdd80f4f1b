"""`notices export` where a case has several notices, such as a test before it."""

from pathlib import Path

import pytest

from notices.site import Site
from tests.site.conftest import CASE_1


@pytest.fixture
def tried(desk):
    """A site with a test of the case, and the real notice after it."""
    desk.set("address", '"trial@hotline.example.jp"', section="test")
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_1))
    desk.set("address", '""', section="test")
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_1))
    return desk


def entries(desk):
    return desk.json("ledger", "verify")[1]["size"]


def test_one_of_several_goes_into_a_file(tried, tmp_path):
    out, before = tmp_path / "notice.asice", entries(tried)
    code, _, err = tried.run("export", CASE_1, "--out", str(out))
    assert code == 65
    assert "--number" in err
    assert not out.exists()
    assert entries(tried) == before, "nothing was asked for"
    code, told, _ = tried.run(
        "export", CASE_1, "--number", "R8-1-000001", "--out", str(out)
    )
    assert (code, Path(told.strip())) == (0, out)


def test_a_number_that_the_case_does_not_have_is_refused(tried, tmp_path):
    code, _, err = tried.run(
        "export", CASE_1, "--number", "R8-1-000009", "--out", str(tmp_path / "x")
    )
    assert code == 65
    assert "R8-1-000009" in err
    assert not list(tmp_path.glob("x*"))
