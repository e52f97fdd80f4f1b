"""XARF v4 reports for the categories that XARF has a type for.

Phishing, and csam where the judgment carries a classification: none is invented,
and no picture or hash goes along. One report names one URL, as XARF wants it.
Fields are those of the XARF v4 core, content-base, content-phishing and content-csam
schemas, which take RFC 3986 for a URL and, for a domain, neither an address nor an
A-label nor `_`: where the host is one, the report names none. The notice itself
stands under `notice`, a key that XARF passes over.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from notices.judgment import Judgment, Source
from notices.notice import Center, Notice
from notices.printed import dns_host, domain_name, uri

VERSION = "4.2.0"
PHISHING, CSAM = "phishing-credential-request", "csam-display"
MAX_DESCRIPTION = 1000
"""Characters, by the core schema."""
EVIDENCE_SOURCES = {
    Source.PUBLIC: "user_report",
    Source.FOREIGN_HOTLINE: "user_report",
}
"""Who found it; the centre's and the police's own finds are researcher_analysis."""


def xarf_type(judgment: Judgment) -> str | None:
    """The XARF type of a judgment; None if XARF has none for it."""
    if judgment.category == PHISHING:
        return "phishing"
    if judgment.category == CSAM and judgment.csam_classification:
        return "csam"
    return None


def xarf_reports(
    notice: Notice, machine: bytes, report_ids: Sequence[UUID]
) -> dict[str, bytes]:
    """File name to report, one for each URL; empty if XARF has no type for it.

    machine: the notice's `notice.json`, named by its hash. report_ids: a random UUID
    for each URL.
    """
    kind = xarf_type(notice.judgment)
    urls = notice.judgment.target.urls
    if kind is None:
        return {}
    names = (
        ["xarf.json"]
        if len(urls) == 1
        else [f"xarf-{count}.json" for count in range(1, len(urls) + 1)]
    )
    return {
        name: _encode(_report(notice, kind, url, machine, identifier))
        for name, url, identifier in zip(names, urls, report_ids, strict=True)
    }


def _report(
    notice: Notice, kind: str, url: str, machine: bytes, identifier: UUID
) -> dict[str, Any]:
    judgment, target = notice.judgment, notice.judgment.target
    contact = _contact(notice.center)
    report: dict[str, Any] = {
        "xarf_version": VERSION,
        "report_id": str(identifier),
        "timestamp": judgment.judged_at.isoformat(),
        "reporter": contact,
        "sender": contact,
        "source_identifier": next(iter(target.ip_addresses), dns_host(url)),
        "category": "content",
        "type": kind,
        "evidence_source": EVIDENCE_SOURCES.get(judgment.source, "researcher_analysis"),
        "tags": [f"hotline:{judgment.category}"],
        "description": _description(notice),
        "url": uri(url),
        "verified_at": judgment.judged_at.isoformat(),
        "verification_method": "manual",
        "notice": {
            "number": notice.number,
            "form": notice.form.value,
            "sha256": sha256(machine).hexdigest(),
        },
    }
    if domain := domain_name(url):
        report["domain"] = domain
    if target.server_location:
        report["country_code"] = target.server_location
    if kind == "csam":
        report["classification"] = judgment.csam_classification
        report["detection_method"] = judgment.csam_detection_method
    return report


def _contact(center: Center) -> dict[str, str]:
    return {
        "org": center.name_en,
        "contact": center.mailbox,
        "domain": center.mailbox.rpartition("@")[2],
    }


def _description(notice: Notice) -> str:
    """The laws concerned, which recipients of such reports ask for."""
    laws = "; ".join(str(citation) for citation in notice.citations)
    text = (
        f"{notice.classification.name_en}. Law and provision: {laws}. "
        f"Reference No. {notice.number}; see notice.json, signed with this report."
    )
    return text[:MAX_DESCRIPTION]


def _encode(report: dict[str, Any]) -> bytes:
    return json.dumps(report, ensure_ascii=False, indent=2).encode()
