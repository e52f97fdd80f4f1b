"""`notices.toml`: all faults at once, each with its line."""

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from notices.config import SECTIONS, load_config, number_text, parse_config
from notices.errors import ConfigError
from notices.grammar import is_loopback

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
    assert f"n.toml:{line_of(text, 'prot')}: smtp.prot is an unknown key" in found[2]
    assert any("smtp.host is missing" in fault for fault in found)
    assert any("smtp.port must be a whole number" in fault for fault in found)
    assert f"n.toml:{line_of(text, '[colour]')}: unknown section" in found[-1]
    assert len(found) == 4


def test_a_fault_of_shape_hides_none_of_value_in_another_section():
    text = sample(("port = 2525", "port = true"), ("-{serial:06d}", ""))
    text = text.replace('pdf_level = "B-B"', 'pdf_level = "B-T"')
    found = faults_of(text)
    assert len(found) == 3
    assert "numbering.pattern must hold {serial}" in found[0]
    assert "pdf_level B-T needs timestamp_urls" in found[1]
    assert "smtp.port must be a whole number" in found[2]


def test_nothing_is_said_by_a_rule_of_which_one_side_cannot_be_read():
    text = sample(
        ('pattern = "', "pattern = 1 # "), ('address = ""', 'address = "a@b.example"')
    )
    [fault] = faults_of(text)
    assert "numbering.pattern must be a text" in fault


def test_a_lone_text_is_a_list_of_one():
    text = sample(("attachments = []", 'attachments = "docx"'))
    assert parse_config(text, Path("n.toml")).forms.attachments == ("docx",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ('security = "starttls"', 'security = "optional"'),
            "must be 'starttls', 'tls' or 'none'",
        ),
        (
            ("attachments = []", 'attachments = ["exe"]'),
            "attachments[0] must be 'docx' or 'xarf'",
        ),
        (("{serial:06d}", "{serial:06d"), "numbering.pattern"),
        (("-{serial:06d}", ""), "must hold {serial}"),
        (("-{serial:06d}", "号{serial}"), "letters, digits"),
        (('pdf_level = "B-B"', 'pdf_level = "B-T"'), "needs timestamp_urls"),
        (("timestamp_urls = []", 'timestamp_urls = ["tsa.test"]'), "neither http://"),
        (("timestamp_urls = []", 'timestamp_urls = ["https://[::1/"]'), "no address"),
        (('proxy = ""', 'proxy = "http://[::1"'), "must be http://HOST:PORT"),
        (('proxy = ""', 'proxy = "http://127.0.0.1:70000"'), "must be http://HOST"),
        (('proxy = ""', 'proxy = "http://a:b@[::1"'), "has a user in it"),
        (("timestamp_urls = []", 'timestamp_urls = ["http://"]'), "with a host"),
        (('host = "127.0.0.1"', 'host = " "'), "smtp.host must be a host name"),
        (('host = "127.0.0.1"', 'host = "relay.test\\r\\nQUIT"'), "smtp.host must be"),
        (('local_hostname = ""', 'local_hostname = "a b"'), "local_hostname must be"),
        (('timestamps = ""', 'timestamps = "required"'), "needs timestamp_urls"),
        (("seconds = 60", "seconds = 601"), "clock_tolerance_seconds must be 0 to 600"),
        (("seconds = 60", "seconds = -1"), "clock_tolerance_seconds must be 0 to 600"),
        (("seconds = 60", "seconds = 0.5"), "must be a whole number"),
        (("max_age_hours = 0", "max_age_hours = -1"), "must not be negative"),
        (('proxy = ""', 'proxy = "https://p.test:1"'), "must be http://HOST:PORT"),
        (
            ('proxy = ""', 'proxy = "http://u:pw@p.test:1"'),
            "set signing.proxy_username",
        ),
        (
            ("timestamp_urls = []", 'timestamp_urls = ["https://u:pw@tsa.test/"]'),
            "name that in signing.timestamp_logins",
        ),
        (
            (
                "timestamp_logins = []",
                'timestamp_logins = [{url = "https://tsa.test/", username = "u"}]',
            ),
            "is none of timestamp_urls",
        ),
        (('\npassword_file = ""', '\npassword_file = "u"'), "needs smtp.username"),
        (("port = 2525", "port = 70000"), "1 to 65535"),
        (("voluntary_note = true", 'voluntary_note = "yes"'), "true or false"),
        (("trust = [", "trust = [1, "), "trust[0] must be a text"),
        (("trust = [", "trust = 1 # ["), "trust must be a list"),
    ],
)
def test_a_wrong_value_is_named(change, words):
    assert any(words in fault for fault in faults_of(sample(change)))


