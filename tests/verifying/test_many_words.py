"""Looked for all at once is what is looked for one by one, and costs a hostile mail little."""

import json
import random

import pytest

from notices.report import Verdict
from notices.verifying import content
from notices.verifying.content import Flowed, comparing
from tests.effort import effort
from tests.verifier_js.agreement import both
from tests.verifying.genuine import NUMBER, TEXT, Mail, notice_json
from tests.verifying.pki import JUDGED_AT, world

SIGNS = "aab.,)\"'　 \n"


@pytest.mark.parametrize("seed", range(300))
def test_both_ways_find_the_same(seed, monkeypatch):
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    text = "".join(chance.choices(SIGNS, k=chance.randrange(60)))
    wanted = {"".join(chance.choices("aab.,\"'", k=n)) for n in range(1, 9)}
    one_by_one = Flowed(text).standing(wanted)
    monkeypatch.setattr(comparing, "are_few", lambda *_: False)
    assert Flowed(text).standing(wanted) == one_by_one


def lines(text: str) -> str:
    return "\n".join(text[at : at + 900] for at in range(0, len(text), 900))


def with_urls(urls: list[str], text: str) -> Mail:
    text = TEXT.format(number=NUMBER, urls=text)
    return Mail(world(), notice=notice_json(urls=urls), text=text)


def nearly() -> Mail:
    """All alike but for their ends, and in the other order: 3 s for each of two checks."""
    urls = [f"http://e.jp/{'a' * 3884}{one:04}" for one in range(1_000)]
    return with_urls(urls, "\n".join(map(lines, reversed(urls))))


def with_addresses(text: str, addresses: list[str]) -> Mail:
    notice = json.loads(notice_json()) | {"ip_addresses": addresses}
    return Mail(world(), text=text, notice=json.dumps(notice).encode())


HOSTILE = {
    "urls that nearly stand everywhere": nearly,
    "urls that may begin everywhere": lambda: with_urls(
        [f"{'a' * 3000}{one:04}" for one in range(1_000)], lines("a " * 1_900_000)
    ),
    "urls within urls": lambda: with_urls(
        ["a" * one for one in range(1, 1_000)] + ["b"],
        lines("aaaaaaaaaaaaaaab c " * 190_000),
    ),
    "a sentence that never ends": lambda: with_urls(
        [f"http://e.jp/{'.' * one}" for one in range(1_000)],
        lines("http://e.jp/" + "." * 3_000_000),
    ),
    "a host of two million letters": lambda: with_urls(
        [f"http://{'ä' * 1_900_000}/"], "none"
    ),
    "one address, over and over": lambda: with_addresses(
        TEXT.format(
            number=NUMBER,
            urls=f"https://board.example/thread/1?res=5\n{lines('1.2.3.4 ' * 400_000)}",
        ),
        ["1.2.3.4"],
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_many_words_in_a_long_text_cost_little(name):
    data = HOSTILE[name]().build()
    with effort(10_000_000) as spent:
        report = both(data, trust=[world().root.pem], at=JUDGED_AT)
    assert report.verdict is Verdict.TOTAL_FAILED
    # 7 s before; a busy machine is some times slower
    assert spent.seconds < 5


def test_words_of_its_own_are_still_named_first():
    text = Flowed("http://a.example/ and http://b.example/x")
    urls = ("http://a.example/", "http://b.example/", "http://c.example/")
    assert text.first_missing(urls) == "http://b.example/"
    assert content.are_few("a" * 1_000, set(urls))
