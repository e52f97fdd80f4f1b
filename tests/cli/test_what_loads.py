"""A command loads what it uses: the start is most of what a short command takes."""

import subprocess
import sys

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from notices.addresses import address_fault
from notices.grammar import mailbox_fault

LOADED = """
import sys
from notices.cli import run
code = run(sys.argv[2:])
heavy = set(sys.argv[1].split(","))
print(code, sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
HEAVY = (
    "pyhanko,aiohttp,pikepdf,reportlab,jinja2,email_validator,"
    "notices.statistics.counting,notices.verifying.cms.signed_data"
)


@pytest.mark.parametrize(
    "words",
    [("list",), ("cases",), ("due",), ("case", "NOT-THERE-1")],
    ids=lambda words: words[0],
)
def test_what_only_looks_loads_nothing_that_signs_draws_or_counts(desk, words):
    done = subprocess.run(
        [sys.executable, "-c", LOADED, HEAVY, *words, "--site", str(desk.home)],
        capture_output=True,
        check=True,
        text=True,
    )
    *_, told = done.stderr.splitlines()
    assert told in {"0 []", "65 []"}, done.stderr


READERS = (
    "aiosmtplib,imaplib,asn1crypto,notices.inbox.reports,notices.site.disposal.disposer,"
    # a mail on record was read long ago
    "notices.inbox.classifying,notices.inbox.reading.failure_words,"
    # a table that names what only PostgreSQL knows loads its dialects everywhere
    "sqlalchemy.dialects.postgresql"
)


def test_what_shows_loads_nothing_that_reads_mail_or_disposes(desk):
    number = "IHC-2026-004217"
    told = [
        subprocess.run(
            [sys.executable, "-c", LOADED, READERS, *words, "--site", str(desk.home)],
            capture_output=True,
            check=True,
            text=True,
        )
        for words in (
            ("prepare", number),
            ("show", number),
            ("ledger", "prove", number),
        )
    ]
    assert "ledger: " in told[1].stdout
    for shown in told[1:]:
        assert shown.stderr.splitlines()[-1] == "0 []", shown.stderr


LABELS = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,6}[A-Za-z0-9])?", fullmatch=True)
ENDS = st.sampled_from(
    [
        "jp",
        "com",
        "NET",
        "org",
        "co.jp",
        "test",
        "example",
        "local",
        "localhost",
        "onion",
        "arpa",
        "invalid",
    ]
) | st.from_regex(r"[a-z]{2,3}", fullmatch=True)


@given(st.lists(LABELS, min_size=1, max_size=4), ENDS)
def test_the_short_way_says_what_the_library_says(labels, end):
    mailbox = f"abuse@{'.'.join(labels)}.{end}"
    try:
        validate_email(mailbox, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        assert address_fault(mailbox) is not None
    else:
        assert address_fault(mailbox) == mailbox_fault(mailbox)
