"""Judgments with words that nobody would write, for the law of print."""

import json
import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from hypothesis import strategies as st

from notices import grammar, read_judgment
from notices.catalogue import CheckedJudgment
from notices.codec import load_examples
from notices.errors import InvalidJudgment

EXAMPLE = "IHC-2026-004217"
ODD = (
    "가힣渡邉\U000e0101葛\U000e0100か\u3099\ufa19\ufa1b\u00a0\u3000\u200d\ufe0f\u202e\u2066"
    "\u2800สวัשלمثا😀👨ﾐﾎﾝß\u03c2İıſ𠮷𠀋\u0301\ue000\U000f0000\ufffe\ud7ff〔U+0041〕<&>{}"
    "\\'\"%[.]hxxp"
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
places = st.lists(
    st.sampled_from(["board_name", "thread", "post_number", "poster_id"]),
    unique=True,
    max_size=4,
)


def judged(
    case_id: str, place: Sequence[str], url: str, name: str, words: str
) -> CheckedJudgment | None:
    """The example case with these words; None if `check` does not accept it."""
    data = json.loads(load_examples()[f"{EXAMPLE}.json"])
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


def assert_leads_back(letter: str, *, url: str, name: str, times: int) -> None:
    """The printed text has the URL to be pasted, and the name so many times."""
    printed = re.search(r"^ *URL[:：] *([!-~]+)", letter, re.MULTILINE)
    assert printed, letter
    assert_same_page(url, printed[1])
    assert read_back(letter).count(squeezed(name)) >= times, (name, letter)


def assert_same_page(url: str, address: str) -> None:
    """The printed address asks for what was judged."""
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
        labels = map(_unicode_label, pasted.netloc.split("."))
        assert _folded(".".join(labels)) == _folded(judged_parts.netloc)


def read_back(text: str) -> str:
    """The text with what was spelt out as it was, without white space."""
    marks = re.compile("〔U\\+([0-9A-F]+)〕")
    return squeezed(marks.sub(lambda mark: chr(int(mark[1], 16)), text))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _unicode_label(label: str) -> str:
    """RFC 3492, by Python's own codec; a port is no part of a label."""
    name, colon, port = label.partition(":")
    if name.startswith("xn--"):
        name = name.removeprefix("xn--").encode().decode("punycode")
    return f"{name}{colon}{port}"


def _folded(text: str) -> str:
    """NFKC_Casefold in short (UTS #46, 4), without what is ignorable."""
    text = re.sub("[。．｡]", ".", text)
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return text.replace("\u00ad", "").replace("\u200b", "")
