"""What `[worker]` and `[test]` refuse, each with its line."""

from pathlib import Path

import pytest

from notices.config import metrics_address, parse_config, quiet_hours
from notices.errors import ConfigError

SAMPLE = (Path(__file__).parents[2] / "notices.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("concurrency = 4", "concurrency = 0", "1 to 64"),
        ("per_domain = 2", "per_domain = 100", "0 to 64"),
        ('quiet_hours = ""', 'quiet_hours = "20-8"', "20:00-08:00"),
        ('quiet_hours = ""', 'quiet_hours = "08:00-08:00"', "20:00-08:00"),
        ('metrics = ""', 'metrics = "0.0.0.0:9464"', "loopback"),
        ('metrics = ""', 'metrics = "9464"', "loopback"),
        ("max_age_hours = 48", "max_age_hours = 0", "1 to 336"),
        ('log = "text"', 'log = "xml"', "must be 'text' or 'json'"),
        ('address = ""', 'address = "a@b@c.example"', "test.address"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(old, new, word):
    head, _, rest = SAMPLE.partition("\n[worker]")
    text = f"{head}\n[worker]{rest.replace(old, new, 1)}"
    line = 1 + text[: text.index(new, len(head))].count("\n")
    with pytest.raises(ConfigError) as wrong:
        parse_config(text, Path("n.toml"))
    (fault,) = wrong.value.faults
    assert fault.path == f"n.toml:{line}"
    assert word in fault.message


def test_a_pattern_that_leaves_no_room_for_the_prefix_is_named():
    pattern = '"1234567890123456789012345678901234{serial:06d}"'
    text = SAMPLE.replace('"{era}{era_year}-{form}-{serial:06d}"', pattern)
    parse_config(text, Path("n.toml"))
    text = text.replace('\naddress = ""\n', '\naddress = "a@b.example"\n')
    with pytest.raises(ConfigError, match="1 fault") as wrong:
        parse_config(text, Path("n.toml"))
    assert "T- before it" in wrong.value.faults[0].message


def test_hours_and_addresses_are_read():
    start, end = quiet_hours("20:00 - 08:30")
    assert (start.hour, end.hour, end.minute) == (20, 8, 30)
    assert metrics_address("[::1]:1") == ("::1", 1)
    assert metrics_address("localhost:9464") == ("localhost", 9464)
