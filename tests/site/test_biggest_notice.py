"""The longest that a judgment may be is sent, and every reader of it reads it."""

import json
from email import message_from_bytes

import pytest

from notices import Site, grammar, read_judgment, verify
from notices.codec import load_schema, notice_faults
from notices.codec.notice_shape import MAX_NOTICE_JSON
from notices.codec.parsing import MAX_BYTES
from notices.report import CheckStatus, Verdict
from notices.rules import texts
from notices.site.database.copies import LARGEST, read_copy
from notices.site.starting import start_site
from tests.site.conftest import CASE_2_ABROAD
from tests.vectors.places import PAGE

OURS = "notice@hotline.example.jp"
WIDE = "\U0001f600"
"""Four octets a character; a judgment's texts are counted in characters."""


def longest(example):
    """The example for abroad, in two languages, each of its lists and texts full."""
    judgment = json.loads(example.read_text("utf-8"))
    for name in ("content", "reason", "content_en", "reason_en"):
        judgment[name] = WIDE * 50_000
    start = "https://example.jp/"
    judgment["target"]["urls"] = [
        # a quotation mark takes two octets in JSON
        f"{start}{index:03d}" + '"' * (grammar.MAX_URL - len(start) - 3)
        for index in range(texts.MAX_URLS)
    ]
    judgment["target"]["locator"]["file_names"] = [WIDE * 300] * texts.MAX_ITEMS
    return json.dumps(judgment, ensure_ascii=False)


@pytest.fixture(scope="module")
def mail(tmp_path_factory):
    """The signed mail, and the root that its signer comes from."""
    home = tmp_path_factory.mktemp("biggest") / "site"
    start_site(home)
    example = home / "cases" / f"{CASE_2_ABROAD}.json"
    with Site.open(home) as site:
        number = site.prepare(read_judgment(longest(example))).number
        octets = site.parts.store.artifact(number, "message.eml")
    return octets, (home / "certs" / "example" / "root.pem").read_bytes()


@pytest.fixture(scope="module")
def machine(mail):
    [part] = [
        part
        for part in message_from_bytes(mail[0]).walk()
        if part.get_filename() == "notice.json"
    ]
    return part.get_payload(decode=True)


def test_it_is_larger_than_a_judgment_may_be_and_within_the_limit(mail, machine):
    assert MAX_BYTES < len(machine) < MAX_NOTICE_JSON
    assert len(mail[0]) < LARGEST


def test_the_verifier_reads_it(mail, machine):
    octets, root = mail
    assert verify(octets, trust=[root]).verdict is Verdict.TOTAL_PASSED
    [form, _] = verify(machine, trust=[root]).findings
    assert (form.id, form.status) == ("N01", CheckStatus.PASSED), form.detail
    assert notice_faults(machine) == []


def test_as_a_copy_in_the_archive_it_is_one_of_ours(mail, machine):
    """One that is not recognised would put no site on hold that lost it."""
    copy = read_copy(mail[0], OURS)
    assert copy is not None
    assert copy.document == json.loads(machine)


def test_what_every_field_may_hold_is_below_the_limit():
    """Escaped as long as JSON can: six octets a control character."""
    escaped = (
        4 * 50_000 * 6
        + texts.MAX_URLS * grammar.MAX_URL * 2
        + (texts.MAX_ITEMS + 4) * 300 * 4
        + texts.MAX_ITEMS * 50
        + texts.MAX_STATUTES * 1000
    )
    assert escaped + 20_000 < MAX_NOTICE_JSON


def test_page_and_schema_tell_the_limit():
    told = f"{MAX_NOTICE_JSON:,}"
    page = PAGE.read_text("utf-8")
    assert f"`notice.json` up to {told}" in page
    assert f"| `notice.json`; XARF report | {told};" in page
    assert told in json.loads(load_schema("notice"))["description"]
