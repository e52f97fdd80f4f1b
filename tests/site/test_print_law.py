"""The law: what `check` accepts can be prepared, and print leads back to it."""

import json
import re
import unicodedata
from collections import Counter
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices import Site, grammar, read_judgment
from notices.codec import load_examples
from notices.delivery import State
from notices.errors import InvalidJudgment
from notices.site.starting import start_site
from tests.site.conftest import CASE_1

OUTCOMES: Counter[str] = Counter()
ODD = (
    "가힣渡邉\U000e0101か\u3099\ufa19\ufa1b\u00a0\u3000\u200d\ufe0f\u202e\u2066\u2800"
    "สวัשלمثا😀👨ﾐﾎﾝß\u03c2İıſ𠮷𠀋\u0301\ue000\ufffe\ud7ff〔U+0041〕<&>{}\\'\"%[.]hxxp"
)
anything = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(ODD))
names = st.text(anything, min_size=1, max_size=40).filter(
    lambda text: grammar.name_fault(text) is None
)
rests = st.text(
    st.one_of(anything, st.sampled_from("/?#&=+%@:;,.~-_()[]<>|^`")), max_size=60
)
hosts = st.text(
    st.one_of(
        st.characters(categories=["Ll", "Lu", "Lo", "Lm", "Nd", "So", "Sm", "Mn"]),
        st.sampled_from("abzAZ09-_.。．ßςİ日本語คאبㅎ☕ﾃｽﾄＡ"),
    ),
    min_size=1,
    max_size=70,
)
literals = st.sampled_from(["[2001:db8::1]", "[2001:DB8::7]:80", "192.0.2.7", "x:8443"])
urls = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS", "Http"]),
    st.one_of(hosts, hosts.map(lambda host: f"{host}.example:8443"), literals),
    st.sampled_from(["", "/", "?", "#"]),
    rests,
).filter(lambda url: grammar.url_fault(url) is None)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("law") / "site"
    start_site(home)
    path = home / "notices.toml"
    text = path.read_text("utf-8").replace("attachments = []", 'attachments = ["docx"]')
    path.write_text(text, "utf-8")
    with Site.open(home) as opened:
        yield opened


def judged(case_id, place, url, name, words):
    """The example case with these words; None if `check` does not accept it."""
    data = json.loads(load_examples()[f"{CASE_1}.json"])
    data["case_id"] = case_id
    data["target"]["urls"] = [url]
    data["target"]["locator"] = {**dict.fromkeys(place, name), "file_names": [name]}
    data["ladder"][0] = {**data["ladder"][0], "name": name, "recipient": ""}
    data["assessor"]["name"] = name
    data["reason"] = words
    try:
        return read_judgment(json.dumps(data))
    except InvalidJudgment:
        return None


def holds(site, place, url, name, words):
    """The law for one judgment; prepared means: our verifier and openssl accepted."""
    OUTCOMES["tried"] += 1
    judgment = judged(f"LAW-{OUTCOMES['tried']}", place, url, name, words)
    if judgment is None:
        return
    OUTCOMES["accepted"] += 1
    number = site.prepare(judgment).number
    letter = site.parts.store.artifact(number, "letter.txt").decode()
    printed = re.search(r"^ *URL: ([!-~]+)", letter, re.MULTILINE)
    assert printed, letter
    leads_back(url, printed[1])
    assert read_back(letter).count(squeezed(name)) >= 3 + bool(place), (name, letter)


def leads_back(url, address):
    judged_parts, pasted = urlsplit(url), urlsplit(address)
    assert pasted.scheme == judged_parts.scheme
    for part in ("path", "query", "fragment"):
        octets = unquote_to_bytes(getattr(pasted, part))
        assert octets == unquote_to_bytes(getattr(judged_parts, part))
    if judged_parts.netloc.isascii():
        assert pasted.netloc == judged_parts.netloc
    elif "%" in pasted.netloc:
        assert unquote(pasted.netloc) == judged_parts.netloc
    else:
        labels = map(unicode_label, pasted.netloc.split("."))
        assert folded(".".join(labels)) == folded(judged_parts.netloc)


def unicode_label(label):
    """RFC 3492, by Python's own codec; a port is no part of a label."""
    name, colon, port = label.partition(":")
    if name.startswith("xn--"):
        name = name.removeprefix("xn--").encode().decode("punycode")
    return f"{name}{colon}{port}"


def folded(text):
    """NFKC_Casefold in short (UTS #46, 4), without what is ignorable."""
    text = re.sub("[。．｡]", ".", text)
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return text.replace("\u00ad", "").replace("\u200b", "")


def read_back(text):
    marks = re.compile("〔U\\+([0-9A-F]+)〕")
    return squeezed(marks.sub(lambda mark: chr(int(mark[1], 16)), text))


def squeezed(text):
    return re.sub(r"\s", "", text)


PLACES = st.lists(
    st.sampled_from(["board_name", "thread", "post_number", "poster_id"]),
    unique=True,
    max_size=4,
)
LAW = settings(  # most of what is generated must be accepted, or it shows little
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)


@settings(LAW, max_examples=10)
@given(place=PLACES, url=urls, name=names, words=names)
def test_law_what_check_accepts_is_prepared(site, place, url, name, words):
    holds(site, place, url, name, words)


@pytest.mark.torture
@settings(LAW, max_examples=300)
@given(place=PLACES, url=urls, name=names, words=names)
def test_law_over_many_judgments(site, place, url, name, words):
    tried = OUTCOMES["tried"]
    holds(site, place, url, name, words)
    OUTCOMES["many"] += 1
    assert OUTCOMES["tried"] == tried + 1


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
