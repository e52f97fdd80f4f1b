"""XARF reports go along for the categories that XARF v4 has a type for, only."""

import json
from dataclasses import replace
from datetime import date
from uuid import UUID

import jsonschema
import pytest

from notices.catalogue import check
from notices.codec import (
    load_catalogue,
    load_examples,
    notice_json,
    read_judgment,
    xarf_reports,
)
from notices.errors import InvalidJudgment
from notices.notice import Center, compose

CENTER = Center(
    name="見本センター",
    name_en="Example Center",
    address="東京都",
    address_en="Tokyo",
    phone="03-0000-0000",
    phone_international="+81-3-0000-0000",
    mailbox="notice@hotline.example.jp",
    verification_page="https://www.hotline.example.jp/verify",
)
# RFC 3986, appendix A, in short: scheme, authority, path, query, fragment.
_CHARS = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
RFC_3986 = (
    rf"^[A-Za-z][A-Za-z0-9+.-]*://(?:\[[0-9A-Fa-f:.]+\]|{_CHARS}*)(?::[0-9]*)?"
    rf"(?:/{_CHARS}*)*(?:\?(?:{_CHARS}|[/?])*)?(?:#(?:{_CHARS}|[/?])*)?$"
)
IDENTIFIERS = [UUID(int=count, version=4) for count in range(3)]


def judgment(**changes):
    data = json.loads(load_examples()["IHC-2026-004218.json"])
    data.pop("substance")
    data.update({"category": "phishing-credential-request", "statutes": None})
    data.update(changes)
    return read_judgment(json.dumps(data))


def reports(case, count=1):
    notice = compose(
        check(case, load_catalogue()),
        center=CENTER,
        number="R8-1-000001",
        date=date(2026, 11, 19),
    )
    made = xarf_reports(notice, notice_json(notice), IDENTIFIERS[:count])
    return {name: json.loads(text) for name, text in made.items()}


def test_a_phishing_page_gives_one_report_with_what_the_core_schema_requires():
    [(name, report)] = reports(judgment()).items()
    assert name == "xarf.json"
    required = {
        "xarf_version",
        "report_id",
        "timestamp",
        "reporter",
        "sender",
        "source_identifier",
        "category",
        "type",
        "url",
    }
    assert required <= set(report)
    assert (report["category"], report["type"]) == ("content", "phishing")
    assert report["source_identifier"] == "192.0.2.33"
    assert "不正アクセス行為の禁止等に関する法律" in report["description"]
    assert report["reporter"]["domain"] == "hotline.example.jp"


HOSTS_AND_URLS = [
    # what was found, what the report says, its domain
    ("https://shop.example.com/a", "https://shop.example.com/a", "shop.example.com"),
    ("http://192.0.2.33/a", "http://192.0.2.33/a", None),
    ("http://[2001:db8::33]:8080/a", "http://[2001:db8::33]:8080/a", None),
    ("https://\u4f8b\u3048.example/", "https://xn--r8jz45g.example/", None),
    ("https://xn--r8jz45g.example/", "https://xn--r8jz45g.example/", None),
    ("https://a_b.example/", "https://a_b.example/", None),
    ("https://shop.example.com./a", "https://shop.example.com./a", "shop.example.com"),
    ("HTTPS://Shop.Example.COM/", "HTTPS://Shop.Example.COM/", "shop.example.com"),
    (
        "https://x.example/\u5024?q=\u5024",
        "https://x.example/%E5%80%A4?q=%E5%80%A4",
        "x.example",
    ),
    (
        "https://x.example/a|b[c]?%zz",
        "https://x.example/a%7Cb%5Bc%5D?%25zz",
        "x.example",
    ),
    ("https://x.example/#a#b", "https://x.example/#a%23b", "x.example"),
]
SCHEMA = {  # of the public schema (xarf/xarf-spec 37820da): what these fields may hold
    "type": "object",
    "required": ["url", "source_identifier"],
    "properties": {
        "url": {"type": "string", "pattern": RFC_3986},
        "domain": {"pattern": r"^([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}$"},
        "source_identifier": {"type": "string", "minLength": 1},
        "description": {"type": "string", "maxLength": 1000},
        "tags": {
            "items": {"pattern": "^[a-z0-9][a-z0-9_+-]*:[a-z0-9][a-z0-9_+-]*$"},
        },
        "country_code": {"pattern": "^[A-Z]{2}$"},
        "xarf_version": {"pattern": r"^4\.[0-9]+\.[0-9]+$"},
        "verification_method": {"enum": ["manual"]},
    },
}


@pytest.mark.parametrize(("url", "said", "domain"), HOSTS_AND_URLS)
def test_a_report_keeps_to_the_public_schema_whatever_the_host(url, said, domain):
    target = json.loads(load_examples()["IHC-2026-004218.json"])["target"]
    [report] = reports(judgment(target={**target, "urls": [url]})).values()
    jsonschema.validate(report, SCHEMA)
    assert (report["url"], report.get("domain")) == (said, domain)


@pytest.mark.parametrize("url", [row[0] for row in HOSTS_AND_URLS])
def test_without_an_address_the_host_is_the_source(url):
    target = json.loads(load_examples()["IHC-2026-004218.json"])["target"]
    bare = {**target, "urls": [url], "ip_addresses": [], "ip_checked_at": None}
    [report] = reports(judgment(target=bare)).values()
    jsonschema.validate(report, SCHEMA)


def test_each_url_has_a_report_of_its_own():
    target = json.loads(load_examples()["IHC-2026-004218.json"])["target"]
    target["urls"] = ["https://a.example/1", "https://b.example/2"]
    made = reports(judgment(target=target), count=2)
    assert list(made) == ["xarf-1.json", "xarf-2.json"]
    assert [one["url"] for one in made.values()] == target["urls"]


def test_other_categories_have_none():
    case = read_judgment(load_examples()["IHC-2026-004217.json"])
    assert reports(case) == {}


def test_no_classification_is_invented():
    case = judgment(category="csam-display")
    assert reports(case) == {}
    graded = judgment(
        category="csam-display",
        csam_classification="A1",
        csam_detection_method="manual_review",
    )
    [report] = reports(graded).values()
    assert (report["type"], report["classification"]) == ("csam", "A1")
    assert "evidence" not in report


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (
            {"csam_classification": "A1", "csam_detection_method": "manual_review"},
            "csam_classification",
        ),
        (
            {"category": "csam-display", "csam_classification": "A1"},
            "csam_detection_method",
        ),
        (
            {
                "category": "csam-display",
                "csam_classification": "C9",
                "csam_detection_method": "manual_review",
            },
            "csam_classification",
        ),
    ],
)
def test_a_wrong_classification_is_named(changes, path):
    with pytest.raises(InvalidJudgment) as caught:
        judgment(**changes)
    assert path in {fault.path for fault in caught.value.faults}


def test_the_description_keeps_to_its_limit():
    case = replace(judgment(), content="長" * 50_000)
    [report] = reports(case).values()
    assert len(report["description"]) <= 1000
