"""`notices inbox` over a Maildir of hostile mails, as an operator meets them."""

import os

from tests.inbox.hostile import ALL
from tests.inbox.sample import ENVID, MESSAGE_ID, NUMBER, TO
from tests.inbox.test_commands import inbox, make_doubt, report_on, told
from tests.inbox.test_hostile import NAMES
from tests.site.conftest import CASE_1, CASE_2_ABROAD, desk, received

__all__ = ["desk", "inbox", "received"]


def about(notice, octets):
    """The hostile mail with the ids of a notice that was sent indeed."""
    for sample, own in (
        (MESSAGE_ID.encode(), notice["message_id"].encode()),
        (ENVID.encode(), notice["envid"].encode()),
        (NUMBER.encode(), notice["number"].encode()),
        (TO.encode(), notice["mailbox"].encode()),
    ):
        octets = octets.replace(sample, own)
    return octets


def test_all_of_them_are_read_and_change_nothing(desk, received, inbox):
    desk.run("send", CASE_1)
    make_doubt(desk, CASE_2_ABROAD)
    before = desk.json("list")[1]
    of_whom = [told(desk, CASE_1)["notice"], told(desk, CASE_2_ABROAD)["notice"]]
    for index, make in enumerate(ALL.values()):
        octets = make()
        for notice in of_whom if len(octets) < 100_000 else of_whom[:1]:
            name = f"{index:03}.{notice['number']}.host"
            (inbox / name).write_bytes(about(notice, octets))
    for name in NAMES:
        (inbox / os.fsdecode(name)).write_bytes(b"From: " + name + b"\r\n\r\nx\r\n")
    code, out, err = desk.run("inbox")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > len(ALL)
    assert all(sign.isprintable() or sign == "\n" for sign in out)
    assert 0 < out.count("left unread") <= len(list(inbox.iterdir()))
    assert desk.json("inbox") == (0, [])
    after = desk.json("list")[1]
    assert [row["state"] for row in after] == [row["state"] for row in before]
    assert desk.run("ledger", "verify")[0] == 0
    assert desk.run("show", CASE_1)[0] == 0
    (inbox / "1.a.host").write_bytes(report_on(told(desk, CASE_2_ABROAD)))
    assert desk.json("inbox")[1][0]["state"] == "delivered", "a true one still counts"
