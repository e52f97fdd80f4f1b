"""Whoever is asked about several: a no is about one of them, and nothing is lost."""

import json
import os
import subprocess
import sys

import pytest

from notices.delivery import State
from tests.site.approval.test_doors import drafted
from tests.site.approval.test_people import key_file
from tests.site.conftest import CASE_1, CASE_2_ABROAD


@pytest.fixture
def two_wait(wanting, opened, checker, tmp_path):
    key = key_file(tmp_path, checker)
    with opened() as site:
        drafted(site, CASE_1)
        drafted(site, CASE_2_ABROAD)

    def approve(typed: str, *words: str):
        command = [sys.executable, "-m", "notices", "approve", CASE_1, CASE_2_ABROAD]
        return subprocess.run(
            [*command, "--as", "reiji-t", "--key", f"pkcs12:{key}", *words],
            input=typed, capture_output=True, text=True, cwd=wanting.home,
            env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False,
        )  # fmt: skip

    return approve


def approved(opened):
    with opened() as site:
        states = site.rooms.approvals.desk.open()
    return {each.stored.key.case_id for each in states if each.newest}


def test_a_no_to_the_first_is_none_to_the_second(two_wait, opened):
    done = two_wait("n\ny\n")
    assert done.returncode == 69, done.stderr
    assert approved(opened) == {CASE_2_ABROAD}
    assert f"{CASE_1}: R8-1-000001 was not approved" in done.stderr
    assert "notices reject" in done.stderr
    assert "approved by reiji-t" in done.stdout


def test_who_stops_halfway_is_told_what_was_approved(two_wait, opened):
    done = two_wait("y\n")  # and the terminal goes away
    assert done.returncode == 130, done.stderr
    assert approved(opened) == {CASE_1}
    assert "approved by reiji-t" in done.stdout


def test_so_is_a_program(two_wait, opened):
    done = two_wait("y\n", "--json")
    assert done.returncode == 130, done.stderr
    [row] = json.loads(done.stdout)
    assert (row["case_id"], row["state"]) == (CASE_1, State.DRAFTED)
    assert approved(opened) == {CASE_1}
