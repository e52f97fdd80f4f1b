"""`notices serve --demo --people`: people, and a morning's work, to try every page."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from notices.approval import Role
from notices.casework import read_fact
from notices.cli.output import print_line, say
from notices.files import read_limited, safe_write
from notices.messages import Text
from notices.service.console.words import LABELS
from notices.site import Site

PEOPLE = (
    ("kanri-a", "管理 明", (Role.ADMINISTRATOR,)),
    # the checker of the example judgments: nobody else may approve them
    ("reiji-t", "例示 太郎", (Role.CHECKER,)),
    ("unyo-s", "運用 進", (Role.OPERATOR,)),
)
"""Id, name and roles; the first enrols the others."""
WAITING = ("IHC-2026-004218", "IHC-2026-004219")
"""Examples of which a draft waits for approval; the others are left to be prepared."""
_REQUIRED = re.compile(r'(?ms)(^\[approval\]$.*?^required = )"[^"\n]*"')
_MOST_OCTETS = 1 << 20
_EARLIER = (
    ("IHC-2026-003901", "bank-account-transfer-solicitation", 30, "removed"),
    ("IHC-2026-003907", "controlled-drug-advertising", 28, "removed"),
    ("IHC-2026-003912", "controlled-drug-advertising", 26, "answered"),
    ("IHC-2026-003920", "bank-account-transfer-solicitation", 24, "returned"),
    ("IHC-2026-003933", "bank-account-transfer-solicitation", 21, ""),
    ("IHC-2026-003940", "controlled-drug-advertising", 18, ""),
    ("IHC-2026-003951", "bank-account-transfer-solicitation", 15, ""),
    ("IHC-2026-003958", "controlled-drug-advertising", 13, "still_there"),
)
"""Case, category, how many days ago it was asked, and what followed."""


def want_approvals(path: Path) -> None:
    """Let the site's `notices.toml` ask for a checker's approval."""
    text = read_limited(path, _MOST_OCTETS).decode()
    changed = _REQUIRED.sub(r'\g<1>"checker"', text, count=1)
    safe_write(path, changed.encode(), replaces=lambda _: True)


def fill(site: Site, now: datetime) -> None:
    """Put earlier cases on record, and make drafts that wait for approval."""
    lines = [line for row in _EARLIER for line in _facts(*row, now)]
    site.record([read_fact(json.dumps(line)) for line in lines])
    for case_id in WAITING:
        notice = site.prepare(site.read_case(case_id), as_draft=True)
        site.rooms.access.sending.ask(notice.number)


def tell_links(site: Site) -> None:
    """Print a one-time link for each of them who has no passkey yet."""
    known = site.rooms.approvals.people.known()
    waiting = {link.person for link in site.rooms.access.links.waiting()}
    origin = site.config.approval.origin
    missing = [row for row in PEOPLE if row[0] not in known.keys() | waiting]
    if not missing:
        say(Text("The console: log in at {origin}/login", origin=origin))
        return
    say("The console: open each link once, in this order, and make a passkey.")
    if not known:
        say("The administrator then enrols the others under “People and keys”.")
    for person, name, roles in missing:
        _, secret = site.rooms.access.links.make(person, name, roles)
        role = LABELS[roles[0]]
        say(Text("{role}, {name} ({person}):", role=role, name=name, person=person))
        print_line(f"  {origin}/link/{secret}")


def _facts(
    case_id: str, category: str, days: int, then: str, now: datetime
) -> Iterator[dict[str, Any]]:
    """The life of one case, as a case system would hand it in."""
    at = now - timedelta(days=days)
    own = {"case_id": case_id, "by": "demo"}
    number = f"R8-1-9{case_id[-5:]}"
    yield {
        **own,
        "fact": "analysed",
        "at": at.isoformat(),
        "category": category,
        "found_on": at.date().isoformat(),
        "provider_location": "JP",
        "server_location": "JP",
        "source": "public",
    }
    yield {
        **own,
        "fact": "requested",
        "at": (at + timedelta(hours=1)).isoformat(),
        "number": number,
        "kind": "request",
        "rung": "board_administrator",
    }
    late = {**own, "at": (at + timedelta(days=8)).isoformat()}
    if then == "answered":
        yield {**late, "fact": "answered", "number": number, "answer": "declined"}
    elif then == "returned":
        reason = "unknown_user"
        yield {**late, "fact": "returned", "number": number, "reason": reason}
    elif then:
        yield {**late, "fact": "looked", "outcome": then, "from": "JP"}
