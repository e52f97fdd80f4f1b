"""A checkpoint from before an authority was configured is stamped when one is.

On an unchanged log it stayed without for ever. openssl judges the stamp.
"""

import subprocess

import pytest

from notices import Site
from tests.programs import require_program
from tests.signing.site_authority import equip
from tests.site.conftest import CASE_1


@pytest.fixture
def unstamped(desk, authority, tmp_path):
    """A site whose newest checkpoint has no stamp, and that knows an authority now."""
    equip(desk, authority)
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_1))
    code, told = desk.json("ledger", "checkpoint", "--out", str(tmp_path / "before"))
    assert (code, told["time_stamped"]) == (0, False)
    equip(desk, authority, "p256", authority.tsa_url)
    return tmp_path


def test_it_is_stamped_and_stays_the_same_note(desk, authority, unstamped):
    out = unstamped / "after"
    code, told = desk.json("ledger", "checkpoint", "--out", str(out))
    assert (code, told["time_stamped"]) == (0, True)
    assert out.read_bytes() == (unstamped / "before").read_bytes()
    openssl = require_program("openssl")
    judged = subprocess.run(
        [openssl, "ts", "-verify", "-data", out, "-in", f"{out}.tst", "-token_in",
         "-CAfile", desk.home / "roots.pem"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert b"Verification: OK" in judged.stdout + judged.stderr


def test_the_stamp_is_kept_and_nobody_is_asked_again(desk, authority, unstamped):
    first, again = unstamped / "first", unstamped / "again"
    desk.run("ledger", "checkpoint", "--out", str(first))
    authority.asked.clear()
    desk.run("ledger", "checkpoint", "--out", str(again))
    stamps = [one.with_name(f"{one.name}.tst").read_bytes() for one in (first, again)]
    assert stamps[0] == stamps[1]
    assert not [path for path in authority.asked if "/tsa/" in path]
    with Site.open(desk.home) as site:
        [issued] = site.parts.store.ledger.issued()
    assert issued.time_stamp == stamps[0]


def test_without_an_answer_nothing_is_claimed(desk, authority, unstamped):
    equip(desk, authority, "p256", "http://127.0.0.1:9/tsa")
    code, told = desk.json("ledger", "checkpoint")
    assert (code, told["error"]["code"]) == (75, "timestamp-unavailable")
