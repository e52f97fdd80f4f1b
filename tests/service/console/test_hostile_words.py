"""Words of others in every field that has room for them: they stay words on each page.

Not by looking for what is escaped: each page is read as a browser reads it, and holds no
element, attribute or address that the words brought.
"""

import copy
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from notices.approval import Role
from notices.codec import read_judgment
from notices.errors import NoticesError
from notices.service import console
from tests.service.console.conftest import CASE
from tests.service.console.test_incoming import file, mail

TEMPLATES = Path(console.__file__).with_name("templates")
WORDS = (
    "\"'><img src=x onerror=evil()><script>evil()</script>javascript:evil()//{{7*7}}"
)
OWN_TAGS = set(
    re.findall(
        r"<([a-z0-9]+)",
        "".join(each.read_text("utf-8") for each in TEMPLATES.glob("*.html")),
    )
) | {"time"}
"""Elements that our templates hold; `img` and `script` of WORDS are seen by their addresses."""
MOST_PAGES = 150


class Read(HTMLParser):
    """What is on a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        found = dict(attrs)
        self.links += [
            found[name] for name in ("href", "src", "action") if found.get(name)
        ]
        if tag == "script":
            self.scripts.append(found.get("src") or "")

    def handle_data(self, data):
        self.texts.append(data)


def strings_of(value, path=()):
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from strings_of(each, (*path, name))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from strings_of(each, (*path, place))


def changed(judgment, path):
    made = copy.deepcopy(judgment)
    *above, last = path
    place = made
    for step in above:
        place = place[step]
    place[last] += WORDS
    return made


def hostile_judgment(home):
    """Of the example, with the words wherever the program takes them."""
    judgment = json.loads((home / "cases" / f"{CASE}.json").read_text("utf-8"))
    judgment["case_id"] = "IHC-2026-666001"
    taken = []
    for path in [*strings_of(judgment)]:
        if path == ("case_id",):
            continue
        tried = changed(judgment, path)
        try:
            read_judgment(json.dumps(tried))
        except NoticesError:
            continue
        judgment = tried
        taken.append(path)
    return judgment, taken


def test_no_page_holds_what_words_of_others_would_bring(desk):
    judgment, taken = hostile_judgment(desk.home)
    assert len(taken) > 3, taken
    case_id = judgment["case_id"]
    path = desk.home / "cases" / f"{case_id}.json"
    path.write_text(json.dumps(judgment), "utf-8")
    strange = file(desk, mail("evil@shop.example", WORDS, f"{WORDS}\n"))
    with desk.opened(by="person:unyo-s") as site:
        site.prepare(site.read_case(case_id))
        site.rooms.access.links.make("shin-k", WORDS[:40], [Role.CHECKER])
        site.rooms.access.holds.hold(WORDS)
    client = desk.browser("reiji-t")
    client.get("/").raise_for_status()
    seen, waiting, shown = set(), ["/", f"/cases/{case_id}", f"/inbox/{strange}"], 0
    waiting += [f"/find?q={WORDS}", f"/cases?category={WORDS}", f"/cases?due={WORDS}"]
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code < 500, address
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        page = Read(answer.text)
        shown += "evil()" in "".join(page.texts)
        assert page.tags <= OWN_TAGS, (address, page.tags - OWN_TAGS)
        assert not {name for name in page.names if name.startswith("on")}, address
        assert page.scripts == ["/static/console.js"], address
        assert "49" not in "".join(page.texts).split(WORDS[-7:]), address
        for link in page.links:
            parts = urlsplit(html.unescape(link))
            assert not parts.scheme, (address, link)
            assert not parts.netloc, (address, link)
            assert link[:1] in "/?#", (address, link)
            if link.startswith("/") and "page" not in link:
                waiting.append(link)
    assert shown > 5
    assert len(seen) > 30