def test_a_file_of_before_has_the_usual_tolerance_between_clocks():
    text = sample(("clock_tolerance_seconds = 60\n", ""))
    assert parse_config(text, Path("n.toml")).signing.clock_tolerance_seconds == 60


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


def keys(*tables: str) -> str:
    """The shipped file with `[[signing.keys]]` tables instead of its one key."""
    text = sample(
        ('key = "certs/example/signer.p12"\n', ""),
        ('passphrase_file = "certs/example/signer.passphrase"\n', ""),
        ("\nkeys = []\n", "\n"),
    )
    return text + "".join(f"\n[[signing.keys]]\n{table}\n" for table in tables)


def test_several_keys_each_with_its_days():
    text = keys(
        'key = "a.p12"\nuntil = 2027-03-31',
        'key = "b.p12"\npassphrase_file = "b.pass"\nfrom = 2027-04-01',
    )
    first, second = parse_config(text, Path("n.toml")).signing.entries
    assert (first.key, first.holds_on(date(2027, 3, 31))) == ("a.p12", True)
    assert not first.holds_on(date(2027, 4, 1))
    assert (second.passphrase_file, second.first_day) == ("b.pass", date(2027, 4, 1))
    assert not second.holds_on(date(2027, 3, 31))


def test_keys_may_be_inline_tables():
    text = keys().replace(
        'backend = "pyhanko"', 'backend = "pyhanko"\nkeys = [{ key = "a.p12" }]'
    )
    [only] = parse_config(text, Path("n.toml")).signing.entries
    assert only.key == "a.p12"


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ('key = "b"\nfrom = "2027-04-01"', "from = ", "without quotes"),
        ('key = "b"\nfrom = 2027-04-01T00:00:00Z', "from = ", "a day"),
        ('key = "b"\ncolour = 1', "colour", "colour is an unknown key"),
        ("key = 1", "key = 1", "a text in quotes"),
        ('certificate = "b"', "[[signing.keys]]", "key is missing"),
        ('key = ""\nfrom = 2027-04-01', 'key = ""', "key is empty"),
        ('key = "b"\nfrom = 2027-04-01\nuntil = 2027-03-01', "from = ", "before it"),
        ('key = "b"', "[[signing.keys]]", "begin on no day"),
    ],
)
def test_a_fault_in_the_second_key_has_its_line(table, line, words):
    text = keys('key = "a.p12"', table)
    lines = text.splitlines()
    number = len(lines) - next(
        back for back, one in enumerate(reversed(lines)) if one.startswith(line)
    )
    assert any(
        words in fault and fault.startswith(f"n.toml:{number}:")
        for fault in faults_of(text)
    ), faults_of(text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("\nkeys = []", '\nkeys = [{ key = "a" }]'), "not both"),
        (('\nkey = "certs/example/signer.p12"', ""), "signing.key is missing"),
        (("\nkeys = []", "\nkeys = 1"), "signing.keys must be a list"),
    ],
)
def test_one_key_or_several(change, words):
    assert any(words in fault for fault in faults_of(sample(change)))


def test_a_long_term_level_needs_its_means():
    base = sample(
        ("timestamp_urls = []", 'timestamp_urls = ["http://tsa.test"]'),
        ('pdf_level = "B-B"', 'pdf_level = "B-LTA"'),
    )
    assert parse_config(base, Path("n.toml")).signing.wants_timestamps
    off = base.replace('timestamps = ""', 'timestamps = "off"')
    assert any("needs timestamps" in fault for fault in faults_of(off))
    blind = base.replace('revocation = "require"', 'revocation = "off"')
    assert any("needs revocation" in fault for fault in faults_of(blind))


