"""The law: what `check` accepts can be prepared, and print leads back to it."""

import json
from collections import Counter

import hypothesis
import pytest
from hypothesis import HealthCheck, given, settings

from notices import Site, read_judgment
from notices.codec import load_examples
from notices.delivery import State
from notices.site.starting import start_site
from tests.letters.judgments import assert_leads_back, judged, names, places, urls
from tests.site.conftest import CASE_1

OUTCOMES: Counter[str] = Counter()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("law") / "site"
    start_site(home)
    path = home / "notices.toml"
    text = path.read_text("utf-8").replace("attachments = []", 'attachments = ["docx"]')
    path.write_text(text, "utf-8")
    with Site.open(home) as opened:
        yield opened


def holds(site, place, url, name, words):
    """The law for one judgment; prepared means: our verifier and openssl accepted."""
    OUTCOMES["tried"] += 1
    judgment = judged(f"LAW-{OUTCOMES['tried']}", place, url, name, words)
    if judgment is None:
        return
    OUTCOMES["accepted"] += 1
    number = site.prepare(judgment).number
    letter = site.parts.store.artifact(number, "letter.txt").decode()
    assert_leads_back(letter, url=url, name=name, times=3 + bool(place))


LAW = settings(  # most of what is generated must be accepted, or it shows little
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)


@settings(LAW, max_examples=10)
@given(place=places, url=urls, name=names, words=names)
def test_law_what_check_accepts_is_prepared(site, place, url, name, words):
    holds(site, place, url, name, words)


@settings(LAW, max_examples=10)
@given(place=places, url=urls, name=names, words=names)
def law_over_ten_judgments(site, place, url, name, words):
    holds(site, place, url, name, words)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(30))
def test_law_over_many_judgments(seed, laws_seed, site):
    tried = OUTCOMES["tried"]
    hypothesis.seed(laws_seed + seed)(law_over_ten_judgments)(site=site)
    assert OUTCOMES["tried"] >= tried + 10


@pytest.mark.parametrize(
    "words", ["長" * 50_000, "。" * 50_000, "&" * 50_000, "가" * 50_000]
)
def test_the_longest_reasons_are_prepared(site, words):
    """One word thousands of times packs better than our own reader believes."""
    before = OUTCOMES["accepted"]
    holds(site, [], "https://board.example.jp/1", "見本", words)
    assert OUTCOMES["accepted"] == before + 1


@pytest.mark.torture
def test_a_hundred_of_the_longest_urls_are_prepared(site):
    data = json.loads(load_examples()[f"{CASE_1}.json"])
    data["case_id"] = "LAW-LONG"
    data["target"]["urls"] = [
        f"https://{count}.example/{rest}"
        for count in range(50)
        for rest in ("&" * 7970, "가" * 880)
    ]
    data["ladder"][0]["language"] = "ja+en"
    for name in ("content", "content_en", "reason", "reason_en"):
        data[name] = "&가" * 25_000
    text = json.dumps(data, ensure_ascii=False)
    assert site.prepare(read_judgment(text)).state is State.HELD
