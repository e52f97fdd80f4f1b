"""`notices.toml`: all faults at once, each with its line."""

from dataclasses import fields
from pathlib import Path

import pytest

from notices.config import SECTIONS, is_loopback, load_config, number_text, parse_config
from notices.errors import ConfigError

SAMPLE = Path(__file__).parents[2] / "notices.toml"


def faults_of(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_config(text, Path("n.toml"))
    return [str(fault) for fault in caught.value.faults]


def sample(*changes: tuple[str, str]) -> str:
    text = SAMPLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, start: str) -> int:
    return next(
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line.startswith(start)
    )


def test_the_shipped_file_loads_from_its_folder_and_by_name():
    assert load_config(SAMPLE) == load_config(SAMPLE.parent)


def test_the_shipped_file_names_every_key_and_comments_it():
    text = SAMPLE.read_text(encoding="utf-8")
    for section, kind in SECTIONS.items():
        body = text.split(f"[{section}]", 1)[1].split("\n[", 1)[0]
        assert "#" in body
        for item in fields(kind):
            assert f"\n{item.name} = " in body, f"{section}.{item.name}"


def test_all_faults_come_at_once_each_with_its_line():
    text = (
        sample(("port = 2525", "port = true\nprot = 25"), ('host = "127.0.0.1"\n', ""))
        + "\n[colour]\nx = 1\n"
    )
    found = faults_of(text)
    assert f"n.toml:{line_of(text, 'prot')}: unknown key prot in [smtp]" in found[1]
    assert any("smtp.host is missing" in fault for fault in found)
    assert any("smtp.port must be a whole number" in fault for fault in found)
    assert f"n.toml:{line_of(text, '[colour]')}: unknown section" in found[0]
    assert len(found) == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('security = "starttls"', 'security = "optional"'), "must be one of"),
        (("attachments = []", 'attachments = ["exe"]'), "unknown attachment exe"),
        (("{serial:06d}", "{serial:06d"), "numbering.pattern"),
        (("-{serial:06d}", ""), "must hold {serial}"),
        (("-{serial:06d}", "号{serial}"), "letters, digits"),
        (('pdf_level = "B-B"', 'pdf_level = "B-T"'), "needs timestamp_urls"),
        (('username = ""', 'username = "u"'), "needs password_file"),
        (("port = 2525", "port = 70000"), "1 to 65535"),
        (("voluntary_note = true", 'voluntary_note = "yes"'), "true or false"),
        (("trust = [", "trust = [1, "), "list of texts"),
    ],
)
def test_a_wrong_value_is_named(change, words):
    assert any(words in fault for fault in faults_of(sample(change)))


def test_mail_without_tls_is_for_loopback_only():
    text = sample(('"starttls"\nusername', '"none"\nusername'))
    assert parse_config(text, Path("n.toml")).smtp.security == "none"
    away = text.replace('host = "127.0.0.1"', 'host = "relay.example.jp"')
    assert any("loopback only" in fault for fault in faults_of(away))


@pytest.mark.parametrize("text", ["[center", "\x00", "center = 1"])
def test_what_is_no_site_file_is_a_configuration_error(text):
    with pytest.raises(ConfigError):
        parse_config(text, Path("n.toml"))


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="does not exist") as caught:
        load_config(tmp_path)
    assert "notices init" in caught.value.hint


def test_numbers_follow_the_pattern():
    pattern = "{era}{era_year}-{form}-{serial:06d}"
    assert number_text(pattern, year=2026, form_digit=2, serial=124) == "R8-2-000124"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("localhost", True),
        ("::1", True),
        ("127.0.0.1.example", False),
        ("relay.example.jp", False),
        ("192.0.2.1", False),
    ],
)
def test_loopback_is_what_never_leaves_the_machine(host, local):
    assert is_loopback(host) is local