CENTER_KEYS = [item.name for item in fields(SECTIONS["center"])]
NOTHING = ['""', '"  "', '"\u3000"', '"\\u200B\\uFE0F"', '"\\u2800\\u3164"']


@pytest.mark.parametrize("text", NOTHING)
def test_a_center_that_nothing_shows_of_is_refused(text):
    """A letter from nobody went out: signed, with a blank where the name stands."""
    lines = sample().splitlines()
    keys = {key: line_of(sample(), f"{key} = ") for key in CENTER_KEYS}
    for key, number in keys.items():
        if key != "mailbox":
            lines[number - 1] = f"{key} = {text}"
    found = faults_of("\n".join(lines))
    assert found == [
        f"n.toml:{keys[key]}: center.{key} is empty: nothing of it would show in print"
        for key in CENTER_KEYS
        if key != "mailbox"
    ]


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("name", "a\\nb", "one line"),
        ("mailbox", "", "is empty"),
        ("mailbox", "nobody", "one address"),
        ("mailbox", "a@b.example, c@d.example", "exactly one address"),
        ("verification_page", "javascript:alert(1)", "http or https"),
        ("verification_page", "data:text/html,x", "http or https"),
        ("verification_page", "www.hotline.example.jp", "http or https"),
        ("verification_page", "https://x@hotline.example/", "user name"),
        ("verification_page", "https://hotline.example/a b", "blank"),
    ],
)
def test_a_center_value_that_is_none_is_refused_with_its_line(key, text, words):
    lines = sample().splitlines()
    number = line_of(sample(), f"{key} = ")
    lines[number - 1] = f'{key} = "{text}"'
    [fault] = faults_of("\n".join(lines))
    assert fault.startswith(f"n.toml:{number}: center.{key} ")
    assert words in fault


def test_faults_of_the_center_come_with_those_of_other_sections():
    lines = sample(("port = 2525", "port = true")).splitlines()
    lines[line_of(sample(), "name = ") - 1] = 'name = " "'
    found = faults_of("\n".join(lines))
    assert ["center.name" in found[0], "smtp.port" in found[1]] == [True, True]


def test_an_archive_that_is_no_mailbox_is_refused():
    before, section, after = sample().partition("[archive]")
    [fault] = faults_of(before + section + after.replace('""', '"x"', 1))
    assert "archive.mailbox must be one address" in fault


def test_standing_reasons_have_a_category_a_reason_and_a_source_each():
    reasons = """reasons = [
      {category = "illegal-online-gambling", reason = "r", source = "s"},
      {category = "illegal-online-gambling", reason = " ", source = ""},
    ]"""
    found = faults_of(sample(("reasons = []", reasons)))
    assert len(found) == 3
    assert "abroad.reasons[1].reason is empty" in found[0]
    assert "abroad.reasons[1].source is empty" in found[1]
    assert "has a reason already" in found[2]


def test_a_password_goes_over_tls_only_and_stands_in_no_fault():
    login = 'timestamp_logins = [{url = "http://tsa.test/", username = "u"}]'
    faults = faults_of(
        sample(
            ("timestamp_urls = []", 'timestamp_urls = ["http://tsa.test/"]'),
            ("timestamp_logins = []", login),
        )
    )
    assert any("would send a password without TLS" in fault for fault in faults)
    told = faults_of(
        sample(
            ("timestamp_urls = []", 'timestamp_urls = ["https://u:secret@tsa.test/"]'),
            ('proxy = ""', 'proxy = "http://u:secret@p.test:1"'),
        )
    )
    assert told
    assert not any("secret" in fault for fault in told)


@pytest.mark.parametrize(
    "url", ["http:u:secret@tsa.test", "http://[secret/", "u:secret@tsa.test", "secret"]
)
def test_what_is_no_address_is_told_by_its_place(url):
    """A slash was forgotten; the password stood in the fault, and in every log."""
    urls = f'timestamp_urls = ["https://tsa.test/", "{url}"]'
    [told] = faults_of(sample(("timestamp_urls = []", urls)))
    assert "timestamp_urls" in told
    assert "secret" not in told
