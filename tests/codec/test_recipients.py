"""The directory of providers."""

import pytest

from notices.codec import read_recipients
from notices.errors import ConfigError
from notices.judgment import Language, Rung

GOOD = """\
# providers that we write to often
[board-example]
name = "みほん掲示板運営事務局"
mailboxes = ["abuse@board.example.jp", "info@board.example.jp"]

["example.test"]
name = "Example, Inc."
mailboxes = ["abuse@example.test"]
role = "server_administrator"
language = "ja+en"
channel = "smtp"
attachments = ["docx"]
urls_per_notice = 10
country = "US"
is_person = false
"""


def test_entries_are_read_with_all_their_keys() -> None:
    entries = read_recipients(GOOD, "recipients.toml")
    assert list(entries) == ["board-example", "example.test"]
    entry = entries["example.test"]
    assert entry.role is Rung.SERVER_ADMINISTRATOR
    assert entry.language is Language.BILINGUAL
    assert (entry.urls_per_notice, entry.country) == (10, "US")


@pytest.mark.parametrize(
    ("extra", "line", "word"),
    [
        ('fax = "03"', 16, "unknown"),
        ('channel = "webform"', 11, "webform"),
        ("urls_per_notice = 0", 13, "from 1"),
        ("urls_per_notice = true", 13, "whole number"),
        ('country = "UK"', 14, "ISO 3166"),
        ('language = "en"', 10, "ja"),
        ("role = 1", 9, "board_administrator"),
        ('attachments = ["zip"]', 12, "docx"),
        ("is_person = 1", 15, "true or false"),
        ('mailboxes = "abuse@example.test"', 8, "list"),
        ("mailboxes = []", 8, "list"),
        ('mailboxes = ["a@b.example, c@d.example"]', 8, "one address"),
        ('name = ""', 7, "text"),
        ('name = "\\u200B\u3000"', 7, "text"),
        ('name = "a\\nb"', 7, "one line"),
    ],
)
def test_a_fault_is_named_with_file_and_line(extra: str, line: int, word: str) -> None:
    lines = GOOD.splitlines()
    lines[line - 1 : line] = [extra]
    text = "\n".join(lines)
    with pytest.raises(ConfigError) as wrong:
        read_recipients(text, "recipients.toml")
    (fault,) = wrong.value.faults
    assert fault.path == f"recipients.toml:{line}"
    assert word in fault.message


def test_faults_of_shape_and_of_values_come_at_once() -> None:
    text = GOOD.replace('"abuse@test"', "1").replace('"US"', '"UK"')
    text = text.replace("is_person = false", 'is_person = "no"\nfax = "03"')
    with pytest.raises(ConfigError) as wrong:
        read_recipients(text, "r.toml")
    assert [fault.path for fault in wrong.value.faults] == [
        "r.toml:14",
        "r.toml:15",
        "r.toml:16",
    ]
    assert str(wrong.value.faults[1]) == (
        'r.toml:15: ["example.test"].is_person must be true or false'
    )


def test_nothing_is_said_about_a_pair_of_which_one_cannot_be_read() -> None:
    text = GOOD.replace('"smtp"', '"webform"\nform_url = 1')
    with pytest.raises(ConfigError) as wrong:
        read_recipients(text, "r.toml")
    assert [fault.path for fault in wrong.value.faults] == ["r.toml:12"]


def test_missing_keys_are_named_at_the_table() -> None:
    with pytest.raises(ConfigError) as wrong:
        read_recipients('\n[mihon]\ncountry = "JP"\n', "r.toml")
    assert [fault.path for fault in wrong.value.faults] == ["r.toml:2", "r.toml:2"]


@pytest.mark.parametrize(
    "text",
    ["[", "a = 1", "[a]\nname = 1\nname = 2", "a = " + "[" * 9999, "a = " + "1" * 9999],
)
def test_what_is_no_directory_is_a_fault_of_configuration(text: str) -> None:
    with pytest.raises(ConfigError, match=r"r\.toml"):
        read_recipients(text, "r.toml")
