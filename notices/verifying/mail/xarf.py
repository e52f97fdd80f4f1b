"""XARF v4 reports beside `notice.json`: they say nothing else than it does.

A report names one URL. There is one for each URL, in their order, or none at all.
Accepted are the fields that ours have; what any other program would read from
further ones was never compared with anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from notices.judgment import JST
from notices.mail import MimeLeaf
from notices.messages import Text
from notices.printed import dns_host, domain_name, uri
from notices.verifying.checks import malformed
from notices.verifying.content import NoticeJson, read_json

MAX_REPORT = 100_000
"""Octets; ours have two thousand."""
_REQUIRED = frozenset(
    {
        "xarf_version",
        "report_id",
        "timestamp",
        "reporter",
        "sender",
        "source_identifier",
        "category",
        "type",
        "evidence_source",
        "tags",
        "description",
        "url",
        "verified_at",
        "verification_method",
        "notice",
    }
)
_OPTIONAL = frozenset({"domain", "country_code", "classification", "detection_method"})
"""The host, if it is a domain name; where the server is; and for the type `csam`."""
_TYPES = ("phishing", "csam")
FULL_DESCRIPTION = 1000
"""Characters (XARF core schema); a longer one is cut, and may lack its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the reports must say, from what the mail says elsewhere."""

    notice: NoticeJson
    """`notice.json`."""
    sha256: str
    """Of `notice.json`."""
    sender: str
    """The mailbox in From."""


def check(reports: Sequence[MimeLeaf], expected: Expected) -> str:
    """One report for each URL, each in agreement; Refusal."""
    urls = expected.notice.urls
    usual = (
        ["xarf.json"]
        if len(urls) == 1
        else [f"xarf-{count}.json" for count in range(1, len(urls) + 1)]
    )
    names = [report.file_name for report in reports]
    if names != usual:
        raise malformed(
            Text(
                "{count} URLs, but the reports are {names}",
                count=len(urls),
                names=", ".join(names),
            )
        )
    identifiers = [
        _check_one(report, url, expected)
        for report, url in zip(reports, urls, strict=True)
    ]
    if len(set(identifiers)) != len(identifiers):
        raise malformed("two reports have one report_id")
    return Text(
        "{count} reports: number, form, sha256, URL, sender, category, times",
        count=len(names),
    )


def _check_one(report: MimeLeaf, url: str, expected: Expected) -> str:
    """Its report_id."""
    name = report.file_name
    said = read_json(report.content, name, MAX_REPORT)
    if not isinstance(said, dict):
        raise malformed(Text("{name} is no object", name=name))
    keys = said.keys()
    if lacking := _REQUIRED - keys:
        raise malformed(
            Text(
                "{name} has no {lacking}", name=name, lacking=", ".join(sorted(lacking))
            )
        )
    if odd := keys - _REQUIRED - _OPTIONAL:
        raise malformed(
            Text(
                "{name} has {odd}, ours never have",
                name=name,
                odd=", ".join(sorted(odd)),
            )
        )
    if said["url"] not in (url, uri(url)):  # versions before wrote what was found
        raise malformed(
            Text(
                "{name}: url is {said!r}, must be {wanted!r}",
                name=name,
                said=said["url"],
                wanted=uri(url),
            )
        )
    for key, wanted in _wanted(expected).items():
        if said[key] != wanted:
            raise malformed(
                Text(
                    "{name}: {key} is {said!r}, must be {wanted!r}",
                    name=name,
                    key=key,
                    said=said[key],
                    wanted=wanted,
                )
            )
    _check_domain(name, said, url)
    _check_kind(name, said)
    _check_source(name, said, expected.notice, url)
    _check_times(name, said, expected.notice)
    _check_description(name, said, expected.notice)
    return str(said["report_id"])


def _wanted(expected: Expected) -> Mapping[str, Any]:
    facts, notice = expected.notice.statement, expected.notice
    domain = expected.sender.rpartition("@")[2]
    contact = {"org": notice.center, "contact": expected.sender, "domain": domain}
    return {
        "category": "content",
        "verification_method": "manual",
        "tags": [f"hotline:{notice.category}"],
        "reporter": contact,
        "sender": contact,
        "notice": {
            "number": facts.number,
            "form": facts.form,
            "sha256": expected.sha256,
        },
    }


def _check_domain(name: str, said: Mapping[str, Any], url: str) -> None:
    """The host, where it is a domain name.

    Versions before named every host, and left one as found that IDNA 2008 refuses.
    """
    known = (domain_name(url), dns_host(url), urlsplit(url).hostname or "")
    if said.get("domain", "") not in known:
        raise malformed(
            Text(
                "{name}: domain is {said!r}, must be {dns_host!r}",
                name=name,
                said=said.get("domain", ""),
                dns_host=domain_name(url),
            )
        )


def _check_kind(name: str, said: Mapping[str, Any]) -> None:
    if not str(said["xarf_version"]).startswith("4."):
        raise malformed(
            Text(
                "{name} is XARF {said!r}, ours are 4",
                name=name,
                said=said["xarf_version"],
            )
        )
    if said["type"] not in _TYPES:
        raise malformed(
            Text(
                "{name}: type {said!r}, ours are {types}",
                name=name,
                said=said["type"],
                types=", ".join(_TYPES),
            )
        )
    if said["type"] != "csam" and {"classification", "detection_method"} & said.keys():
        raise malformed(
            Text(
                "{name}: a classification beside type {said}",
                name=name,
                said=said["type"],
            )
        )


def _check_source(
    name: str, said: Mapping[str, Any], notice: NoticeJson, url: str
) -> None:
    """The first IP address, else the host."""
    hosts = (dns_host(url), said.get("domain", dns_host(url)))
    allowed = notice.ip_addresses[:1] or hosts
    if said["source_identifier"] not in allowed:
        raise malformed(
            Text(
                "{name}: source_identifier is {said!r}, must be {wanted!r}",
                name=name,
                said=said["source_identifier"],
                wanted=allowed[0],
            )
        )


def _check_times(name: str, said: Mapping[str, Any], notice: NoticeJson) -> None:
    """Judged between the day on which it was found and the day of the letter."""
    if said["timestamp"] != said["verified_at"]:
        raise malformed(Text("{name}: timestamp and verified_at differ", name=name))
    judged = datetime.fromisoformat(str(said["timestamp"]))
    if judged.utcoffset() is None:
        raise malformed(Text("{name}: timestamp has no offset", name=name))
    day = judged.astimezone(JST).date()
    earliest = notice.found_on or date.min
    if not earliest <= day <= notice.statement.date:
        raise malformed(
            Text(
                "{name}: judged on {day}, found on {earliest}, the letter is of {date}",
                name=name,
                day=day,
                earliest=earliest,
                date=notice.statement.date,
            )
        )


def _check_description(name: str, said: Mapping[str, Any], notice: NoticeJson) -> None:
    text, number = str(said["description"]), notice.statement.number
    if number not in text and len(text) < FULL_DESCRIPTION:
        raise malformed(
            Text(
                "{name}: the description does not name {number}",
                name=name,
                number=number,
            )
        )
