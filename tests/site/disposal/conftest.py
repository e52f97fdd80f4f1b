"""A site in which a case was asked for, answered, and closed."""

import json
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest

from notices.site import Site
from tests.site.conftest import CASE_1, CASE_2_ABROAD, Desk, desk, received

__all__ = ["desk", "received"]

NEVER_SAID = "返信の本文はここにある"
CLOSED_FOR = "対応が済んだため www.board.example.jp"
SEEN = "掲示板の3頁目に残っている"


@dataclass
class Life:
    """What was said in a case, to be looked for afterwards."""

    desk: Desk
    texts: set[str] = field(default_factory=set)
    windows: set[bytes] = field(default_factory=set)

    @property
    def octets(self):
        """Everything that must not be found any more."""
        return {text.encode() for text in self.texts} | self.windows

    def found(self, data):
        return sorted(each for each in self.octets if each in data)


def windows_of(octets):
    """Short parts of a document, from all over it: it does not lie in one piece."""
    step = max(24, len(octets) // 60)
    return {octets[place : place + 24] for place in range(0, len(octets) - 24, step)}


def texts_of(value):
    """What a judgment says in words: texts, addresses, mailboxes, names."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, str) and (len(value) > 12 or not value.isascii()):
        yield value


def lived(desk, inbox=None):
    """Send two cases; tell, answer and close the first."""
    assert desk.run("send", CASE_1, CASE_2_ABROAD)[0] == 0
    life = Life(desk, {NEVER_SAID, CLOSED_FOR, SEEN})
    with Site.open(desk.home) as site:
        store = site.parts.store
        [mine], [other] = store.find(CASE_1), store.find(CASE_2_ABROAD)
        both = [
            [
                store.artifact(each.number, name)
                for name in store.artifact_names(each.number)
            ]
            for each in (mine, other)
        ]
        life.windows = set().union(*map(windows_of, both[0]))
        kept = b"".join(both[1]) + store.judgment(other.number).encode()
        judgment = json.loads(store.judgment(mine.number))
        life.texts |= {*texts_of(judgment), mine.envelope.forward_path}
        life.windows -= {each for each in life.windows if each in kept}
        life.texts -= {each for each in life.texts if each.encode() in kept}
        answered = mine.message_id
    # ids, days and words of the catalogue stay: they are in the ledger
    life.texts -= {CASE_1, judgment["category"], judgment["source"]}
    life.texts = {each for each in life.texts if not each[:4].isdigit()}
    if inbox is not None:
        reply = EmailMessage()
        reply["From"], reply["To"] = (
            "admin@board.example.jp",
            "notice@hotline.example.jp",
        )
        reply["Message-ID"], reply["In-Reply-To"] = "<a1@board.example.jp>", answered
        reply["Subject"] = f"Re: {mine.number}"
        reply.set_content(f"{NEVER_SAID}\n削除しました\n", cte="8bit")
        (inbox / "1.host").write_bytes(reply.as_bytes())
        assert desk.run("inbox")[0] == 0
    assert desk.run("look", CASE_1, "--outcome", "still_there", "--note", SEEN)[0] == 0
    assert desk.run("close", CASE_1, "--reason", CLOSED_FOR)[0] == 0
    return life


@pytest.fixture
def inbox(desk):
    """The site's Maildir for all that comes in."""
    for place in ("new", "cur", "tmp"):
        (desk.home / "inbox" / place).mkdir(parents=True)
    desk.set("url", '"maildir:inbox"', section="inbox")
    desk.set("mailbox", '"archive@hotline.example.jp"', section="archive")
    return desk.home / "inbox" / "new"


@pytest.fixture
def life(desk, received, inbox):
    return lived(desk, inbox)
