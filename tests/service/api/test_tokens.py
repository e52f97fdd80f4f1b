"""`notices token`: made, shown once, listed, revoked."""

import json
import re

import pytest

from notices.access import token_hash
from notices.site import Site
from tests.site.conftest import desk

__all__ = ["desk"]


def test_a_token_is_printed_once_alone_on_its_line(desk):
    code, out, err = desk.run("token", "cms", "--scope", "prepare,send,read")
    assert code == 0
    assert re.fullmatch(r"[A-Za-z0-9_.-]{32,}\n", out)
    assert out.strip() not in err
    assert "prepare,send,read" in err
    for words in (("list",), ("list", "--json")):
        _, listed, _ = desk.run("token", *words)
        assert out.strip() not in listed
        assert "cms" in listed


def test_what_is_kept_of_a_token_is_its_hash(desk):
    _, out, _ = desk.run("token", "cms", "--scope", "read")
    with Site.open(desk.home) as site:
        found = site.rooms.access.stored_tokens.find(token_hash(out.strip()))
        assert found is not None
        assert found.name == "cms"
        leaves = b"".join(site.parts.store.ledger.events())
    files = b"".join(
        path.read_bytes() for path in desk.home.iterdir() if path.is_file()
    )
    assert out.strip().encode() not in files + leaves
    assert b'"event":"token_made"' in leaves


def test_a_token_ends_on_its_day_in_japan(desk):
    _, made = desk.json("token", "cms", "--scope", "read", "--expires", "2099-03-31")
    assert made["expires_at"] == "2099-04-01T00:00:00+09:00"
    assert len(made["token"]) >= 32
    _, made = desk.json("token", "cms", "--scope", "read", "--expires", "30")
    assert made["live"]


def test_a_token_is_revoked_by_its_id_or_all_by_their_name(desk):
    ids = [desk.json("token", "cms", "--scope", "read")[1]["id"] for _ in range(3)]
    _, revoked = desk.json("token", "revoke", ids[1])
    assert [one["id"] for one in revoked] == [ids[1]]
    _, revoked = desk.json("token", "revoke", "cms")
    assert [one["id"] for one in revoked] == [ids[0], ids[2]]
    assert desk.run("token", "revoke", "cms")[0] == 0
    _, listed = desk.json("token", "list")
    assert [one["live"] for one in listed] == [False] * 3
    assert all(one["revoked_at"] for one in listed)


def test_a_case_system_may_be_called_like_a_word_of_the_command(desk):
    code, _, _ = desk.run("token", "new", "list", "--scope", "read")
    assert code == 0
    assert desk.json("token", "list")[1][0]["name"] == "list"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("cms",), 2),
        (("cms", "--scope", "approve"), 65),
        (("cms", "--scope", ""), 65),
        (("a b", "--scope", "read"), 65),
        (("-x", "--scope", "read"), 2),
        (("x" * 41, "--scope", "read"), 65),
        (("cms", "--scope", "read", "--expires", "yesterday"), 65),
        (("cms", "--scope", "read", "--expires", "2020-01-01"), 65),
        (("revoke", "nobody"), 65),
    ],
)
def test_what_is_wrong_is_told_and_makes_none(words, code, desk):
    assert desk.run("token", *words)[0] == code
    assert desk.json("token", "list")[1] == []


def test_what_was_made_of_tokens_is_still_whole(desk):
    desk.run("token", "cms", "--scope", "read")
    desk.run("token", "revoke", "cms")
    code, out, _ = desk.run("ledger", "verify", "--json")
    assert (code, json.loads(out)["faults"]) == (0, [])
