"""Whoever approves sees what he signs: nothing else is put before him."""

from hashlib import sha256

import pytest

from notices.cli import run
from notices.delivery import State
from notices.errors import EvidenceBroken
from tests.site.approval.test_doors import drafted, raw
from tests.site.approval.test_people import key_file
from tests.site.conftest import CASE_1


def put_instead(desk, number, name, content):
    """Whoever has the database lets another document be read, and no trigger tells."""
    with raw(desk) as connection, connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(
            "UPDATE artifacts SET content = ?, sha256 = ? WHERE number = ? AND name = ?",
            [content, sha256(content).hexdigest(), number, name],
        )


@pytest.mark.parametrize("name", ["letter.txt", "notice.json", "letter.unsigned.pdf"])
def test_another_document_in_its_place_is_not_shown(wanting, opened, name):
    with opened() as site:
        number = drafted(site).number
    put_instead(wanting, number, name, b'{"urls":["https://other.example.jp/"]}')
    with opened() as site:
        desk = site.rooms.approvals.desk
        show = desk.marked_letter if name.endswith(".pdf") else desk.shown
        with pytest.raises(EvidenceBroken, match=name):
            show(number)


def test_nor_is_it_approved_by_the_command(wanting, opened, checker, tmp_path):
    with opened() as site:
        number = drafted(site).number
    put_instead(wanting, number, "letter.txt", "何もない".encode())
    words = ["--as", checker.person, "--key", f"pkcs12:{key_file(tmp_path, checker)}"]
    code = run(["approve", CASE_1, *words, "--yes", "--site", str(wanting.home)])
    told = wanting.capsys.readouterr()
    assert code != 0
    assert "何もない" not in told.out
    assert "letter.txt" in told.err + told.out
    with opened() as site:
        assert site.parts.approvals.of(number) == ()
        assert site.parts.store.get(number).state is State.DRAFTED


def test_the_recipient_shown_is_the_one_approved(wanting, opened):
    with opened() as site:
        number = drafted(site).number
    with raw(wanting) as connection, connection:
        for name in ("deliveries_frozen", "notices_update"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE deliveries SET forward_path = 'shown@other.example.jp'"
        )
        connection.execute("UPDATE notices SET recipient_name = '別の窓口'")
    with opened() as site:
        shown = site.rooms.approvals.desk.shown(number)
        assert shown.approved.recipient.mailbox == "abuse@board.example.jp"
        assert shown.approved.recipient.name != "別の窓口"
