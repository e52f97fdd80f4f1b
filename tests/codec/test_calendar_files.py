"""Years that a site adds by a file: what is no calendar is told, not guessed."""

import json
import re
from datetime import date

import pytest

from notices.codec import load_calendar, read_calendar
from notices.errors import ConfigError

GOOD = {"first_year": 2028, "last_year": 2028, "days": ["2028-01-01", "2028-01-10"]}


def read(data):
    text = data if isinstance(data, str) else json.dumps(data)
    return read_calendar(text, "cal.json", after=load_calendar())


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        "\ufeff" + json.dumps(GOOD),
        json.dumps(
            {**GOOD, "source": "官報", "days": dict.fromkeys(GOOD["days"], "x")}
        ),
    ],
)
def test_a_year_is_added_and_the_others_stay(text):
    calendar = read(text)
    assert not calendar.is_business_day(date(2028, 1, 10))
    assert calendar.is_business_day(date(2028, 1, 11))
    assert not calendar.is_business_day(date(2027, 1, 11))
    assert (calendar.first_year, calendar.last_year) == (2006, 2028)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "not JSON"),
        ("[" * 200_000, "too deeply"),
        ("[]", "not a JSON object"),
        ('{"first_year": 1, "first_year": 2028}', "first_year: stands twice"),
        ('{"first_year": NaN}', "not JSON"),
        ({**GOOD, "first_year": 2029}, "first_year: must be a year"),
        ({**GOOD, "first_year": True}, "first_year: must be a year"),
        ({**GOOD, "first_year": 2030, "last_year": 2030}, "must follow on the years"),
        ({**GOOD, "last_year": 2030}, "has no day of 2029"),
        ({**GOOD, "last_year": 2030}, "has no day of 2030"),
        ({**GOOD, "days": []}, "days: must be days"),
        ({**GOOD, "days": "2028-01-01"}, "days: must be days"),
        ({**GOOD, "days": ["20280101"]}, r"days\[0\]"),
        ({**GOOD, "days": ["2028-01-01", "2028-W02-1"]}, r"days\[1\]"),
        ({**GOOD, "days": ["2028-01-01", "2028-02-30"]}, r"days\[1\]"),
        ({**GOOD, "days": ["2028-01-01", "2027-02-11"]}, r"days\[1\]"),
        ({**GOOD, "days": ["2028-01-01", ["2028-01-10"], None]}, r"days\[2\]"),
        ({**GOOD, "days": ["２０２８-01-01"]}, r"days\[0\]"),
        ({"first_year": 2028, "last_year": 2028, "holidays": []}, "days: must be"),
    ],
)
def test_what_is_no_calendar_is_told_with_its_place(wrong, said):
    with pytest.raises(ConfigError, match=r"cal\.json") as refused:
        read(wrong)
    told = "\n".join([refused.value.message, *map(str, refused.value.faults)])
    assert re.search(said, told), told
